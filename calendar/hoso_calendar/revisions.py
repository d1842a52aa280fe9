"""Effects of a changed calendar: the days that differ and the deadlines that move."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

import numpy as np
import pendulum

from hoso_calendar.days.day import Day
from hoso_calendar.days.vectors import Ints
from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.deadlines import batch
from hoso_calendar.deadlines.deadline import deadline
from hoso_calendar.deadlines.policy import Pause, Policy
from hoso_calendar.deadlines.term import Term


class Open(Protocol):
    """A deadline still running: a `Deadline`, an `OpenDeadline`, or anything with these four."""

    @property
    def received(self) -> datetime: ...
    @property
    def term(self) -> Term: ...
    @property
    def pauses(self) -> tuple[Pause, ...]: ...
    @property
    def policy(self) -> Policy: ...


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """The inputs of a deadline still running, without having counted it."""

    received: datetime
    term: Term
    pauses: tuple[Pause, ...] = ()
    policy: Policy = Policy()  # noqa: RUF009 - frozen


class Move(StrEnum):
    """Kind of move of a deadline."""

    #: It falls on another date.
    MOVED = "moved"
    #: It falls into a pause that is still open, and has no date until that ends.
    HELD = "held"
    #: It falls before a pause in which it was held, and has a date again.
    FREED = "freed"


@dataclass(frozen=True, slots=True)
class Revision:
    """One deadline that moves; a missing date, old or new, is None."""

    #: Its position among the deadlines compared.
    index: int
    subject: Open
    old: pendulum.DateTime | None
    new: pendulum.DateTime | None
    #: Working days of the new calendar between the two dates, negative where it moves earlier.
    working_days: int | None

    @property
    def kind(self) -> Move:
        """Kind of move."""
        if self.old is None:
            return Move.FREED
        return Move.MOVED if self.new else Move.HELD

    @property
    def by(self) -> timedelta | None:
        """Wall-clock time from old to new; negative where the deadline moves earlier."""
        if self.old is None or self.new is None:
            return None
        return timedelta(seconds=self.new.timestamp() - self.old.timestamp())


@dataclass(frozen=True, slots=True)
class DayChange:
    """A date that two calendars declare differently; None where one does not cover it."""

    date: date
    old: Day | None
    new: Day | None


def compare(old: WorkCalendar, new: WorkCalendar, open_deadlines: Iterable[Open]) -> tuple[Revision, ...]:
    """The deadlines that `new` moves, in the order given.

    One that both calendars hold in an open pause does not move. Vectorised over deadlines that share term and policy; those
    with pauses are counted one by one. Raises `MissingCalendarData` where either calendar does not reach.
    """
    subjects = list(open_deadlines)
    alike: dict[tuple[Term, Policy], list[int]] = defaultdict(list)
    revisions: list[Revision] = []
    for index, subject in enumerate(subjects):
        if subject.pauses:
            revisions += _one(old, new, index, subject)
        else:
            alike[subject.term, subject.policy].append(index)
    for indices in alike.values():
        revisions += _many(old, new, indices, subjects)
    return tuple(sorted(revisions, key=lambda revision: revision.index))


def _one(old: WorkCalendar, new: WorkCalendar, index: int, subject: Open) -> Iterator[Revision]:
    before, after = (
        deadline(cal, subject.received, subject.term, subject.pauses, subject.policy).due
        for cal in (old, new)
    )
    if before != after:
        yield _revision(new, index, subject, before, after)


def _many(
    old: WorkCalendar, new: WorkCalendar, indices: list[int], subjects: Sequence[Open]
) -> Iterator[Revision]:
    term, policy = subjects[indices[0]].term, subjects[indices[0]].policy
    before, after = (_due(cal, indices, subjects, term, policy) for cal in (old, new))
    moved = np.flatnonzero(before + old.origin * 1440 - old.offset != after + new.origin * 1440 - new.offset)
    for at in moved.tolist():
        index = indices[at]
        yield _revision(
            new, index, subjects[index], old.instant(int(before[at])), new.instant(int(after[at]))
        )


def _due(cal: WorkCalendar, indices: list[int], subjects: Sequence[Open], term: Term, policy: Policy) -> Ints:
    received = np.array(
        [cal.minute_of(subjects[index].received, f"deadline {index}: received") for index in indices],
        dtype=np.int64,
    )
    return batch.due_minutes(cal, received, term, policy)


def _revision(
    new: WorkCalendar,
    index: int,
    subject: Open,
    before: pendulum.DateTime | None,
    after: pendulum.DateTime | None,
) -> Revision:
    days = new.count_days(before.in_timezone(new.zone).date(), after.date()) if before and after else None
    return Revision(index, subject, before, after, days)


def diff(old: WorkCalendar, new: WorkCalendar) -> tuple[DayChange, ...]:
    """The dates whose declaration differs.

    It compares kind, sessions, closing, weight, name, basis, status, announcement and swap.
    """
    first, last = min(old.first, new.first), max(old.last, new.last)
    dates = (first + timedelta(days=n) for n in range((last - first).days + 1))
    pairs = ((day, _declared(old, day), _declared(new, day)) for day in dates)
    return tuple(DayChange(day, before, after) for day, before, after in pairs if before != after)


def _declared(cal: WorkCalendar, day: date) -> Day | None:
    return cal.day(day) if cal.first <= day <= cal.last else None
