"""Record of sign-ins, refusals, and acts on the accounts of others."""

from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import access_log, administration


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
    tx: Transaction, actor: Actor, kind: str, person: UUID, at: datetime, **payload: str
) -> None:
    """Append an act on an account to the chain of its person's authority.

    In a register without a unit it stands in the access log.
    """
    (row,) = await tx.rows(_UNIT, [person])
    if row.unit is None:
        await access_log.record(tx, actor.principal, kind, str(person), at, **payload)
    else:
        await administration.record_of(tx, row.unit, kind, str(person), actor, at, **payload)


_RECORD = """
insert into access_log (principal_id, act, subject, at, granted, detail) values ($1, $2, $3, $4, $5, $6::jsonb)
"""
#: The unit that keeps the record, else one in which the person has a role, else one at the top.
_UNIT = """
select coalesce(p.home_unit_code,
  (select min(r.unit_code) from role_assignment r where r.principal_id = p.id),
  (select min(u.code) from unit u where u.parent_code is null)) as unit
from principal p where p.id = $1
"""
