"""Limits in `ngày` as shares of a term in calendar days (DESIGN, rule 4).

A run begins with a term. What is left of it is divided among the limits that are left, so that officers who keep theirs
keep the term, however many days off lie inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import lru_cache

import hoso_calendar as wt
from hoso_bpmn.document import critical_path
from hoso_workflows.clock import suspensions, term_count

#: Hours of a day in sums of limits.
_A_DAY = critical_path.HOURS[wt.Unit.DAYS]


@dataclass(frozen=True, slots=True)
class Base:
    """A point from which the rest of a run is planned."""

    #: The limits of the run before it, in days.
    days: Fraction
    at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """A limit in days as its part of what is left of a run."""

    #: Number of the appointment with which the run began.
    appointment: int
    limit: Fraction
    #: The limits of the run before the step.
    before: Fraction
    #: The days of the run: its calendar days, or the sum of its limits where that is more.
    whole: Fraction
    base: Base
    #: Working minutes from the base to the due date, and those of them that are planned for the steps before.
    since_base: int
    passed: int
    #: The floor: half of what the limit is worth in the run as it was first counted.
    least: int
    calendar: wt.WorkCalendar
    #: The pauses that `since_base` leaves out.
    pauses: tuple[wt.Pause, ...]

    @property
    def left(self) -> int:
        """Working minutes from the planned start to the due date."""
        return self.since_base - self.passed

    @property
    def counted(self) -> int:
        """The share itself, rounded down; it may be nothing."""
        return int(self.limit * self.left / (self.whole - self.before))

    @property
    def minutes(self) -> int:
        """Minutes of the officer: the share, or the floor where that is more."""
        return max(self.counted, self.least)

    @property
    def is_floor(self) -> bool:
        """True where the limits no longer fit into the term."""
        return self.counted < self.least


@dataclass(frozen=True, slots=True)
class Run:
    """A term of calendar time while it runs.

    It begins with acceptance, restart, second appointment or reopening.
    """

    #: Number of the appointment with which it began.
    appointment: int
    #: The days that the limits are parts of.
    whole: Fraction
    #: The limits before it began, in days; they were of an earlier run.
    done: Fraction
    #: The calendar of the promise.
    calendar: wt.WorkCalendar
    due: datetime
    #: The pauses with which the due date was counted.
    pauses: tuple[wt.Pause, ...]
    #: Working minutes of the run as first counted.
    minutes: int
    #: The points from which steps are planned, the newest first; those of its beginning stay for ways back.
    bases: tuple[tuple[Base, ...], ...]

    @property
    def start(self) -> datetime:
        """Its beginning."""
        return self.bases[-1][0].at

    @classmethod
    def begun(
        cls, appointment: int, deadline: wt.Deadline, way: Iterable[str], done: Fraction, start: datetime
    ) -> Run:
        """The run that begins with the count of a term; `way` are the limits of the longest way through."""
        due = term_count.end(deadline)
        whole = max(calendar_days(deadline), days(tuple(way)) - done)
        minutes = _working_minutes(deadline.cal, start, due, deadline.pauses)
        bases = ((Base(Fraction(0), start),),)
        return cls(appointment, whole, done, deadline.cal, due, deadline.pauses, minutes, bases)

    def moved(
        self,
        positions: Iterable[Fraction],
        pauses: tuple[wt.Pause, ...],
        *,
        calendar: wt.WorkCalendar | None = None,
        due: datetime | None = None,
    ) -> Run:
        """Go on to another due date or calendar.

        What was planned up to `positions`, where the open steps are, stays; what is left is divided anew.
        """
        bases = tuple(Base(position, self._planned(position, pauses)) for position in positions)
        return replace(
            self._with_bases(bases),
            calendar=calendar or self.calendar,
            due=due or self.due,
            pauses=pauses if due else self.pauses,
        )

    def planned_from(self, positions: Iterable[Fraction], at: datetime) -> Run:
        """Plan what is open, and what comes after it, from `at`."""
        return self._with_bases(tuple(Base(position, at) for position in positions))

    def _with_bases(self, bases: tuple[Base, ...]) -> Run:
        return self if bases in ((), self.bases[0]) else replace(self, bases=(bases, *self.bases))

    def share(self, before: Fraction, limit: Fraction) -> Share:
        """The share of a step's limit, behind the limits `before` it."""
        # A dossier that has moved to a longer version of its procedure may have more limits than it began with.
        whole = max(self.whole, before + limit)
        base, since_base, passed = (self if whole == self.whole else replace(self, whole=whole)).place(before)
        least = max(int(limit * self.minutes / (2 * whole)), 1)
        pauses = suspensions.since(self.pauses, base.at)
        return Share(
            self.appointment, limit, before, whole, base, since_base, passed, least, self.calendar, pauses
        )

    def place(self, before: Fraction) -> tuple[Base, int, int]:
        """Base of a position, minutes from there to the end, minutes before it."""
        reached = next(
            found for bases in self.bases if (found := [base for base in bases if base.days <= before])
        )
        places = [self._place(base, before) for base in reached]
        if len(places) == 1:
            return places[0]
        return max(places, key=lambda place: self._after(place[0], place[2], self.pauses))

    def _place(self, base: Base, before: Fraction) -> tuple[Base, int, int]:
        left = _working_minutes(self.calendar, base.at, self.due, self.pauses)
        ahead = self.whole - base.days
        passed = min(int((before - base.days) * left / ahead), left) if ahead > 0 else 0
        return base, left, passed

    def _planned(self, position: Fraction, pauses: tuple[wt.Pause, ...]) -> datetime:
        base, _, passed = self.place(position)
        return self._after(base, passed, pauses)

    def _after(self, base: Base, minutes: int, pauses: tuple[wt.Pause, ...]) -> datetime:
        if not minutes:
            return base.at
        since = suspensions.since(pauses, base.at)
        return term_count.end(term_count.WorkingMinutes(self.calendar, base.at, minutes, since))


def calendar_days(deadline: wt.Deadline) -> Fraction:
    """Calendar days of a term: to its last day before that rolls, without pauses."""
    last = deadline.reached.nominal_day
    return Fraction(0 if last is None else last - deadline.receipt.day)


@lru_cache(maxsize=4096)
def days(limits: tuple[str, ...]) -> Fraction:
    """The sum of limits in days, by the arithmetic of the publication check."""
    terms = map(term_count.parse, limits)
    return sum((critical_path.hours(term) or Fraction(0) for term in terms), Fraction(0)) / _A_DAY


def _working_minutes(
    calendar: wt.WorkCalendar, start: datetime, end: datetime, pauses: Iterable[wt.Pause]
) -> int:
    """Working minutes from `start` to `end` outside of the pauses, never negative."""
    if end <= start:
        return 0
    minutes = calendar.count_minutes(start, end)
    for pause in pauses:
        first, last = max(pause.start, start), min(pause.end or end, end)
        if first < last:
            minutes -= calendar.count_minutes(first, last)
    return minutes
