"""Working time of a dossier, divided among those whom it waited for.

Pure: events in, minutes out. At each instant a dossier waits for exactly one of them, and all minutes are counted in one calendar, so
that the parts sum to the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any
from uuid import UUID

from hoso_models import AppointmentKind, TaskStatus, Verdict
from hoso_models import DossierStatus as Status
from hoso_models.tables.base import described
from hoso_workflows.clock.clock import Clock
from hoso_workflows.clock.due_dates import Dates
from hoso_workflows.events import Event
from hoso_workflows.lifecycle import commands, transitions
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
class Stay:
    """A stretch of time in which a dossier waited for one and the same."""

    start: datetime
    end: datetime
    place: Place
    #: True where the term of the law ran.
    counted: bool


@dataclass(frozen=True, slots=True)
class Stretch(Stay):
    """A stay, with its working minutes."""

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
    #: The name of the step; None for an opinion, and where a reader is told the unit alone.
    step: str | None
    #: Where its limit ended.
    due: datetime
    #: Working minutes beyond the limit, without those in which the clock stood still.
    minutes: int


@dataclass(frozen=True, slots=True)
class Account:
    """The working time of a dossier up to an instant."""

    #: Working minutes from filing to the end of the handling, without those between an end and a reopening.
    minutes: int
    parts: tuple[Part, ...]
    stretches: tuple[Stretch, ...]
    #: Working minutes in which the term ran though its date had passed, since the newest reopening.
    late: int
    #: Those who used more than their limit, the greatest excess first.
    excesses: tuple[Excess, ...]
    #: The cause of lateness; None for a dossier that is not late.
    reason: Place | None


def discreet(account: Account, named: Container[str | None]) -> Account:
    """The account without officers and names of steps, but for those of units `named`."""

    def of(place: Place) -> Place:
        return place if place.unit in named else replace(place, officer=None)

    parts: dict[Place, Part] = {}
    for part in account.parts:
        before = parts.get(of(part.place), Part(of(part.place), 0, 0))
        parts[before.place] = Part(before.place, before.minutes + part.minutes, before.counted + part.counted)
    return replace(
        account,
        parts=tuple(parts.values()),
        stretches=tuple(replace(each, place=of(each.place)) for each in account.stretches),
        excesses=tuple(
            replace(each, place=of(each.place), step=each.step if each.place.unit in named else None)
            for each in account.excesses
        ),
        reason=account.reason and of(account.reason),
    )


#: Nobody handles it: the result is ready, or it has ended without one.
_OVER = (*CLOSED, Status.RESULT_READY)
_THEIRS = (*AWAITING, Status.FINANCIAL_OBLIGATION)
#: While a dossier waits for these, the clock stands still.
_STILL = (Holder.APPLICANT, Holder.SUSPENSION, Holder.EXCLUDED)
#: Counts the working minutes from one instant to another.
Count = Callable[[datetime, datetime], int]


def account(history: Iterable[Event], projection: Projection, until: datetime) -> Account:
    """The account of a dossier up to an instant. Raises MissingCalendarData."""
    count, dates = _count(projection.clock), projection.clock.dates()
    found = tuple(
        Stretch(each.start, each.end, each.place, each.counted, count(each.start, each.end))
        for each in stays(history, until)
    )
    begun = _begun(dates)
    course = [each for each in found if begun is None or each.start >= begun]
    late = _late(course, dates, count)
    excesses = tuple(_excesses(found, projection, dates, count))
    recent = (each.place for each in excesses if begun is None or each.due >= begun)
    return Account(
        minutes=sum(count(*span) for span in _spans(found)),
        parts=_parts(found),
        stretches=found,
        late=late,
        excesses=excesses,
        reason=(next(recent, None) or _longest(course)) if late else None,
    )


def _count(clock: Clock) -> Count:
    """Count by the calendar of the dossier's term, of reception's before acceptance."""
    term = clock.count or clock.receiving
    assert term is not None  # noqa: S101 - whatever is filed has the term of reception
    return term.calendar.count_minutes


def stays(history: Iterable[Event], until: datetime, *, inner: bool = True) -> Iterator[Stay]:
    """The stays up to an instant, in order, those of one place joined.

    Without `inner` neither officers nor opinions of other units are told apart: it is what applicants are told.
    """
    last: Stay | None = None
    for (start, state), (end, _) in pairwise([*_moments(history), (until, None)]):
        if state is None or state.status in _OVER or end <= start:
            continue
        where = place(state, inner=inner)
        found = Stay(start, end, where, state.accepted_at is not None and where.holder not in _STILL)
        if last and (last.place, last.counted, last.end) == (where, found.counted, start):
            found = replace(found, start=last.start)
        elif last:
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


def _moments(history: Iterable[Event]) -> Iterator[tuple[datetime, State]]:
    """Each event's instant with the state after it; instants never fall."""
    events = iter(history)
    filed = next(events)
    state, at = transitions.fold((filed,)), filed.at
    yield at, state
    for event in events:
        state, at = transitions.evolve(state, event), max(at, event.at)
        yield at, state


