"""The access log: refused attempts, and acts of administration that leave no other record."""

from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database, Transaction


async def record_refusal(db: Database, principal: UUID, act: str, subject: str | None, at: datetime) -> None:
    """Record a refused attempt. One by an unknown principal is stored without a name."""
    await db.one_statement(_REFUSED, [principal, act, subject, at])


_REFUSED = """
insert into access_log (principal_id, act, subject, at, granted, detail)
values ((select id from principal where id = $1), $2, $3, $4, false, '{}')
"""


async def record(
    tx: Transaction, principal: UUID, act: str, subject: str, at: datetime, **detail: str
) -> None:
    """Record an act of administration that no other row records."""
    await tx.rows(_DONE, [principal, act, subject, at, detail])


_DONE = """
insert into access_log (principal_id, act, subject, at, granted, detail) values ($1, $2, $3, $4, true, $5::jsonb)
"""
