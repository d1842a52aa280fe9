"""Overdue dossiers, steps and receptions: computed on request, never stored.

A dossier is overdue when its clock runs and `due_legal` has passed, a step when its own limit has. Before acceptance no
dossier is late; its reception is overdue when `reception_due` has passed. While a supplement is awaited nothing is overdue,
not even a step whose limit had passed before: it starts again. Lists begin with the most late and continue from a place;
lateness is counted in the working time of the responsible unit.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Self
from uuid import UUID

import hoso_calendar as wt
from hoso_models.storage.database import Database
from hoso_models.tables import clock_stop, dossier, task
from hoso_workflows import pagination
from hoso_workflows.clock import work_by
from hoso_workflows.organisation.permissions import tracking
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Conditions, Item, Keyset, Page

#: The calendar that each unit keeps, by the unit's code (`ReferenceData.unit_calendars`).
Calendars = Mapping[str, wt.WorkCalendar]
#: One unit, several, or None for all.
Units = str | list[str] | None

#: The orders of the three lists; one address serves them all.
DOSSIERS = Keyset("dossier", due=pagination.INSTANT, id=pagination.IDENTITY)
STEPS = Keyset("step", due=pagination.INSTANT, id=pagination.IDENTITY)
RECEPTIONS = Keyset("reception", due=pagination.INSTANT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Lateness:
    """Working time since a due date.

    `days` are whole days of the unit's ordinary length and `hours` the remaining hours; `minutes` is the same time in minutes.
    """

    days: int
    hours: int
    minutes: int

    @classmethod
    def between(cls, calendar: wt.WorkCalendar, due: datetime, at: datetime) -> Self:
        """Counted by the calendar. Raises MissingCalendarData beyond its years."""
        minutes = calendar.count_minutes(due, at)
        days, rest = divmod(minutes, calendar.nominal_day)
        return cls(days, rest // 60, minutes)


@dataclass(frozen=True, slots=True)
class OverdueDossier:
    """A dossier past `due_legal`, and the step it stands at."""

    id: UUID
    code: str
    procedure: str
    procedure_name: str
    #: The handling unit.
    unit: str
    unit_name: str
    due: datetime
    #: What the applicant was told; later than `due` after a re-appointment.
    due_promised: datetime
    #: Set when it had been late before its term began anew.
    late_since: datetime | None
    provisional: bool
    #: The open step to work on first; None between two steps. Step and officer are told within the officer's authority and
    #: above it.
    step: str | None
    step_name: str | None
    #: The unit that has it.
    step_unit: str | None
    step_unit_name: str | None
    role: str | None
    officer: UUID | None
    officer_name: str | None
    lateness: Lateness


@dataclass(frozen=True, slots=True)
class OverdueStep:
    """An open step past its own limit."""

    id: UUID
    dossier: UUID
    reference: str
    #: None before acceptance.
    code: str | None
    procedure: str
    procedure_name: str
    #: The unit that has the step.
    unit: str
    unit_name: str
    step: str
    step_name: str
    role: str
    officer: UUID | None
    officer_name: str | None
    due: datetime
    lateness: Lateness


@dataclass(frozen=True, slots=True)
class OverdueReception:
    """A dossier that reception has neither accepted nor refused in time.

    The reception is overdue; no dossier is late before acceptance.
    """

    id: UUID
    reference: str
    procedure: str
    procedure_name: str
    #: The receiving unit.
    unit: str
    unit_name: str
    filed_at: datetime
    #: When reception should have answered.
    due: datetime
    step: str | None
    step_name: str | None
    #: The unit that has it.
    step_unit: str | None
    step_unit_name: str | None
    role: str | None
    officer: UUID | None
    officer_name: str | None
    lateness: Lateness


async def dossiers(
    db: Database,
    calendars: Calendars,
    *,
    at: datetime,
    scope: Scope | None = None,
    unit: Units = None,
    procedure: str | None = None,
    officer: UUID | None = None,
    subject: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[OverdueDossier]:
    """Dossiers that are overdue at `at`, most late first.

    Of what a scope follows, or of all. Filters: handling unit, procedure, officer who has an open step, the dossier itself.
    """
    asked = _late_dossiers(scope, unit, at)
    tracking.told(asked, scope)
    asked.equal("procedure_code", procedure)
    if officer:
        asked.add(AT_OFFICER, officer)
    asked.equal("id", subject)
    asked.behind("due_legal, id", DOSSIERS.values(after))
    item = _late(OverdueDossier, calendars, at, scope)
    return await pagination.page(db, _DOSSIERS, asked, DOSSIERS, limit=limit, item=item)


async def steps(
    db: Database,
    calendars: Calendars,
    *,
    at: datetime,
    scope: Scope | None = None,
    unit: Units = None,
    element: str | None = None,
    procedure: str | None = None,
    officer: UUID | None = None,
    subject: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[OverdueStep]:
    """Open steps past their own limit at `at`, most late first.

    Those of the units of a scope, or of all. Filters: unit, BPMN element, procedure, officer, the step itself.
    """
    asked = _late_steps(scope, unit, at)
    tracking.told(asked, scope, "d")
    asked.equal("t.element", element)
    asked.equal("d.procedure_code", procedure)
    asked.equal("t.assignee_id", officer)
    asked.equal("t.id", subject)
    asked.behind("t.due_own, t.id", STEPS.values(after))
    item = _late(OverdueStep, calendars, at, scope)
    return await pagination.page(db, _STEPS, asked, STEPS, limit=limit, item=item)


async def receptions(
    db: Database,
    calendars: Calendars,
    *,
    at: datetime,
    scope: Scope | None = None,
    unit: Units = None,
    procedure: str | None = None,
    officer: UUID | None = None,
    subject: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[OverdueReception]:
    """Dossiers at reception whose reception term has passed at `at`, most late first.

    Of what a scope follows, or of all. Filters: receiving unit, procedure, officer, the dossier itself.
    """
    asked = _late_receptions(scope, unit, at)
    tracking.told(asked, scope)
    asked.equal("procedure_code", procedure)
    if officer:
        asked.add(AT_OFFICER, officer)
    asked.equal("id", subject)
    asked.behind("reception_due, id", RECEPTIONS.values(after))
    item = _late(OverdueReception, calendars, at, scope)
    return await pagination.page(db, _RECEPTIONS, asked, RECEPTIONS, limit=limit, item=item)


async def counted_dossiers(db: Database, scope: Scope | None, unit: Units, at: datetime) -> int:
    """Number of overdue dossiers that a scope is told as a number only."""
    return await tracking.counted(db, "dossier", _late_dossiers(scope, unit, at), scope)


async def counted_steps(db: Database, scope: Scope | None, unit: Units, at: datetime) -> int:
    """Number of overdue steps that a scope is told as a number only."""
    steps_of = "user_task t join dossier d on d.id = t.dossier_id"
    return await tracking.counted(db, steps_of, _late_steps(scope, unit, at), scope, "d")


async def counted_receptions(db: Database, scope: Scope | None, unit: Units, at: datetime) -> int:
    """Number of overdue receptions that a scope is told as a number only."""
    return await tracking.counted(db, "dossier", _late_receptions(scope, unit, at), scope)


def _late_dossiers(scope: Scope | None, unit: Units, at: datetime) -> Conditions:
    asked = followed(scope, dossier.RUNNING)
    asked.add("due_legal < {}", at)
    asked.equal("handling_unit", unit)
    return asked


def _late_steps(scope: Scope | None, unit: Units, at: datetime) -> Conditions:
    asked = Conditions(_LIMITED_STEPS_OF_A_PAGE)
    if scope is not None and not scope.open:
        asked.equal("t.unit_code", sorted(scope.units))
    asked.add("t.due_own < {}", at)
    asked.equal("t.unit_code", unit)
    return asked


def _late_receptions(scope: Scope | None, unit: Units, at: datetime) -> Conditions:
    asked = followed(scope, dossier.AT_RECEPTION)
    asked.add("reception_due < {}", at)
    asked.equal("receiving_unit", unit)
    return asked


def followed(scope: Scope | None, *texts: str, of: str = "dossier") -> Conditions:
    """Conditions of a list of the dossiers that a scope follows, or of all."""
    asked = Conditions(*texts)
    if scope is not None and not scope.open:
        asked.add(tracking.follows_sql(of, "{0}", "{1}"), *scope.followed)
    return asked


def discreet(row: Mapping[str, Any], scope: Scope | None) -> Mapping[str, Any]:
    """The row without step and officer where a scope is told of neither."""
    if scope is None or scope.open or row.get("step_unit", row["unit"]) in scope.named:
        return row
    return {**row, "step": None, "step_name": None, "officer": None, "officer_name": None}


def soon_until(calendars: Calendars, at: datetime) -> dict[str, datetime]:
    """By unit, the instant before which a due date counts as soon.

    It is the end of the first working day after the local date of `at`, so that what is due on a working day is due soon from
    the beginning of the working day before it. A unit whose calendar ends before that day is left out.
    """
    return _by_unit(calendars, lambda calendar: _end_of_next_working_day(calendar, at))


def waiting_since(calendars: Calendars, minutes: int, at: datetime) -> dict[str, datetime]:
    """By unit, the instant from which `minutes` of working time have passed at `at`.

    The latest such instant: a dossier that arrived by then has waited at least that long. A unit whose calendar does not cover
    these days is left out.
    """
    return _by_unit(calendars, lambda calendar: calendar.add_minutes(at, -minutes))


def _by_unit(calendars: Calendars, instant: Callable[[wt.WorkCalendar], datetime]) -> dict[str, datetime]:
    """Result of a calculation for each unit, computed once for each calendar.

    Units whose calendar has no data for it are left out.
    """
    document: dict[tuple[str, str], datetime | None] = {}
    for calendar in calendars.values():
        kept = calendar.id, calendar.version
        if kept not in document:
            with suppress(wt.MissingCalendarData):
                document[kept] = instant(calendar)
    found = {unit: document.get((calendar.id, calendar.version)) for unit, calendar in calendars.items()}
    return {unit: known for unit, known in found.items() if known}


def _end_of_next_working_day(calendar: wt.WorkCalendar, at: datetime) -> datetime:
    day = calendar.add_days(at.astimezone(calendar.zone).date(), 1)
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=calendar.zone)


#: Open steps t that have a limit and that somebody could do now: nobody can while a dossier stands still as a whole, and then
#: the step starts again.
_LIMITED = f"t.{task.OPEN} and t.due_own is not null and not"
LIMITED_STEPS = f"{_LIMITED} {clock_stop.stands_still('t.dossier_id')}"
#: The same for a page, which looks at a few.
_LIMITED_STEPS_OF_A_PAGE = f"{_LIMITED} {clock_stop.stands_still('t.dossier_id', each=True)}"

#: Dossiers with an open step at an officer.
AT_OFFICER = f"id in (select dossier_id from user_task where {task.OPEN} and assignee_id = {{}})"  # noqa: S608 - fixed text of this module

#: The open step s of a dossier d that is to be worked on first; none between two steps.
DUE_FIRST = f"""left join lateral (
  select element, name, role, assignee_id, unit_code from user_task where dossier_id = d.id and {task.OPEN}
  order by {work_by.FIRST} limit 1
) s on true"""  # noqa: S608 - fixed text of this module


def page_of_dossiers(columns: str, unit: str, due: str, step: str = DUE_FIRST) -> str:
    """The statement of a page of dossiers d, each with its step s.

    `unit` and `due` are the columns of the responsible unit and of the order.
    """
    return f"""
