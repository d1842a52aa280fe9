"""Who waits to be received: every dossier that reception has to answer, those due first first, the overdue ones marked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_models.tables import dossier, task
from hoso_workflows.monitoring.overdue import Calendars, Lateness, Page, Place, Units


@dataclass(frozen=True, slots=True)
class WaitingReception:
    """A dossier that reception has neither accepted nor refused, and that waits for nobody else."""

    id: UUID
    reference: str
    procedure: str
    procedure_name: str
    #: The receiving unit.
    unit: str
    unit_name: str
    filed_at: datetime
    #: By when reception has to answer.
    due: datetime
    step: str | None
    step_name: str | None
    role: str | None
    officer: UUID | None
    officer_name: str | None
    #: True when that has passed.
    overdue: bool
    #: By how much; None while it has not passed.
    lateness: Lateness | None


async def receptions(
    db: Database,
    calendars: Calendars,
    *,
    at: datetime,
    unit: Units = None,
    officer: UUID | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> Page[WaitingReception]:
    """One page of those who wait at `at`: of receiving units, with a step at an officer."""
    units = [unit] if isinstance(unit, str) else unit
    place = (after.due, after.id) if after else (None, None)
    rows = await db.rows(_WAITING, [units, officer, *place, limit + 1])
    found = []
    for row in rows[:limit]:
        late = row.due < at
        lateness = Lateness.between(calendars[row.unit], row.due, at) if late else None
        found.append(WaitingReception(**dict(row.items()), overdue=late, lateness=lateness))
    last = Place(found[-1].due, UUID(str(found[-1].id))) if len(rows) > limit else None
    return Page(tuple(found), last)


#: $1 units or null for all, $2 an officer or null, $3 and $4 the place of the last one found, $5 how many.
_WAITING = f"""
select d.id, d.reference, d.procedure_code as procedure, v.name as procedure_name, d.receiving_unit as unit,
  u.name as unit_name, d.filed_at, d.reception_due as due,
  s.element as step, s.name as step_name, s.role, s.assignee_id as officer, p.name as officer_name
from (
  select * from dossier
  where {dossier.AT_RECEPTION} and reception_due is not null and status = 'filed'
    and ($1::text[] is null or receiving_unit = any($1))
    and ($2::uuid is null or id in (select dossier_id from user_task where {task.OPEN} and assignee_id = $2))
    and ($3::timestamptz is null or (reception_due, id) > ($3, $4::uuid))
  order by reception_due, id limit $5
) d
join unit u on u.code = d.receiving_unit join workflow_version v on v.id = d.workflow_version_id
left join user_task s on s.dossier_id = d.id and s.milestone = 'accept' and s.status = 'open'
left join principal p on p.id = s.assignee_id
order by d.reception_due, d.id
"""  # noqa: S608 - fixed text of this module