def _spans(found: Iterable[Stay]) -> list[tuple[datetime, datetime]]:
    """From filing or reopening to the end of the handling, or to the instant."""
    spans: list[tuple[datetime, datetime]] = []
    for each in found:
        start, end = spans.pop() if spans else (each.start, each.start)
        spans += [(start, each.end)] if end == each.start else [(start, end), (each.start, each.end)]
    return spans


def _parts(found: Iterable[Stretch]) -> tuple[Part, ...]:
    sums: dict[Place, tuple[int, int]] = {}
    for each in found:
        minutes, counted = sums.get(each.place, (0, 0))
        sums[each.place] = minutes + each.minutes, counted + each.minutes * each.counted
    parts = (Part(place, *minutes) for place, minutes in sums.items())
    return tuple(sorted(parts, key=lambda part: -part.minutes))


def _longest(course: Iterable[Stretch]) -> Place | None:
    """The one who had it longest while the term ran."""
    longest = max(_parts(course), key=lambda part: part.counted, default=None)
    return longest.place if longest and longest.counted else None


def _begun(dates: Dates) -> datetime | None:
    """The newest reopening of an accepted dossier."""
    begun = [each.made_at for each in dates.appointments if each.kind is AppointmentKind.REOPENED]
    return begun[-1] if begun else None


def _late(course: Iterable[Stay], dates: Dates, count: Count) -> int:
    """The counted minutes behind the date of the law that stood then."""
    if dates.verdict in (Verdict.EARLY, Verdict.ON_TIME):
        return 0
    counted = [each for each in course if each.counted]
    return sum(_within(counted, count, *span) for span in _overdue(dates))


def _overdue(dates: Dates) -> Iterator[tuple[datetime, datetime | None]]:
    """The times from the date of each promise to the next promise.

    A revised calendar moves a date from its beginning.
    """
    made: dict[int, datetime] = {}
    due: dict[int, datetime] = {}
    for each in dates.appointments:
        made.setdefault(each.cycle, each.made_at)
        due[each.cycle] = each.due_legal
    for cycle, at in made.items():
        yield max(due[cycle], at), made.get(cycle + 1)


def _excesses(found: Sequence[Stay], projection: Projection, dates: Dates, count: Count) -> Iterator[Excess]:
    """Those who used more than their limit, the greatest excess first."""
    over = [*_of_steps(found, projection, dates, count), *_of_opinions(found, projection, count)]
    yield from sorted((each for each in over if each.minutes), key=lambda each: -each.minutes)


def _of_steps(found: Sequence[Stay], projection: Projection, dates: Dates, count: Count) -> Iterator[Excess]:
    for task, step in dates.steps.items():
        row = projection.tasks[task]
        if step.own is not None:
            # A step's own exclusion does not stop its own limit.
            still = _STILL if row["clock"] != "excluded" else (Holder.APPLICANT, Holder.SUSPENSION)
            minutes = _within(_moving(found, still), count, step.own, row["closed_at"])
            yield Excess(_charged(row), row["name"], step.own, minutes)


def _of_opinions(found: Sequence[Stay], projection: Projection, count: Count) -> Iterator[Excess]:
    # Once silence was noted, nobody waits for the opinion, though it may still come.
    awaited = [each for each in found if each.place.holder is Holder.CONSULTED]
    for row in projection.consultations.values():
        minutes = _within(awaited, count, row["due_at"], row["closed_at"])
        yield Excess(Place(Holder.CONSULTED, row["unit_code"]), None, row["due_at"], minutes)


def _charged(row: Mapping[str, Any]) -> Place:
    """The officer who has a step or completed it.

    Else its unit, whoever cancelled it.
    """
    completed = row["status"] == TaskStatus.CLOSED and row["closed_by"] != commands.SYSTEM.principal
    officer = row["assignee_id"] or (row["closed_by"] if completed else None)
    return Place(Holder.OFFICER if officer else Holder.UNIT, row["unit_code"], officer)


def _moving(found: Iterable[Stay], still: Container[Holder]) -> Iterator[Stay]:
    return (each for each in found if each.place.holder not in still)


def _within(found: Iterable[Stay], count: Count, since: datetime, until: datetime | None) -> int:
    """The working minutes of stays from one instant to another.

    Without the latter, to their own ends.
    """
    clipped = ((max(each.start, since), min(each.end, until or each.end)) for each in found)
    return sum(count(start, end) for start, end in clipped if start < end)
