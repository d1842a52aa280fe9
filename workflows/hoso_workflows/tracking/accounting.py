"""Working time of a dossier, divided among those whom it waited for.

Pure: events in, minutes out. At each instant a dossier waits for exactly one of them, and all minutes are counted in one calendar, so
that the parts sum to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

import hoso_calendar as wt
from hoso_models import DossierStatus as Status
from hoso_models import Verdict
from hoso_models.tables.base import described
from hoso_workflows.clock.clock import Clock
from hoso_workflows.events import Event
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.lifecycle.rules import AWAITING, CLOSED
from hoso_workflows.lifecycle.state import OpenTask, State


@described("Whom a dossier waits for.")
class Holder(StrEnum):
    """Those whom a dossier waits for."""

    #: A unit, of whose officers nobody has taken the step.
    UNIT = "unit"
    #: An officer who has taken the step.
    OFFICER = "officer"
    #: Another unit, which was asked for its opinion.
    CONSULTED = "consulted"
    #: The applicant, who owes a supplement or a payment.
    APPLICANT = "applicant"
    #: A step that the law does not count.
    EXCLUDED = "excluded"
    #: The end of a suspension on a legal ground.
    SUSPENSION = "suspension"
    #: No person: a message from outside, or a date of the procedure.
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody whom a dossier waits for, with unit and officer."""

    holder: Holder
    unit: str | None = None
    officer: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time in which a dossier waited for one and the same."""

    start: datetime
    end: datetime
    place: Place
    #: True where the term of the law ran.
    counted: bool
    #: Working minutes.
    minutes: int


@dataclass(frozen=True, slots=True)
class Part:
    """The working minutes of one place, and how many of them counted."""

    place: Place
    minutes: int
    counted: int


@dataclass(frozen=True, slots=True)
class Excess:
    """A step or an opinion that took more than its limit."""

    place: Place
    #: The name of the step; None for an opinion.
    step: str | None
    #: Working minutes beyond the limit.
    minutes: int


@dataclass(frozen=True, slots=True)
class Account:
    """The working time of a dossier up to an instant."""

    #: Working minutes from filing to the end of the handling, without those between an end and a reopening.
    minutes: int
    parts: tuple[Part, ...]
    stretches: tuple[Stretch, ...]
    #: Working minutes beyond the date of the law; 0 for a dossier that is not late.
    late: int
    #: Those who used more than their limit, the greatest excess first.
    excesses: tuple[Excess, ...]

    @property
    def reason(self) -> Place | None:
        """The cause of lateness; None for a dossier that is not late.

        It is the greatest excess, else whoever had it longest while the term ran.
        """
        if not self.late:
            return None
        if self.excesses:
            return self.excesses[0].place
        counted = max(self.parts, key=lambda part: part.counted)
        return counted.place if counted.counted else None


#: Nobody handles it: the result is ready, or it has ended without one.
_OVER = (*CLOSED, Status.RESULT_READY)
_THEIRS = (*AWAITING, Status.FINANCIAL_OBLIGATION)


def account(history: Sequence[Event], projection: Projection, until: datetime) -> Account:
    """The account of a dossier up to an instant. Raises MissingCalendarData."""
    counted_in = calendar(projection.clock)
    found = tuple(stretches(history, counted_in, until))
    end = _end(history, until)
    return Account(
        minutes=sum(counted_in.count_minutes(*span) for span in _spans(history, until)),
        parts=_parts(found),
        stretches=found,
        late=_late(projection, counted_in, end),
        excesses=tuple(_excesses(projection, counted_in, end)),
    )


def calendar(clock: Clock) -> wt.WorkCalendar:
    """The calendar of the dossier's term, of reception's before acceptance."""
    count = clock.count or clock.receiving
    assert count is not None  # noqa: S101 - whatever is filed has the term of reception
    return count.calendar


def stretches(
    history: Iterable[Event], counted_in: wt.WorkCalendar, until: datetime, *, inner: bool = True
) -> Iterator[Stretch]:
    """The stretches up to an instant, in order, those of one place joined.

    Without `inner` neither officers nor opinions of other units are told apart: it is what applicants are told.
    """
    last: Stretch | None = None
    for (start, state), (end, _) in pairwise([*_moments(history), (until, None)]):
        if state is None or state.status in _OVER or end <= start:
            continue
        found = Stretch(
            start, end, place(state, inner=inner), _counted(state), counted_in.count_minutes(start, end)
        )
        if last and (last.place, last.counted, last.end) == (found.place, found.counted, found.start):
            last = Stretch(last.start, end, last.place, last.counted, last.minutes + found.minutes)
            continue
        if last:
            yield last
        last = found
    if last:
        yield last


def place(state: State, *, inner: bool = True) -> Place:
    """The one whom a dossier waits for.

    Of several open steps it is the one that was opened first; while another unit is asked for its opinion, it is that unit.
    """
    if state.status in _THEIRS:
        return Place(Holder.APPLICANT)
    if state.status is Status.SUSPENDED:
        return Place(Holder.SUSPENSION)
    excluded = [task for task in state.tasks.values() if task.clock == "excluded"]
    if excluded and state.accepted_at:
        return Place(Holder.EXCLUDED, excluded[0].unit)
    asked = [each for each in state.consultations.values() if not each.passed]
    if asked and inner:
        return Place(Holder.CONSULTED, asked[0].unit)
    return _of_task(next(iter(state.tasks.values())), inner=inner) if state.tasks else Place(Holder.NOBODY)


def _of_task(task: OpenTask, *, inner: bool) -> Place:
    taken = inner and task.assignee is not None
    return Place(Holder.OFFICER, task.unit, task.assignee) if taken else Place(Holder.UNIT, task.unit)


def _counted(state: State) -> bool:
    """True where the term of the law runs."""
    still = place(state).holder in (Holder.APPLICANT, Holder.SUSPENSION, Holder.EXCLUDED)
    return state.accepted_at is not None and not still


def _moments(history: Iterable[Event]) -> Iterator[tuple[datetime, State]]:
    """Each event's instant with the state after it; instants never fall."""
    events = iter(history)
    filed = next(events)
    state, at = transitions.fold((filed,)), filed.at
    yield at, state
    for event in events:
        state, at = transitions.evolve(state, event), max(at, event.at)
        yield at, state


