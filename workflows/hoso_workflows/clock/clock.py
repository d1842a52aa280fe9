"""Due dates of a dossier, folded from its events (DESIGN, rule 3).

Three dates, because one cannot be both yardstick and promise: `due_first` never moves, the verdict reads `due_legal`,
the applicant reads `due_promised`. No date is ever added to: each is counted by `hoso_calendar` from an event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from functools import reduce
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_models import AppointmentKind, Verdict
from hoso_workflows import errors
from hoso_workflows.clock import shares
from hoso_workflows.clock.due_dates import Appointment, Dates, Promise, TimelineEntry, TimelineKind
from hoso_workflows.clock.revised_counts import RevisedCounts
from hoso_workflows.clock.shares import Run, Share
from hoso_workflows.clock.step_deadlines import BY_CALENDAR, Load, Plan, Step, StepDates, Timing, judge
from hoso_workflows.clock.suspensions import OBLIGATION, SUPPLEMENT, SUSPENSION, Suspension, pauses
from hoso_workflows.clock.term_count import Segment, TermCount, WorkingMinutes, end, parse
from hoso_workflows.events import Event, Kind
from hoso_workflows.frozen import changed

__all__ = [
    "Appointment",
    "Calendars",
    "Clock",
    "Dates",
    "Promise",
    "StepDates",
    "fold",
    "reappointable",
    "shares_limits",
]

#: The calendar of an id in one version: a function, or a mapping by (id, version).
Calendars = Callable[[str, str], wt.WorkCalendar] | Mapping[tuple[str, str], wt.WorkCalendar]


def fold(events: Iterable[Event], calendars: Calendars) -> Dates:
    """The dates after a whole history; deterministic, reads no clock. Raises `CalendarEnds` past the calendar's years."""
    return Clock(calendars).after(events).dates()


def shares_limits(term: wt.Term) -> bool:
    """True for a term of calendar time, of which limits in days are shares."""
    return term.unit in BY_CALENDAR


def reappointable(dates: Dates, at: datetime) -> None:
    """Raise `NotReappointable` unless a new appointment with apology may be made at `at`.

    Once per dossier, while the clock runs, on a local date at least one day before the expiry (Decree 61/2018 art. 19
    clause 9).
    """
    if any(made.kind is AppointmentKind.REAPPOINTMENT for made in dates.appointments):
        raise errors.NotReappointable(say("the dossier has been re-appointed once"))
    due = dates.due_legal
    if not dates.running or due is None:
        raise errors.NotReappointable(say("its clock does not run"))
    if at.astimezone(due.tzinfo).date() >= due.date():
        raise errors.NotReappointable(
            say("it had to be told on the day before {day} at the latest", day=due.date())
        )


