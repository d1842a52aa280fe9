"""The dates of a dossier, folded from its events (DESIGN, rule 3): what is the yardstick, what was promised, and why.

Three dates, because one cannot be both yardstick and promise: `due_first` never moves, the verdict reads `due_legal`,
the applicant reads `due_promised`. No date is ever added to: each is counted by `hoso_calendar` from an event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_models import AppointmentKind, Verdict
from hoso_workflows import refusals
from hoso_workflows.count import Count, Leg, end
from hoso_workflows.dates import Appointment, Dates, Does, Mark, Promise
from hoso_workflows.events import Event, Kind
from hoso_workflows.steps import BY_CALENDAR, Load, Plan, Step, StepDates, Timing, judge, parse
from hoso_workflows.stops import SUPPLEMENT, SUSPENSION, Stop, pauses

__all__ = [
    "Appointment",
    "Calendars",
    "Clock",
    "Dates",
    "Promise",
    "StepDates",
    "fold",
    "listen",
    "reappointable",
]

#: The calendar of an id in one version: a function, or a mapping by (id, version).
Calendars = Callable[[str, str], wt.WorkCalendar] | Mapping[tuple[str, str], wt.WorkCalendar]


def fold(events: Iterable[Event], calendars: Calendars) -> Dates:
    """The dates after a whole history; deterministic, reads no clock. Raises `CalendarEnds` past the calendar's years."""
    return listen(events, calendars).dates()


def listen(events: Iterable[Event], calendars: Calendars) -> Clock:
    """A clock that has heard a history, and can hear more."""
    clock = Clock(calendars)
    for event in events:
        clock.hear(event)
    return clock


def reappointable(dates: Dates, at: datetime) -> None:
    """Raise `NotReappointable` unless a new appointment with apology may be made at `at`.

    Once per dossier, while the clock runs, on a local date at least one day before the expiry (Decree 61/2018 art. 19
    clause 9).
    """
    if any(made.kind is AppointmentKind.REAPPOINTMENT for made in dates.appointments):
        raise refusals.NotReappointable(say("the dossier has been re-appointed once"))
    due = dates.due_legal
    if not dates.running or due is None:
        raise refusals.NotReappointable(say("its clock does not run"))
    if at.astimezone(due.tzinfo).date() >= due.date():
        raise refusals.NotReappointable(
            say("it had to be told on the day before {day} at the latest", day=due.date())
        )


