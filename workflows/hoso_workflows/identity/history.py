"""Record of sign-ins, refusals, and acts on the accounts of others."""

from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows.organisation import access_log


async def record(
    asked: Database | Transaction,
    principal: UUID | None,
    act: str,
    subject: str,
    at: datetime,
    *,
    granted: bool = True,
    **detail: str,
) -> None:
    """Record an act of signing in; no secret and no address stands in it."""
    await asked.rows(_RECORD, [principal, act, subject, at, granted, detail])


async def record_administration(
    tx: Transaction, principal: UUID, act: str, subject: str, at: datetime, **detail: str
) -> None:
    """Record an act of an administrator on somebody's account."""
    await access_log.record(tx, principal, act, subject, at, **detail)


_RECORD = """
insert into access_log (principal_id, act, subject, at, granted, detail) values ($1, $2, $3, $4, $5, $6::jsonb)
"""