def _spans(history: Iterable[Event], until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From filing or reopening to the end of the handling, or to the instant."""
    begun: datetime | None = None
    for at, state in _moments(history):
        over = state.status in _OVER
        if begun is None and not over:
            begun = at
        elif begun is not None and over:
            yield begun, at
            begun = None
    if begun is not None and until > begun:
        yield begun, until


def _end(history: Iterable[Event], until: datetime) -> datetime:
    """The end of the handling; the instant itself while it goes on."""
    return max((end for _, end in _spans(history, until)), default=until)


def _parts(found: Iterable[Stretch]) -> tuple[Part, ...]:
    sums: dict[Place, tuple[int, int]] = {}
    for each in found:
        minutes, counted = sums.get(each.place, (0, 0))
        sums[each.place] = minutes + each.minutes, counted + each.minutes * each.counted
    parts = (Part(place, *minutes) for place, minutes in sums.items())
    return tuple(sorted(parts, key=lambda part: -part.minutes))


def _late(projection: Projection, counted_in: wt.WorkCalendar, end: datetime) -> int:
    dates = projection.clock.dates()
    due = dates.late_since or dates.due_legal
    if due is None or end <= due or dates.verdict in (Verdict.EARLY, Verdict.ON_TIME):
        return 0
    return counted_in.count_minutes(due, end)


def _excesses(projection: Projection, counted_in: wt.WorkCalendar, end: datetime) -> Iterator[Excess]:
    found = [*_of_steps(projection, counted_in, end), *_of_opinions(projection, counted_in, end)]
    yield from sorted(found, key=lambda each: -each.minutes)


def _of_steps(projection: Projection, counted_in: wt.WorkCalendar, end: datetime) -> Iterator[Excess]:
    for task, dates in projection.clock.dates().steps.items():
        row = projection.tasks[task]
        over = _beyond(counted_in, dates.own, row["closed_at"] or end)
        if over:
            officer = row["assignee_id"] or row["closed_by"]
            holder = Holder.OFFICER if officer else Holder.UNIT
            yield Excess(Place(holder, row["unit_code"], officer), row["name"], over)


def _of_opinions(projection: Projection, counted_in: wt.WorkCalendar, end: datetime) -> Iterator[Excess]:
    for row in projection.consultations.values():
        if over := _beyond(counted_in, row["due_at"], row["closed_at"] or end):
            yield Excess(Place(Holder.CONSULTED, row["unit_code"]), None, over)


def _beyond(counted_in: wt.WorkCalendar, due: datetime | None, at: datetime) -> int:
    return counted_in.count_minutes(due, at) if due is not None and at > due else 0
