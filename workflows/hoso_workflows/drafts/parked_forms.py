"""Forms of pages that came after their session, kept for half an hour.

Nothing of a parked form is done. Its person is shown the page again, filled, once they have signed in; nobody else is, not even
who holds the browser.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from hoso_models.storage.database import Database
from hoso_workflows.identity import sessions
from hoso_workflows.identity.sealing import Broken, Seal

LASTS = timedelta(minutes=30)
#: Forms of one person at once; the oldest ones go.
MOST = 5

#: The values of each field, in the order in which they were sent.
Fields = Mapping[str, Sequence[str]]


async def park(db: Database, seal: Seal, principal: UUID, path: str, fields: Fields, *, at: datetime) -> str:
    """Keep a form of a person; returns the secret for its browser."""
    secret = secrets.token_urlsafe(32)
    said = seal.close(orjson.dumps({name: list(values) for name, values in fields.items()}), principal.bytes)
    await db.one_statement(_PARK, [sessions.digest(secret), principal, path, said, at + LASTS, MOST - 1])
    return secret


async def taken(
    db: Database, seal: Seal, secret: str, principal: UUID, path: str, *, at: datetime
) -> dict[str, list[str]] | None:
    """The form of a secret, given once to its person, on its page. Else None."""
    rows = await db.one_statement(_TAKE, [sessions.digest(secret), principal, path, at])
    if not rows:
        return None
    try:
        found: dict[str, list[str]] = orjson.loads(seal.open(rows[0].sealed, principal.bytes))
    except Broken:
        return None
    return found


async def expire(db: Database, *, at: datetime) -> int:
    """Delete the forms whose time is over; returns their number."""
    return len(await db.one_statement(_EXPIRE, [at]))


_PARK = """
with old as (
  delete from parked_form where id in (
    select id from parked_form where principal_id = $2 order by expires_at desc, id offset $6)
)
insert into parked_form (secret_sha256, principal_id, path, sealed, expires_at) values ($1, $2, $3, $4, $5) returning 1
"""
_TAKE = """
delete from parked_form where secret_sha256 = $1 and principal_id = $2 and path = $3 and expires_at > $4
returning sealed
"""
_EXPIRE = "delete from parked_form where expires_at <= $1 returning 1"
