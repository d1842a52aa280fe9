"""Lateness by step and by officer.

Steps that ended in a period are counted, and those open at its end:

    ended = early + on time + late + without a limit

Times are working minutes from arrival to completion, counted in the calendar of the step's unit.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

import hoso_calendar as wt
from hoso_models.storage.database import Database
from hoso_models.tables import clock_stop
from hoso_workflows import localtime
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.lateness import DoesNotAddUp


@dataclass(frozen=True, slots=True)
class StepLine:
    """The figures of a step, or of an officer's steps, in one unit."""

    unit: str
    unit_name: str
    #: Of a step its procedure and name; of an officer their id and name.
    key: str
    name: str
    ended: int
    early: int
    on_time: int
    late: int
    #: Without a limit of their own.
    unlimited: int
    #: Open at the end of the period, and those of them over their limit.
    open: int
    open_overdue: int
    #: Of these, those of dossiers that stood still then.
    overdue_still: int
    #: Working minutes that half and nine in ten of the ended ones took at most, and the longest.
    median: int
    ninetieth: int
    longest: int


Key = Callable[[Any], tuple[str, str] | None]


async def by_step(
    db: Database, calendars: Mapping[str, wt.WorkCalendar], scope: Scope, *, at: datetime
) -> tuple[StepLine, ...]:
    """The steps of units in scope, the slowest first. That is what nine in ten took. Raises BadPeriod, DoesNotAddUp."""
    return _lines(await _rows(db, scope, at), calendars, _step)


async def by_officer(
    db: Database, calendars: Mapping[str, wt.WorkCalendar], scope: Scope, *, at: datetime
) -> tuple[StepLine, ...]:
    """The officers who completed steps or have taken open ones, the slowest first. Raises BadPeriod, DoesNotAddUp."""
    return _lines(await _rows(db, scope, at), calendars, _officer)


async def _rows(db: Database, scope: Scope, at: datetime) -> Sequence[Any]:
    rows: Sequence[Any] = await db.rows(_STEPS, [*scope.bounds(at), scope.unit])
    return rows


def _step(row: Any) -> tuple[str, str]:
    return row.procedure, row.name


def _officer(row: Any) -> tuple[str, str] | None:
    officer: UUID | None = row.officer
    return None if officer is None else (str(officer), row.officer_name)


def _lines(rows: Iterable[Any], calendars: Mapping[str, wt.WorkCalendar], key: Key) -> tuple[StepLine, ...]:
    groups: dict[tuple[str, str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        if found := key(row):
            groups[row.unit, row.unit_name, *found].append(row)
    lines = [_line(named, found, calendars[named[0]]) for named, found in groups.items()]
    return tuple(
        sorted(lines, key=lambda each: (-each.ninetieth, -each.ended, each.unit, each.key, each.name))
    )


def _line(named: tuple[str, str, str, str], rows: Sequence[Any], calendar: wt.WorkCalendar) -> StepLine:
    ended = [row for row in rows if row.ended]
    waiting = [row for row in rows if not row.ended]
    early, on_time, late = (sum(row.judged == each for row in ended) for each in ("early", "on_time", "late"))
    unlimited = sum(row.judged is None for row in ended)
    if early + on_time + late + unlimited != len(ended):
        raise DoesNotAddUp(named[0], named[3], len(ended), early + on_time + late + unlimited)
    overdue = [row.still for row in waiting if row.overdue]
    counts = (len(ended), early, on_time, late, unlimited, len(waiting), len(overdue), sum(overdue))
    return StepLine(*named, *counts, *_percentiles(ended, calendar))


def _percentiles(rows: Sequence[Any], calendar: wt.WorkCalendar) -> tuple[int, int, int]:
    """Nearest ranks, so that each is a time that a step really took."""
    if not rows:
        return 0, 0, 0
    begun, ended = ([_wall(row[name]) for row in rows] for name in ("arrived_at", "closed_at"))
    taken = calendar.count_minutes_array(
        np.array(begun, dtype="datetime64[m]"), np.array(ended, dtype="datetime64[m]")
    )
    found = np.percentile(taken, [50, 90, 100], method="inverted_cdf")
    return int(found[0]), int(found[1]), int(found[2])


def _wall(at: datetime) -> datetime:
    return at.astimezone(localtime.ZONE).replace(tzinfo=None)


#: $1 begin, $2 end (not included), $3 a unit with those below it, or null for all. An open step is counted with whoever has taken it.
_STEPS = f"""
with recursive scope as (
  select code, name from unit where code = $3 or $3::text is null
  union
  select u.code, u.name from unit u join scope on u.parent_code = scope.code
)
select scope.code as unit, scope.name as unit_name, d.procedure_code as procedure, t.name, t.arrived_at, t.closed_at,
  coalesce(t.status = 'closed' and t.closed_at < $2, false) as ended, t.judged,
  coalesce(t.due_own < $2, false) as overdue, exists (
    select from clock_stop where dossier_id = d.id and {clock_stop.WHOLE} and started_at < $2 and (ended_at is null or ended_at >= $2)
  ) as still, p.id as officer, p.name as officer_name
from user_task t
join scope on scope.code = t.unit_code
join dossier d on d.id = t.dossier_id
left join principal p on p.id = case when t.status = 'closed' and t.closed_at < $2 then t.closed_by else t.assignee_id end
where t.opened_at < $2 and (
  t.status = 'closed' and t.closed_at >= $1 or t.status <> 'closed' and (t.closed_at is null or t.closed_at >= $2)
)
"""  # noqa: S608 - fixed text of this module
