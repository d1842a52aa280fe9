"""Counts of accepted dossiers whose clock never stood still, without folding their histories.

Nearly all open dossiers are of this kind: one term that runs since acceptance, and open steps. Many share the minute of acceptance or
arrival, the term, the limit and the calendar, so that each count is made once. The counting is the clock's own; a test holds the two
ways equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

import hoso_calendar as wt
from hoso_models import AppointmentKind
from hoso_workflows.calendars.change import Change, Counted
from hoso_workflows.calendars.dates import Act, Due, Effect, StepDue
from hoso_workflows.clock.clock import Calendars
from hoso_workflows.clock.due_dates import Appointment
from hoso_workflows.clock.revised_counts import RevisedCounts
from hoso_workflows.clock.step_deadlines import BY_CALENDAR, Load, Plan, Step
from hoso_workflows.clock.term_count import Segment, TermCount, parse
from hoso_workflows.events import Event, Kind


@dataclass(frozen=True, slots=True)
class _Step:
    arrived: datetime
    limit: str | None
    plan: tuple[str, ...]
    calendar: wt.WorkCalendar


@dataclass(frozen=True, slots=True)
class _Plain:
    """The present counts of one dossier."""

    start: datetime
    term: str
    policy: wt.Policy
    calendar: wt.WorkCalendar
    steps: Mapping[UUID, _Step]

    def by(self, events: tuple[Event, ...], calendars: Calendars) -> "_Plain":
        """The counts after revisions."""
        for event in events:
            self = self._revised(event.payload, _named(calendars, event.payload))
        return self

    def _revised(self, payload: Mapping[str, Any], calendar: wt.WorkCalendar) -> "_Plain":
        counts = RevisedCounts.of(payload)
        steps = {
            task: _Step(step.arrived, step.limit, step.plan, calendar)
            if counts.step(task, step.calendar.id)
            else step
            for task, step in self.steps.items()
        }
        own = calendar if counts.term(self.calendar.id) else self.calendar
        return _Plain(self.start, self.term, self.policy, own, steps)

    def due(self) -> Due:
        """The dates by these counts."""
        legal, provisional = _term(self.calendar, self.start, self.term, self.policy)
        steps = {task: self._step(step, legal) for task, step in self.steps.items()}
        return Due(None, legal, legal, provisional, steps)

    def _step(self, step: _Step, legal: datetime) -> StepDue:
        by_calendar = parse(self.term).unit in BY_CALENDAR
        own = _own(step.calendar, step.arrived, step.limit, by_calendar)
        planned = _planned(step.calendar, self.start, step.limit, step.plan, self.policy, by_calendar)
        return own, min(planned, legal) if planned else None


def effect(
    row: Any, calendars: Calendars, change: Change, units: Mapping[str, str], act: Act
) -> Effect | None:
    """The effect on a plain dossier. None where the change does not concern it."""
    before = _read(row, calendars)
    counted = Counted(before.calendar, None, {task: step.calendar for task, step in before.steps.items()})
    events = act.events(row, list(change.payloads(counted, units)))
    if not events:
        return None
    after = before.by(events, calendars)
    old, new = before.due(), after.due()
    moved = (old.due_legal, old.provisional) != (new.due_legal, new.provisional)
    return Effect(row, events, old, new, (_appointment(row, after, new, events[-1]),) if moved else ())


def _read(row: Any, calendars: Calendars) -> _Plain:
    """The counts that the events tell: acceptance, the open steps, and revisions, in order."""
    (_, accepted, first), *later = row.events
    found = _Plain(
        _minute(accepted),
        first["term"],
        _policy(orjson.dumps(first["policy"])),
        _named(calendars, first),
        {},
    )
    for kind, at, payload in later:
        calendar = _named(calendars, payload)
        if kind == Kind.TASK_OPENED:
            step = _Step(_minute(at), payload["limit"], tuple(payload["plan"]), calendar)
            steps = {**found.steps, UUID(payload["task"]): step}
            found = _Plain(found.start, found.term, found.policy, found.calendar, steps)
        else:
            found = found._revised(payload, calendar)
    return found


def _appointment(row: Any, after: _Plain, due: Due, event: Event) -> Appointment:
    assert due.due_legal is not None  # noqa: S101 - its clock runs
    assert due.due_promised is not None  # noqa: S101 - its clock runs
    why = {"event": str(event.kind)}
    if basis := event.payload.get("basis"):
        why["basis"] = basis
    return Appointment(
        number=row.appointments + 1,
        kind=AppointmentKind.CALENDAR_REVISION,
        cycle=row.cycle,
        due_first=row.due_first,
        due_legal=due.due_legal,
        due_promised=due.due_promised,
        supersedes=row.appointments,
        why=why,
        calendar=after.calendar.id,
        calendar_version=after.calendar.version,
        provisional=due.provisional,
        made_at=event.at,
    )


def _named(calendars: Calendars, payload: Mapping[str, Any]) -> wt.WorkCalendar:
    key = payload["calendar"]["id"], payload["calendar"]["version"]
    return calendars(*key) if callable(calendars) else calendars[key]


def _minute(at: str) -> datetime:
    """The instant as the calendar counts it: seconds are dropped."""
    return datetime.fromisoformat(at).replace(second=0, microsecond=0)


@lru_cache(maxsize=256)
def _policy(text: bytes) -> wt.Policy:
    return wt.Policy.from_mapping(orjson.loads(text))


@lru_cache(maxsize=65_536)
def _term(calendar: wt.WorkCalendar, start: datetime, term: str, policy: wt.Policy) -> tuple[datetime, bool]:
    (deadline,) = TermCount(start, calendar, (Segment(parse(term), policy),)).deadlines((), start)
    assert deadline.due is not None  # noqa: S101 - no pause is open
    return deadline.due, deadline.provisional


@lru_cache(maxsize=65_536)
def _own(
    calendar: wt.WorkCalendar, arrived: datetime, limit: str | None, by_calendar: bool
) -> datetime | None:
    counted = Step(arrived, limit, (), calendar, by_calendar=by_calendar).own(())
    return counted.due if counted else None


@lru_cache(maxsize=65_536)
def _planned(
    calendar: wt.WorkCalendar,
    start: datetime,
    limit: str | None,
    plan: tuple[str, ...],
    policy: wt.Policy,
    by_calendar: bool,
) -> datetime | None:
    step = Step(start, limit, plan, calendar, by_calendar=by_calendar)
    counted = step.planned(Plan(start, Load(), policy), ())
    return counted[-1].due if counted else None