@dataclass(slots=True)
class Clock:
    """Hears a dossier's events one after another; `dates()` says what they amount to so far."""

    calendars: Calendars
    #: Every promise made, with its count.
    promises: list[Promise] = field(default_factory=list)
    #: Every stop, in the order of its start.
    stops: list[Stop] = field(default_factory=list)
    #: The reception term's count; None while a supplement is awaited before acceptance.
    reception: wt.Deadline | None = None
    #: What was done to the clock, in order.
    timeline: list[Mark] = field(default_factory=list)
    #: The open steps, and the timing of those that are closed.
    steps: dict[UUID, Step] = field(default_factory=dict)
    closed: dict[UUID, Timing] = field(default_factory=dict)
    late_since: datetime | None = None
    verdict: Verdict | None = None
    #: What of the dossier's own time is counted; None before acceptance.
    count: Count | None = None
    _receiving: Count | None = None
    _legal: datetime | None = None
    _promised: datetime | None = None
    #: The date of a re-appointment that nothing has taken the place of.
    _apology: datetime | None = None
    _cycle: int = 0
    #: Since when the clock stands still.
    _stopped: datetime | None = None
    _plan: Plan | None = None
    #: What the closed steps came to; nothing changes it any more.
    _past: dict[UUID, StepDates] = field(default_factory=dict)
    _ended: bool = False

    def hear(self, event: Event) -> None:
        """Take one more event into account; events that concern no date change nothing."""
        heard = _HEARD.get(event.kind)
        if heard:
            with _within_the_calendar():
                heard(self, event)

    def dates(self) -> Dates:
        """What the events so far amount to."""
        standing = self._stopped is not None
        last = self.promises[-1].appointment if self.promises else None
        return Dates(
            reception_due=self.reception.due if self.reception else None,
            due_first=last.due_first if last else None,
            due_legal=None if standing else self._legal,
            due_promised=None if standing else self._promised,
            running=last is not None and not standing and not self._ended,
            cycle=self._cycle,
            provisional=last.provisional if last else False,
            late_since=self.late_since,
            verdict=self.verdict,
            appointments=tuple(promise.appointment for promise in self.promises),
            steps={**self._past, **self._present()},
        )

    def timings(self) -> dict[UUID, Timing]:
        """How the dates of each step were counted."""
        with _within_the_calendar():
            return {**self.closed, **{task: self._timing(step) for task, step in self.steps.items()}}

    def _present(self) -> dict[UUID, StepDates]:
        with _within_the_calendar():
            return {task: self._timing(step).dates for task, step in self.steps.items()}

    # What sets and moves the dates

    def _filed(self, event: Event) -> None:
        term = parse(event.payload["reception_term"])
        self._receive(Count(event.at, self._calendar(event), (Leg(term, wt.Policy()),)))

    def _receive(self, count: Count) -> None:
        self._receiving = count
        self.reception = count.deadlines((), count.start)[-1]

    def _accepted(self, event: Event) -> None:
        policy = wt.Policy.from_mapping(event.payload["policy"])
        self._begin(AppointmentKind.ACCEPTED, event, policy)

    def _supplement_asked(self, event: Event) -> None:
        self._stop(SUPPLEMENT, event, "reason")
        if self.count is None:
            self.reception = None

    def _supplement_received(self, event: Event) -> None:
        """The open steps start again, and the plan runs from there."""
        self.steps = {task: replace(step, arrived=event.at) for task, step in self.steps.items()}
        if self.count is None:
            self._release(SUPPLEMENT, event.at)
            self._stopped = None
            if self._receiving:
                self._receive(replace(self._receiving, start=event.at))
        elif "term" in event.payload:
            self._release(SUPPLEMENT, event.at)
            self._begin(AppointmentKind.RESTART, event, self.count.policy)
        else:
            self._go_on(SUPPLEMENT, AppointmentKind.RESUME, event)
            self._plan_from(event.at, self.count)

    def _suspended(self, event: Event) -> None:
        self._stop(SUSPENSION, event, "basis")

    def _suspension_ended(self, event: Event) -> None:
        self._go_on(SUSPENSION, AppointmentKind.SUSPENSION_ENDED, event)

    def _obligation_met(self, event: Event) -> None:
        if self.count:
            self._begin(AppointmentKind.SECOND, event, self.count.policy)

    def _extended(self, event: Event) -> None:
        if self.count:
            self._note_lateness(event.at)
            extended = self.count.extended(parse(event.payload["term"]))
            self._promise(AppointmentKind.EXTENSION, event, extended)

    def _reappointed(self, event: Event) -> None:
        if self.count:
            due = datetime.fromisoformat(event.payload["due"])
            self._promise(AppointmentKind.REAPPOINTMENT, event, self.count, apology=due)

    def _calendar_revised(self, event: Event) -> None:
        revised = self._calendar(event)
        self.steps = {task: step.revised(revised) for task, step in self.steps.items()}
        if self.count is None:
            if self._receiving and self._receiving.calendar.id == revised.id:
                self._receiving = replace(self._receiving, calendar=revised)
                if self.reception:
                    self._receive(self._receiving)
        elif self.count.calendar.id == revised.id and not self._ended:
            self.count = replace(self.count, calendar=revised)
            if self._stopped is None:
                self._promise(AppointmentKind.CALENDAR_REVISION, event, self.count, apology=self._apology)

    def _result_ready(self, event: Event) -> None:
        if self._ended:
            return
        for stop in self.stops:
            if stop.end is None:
                self._go_on(stop.source, AppointmentKind.SUSPENSION_ENDED, event)
        self.timeline.append(Mark(event.at, Does.RESULT))
        if self._legal:
            self.verdict = Verdict.LATE if self.late_since else judge(self._legal, event.at)
        self._ended = True

    def _end(self, event: Event) -> None:
        self.timeline.append(Mark(event.at, Does.ENDS))
        self._ended = True

    # Steps

    def _task_opened(self, event: Event) -> None:
        said = event.payload
        step = Step(
            arrived=event.at,
            limit=said["limit"],
            plan=tuple(said["plan"]),
            calendar=self._calendar(event),
            excluded=said["clock"] == "excluded",
            by_calendar=self.count is not None and self.count.term.unit in BY_CALENDAR,
        )
        self.steps[UUID(said["task"])] = step
        if step.excluded and self.count:
            self._stop(said["task"], event, "clock_basis")

    def _task_closed(self, event: Event) -> None:
        task = event.payload["task"]
        step = self.steps.pop(UUID(task))
        completed = event.at if event.payload["by"] == "completed" else None
        timing = replace(self._timing(step, event.at), completed=completed)
        self.closed[UUID(task)], self._past[UUID(task)] = timing, timing.dates
        if step.excluded:
            self._go_on(task, AppointmentKind.SUSPENSION_ENDED, event)

    def _timing(self, step: Step, until: datetime | None = None) -> Timing:
        """How a step is counted, stops that last up to `until`; an excluded step's own term runs all the same."""
        stops = [stop for stop in self.stops if not (step.excluded and stop.of_a_step)]
        own = step.own(pauses(stops, step.arrived, until))
        plan = step.planned(self._plan, pauses(self.stops, self._plan.start, until)) if self._plan else ()
        return Timing(step, own, plan, cap=self._legal, capped_by=len(self.promises) or None)

    def _plan_from(self, at: datetime, count: Count) -> None:
        """The plan runs from now on; what lies before the open steps is done."""
        by_calendar = count.term.unit in BY_CALENDAR
        done = (replace(step, by_calendar=by_calendar).before for step in self.steps.values())
        self._plan = Plan(at, min(done, key=lambda load: load.order, default=Load()), count.policy)

    # The count

    def _begin(self, kind: AppointmentKind, event: Event, policy: wt.Policy) -> None:
        """The whole term of the event runs from now; a stop that lasts stops it again at once."""
        self._note_lateness(event.at)
        count = Count(event.at, self._calendar(event), (Leg(parse(event.payload["term"]), policy),))
        self._promise(kind, event, count)
        self._stopped = event.at if self._standing else None
        self._plan_from(event.at, count)

    def _promise(
        self, kind: AppointmentKind, event: Event, count: Count, apology: datetime | None = None
    ) -> None:
        """Count the dates and make the appointment; without an apology's date it promises the legal one."""
        deadlines = count.deadlines(self.stops, event.at)
        last = self.promises[-1].appointment if self.promises else None
        legal = end(deadlines[-1])
        self.count, self._legal, self._promised, self._apology = count, legal, apology or legal, apology
        self._cycle += kind is not AppointmentKind.CALENDAR_REVISION
        appointment = Appointment(
            number=len(self.promises) + 1,
            kind=kind,
            cycle=self._cycle,
            due_first=last.due_first if last else legal,
            due_legal=legal,
            due_promised=apology or legal,
            supersedes=last.number if last else None,
            why=_why(event),
            calendar=count.calendar.id,
            calendar_version=count.calendar.version,
            provisional=any(deadline.provisional for deadline in deadlines),
            made_at=event.at,
        )
        self.promises.append(Promise(appointment, deadlines))
        self.timeline.append(Mark(event.at, Does.PROMISES, number=appointment.number))

    def _stop(self, source: str, event: Event, ground: str) -> None:
        if self._ended:
            return
        self._note_lateness(event.at)
        self.stops.append(Stop(source, event.at, event.payload.get(ground) or ""))
        self.timeline.append(Mark(event.at, Does.STOPS, source=source))
        if self._stopped is None:
            self._stopped = event.at

    def _go_on(self, source: str, kind: AppointmentKind, event: Event) -> None:
        """One ground is gone; when it was the last one, the dates move by the time that did not count."""
        self._release(source, event.at)
        standing = self._stopped
        if self.count is None or self._ended or standing is None or self._standing:
            return
        self._stopped = None
        if standing < event.at:
            self._promise(kind, event, self.count)

    def _release(self, source: str, at: datetime) -> None:
        self.timeline.append(Mark(at, Does.GOES_ON, source=source))
        self.stops = [
            replace(stop, end=at) if stop.source == source and stop.end is None else stop
            for stop in self.stops
        ]

    @property
    def _standing(self) -> bool:
        return any(stop.end is None for stop in self.stops)

    def _note_lateness(self, at: datetime) -> None:
        """A due date that has passed while the clock ran stays on record, whatever moves it from now on."""
        if self._stopped is None and self._legal and at > self._legal:
            self.late_since = self.late_since or self._legal

    def _calendar(self, event: Event) -> wt.WorkCalendar:
        """The calendar that the event names."""
        named = event.payload["calendar"]
        key = named["id"], named["version"]
        return self.calendars(*key) if callable(self.calendars) else self.calendars[key]