select d.id, {columns}, d.procedure_code as procedure, v.name as procedure_name, d.{unit} as unit, u.name as unit_name,
  d.{due} as due, s.element as step, s.name as step_name, s.unit_code as step_unit, su.name as step_unit_name, s.role, s.assignee_id as officer, p.name as officer_name
from (select * from dossier where {{conditions}} order by {due}, id limit {{limit}}) d
join unit u on u.code = d.{unit}
join workflow_version v on v.id = d.workflow_version_id
{step}
left join unit su on su.code = s.unit_code
left join principal p on p.id = s.assignee_id
order by d.{due}, d.id
"""  # noqa: S608 - of names that stand in the code


_DOSSIERS = page_of_dossiers(
    "d.code, d.due_promised, d.late_since, d.provisional", "handling_unit", "due_legal"
)
_RECEPTIONS = page_of_dossiers("d.reference, d.filed_at", "receiving_unit", "reception_due")
_STEPS = """
select t.id, d.id as dossier, d.reference, d.code, d.procedure_code as procedure, v.name as procedure_name,
  t.unit_code as unit, u.name as unit_name, t.element as step, t.name as step_name, t.role, t.assignee_id as officer,
  p.name as officer_name, t.due_own as due
from user_task t
join dossier d on d.id = t.dossier_id join workflow_version v on v.id = d.workflow_version_id
join unit u on u.code = t.unit_code left join principal p on p.id = t.assignee_id
where {conditions}
order by t.due_own, t.id limit {limit}
"""


def _late(
    kind: Callable[..., Item], calendars: Calendars, at: datetime, scope: Scope | None
) -> Callable[[Any], Item]:
    """Maker of a list's item from its row, with the lateness at an instant."""
    return lambda row: kind(
        **discreet(row, scope), lateness=Lateness.between(calendars[row["unit"]], row["due"], at)
    )
