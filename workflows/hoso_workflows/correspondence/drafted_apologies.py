"""Letters of apology that the ladder puts before a head.

Each has a date and a reason to begin with.

A rung with `apology` that was told makes one (ADR 0067). None is stored: it is there while the law still allows a new
appointment, which is once, before the local date of the legal due date, and while the clock runs (Decree 61/2018 art. 19
clause 9). The command that makes the new appointment issues the letter.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_models import AppointmentKind
from hoso_models.tables import dossier, task
from hoso_workflows import localtime, pagination
from hoso_workflows.clock import work_by
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.ladder import rungs
from hoso_workflows.organisation.permissions import Rights, table
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST = "list_drafted_apologies"
DUE = Keyset("apologies", due_promised=pagination.INSTANT, id=pagination.IDENTITY)
#: What is due later than this after a rung reaches it is not looked for.
SLACK = timedelta(days=30)
#: Printed on form 04, and read by the applicant: of a step past its own limit or its place in the plan, of another, of none.
_LATE_STEP = "Bước “{step}” chưa xong theo thời hạn đã định."
_STEP = "Hồ sơ đang ở bước “{step}”, chưa giải quyết xong."
_NO_STEP = "Hồ sơ chưa giải quyết xong."


@dataclass(frozen=True, slots=True)
class Drafted:
    """A letter of apology that waits for a head."""

    #: That of the dossier.
    id: UUID
    reference: str
    code: str
    procedure: str
    unit: str
    step: str | None
    due_promised: datetime
    due_legal: datetime
    #: The new date to begin with; None where the calendar has no data for it.
    due: date | None
    reason: str
    #: The last local day on which the law allows the letter.
    last_day: date


async def search(
    service: DossierService, rights: Rights, *, at: datetime, limit: int = 50, after: str | None = None
) -> Page[Drafted]:
    """One page of what waits for the reader, those due first first. Raises BadCursor."""
    asked = await _asked(service, rights, at)
    asked.behind("d.due_promised, d.id", DUE.values(after))
    return await _page(service, asked, at, limit)


async def of_dossier(service: DossierService, key: str, rights: Rights, *, at: datetime) -> Drafted | None:
    """The draft of a dossier that waits for the reader; None without one.

    `key` is the dossier's code or reference.
    """
    asked = await _asked(service, rights, at)
    asked.add("(d.reference = {0} or d.code = {0})", key)
    return next(iter((await _page(service, asked, at, 1)).items), None)


async def _asked(service: DossierService, rights: Rights, at: datetime) -> Conditions:
    """Conditions of a draft: a head reads it, and the law still allows it."""
    every = [each for each in await rungs.every(service.db) if each.apology]
    farthest = timedelta(days=2 * max((abs(each.days) for each in every), default=0))
    asked = Conditions("d.handling_unit = place.unit", f"d.{dossier.RUNNING}", "d.clock_running")
    asked.given(sorted(table.units(LIST, rights)))
    asked.given([each.level for each in every])
    asked.add(f"(d.due_legal at time zone '{localtime.ZONE}')::date > {{}}", localtime.local_date(at))
    asked.add("d.due_promised < {}", at + farthest + SLACK)
    return asked


async def _page(service: DossierService, asked: Conditions, at: datetime, limit: int) -> Page[Drafted]:
    calendars = await service.reference_data.unit_calendars()
    return await pagination.page(
        service.db,
        _WAITING,
        asked,
        DUE,
        limit=limit,
        item=lambda row: _drafted(row, calendars.get(row.unit), at),
    )


def suggested(
    calendar: wt.WorkCalendar, promised: datetime, planned: datetime | None, at: datetime
) -> date | None:
    """The promised date moved by the delay of the step since `planned`.

    At least by a working day; None where the calendar has no data for it.
    """
    behind = 0 if planned is None or planned >= at else calendar.count_minutes(planned, at)
    days = max(1, -(-behind // calendar.nominal_day))
    first = max(promised, at).astimezone(calendar.zone).date()
    try:
        return calendar.add_days(first, days)
    except wt.MissingCalendarData:
        return None


def _drafted(row: Any, calendar: wt.WorkCalendar | None, at: datetime) -> Drafted:
    return Drafted(
        id=row.id,
        reference=row.reference,
        code=row.code,
        procedure=row.procedure,
        unit=row.unit,
        step=row.step,
        due_promised=row.due_promised,
        due_legal=row.due_legal,
        due=suggested(calendar, row.due_promised, row.planned, at) if calendar else None,
        reason=_reason(row, at).format(step=row.step),
        last_day=localtime.local_date(row.due_legal) - timedelta(days=1),
    )


def _reason(row: Any, at: datetime) -> str:
    if row.step is None:
        return _NO_STEP
    return _LATE_STEP if row.planned and row.planned < at else _STEP


#: $1 units, $2 levels.
_WAITING = f"""
select w.*, s.name as step, s.planned from unnest($1::text[]) as place(unit) cross join lateral (
  select d.id, d.reference, d.code, d.procedure_code as procedure, d.handling_unit as unit, d.due_promised, d.due_legal
  from dossier d
  where {{conditions}} and exists (
    select from escalation e
    where e.subject_kind = 'dossier' and e.subject_id = d.id and e.cycle = d.cycle and e.level = any($2::text[])
  ) and not exists (
    select from appointment a where a.dossier_id = d.id and a.kind = '{AppointmentKind.REAPPOINTMENT}'
  )
  order by d.due_promised, d.id limit {{limit}}
) w
left join lateral (
  select name, least(due_own, due_plan) as planned from user_task where dossier_id = w.id and {task.OPEN}
  order by {work_by.FIRST} limit 1
) s on true
order by w.due_promised, w.id limit {{limit}}
"""  # noqa: S608 - fixed text of this module
