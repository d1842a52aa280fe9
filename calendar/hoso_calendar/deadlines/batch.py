"""Deadlines of many dossiers at once, for terms without pauses.

The rules are those of `deadline`, over numpy arrays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoso_calendar.days.day import MINUTES_A_DAY
from hoso_calendar.days.vectors import Ints
from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.deadlines import counting
from hoso_calendar.deadlines.policy import Policy
from hoso_calendar.deadlines.term import Term, Unit


@dataclass(frozen=True, slots=True)
class _Days:
    """Receiving and closing hours of every day of a calendar."""

    #: End of the last session that receives, or 0 on a day without.
    receives_until: Ints
    #: End of the last session that counts, or a minute never reached.
    works_until: Ints
    closing: Ints
    half_end: Ints

    @classmethod
    def of(cls, cal: WorkCalendar) -> "_Days":
        return cls(
            np.array(
                [max((s.end for s in (*d.slots, *d.duty)), default=0) for d in cal.days], dtype=np.int64
            ),
            np.array([d.slots[-1].end if d.slots else 2 * MINUTES_A_DAY for d in cal.days], dtype=np.int64),
            np.array([d.closing for d in cal.days], dtype=np.int64),
            np.array([d.half_end if d.slots else 0 for d in cal.days], dtype=np.int64),
        )


def due_minutes(cal: WorkCalendar, received: Ints, term: Term, policy: Policy) -> Ints:
    """`deadline(...).due` for many receipts, all in minutes since the calendar's first midnight."""
    if term.unit is Unit.HOURS:
        due = received + counting.minutes_of(term, cal)
        if due.size and np.max(due) > len(cal.days) * MINUTES_A_DAY:
            raise cal.missing_day((int(np.max(due)) - 1) // MINUTES_A_DAY)
        return due
    days = _Days.of(cal)
    receipt, start, late = _receive(cal, days, received, policy)
    halves = counting.halves_of(term)
    if halves is not None:
        return _end_of_halves(cal, days, receipt, halves)
    if term.unit in (Unit.WORKING_DAYS, Unit.WORKING_HOURS):
        return cal.vectors.shift(start, counting.minutes_of(term, cal))
    if term.unit is Unit.SAME_DAY:
        nominal = np.where(late, _next_working(cal, receipt + 1), receipt) if late.any() else receipt
    else:
        nominal = _later(cal, receipt, term)
    if nominal.size and np.max(nominal) >= len(cal.days):
        raise cal.missing_day(int(np.max(nominal)))
    last = _next_working(cal, nominal) if policy.roll_end else nominal
    return last * MINUTES_A_DAY + days.closing.take(last)


def _receive(
    cal: WorkCalendar, days: _Days, received: Ints, policy: Policy
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    index = received // MINUTES_A_DAY
    clock = received - index * MINUTES_A_DAY
    until = days.receives_until.take(index)
    taken = np.full(index.shape, True) if policy.nonworking_receipt == "as_is" else clock < until
    late = np.zeros(index.shape, dtype=np.bool_)
    if policy.cutoff is not None:
        late = (until > 0) & (clock > policy.cutoff.hour * 60 + policy.cutoff.minute)
    if policy.cutoff_effect == "roll_receipt":
        taken = taken & ~late
    if policy.last_hour:
        taken = taken & (clock < days.works_until.take(index) - policy.last_hour)
    receipt, start = index.copy(), received.copy()
    receipt[~taken] = _next_working(cal, index[~taken] + 1)
    start[~taken] = receipt[~taken] * MINUTES_A_DAY
    return receipt, start, late & taken


def _next_working(cal: WorkCalendar, index: Ints) -> Ints:
    vectors = cal.vectors
    if index.size and np.max(index) >= len(vectors.halves_after):
        raise cal.beyond()
    half = vectors.halves_before.take(index)
    if half.size and np.max(half) >= len(vectors.half_day_at):
        raise cal.beyond()
    return vectors.half_day_at.take(half)


def _end_of_halves(cal: WorkCalendar, days: _Days, receipt: Ints, halves: int) -> Ints:
    vectors = cal.vectors
    target = vectors.halves_after.take(receipt) + halves
    if target.size and np.max(target) > len(vectors.half_day_at):
        raise cal.beyond()
    day = vectors.half_day_at.take(target - 1)
    whole = vectors.halves_after.take(day) == target
    return day * MINUTES_A_DAY + np.where(whole, days.closing.take(day), days.half_end.take(day))


def _later(cal: WorkCalendar, receipt: Ints, term: Term) -> Ints:
    """A calendar term's nominal last day, computed once for each distinct day of receipt."""
    distinct, place = np.unique(receipt, return_inverse=True)
    ends = [counting.later_date(cal.days[day].date, term).toordinal() - cal.origin for day in distinct]
    return np.array(ends, dtype=np.int64)[place]