@dataclass(frozen=True)
class Clock:
    """The clock of one dossier after some of its events. `dates()` gives its due dates."""

    calendars: Calendars = field(compare=False, repr=False)
    #: Every promise made, with its count.
    promises: tuple[Promise, ...] = ()
    #: Every suspension, in the order of its start.
    suspensions: tuple[Suspension, ...] = ()
    #: The reception term's count; None while a supplement is awaited before acceptance.
    reception: wt.Deadline | None = None
    #: Effects of the events, in order.
    timeline: tuple[TimelineEntry, ...] = ()
    #: The open steps, and the timing of those that are closed.
    steps: Mapping[UUID, Step] = field(default_factory=dict)
    closed: Mapping[UUID, Timing] = field(default_factory=dict)
    late_since: datetime | None = None
    verdict: Verdict | None = None
    #: The count of the dossier's term; None before acceptance.
    count: TermCount | None = None
    #: Reception's count, also while it stands still.
    receiving: TermCount | None = None
    #: How often reception's term has begun.
    receptions: int = 0
    #: When another unit has last begun to play reception.
    _desk_moved: datetime | None = None
    #: The calendar of the unit that has replaced the receiving one, by which reception's term starts again.
    _receiving_successor: wt.WorkCalendar | None = None
    #: The date of a re-appointment that nothing has taken the place of.
    _apology: datetime | None = None
    #: The instant since which the clock is suspended.
    _stopped: datetime | None = None
    _plan: Plan | None = None
    #: The term in calendar days of which limits are shares; None in another one, and in one begun by an earlier release.
    _run: Run | None = None
    #: Dates of the closed steps; they are final.
    _past: Mapping[UUID, StepDates] = field(default_factory=dict)
    #: The result is ready, or the handling has ended without one.
    ended: bool = False

    def after(self, events: Iterable[Event]) -> Clock:
        """The clock after further events. Raises `CalendarEnds`."""
        return reduce(Clock.after_one, events, self)

    def after_one(self, event: Event) -> Clock:
        """The clock after one more event. Raises `CalendarEnds`."""
        apply = _APPLIED.get(event.kind)
        if apply is None:  # it concerns no date, as most
            return self
        try:
            return apply(self, event)
        except wt.MissingCalendarData as missing:
            raise errors.CalendarEnds(missing.calendar, missing.year) from missing

    def dates(self) -> Dates:
        """The dates after the events so far."""
        stopped, last = self._stopped is not None, self._last
        return Dates(
            reception_due=self.reception.due if self.reception else None,
            due_first=last.due_first if last else None,
            due_legal=last.due_legal if last and not stopped else None,
            due_promised=last.due_promised if last and not stopped else None,
            running=last is not None and not stopped and not self.ended,
            cycle=last.cycle if last else 0,
            provisional=last.provisional if last else False,
            late_since=self.late_since,
            verdict=self.verdict,
            appointments=tuple(promise.appointment for promise in self.promises),
            steps={**self._past, **self._present()},
        )

    def timings(self) -> dict[UUID, Timing]:
        """The count behind the dates of each step."""
        with _within_the_calendar():
            return {**self.closed, **{task: self._timing(step) for task, step in self.steps.items()}}

    @property
    def floors(self) -> frozenset[UUID]:
        """The open steps that have the floor: limits no longer fit."""
        if self._run is None or self.ended:
            return frozenset()
        shared = ((task, step.share(self._run)) for task, step in self.steps.items())
        return frozenset(task for task, share in shared if share is not None and share.is_floor)

    def keeps(self, task: UUID, before: Clock | None) -> bool:
        """True where the dates at an open step are surely those `before`.

        Nothing that starts, stops, caps or ends them is another.
        """
        return (
            before is not None
            and self.steps[task] is before.steps.get(task)
            and self.promises is before.promises
            and self.suspensions is before.suspensions
            and self.reception is before.reception
            and self._plan is before._plan
            and self._run is before._run
            and self.ended is before.ended
        )

    def _present(self) -> dict[UUID, StepDates]:
        with _within_the_calendar():
            return {task: self._timing(step).dates for task, step in self.steps.items()}

    @property
    def _last(self) -> Appointment | None:
        """The current appointment."""
        return self.promises[-1].appointment if self.promises else None

    def _filed(self, event: Event) -> Clock:
        term = parse(event.payload["reception_term"])
        count = TermCount(event.at, self._calendar(event), (Segment(term, wt.Policy()),))
        return changed(self._at_reception(count), receptions=1)

    def _at_reception(self, count: TermCount) -> Clock:
        return changed(self, receiving=count, reception=count.deadlines((), count.start)[-1])

    def _accepted(self, event: Event) -> Clock:
        policy = wt.Policy.from_mapping(event.payload["policy"])
        return self._term_started(AppointmentKind.ACCEPTED, event, policy)

    def _supplement_asked(self, event: Event) -> Clock:
        stopped = self._with_suspension(SUPPLEMENT, event, "reason")
        return changed(stopped, reception=None) if self.count is None else stopped

    def _supplement_received(self, event: Event) -> Clock:
        """Restart the open steps, and the plan from there."""
        again = changed(self, steps={task: step.again(event.at) for task, step in self.steps.items()})
        if self.count is None:
            return again._reception_restarted(event.at)
        if "term" in event.payload:
            released = again._without_suspension(SUPPLEMENT, event.at)
            return released._term_started(AppointmentKind.RESTART, event, self.count.policy)
        resumed = again._resumed(SUPPLEMENT, AppointmentKind.RESUME, event)
        return resumed._planned_from(event.at, self.count)

    def _reception_restarted(self, at: datetime) -> Clock:
        """Restart reception's own term."""
        released = changed(self._without_suspension(SUPPLEMENT, at), _stopped=None)
        if self.receiving is None:
            return released
        calendar = self._receiving_successor or self.receiving.calendar
        restarted = released._at_reception(replace(self.receiving, start=at, calendar=calendar))
        return changed(restarted, receptions=self.receptions + 1)

    def _suspended(self, event: Event) -> Clock:
        return self._with_suspension(SUSPENSION, event, "basis")

    def _suspension_ended(self, event: Event) -> Clock:
        return self._resumed(SUSPENSION, AppointmentKind.SUSPENSION_ENDED, event)

    def _obligation_set(self, event: Event) -> Clock:
        return self._with_suspension(OBLIGATION, event, "reason")

    def _obligation_met(self, event: Event) -> Clock:
        """Start the second appointment's own term, and the open steps with it."""
        if self.count is None:
            return self
        again = changed(self, steps={task: step.again(event.at) for task, step in self.steps.items()})
        released = again._without_suspension(OBLIGATION, event.at)
        return released._term_started(AppointmentKind.SECOND, event, self.count.policy)

    def _transferred(self, event: Event) -> Clock:
        """End here, or wait at another reception, whose term starts again.

        Where the same reception goes on, and only who handles it is another one, its term runs on.
        """
        if event.payload.get("authority"):
            return self._end(event)
        if self._desk_moved != event.at:
            return self
        again = changed(self, steps={task: step.again(event.at) for task, step in self.steps.items()})
        return again._reception_restarted(event.at)

    def _reopened(self, event: Event) -> Clock:
        """Run again: reception's term, or the whole term of a dossier that was accepted."""
        ended = max((entry.at for entry in self.timeline), default=event.at)
        over = tuple(replace(each, end=each.end or ended) for each in self.suspensions)
        again = changed(self, suspensions=over, verdict=None, late_since=None, _stopped=None, steps={})
        if self.count is None:
            return changed(again, ended=False)._reception_restarted(event.at)
        # Begun while it counts as ended: what was due in between was nobody's to keep.
        begun = again._term_started(AppointmentKind.REOPENED, event, self.count.policy)
        return changed(begun, ended=False)

    def _extended(self, event: Event) -> Clock:
        if self.count is None:
            return self
        extended = self.count.extended(parse(event.payload["term"]))
        return self._record_lateness(event.at)._appointed(AppointmentKind.EXTENSION, event, extended)

    def _reappointed(self, event: Event) -> Clock:
        if self.count is None:
            return self
        due = datetime.fromisoformat(event.payload["due"])
        return self._appointed(AppointmentKind.REAPPOINTMENT, event, self.count, apology=due)

    def _calendar_revised(self, event: Event) -> Clock:
        """Go on by another version of a calendar. An appointment is made only where it moves a date."""
        calendar, counts = self._calendar(event), RevisedCounts.of(event.payload)
        successor = self._receiving_successor
        revised = changed(
            self,
            steps={
                task: step.revised(calendar, counted=counts.step(task, step.calendar.id))
                for task, step in self.steps.items()
            },
            _receiving_successor=calendar if successor and successor.id == calendar.id else successor,
        )
        if self.count is None:
            return revised._reception_revised(calendar, counts)
        if self.ended or not counts.term(self.count.calendar.id):
            return revised
        count = replace(self.count, calendar=calendar)
        if self._stopped is not None:
            return changed(revised, count=count, _run=self._run_moved(event.at, calendar))
        counted = revised._appointed(AppointmentKind.CALENDAR_REVISION, event, count, apology=self._apology)
        return counted if counted._moved_from(self) else changed(revised, count=count, _run=counted._run)

    def _moved_from(self, before: Clock) -> bool:
        """True where the last appointment promises or relies on something else."""
        one, other = (
            (last.due_legal, last.due_promised, last.provisional) if last else None
            for last in (self._last, before._last)
        )
        return one != other

    def _reception_revised(self, calendar: wt.WorkCalendar, counts: RevisedCounts) -> Clock:
        if self.receiving is None or not counts.reception(self.receiving.calendar.id):
            return self
        receiving = replace(self.receiving, calendar=calendar)
        return self._at_reception(receiving) if self.reception else changed(self, receiving=receiving)

    def _unit_replaced(self, event: Event) -> Clock:
        """Note the new unit's calendar for what starts again; no date moves."""
        payload, calendar = event.payload, self._calendar(event)
        moved = {UUID(each["task"]) for each in payload["tasks"]}
        return changed(
            self,
            steps={
                task: replace(step, successor=calendar) if task in moved else step
                for task, step in self.steps.items()
            },
            **(
                {"_receiving_successor": calendar, "_desk_moved": event.at}
                if "receiving" in payload["units"]
                else {}
            ),
        )

    def _result_ready(self, event: Event) -> Clock:
        if self.ended:
            return self
        clock = self
        for suspension in self.suspensions:
            if suspension.end is None:
                clock = clock._resumed(suspension.source, AppointmentKind.SUSPENSION_ENDED, event)
        return changed(clock, verdict=clock._judged(event.at))._ended_by(
            TimelineEntry(event.at, TimelineKind.RESULT)
        )

    def _judged(self, at: datetime) -> Verdict | None:
        """The verdict on a result that is ready."""
        if self._last is None:
            return self.verdict
        return Verdict.LATE if self.late_since else judge(self._last.due_legal, at)

    def _end(self, event: Event) -> Clock:
        return self._ended_by(TimelineEntry(event.at, TimelineKind.ENDED))

    def _ended_by(self, entry: TimelineEntry) -> Clock:
        return changed(self, timeline=(*self.timeline, entry), ended=True)

    def _task_opened(self, event: Event) -> Clock:
        payload = event.payload
        step = Step(
            arrived=event.at,
            limit=payload["limit"],
            plan=tuple(payload["plan"]),
            calendar=self._calendar(event),
            excluded=payload["clock"] == "excluded",
            by_calendar=self.count is not None and self.count.term.unit in BY_CALENDAR,
        )
        opened = changed(self, steps={**self.steps, event.task: step})
        return (
            opened._with_suspension(payload["task"], event, "clock_basis")
            if step.excluded and self.count
            else opened
        )

    def _task_closed(self, event: Event) -> Clock:
        task, steps = event.task, dict(self.steps)
        step = steps.pop(task)
        completed = event.at if event.payload["by"] == "completed" else None
        timing = self._timing(step, event.at, completed)
        closed = changed(
            self,
            steps=steps,
            closed={**self.closed, task: timing},
            _past={**self._past, task: timing.dates},
        )
        if not step.excluded:
            return closed
        return closed._resumed(event.payload["task"], AppointmentKind.SUSPENSION_ENDED, event)

    def _timing(self, step: Step, until: datetime | None = None, completed: datetime | None = None) -> Timing:
        """The count of a step, with open suspensions lasting up to `until`.

        A step's own exclusion does not stop its own term.
        """
        suspensions = [
            suspension for suspension in self.suspensions if not (step.excluded and suspension.of_a_step)
        ]
        share = step.share(self._run)
        own = step.own(pauses(suspensions, step.arrived, until), self._run, share)
        plan = self._planned(step, share, until)
        cap, number = self._last.due_legal if self._last else None, len(self.promises) or None
        return Timing(step, own, plan, share, cap=cap, capped_by=number, completed=completed)

    def _planned(
        self, step: Step, share: Share | None, until: datetime | None
    ) -> tuple[wt.Deadline | WorkingMinutes, ...]:
        def stopped(since: datetime) -> tuple[wt.Pause, ...]:
            return pauses(self.suspensions, since, until)

        if self._run is not None:
            return step.planned_in(self._run, share, stopped)
        return step.planned(self._plan, stopped(self._plan.start)) if self._plan else ()

    def _run_begun(self, event: Event) -> Clock:
        """Begin a run of calendar time, whose limits are shares of it."""
        (deadline,), number = self.promises[-1].deadlines, len(self.promises)
        done = min(self._reached(Fraction(0)), default=Fraction(0))
        run = Run.begun(number, deadline, event.payload["way"], done, event.at)
        return changed(self, _run=run, _plan=None)

    def _run_moved(self, at: datetime, calendar: wt.WorkCalendar, due: datetime | None = None) -> Run | None:
        """The run as it goes on to a due date, or by another calendar."""
        run = self._run
        if run is None:
            return None
        stopped = pauses(self.suspensions, run.start, at)
        if calendar is run.calendar and due == run.due and stopped == run.pauses:
            return run
        return run.moved(self._reached(run.done), stopped, calendar=calendar, due=due)

    def _reached(self, done: Fraction) -> tuple[Fraction, ...]:
        """The limits before each open step, without those `done`.

        Where none is open they are those up to the step that was closed last.
        """
        if self.steps:
            return tuple(sorted({step.behind(done) for step in self.steps.values()}))
        last = tuple(self.closed.values())[-1:]
        return tuple(max(shares.days(timing.step.plan) - done, Fraction(0)) for timing in last)

    def _planned_from(self, at: datetime, count: TermCount) -> Clock:
        """Start the plan at `at`; the steps before the open ones count as done."""
        if self._run is not None:
            return changed(self, _run=self._run.planned_from(self._reached(self._run.done), at))
        by_calendar = count.term.unit in BY_CALENDAR
        done = (replace(step, by_calendar=by_calendar).before for step in self.steps.values())
        plan = Plan(at, min(done, key=lambda load: load.order, default=Load()), count.policy)
        return changed(self, _plan=plan)

    def _term_started(self, kind: AppointmentKind, event: Event, policy: wt.Policy) -> Clock:
        """Start the whole term of the event at its instant. An open suspension stops it at once."""
        count = TermCount(event.at, self._calendar(event), (Segment(parse(event.payload["term"]), policy),))
        shared = "way" in event.payload
        again = self if kind is AppointmentKind.ACCEPTED else self._counted_in(shared)
        started = changed(again, _run=None)._record_lateness(event.at)._appointed(kind, event, count)
        begun = changed(started, _stopped=event.at if started._is_suspended else None)
        return begun._run_begun(event) if shared else begun._planned_from(event.at, count)

    def _counted_in(self, shared: bool) -> Clock:
        """Count the open steps as the new term does. What an earlier release began stays as it was."""
        if not (shared or self._run):
            return self
        return changed(
            self, steps={task: replace(step, by_calendar=shared) for task, step in self.steps.items()}
        )

    def _appointed(
        self, kind: AppointmentKind, event: Event, count: TermCount, apology: datetime | None = None
    ) -> Clock:
        """Count the dates and append the appointment. Without an apology's date it promises the legal one."""
        deadlines, last = count.deadlines(self.suspensions, event.at), self._last
        legal = end(deadlines[-1])
        appointment = Appointment(
            number=len(self.promises) + 1,
            kind=kind,
            cycle=(last.cycle if last else 0) + (kind is not AppointmentKind.CALENDAR_REVISION),
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
        return changed(
            self,
            count=count,
            promises=(*self.promises, Promise(appointment, deadlines)),
            timeline=(
                *self.timeline,
                TimelineEntry(event.at, TimelineKind.APPOINTMENT, number=appointment.number),
            ),
            _apology=apology,
            _run=self._run_moved(event.at, count.calendar, legal),
        )

    def _with_suspension(self, source: str, event: Event, ground: str) -> Clock:
        if self.ended:
            return self
        return changed(
            self._record_lateness(event.at),
            suspensions=(*self.suspensions, Suspension(source, event.at, event.payload.get(ground) or "")),
            timeline=(*self.timeline, TimelineEntry(event.at, TimelineKind.SUSPENDED, source=source)),
            _stopped=event.at if self._stopped is None else self._stopped,
        )

    def _resumed(self, source: str, kind: AppointmentKind, event: Event) -> Clock:
        """End one suspension. With the last one, the dates move by the time that did not count."""
        released, stopped = self._without_suspension(source, event.at), self._stopped
        if self.count is None or self.ended or stopped is None or released._is_suspended:
            return released
        resumed = changed(released, _stopped=None)
        return resumed._appointed(kind, event, self.count) if stopped < event.at else resumed

    def _without_suspension(self, source: str, at: datetime) -> Clock:
        """End the suspensions of a source."""
        return changed(
            self,
            timeline=(*self.timeline, TimelineEntry(at, TimelineKind.RESUMED, source=source)),
            suspensions=tuple(
                replace(suspension, end=at)
                if suspension.source == source and suspension.end is None
                else suspension
                for suspension in self.suspensions
            ),
        )

    @property
    def _is_suspended(self) -> bool:
        return any(suspension.end is None for suspension in self.suspensions)

    def _record_lateness(self, at: datetime) -> Clock:
        """Record a due date that has passed while the clock ran. Later moves do not change it."""
        if self._stopped is None and not self.ended and self._last and at > self._last.due_legal:
            return changed(self, late_since=self.late_since or self._last.due_legal)
        return self

    def _calendar(self, event: Event) -> wt.WorkCalendar:
        """The calendar that the event names."""
        named = event.payload["calendar"]
        key = named["id"], named["version"]
        return self.calendars(*key) if callable(self.calendars) else self.calendars[key]


_APPLIED: Mapping[Kind, Callable[[Clock, Event], Clock]] = {
    Kind.FILED: Clock._filed,
    Kind.ACCEPTED: Clock._accepted,
    Kind.REFUSED: Clock._end,
    Kind.SUPPLEMENT_ASKED: Clock._supplement_asked,
    Kind.SUPPLEMENT_RECEIVED: Clock._supplement_received,
    Kind.SUPPLEMENT_RETURNED: Clock._supplement_asked,
    Kind.CLOSED_UNANSWERED: Clock._end,
    Kind.WITHDRAWN: Clock._end,
    Kind.SUSPENDED: Clock._suspended,
    Kind.SUSPENSION_ENDED: Clock._suspension_ended,
    Kind.OBLIGATION_SET: Clock._obligation_set,
    Kind.OBLIGATION_MET: Clock._obligation_met,
    Kind.TRANSFERRED: Clock._transferred,
    Kind.REOPENED: Clock._reopened,
    Kind.EXTENDED: Clock._extended,
    Kind.REAPPOINTED: Clock._reappointed,
    Kind.CALENDAR_REVISED: Clock._calendar_revised,
    Kind.UNIT_REPLACED: Clock._unit_replaced,
    Kind.TASK_OPENED: Clock._task_opened,
    Kind.TASK_CLOSED: Clock._task_closed,
    Kind.RESULT_READY: Clock._result_ready,
    Kind.STOPPED: Clock._end,
}


def _why(event: Event) -> dict[str, Any]:
    # By how much a term is extended no version says: it outlives the event's payload here.
    further = ("term",) if event.kind is Kind.EXTENDED else ()
    grounds = ("reason", "basis", "kind", "element", *further)
    return {
        "event": str(event.kind),
        **{key: event.payload[key] for key in grounds if event.payload.get(key)},
    }


@contextmanager
def _within_the_calendar() -> Iterator[None]:
    try:
        yield
    except wt.MissingCalendarData as missing:
        raise errors.CalendarEnds(missing.calendar, missing.year) from missing
