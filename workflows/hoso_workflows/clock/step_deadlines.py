"""Due dates of a step, from arrival and along the plan (DESIGN, rule 4).

A limit is a duration, never a term.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

import hoso_calendar as wt
from hoso_bpmn.document import critical_path
from hoso_models import Verdict
from hoso_workflows.clock import shares, term_count
from hoso_workflows.clock.shares import Run, Share
from hoso_workflows.clock.term_count import WorkingMinutes

#: Terms that run by the calendar on the wall; there a limit in `ngày` is a share of what is left.
BY_CALENDAR = critical_path.CALENDAR_UNITS


@dataclass(frozen=True, slots=True)
class StepDates:
    """The two dates of a step; both None while the clock is suspended."""

    #: When the step began, or began again after a supplement.
    arrived: datetime
    #: Arrival + limit: judges the officer. None without a limit, and in a term of calendar days begun by an earlier release.
    own: datetime | None
    #: The end of the shares, or start of the plan + the limits so far, capped at `due_legal`: warns.
    plan: datetime | None
    #: How the step was closed; None while open, cancelled, or without `own`.
    judged: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """A sum of limits. Calendar days with their fractions where the term is counted so, else working minutes."""

    days: Fraction = Fraction(0)
    minutes: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.days + other.days, self.minutes + other.minutes)

    def without(self, done: Load) -> Load:
        """The rest after `done`, never negative. A shorter branch may come before a longer one."""
        if not (done.minutes or done.days):  # as nearly always, and quickly told
            return self
        return Load(max(self.days - done.days, Fraction(0)), max(self.minutes - done.minutes, 0))

    @property
    def order(self) -> tuple[Fraction, int]:
        """Sorts the loads of one case from the least to the most."""
        return self.days, self.minutes


@dataclass(frozen=True, slots=True)
class Plan:
    """The start of the plan, the work done by then, and its policy. The policy says how calendar days are counted."""

    start: datetime
    done: Load
    policy: wt.Policy


@dataclass(frozen=True, slots=True)
class Step:
    """A human task in the clock's eyes."""

    arrived: datetime
    #: As written; None without one.
    limit: str | None
    #: The limits as written along the longest path from acceptance up to and including this step.
    plan: tuple[str, ...]
    calendar: wt.WorkCalendar
    #: It suspends the dossier's clock while it is open.
    excluded: bool = False
    #: It has come, or begun again, in a term of calendar days, weeks, months or years.
    by_calendar: bool = False
    #: The calendar of the unit that has replaced the step's, by which it is counted when it starts again.
    successor: wt.WorkCalendar | None = None

    def revised(self, calendar: wt.WorkCalendar, *, counted: bool) -> Step:
        """The same step after a revision of a calendar; `counted`, if its own count goes on by it."""
        successor = calendar if self.successor and self.successor.id == calendar.id else self.successor
        return replace(self, calendar=calendar if counted else self.calendar, successor=successor)

    def again(self, at: datetime) -> Step:
        """The step as it starts again, by the calendar of whoever has it now."""
        return replace(self, arrived=at, calendar=self.successor or self.calendar, successor=None)

    @property
    def load(self) -> Load:
        """The sum of limits up to and including this step."""
        return _sum(self.plan, self.calendar, self.by_calendar)

    @property
    def before(self) -> Load:
        """The sum of limits before this step."""
        if self.limit is None or self.limit not in self.plan:
            return self.load
        return self.load.without(_sum((self.limit,), self.calendar, self.by_calendar))

    def behind(self, done: Fraction) -> Fraction:
        """The limits before this step, in days, without those `done` in an earlier run."""
        return max(self._days_before - done, Fraction(0))

    @property
    def _days_before(self) -> Fraction:
        limits = shares.days(self.plan)
        return limits - shares.days((self.limit,)) if self.limit in self.plan else limits

    def share(self, run: Run | None) -> Share | None:
        """The share of its limit in a run; None where the limit is none."""
        if run is None or self.limit is None or not self.by_calendar or self.excluded:
            return None
        limit = term_count.parse(self.limit)
        return run.share(self.behind(run.done), limit.amount) if limit.unit is wt.Unit.DAYS else None

    def own(
        self, pauses: tuple[wt.Pause, ...], run: Run | None = None, share: Share | None = None
    ) -> WorkingMinutes | None:
        """The count of its own limit, None where nothing judges it."""
        if share is not None:
            return WorkingMinutes(share.calendar, self.arrived, share.minutes, pauses)
        if self.limit is None or (self.by_calendar and run is None):
            return None
        own = _sum((self.limit,), self.calendar, False)
        return WorkingMinutes(self.calendar, self.arrived, own.minutes, pauses)

    def planned_in(
        self, run: Run, share: Share | None, pauses: Callable[[datetime], tuple[wt.Pause, ...]]
    ) -> tuple[WorkingMinutes, ...]:
        """Count the shares up to this step; `pauses` are those behind an instant."""
        if share is not None:
            base, minutes = share.base, share.passed + share.minutes
        else:
            base, _, minutes = run.place(max(shares.days(self.plan) - run.done, Fraction(0)))
        if not minutes:
            return ()
        return (WorkingMinutes(run.calendar, base.at, minutes, pauses(base.at)),)

    def planned(self, plan: Plan, pauses: tuple[wt.Pause, ...]) -> tuple[wt.Deadline | WorkingMinutes, ...]:
        """Count the plan up to this step; the last deadline is its end. Calendar days first, then working minutes."""
        load = self.load.without(plan.done)
        whole = floor(load.days) if load.days else 0
        minutes = load.minutes + (ceil((load.days - whole) * self.calendar.nominal_day) if load.days else 0)
        if not whole:
            return (WorkingMinutes(self.calendar, plan.start, minutes, pauses),) if minutes else ()
        days = term_count.deadline(
            self.calendar, plan.start, wt.Term(whole, wt.Unit.DAYS), pauses, plan.policy
        )
        if not (minutes and days.due):
            return (days,)
        return days, WorkingMinutes(self.calendar, days.due, minutes, pauses)


