"""Results that await their return, what is not ready first, by the appointed hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import DeliveryMode
from hoso_models.storage.database import Database
from hoso_workflows import pagination
from hoso_workflows.clock import at_desk, work_by
from hoso_workflows.clock.at_desk import Readiness
from hoso_workflows.monitoring.overdue import (
    AT_OFFICER,
    DUE_FIRST,
    Calendars,
    Lateness,
    Units,
    discreet,
    followed,
)
from hoso_workflows.organisation.permissions import tracking
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Conditions, Keyset, Page

RETURNS = Keyset("return", rank=pagination.NUMBER, due=pagination.INSTANT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class WaitingReturn:
    """A result that was not handed over yet."""

    id: UUID
    reference: str
    code: str
    procedure: str
    procedure_name: str
    #: The receiving unit, which returns it.
    unit: str
    unit_name: str
    #: The appointed hour.
    due: datetime
    delivery: DeliveryMode
    result_ready_at: datetime
    #: Since when its owner can have it; None while they cannot.
    ready_at: datetime | None
    readiness: Readiness
    #: The open step to work on first: the return's, else one before it.
    step: str | None
    step_name: str | None
    #: The unit that has it.
    step_unit: str | None
    step_unit_name: str | None
    role: str | None
    officer: UUID | None
    officer_name: str | None
    #: How much later than the appointed hour it was there, or how long it has been missing; None in time.
    lateness: Lateness | None


async def returns(
    db: Database,
    calendars: Calendars,
    *,
    at: datetime,
    scope: Scope | None = None,
    unit: Units = None,
    officer: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[WaitingReturn]:
    """One page of the results that await their return at `at`.

    Of what a scope follows, or of all. Filters: receiving unit, officer who has an open step.
    """
    asked = _asked(scope, unit)
    tracking.told(asked, scope, "d")
    if officer:
        asked.add(f"d.{AT_OFFICER}", officer)
    asked.behind(f"{at_desk.RANK}, d.due_promised, d.id", RETURNS.values(after))
    sql = _RETURNS.format(
        readiness=_readiness(asked, at), rank=at_desk.RANK, conditions="{conditions}", limit="{limit}"
    )

    def waiting(row: Any) -> WaitingReturn:
        there = row.ready_at or at
        lateness = Lateness.between(calendars[row.unit], row.due, there) if row.due < there else None
        named = {name: value for name, value in discreet(row, scope).items() if name != "rank"}
        return WaitingReturn(
            **{**named, "delivery": DeliveryMode(row.delivery), "readiness": Readiness(row.readiness)},
            lateness=lateness,
        )

    return await pagination.page(db, sql, asked, RETURNS, limit=limit, item=waiting)


async def counts(db: Database, units: Units, *, at: datetime) -> Mapping[Readiness, int]:
    """The number of results of these units that await their return, by standing."""
    asked = _asked(None, units)
    readiness = _readiness(asked, at)
    rows = await db.rows(
        f"select {readiness} as readiness, count(*)::int as n from dossier d {at_desk.DESK} where {asked} group by 1",  # noqa: S608 - conditions of this module
        asked.parameters,
    )
    found = {row.readiness: row.n for row in rows}
    return {each: found.get(each, 0) for each in Readiness}


async def counted_returns(db: Database, scope: Scope | None, unit: Units, _: datetime) -> int:
    """Number of results awaiting their return that a scope is told as a number."""
    return await tracking.counted(db, "dossier d", _asked(scope, unit), scope, "d")


def _asked(scope: Scope | None, unit: Units) -> Conditions:
    asked = followed(scope, at_desk.AWAITS_RETURN, of="d")
    asked.equal("d.receiving_unit", unit)
    return asked


def _readiness(asked: Conditions, at: datetime) -> str:
    instant, _, tomorrow, _ = work_by.bounds(at)
    return at_desk.READINESS.format(*(f"{asked.given(each)}::timestamptz" for each in (instant, tomorrow)))


_RETURNS = f"""
select d.id, d.reference, d.code, d.procedure_code as procedure, v.name as procedure_name, d.receiving_unit as unit, u.name as unit_name,
  d.due_promised as due, d.delivery_mode as delivery, d.result_ready_at, d.ready_at, d.readiness, d.rank,
  s.element as step, s.name as step_name, s.unit_code as step_unit, su.name as step_unit_name, s.role, s.assignee_id as officer, p.name as officer_name
from (
  select d.*, desk.ready_at, {{readiness}} as readiness, {{rank}} as rank from dossier d {at_desk.DESK}
  where {{conditions}} order by {{rank}}, d.due_promised, d.id limit {{limit}}
) d
join unit u on u.code = d.receiving_unit
join workflow_version v on v.id = d.workflow_version_id
{DUE_FIRST}
left join unit su on su.code = s.unit_code
left join principal p on p.id = s.assignee_id
order by d.rank, d.due_promised, d.id
"""  # noqa: S608 - fixed text of this module
