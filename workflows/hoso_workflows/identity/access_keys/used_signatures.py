"""Signatures of calls that were taken: each is good once."""

from datetime import datetime, timedelta
from uuid import UUID

from hoso_models.storage.database import Database

#: How far the clocks of two machines may be apart.
CLOCKS_APART = timedelta(minutes=1)


async def use(
    db: Database, digest: bytes, until: datetime, principal: UUID, key: str | None, *, at: datetime
) -> bool:
    """Use a signature up. False where it was used before and its call has no answer to be told again.

    The answer is the one that was kept at the first use under `key`, the name that the caller gave the request.
    """
    row = await db.row(_USE, [digest, at, until, principal, key])
    return bool(row.first or row.answered)


async def delete_old(db: Database, *, at: datetime) -> int:
    """Delete those that are good no more by any clock; returns their number."""
    return len(await db.one_statement(_DELETE, [at - CLOCKS_APART]))


#: $1 digest, $2 now, $3 its end, $4 principal, $5 idempotency key or null.
_USE = """
with used as (
  insert into used_signature (digest, used_at, good_until) values ($1, $2::timestamptz, $3)
  on conflict (digest) do nothing returning 1
)
select exists (select from used) as first, exists (
  select from used_signature u join idempotency i on i.at = u.used_at
  where u.digest = $1 and i.principal_id = $4::uuid and i.key = $5::text
) as answered
"""
_DELETE = "delete from used_signature where good_until < $1 returning 1"