@lru_cache(maxsize=4096)
def _sum(limits: tuple[str, ...], calendar: wt.WorkCalendar, by_calendar: bool) -> Load:
    return sum((_load(term_count.parse(limit), calendar, by_calendar) for limit in limits), Load())


def _load(limit: wt.Term, calendar: wt.WorkCalendar, by_calendar: bool) -> Load:
    if by_calendar and limit.unit is wt.Unit.DAYS:
        return Load(days=limit.amount)
    return Load(minutes=wt.limit_minutes(limit, calendar))


@dataclass(frozen=True, slots=True)
class Timing:
    """The count behind a step's dates."""

    step: Step
    #: The count of its own limit, None where nothing judges it.
    own: WorkingMinutes | None
    #: The count of the plan; empty before acceptance and where nothing is limited so far.
    plan: tuple[wt.Deadline | WorkingMinutes, ...]
    #: Its limit as a share of what is left of the term.
    share: Share | None
    #: The legal due date that caps the plan, and the number of its appointment.
    cap: datetime | None
    capped_by: int | None
    #: When somebody completed it; None while it is open, and for ever where it was cancelled.
    completed: datetime | None = None

    @property
    def dates(self) -> StepDates:
        """The dates of the counts."""
        own = self.own.due if self.own else None
        plan: datetime | None = self.plan[-1].due if self.plan else None
        if plan and self.cap:
            plan = min(plan, self.cap)
        judged = judge(own, self.completed) if own and self.completed else None
        return StepDates(self.step.arrived, own, plan, judged)


def judge(due: datetime, at: datetime) -> Verdict:
    """Judge a completion by local date.

    Earlier is early, the same up to the minute on time, later late; `due` is in the local zone.
    """
    if at > due:
        return Verdict.LATE
    return Verdict.EARLY if at.astimezone(due.tzinfo).date() < due.date() else Verdict.ON_TIME