_HEARD: Mapping[Kind, Callable[[Clock, Event], None]] = {
    Kind.FILED: Clock._filed,
    Kind.ACCEPTED: Clock._accepted,
    Kind.REFUSED: Clock._end,
    Kind.SUPPLEMENT_ASKED: Clock._supplement_asked,
    Kind.SUPPLEMENT_RECEIVED: Clock._supplement_received,
    Kind.WITHDRAWN: Clock._end,
    Kind.SUSPENDED: Clock._suspended,
    Kind.SUSPENSION_ENDED: Clock._suspension_ended,
    Kind.OBLIGATION_MET: Clock._obligation_met,
    Kind.EXTENDED: Clock._extended,
    Kind.REAPPOINTED: Clock._reappointed,
    Kind.CALENDAR_REVISED: Clock._calendar_revised,
    Kind.TASK_OPENED: Clock._task_opened,
    Kind.TASK_CLOSED: Clock._task_closed,
    Kind.RESULT_READY: Clock._result_ready,
    Kind.STOPPED: Clock._end,
}


def _why(event: Event) -> dict[str, Any]:
    grounds = ("reason", "basis", "kind", "element")
    return {
        "event": str(event.kind),
        **{key: event.payload[key] for key in grounds if event.payload.get(key)},
    }


@contextmanager
def _within_the_calendar() -> Iterator[None]:
    try:
        yield
    except wt.MissingCalendarData as missing:
        raise refusals.CalendarEnds(missing.calendar, missing.year) from missing
