"""Preview of a job: the open dossiers, tasks and officers that it concerns. Nothing is written."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_models.tables import task
from hoso_workflows import localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import competences
from hoso_workflows.rehoming import moves
from hoso_workflows.rehoming.moves import CONCERNED, Moves


@dataclass(frozen=True, slots=True)
class Group:
    """Open dossiers of one procedure and status in which a unit has one part."""

    old: str
    #: Null where nobody takes them over: they stay.
    new: str | None
    procedure: str
    name: str
    #: `receiving`, `handling`, `deciding`; `task`, `consultation` and `incident` of other parts; `ahead` for a step still to come.
    part: str
    status: str
    dossiers: int
    #: Of them, past the date of the law.
    late: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """Open tasks of a role in an old unit, of one officer or nobody."""

    old: str
    new: str | None
    role: str
    officer: UUID | None
    officer_name: str | None
    tasks: int
    #: Of them, past their own limit.
    late: int
    #: True where the officer plays the role in the new unit and so keeps them.
    keeps: bool


@dataclass(frozen=True, slots=True)
class Lacking:
    """A part of a procedure for which the new unit is not competent then."""

    procedure: str
    part: str
    unit: str


@dataclass(frozen=True, slots=True)
class Former:
    """A unit whose dossiers move."""

    code: str
    name: str
    #: The last day on which it exists; null while no end is set.
    valid_to: date | None
    #: Dossiers of it that are closed: they stay.
    closed: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect that a job would have."""

    #: How many open dossiers it moves, each once.
    dossiers: int
    #: Open dossiers whose procedure has no successor: they stay.
    without_successor: int
    units: tuple[Former, ...]
    groups: tuple[Group, ...]
    inboxes: tuple[Inbox, ...]
    #: The job is refused while something is lacking.
    lacking: tuple[Lacking, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-safe but for ids and days."""
        return asdict(self)


async def preview(
    service: DossierService, asked: Moves, *, actor: UUID, at: datetime, operator: UUID | None = None
) -> Preview:
    """The effect that `apply` would have now. Raises Forbidden, FormRefused."""
    db, day = service.db, localtime.local_date(at)
    await moves.permitted(db, "preview_rehoming", asked, actor, at, operator)
    known = await moves.concerned(service, asked)
    total = await db.row(_TOTAL, known)
    assert total is not None  # noqa: S101 - an aggregate has a row
    former = await db.rows(_FORMER, [sorted({move.old for move in asked})])
    return Preview(
        dossiers=total.moving,
        without_successor=total.staying,
        units=tuple(Former(*row) for row in former),
        groups=tuple(Group(*row) for row in await db.rows(_GROUPS, [*known, at])),
        inboxes=tuple(Inbox(*row) for row in await db.rows(_INBOXES, [*known, day, at])),
        lacking=await lacking(db, known, day),
    )


async def lacking(db: Database, known: Sequence[Any], day: date) -> tuple[Lacking, ...]:
    """The competences that successors do not have on a day."""
    return tuple(Lacking(*row) for row in await db.rows(_LACKING, [*known, day]))


_TOTAL = f"""{CONCERNED}
select count(distinct id) filter (where new is not null) as moving,
  count(distinct id) filter (where new is null) as staying
from involved
"""  # noqa: S608 - fixed text of this module
_FORMER = """
select u.code, u.name, u.valid_to, (
  select count(*) from dossier d join engine_state e on e.dossier_id = d.id
  where e.finished and u.code in (d.receiving_unit, d.handling_unit, d.deciding_unit)
) as closed
from unit u where u.code = any($1::text[]) order by u.code
"""
#: $7 instant.
_GROUPS = f"""{CONCERNED}
select i.old, i.new, i.procedure_code, max(v.name), i.part, i.status, count(distinct i.id),
  count(distinct i.id) filter (where i.due < $7::timestamptz)
from involved i join workflow_version v on v.id = i.workflow_version_id
where i.part in ('receiving', 'handling', 'deciding') or not exists (
  select from involved p where p.id = i.id and p.old = i.old and p.part in ('receiving', 'handling', 'deciding')
)
group by i.old, i.new, i.procedure_code, i.part, i.status
order by i.old, i.new, i.procedure_code, i.part, i.status
"""  # noqa: S608 - fixed text of this module
#: $7 local date, $8 instant.
_INBOXES = f"""{CONCERNED}
select i.old, i.new, t.role, t.assignee_id, p.name, count(*),
  count(*) filter (where t.due_own < $8::timestamptz),
  coalesce(bool_or(exists (
    select from role_assignment r
    where r.principal_id = t.assignee_id and r.unit_code = i.new and r.role = t.role
      and $7::date between r.valid_from and coalesce(r.valid_to, 'infinity')
      and (p.closed_at is null or p.closed_at > $8::timestamptz)
  )), false)
from (select distinct id, old, new from involved where part = 'task') i
join user_task t on t.dossier_id = i.id and t.unit_code = i.old and {task.OPEN.replace("status", "t.status")}
left join principal p on p.id = t.assignee_id
group by i.old, i.new, t.role, t.assignee_id, p.name
order by i.old, i.new, t.role, p.name nulls first, t.assignee_id
"""  # noqa: S608 - fixed text of this module
#: $7 local date.
_LACKING = f"""{CONCERNED}
select distinct i.procedure_code, i.part, i.new
from involved i join workflow_version v on v.id = i.workflow_version_id
where i.part in ('receiving', 'handling', 'deciding') and i.new is not null
  and i.part || ' ' || i.new <> all({competences.competent_sql("i.procedure_code", "v.manifest ->> 'field'", "$7::date", "array[i.new]")})
order by 1, 2, 3
"""  # noqa: S608 - fixed text of this module
