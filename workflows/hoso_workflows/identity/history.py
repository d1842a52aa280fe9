"""Record of sign-ins, refusals, and acts on the accounts of others."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import access_log, administration

#: How far back refused sign-ins are counted.
COUNTED = timedelta(days=30)
#: The act of a sign-in that was refused.
REFUSED = "refused sign-in"


@dataclass(frozen=True, slots=True)
class RefusedSignIns:
    """Refused sign-ins by one provider for one reason."""

    provider: str
    #: Of `hoso_api.openid.refusals`, or the slug of the refusal.
    reason: str
    tries: int
    first_at: datetime
    last_at: datetime


async def refused_at_providers(db: Database, *, at: datetime) -> list[RefusedSignIns]:
    """Count refused sign-ins by identity providers of the last days, the latest first."""
    rows = await db.rows(_REFUSED_AT_PROVIDERS, [at - COUNTED])
    return [RefusedSignIns(**dict(row.items())) for row in rows]


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
#: What own accounts and passkeys refuse has no provider; of nobody who is known is little (`ix_access_log_principal_id`). $1 since when.
_REFUSED_AT_PROVIDERS = f"""
select subject as provider, detail ->> 'what' as reason, count(*)::int as tries, min(at) as first_at, max(at) as last_at
from access_log
where act = '{REFUSED}' and principal_id is null and at > $1 and subject not in ('unknown account', 'passkey')
group by 1, 2 order by max(at) desc, 1, 2
"""  # noqa: S608 - fixed text of this module
#: The unit that keeps the record, else one in which the person has a role, else one at the top.
_UNIT = """
select coalesce(p.home_unit_code,
  (select min(r.unit_code) from role_assignment r where r.principal_id = p.id),
  (select min(u.code) from unit u where u.parent_code is null)) as unit
from principal p where p.id = $1
"""
