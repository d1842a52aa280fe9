"""Strategies over instants and times of day, half of them at a boundary of a calendar or a minute from one.

A defect of a boundary shows in one minute of many hundred: minutes that are drawn evenly never meet it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_calendar.days.day import MINUTES_A_DAY

MINUTE = timedelta(minutes=1)
#: Minutes from the nearest boundary, or none to stay anywhere; what fails is shown without a move where it can be.
MOVES = st.none() | st.sampled_from([0, -1, 1])


def within(
    cal: wt.WorkCalendar, start: datetime, longest: timedelta, *cutoffs: time
) -> st.SearchStrategy[datetime]:
    """Whole minutes from a start up to `longest` after it."""

    def placed(minutes: int, move: int | None) -> datetime:
        at = start + minutes * MINUTE
        if move is None:
            return at
        return min(max(start, nearest(cal, at, *cutoffs) + move * MINUTE), start + longest)

    return st.builds(placed, st.integers(0, longest // MINUTE), MOVES)


def times(cal: wt.WorkCalendar, *cutoffs: time) -> st.SearchStrategy[time]:
    """Times of a day, down to the microsecond, or at a boundary that the calendar has on some day."""

    def placed(boundary: time, move: int) -> time:
        return (datetime.combine(cal.first, boundary) + move * MINUTE).time()

    kinds = {(day.slots, day.duty, day.closing): day for day in cal.days}
    known = sorted({minute % MINUTES_A_DAY for day in kinds.values() for minute in _minutes(day)})
    boundaries = [*(time(*divmod(minute, 60)) for minute in known), *cutoffs]
    return st.times() | st.builds(placed, st.sampled_from(boundaries), st.sampled_from([0, -1, 1]))


def nearest(cal: wt.WorkCalendar, at: datetime, *cutoffs: time) -> datetime:
    """The boundary of its day that is nearest to an instant."""
    day = cal.local(at).date()
    midnight = datetime.combine(day, time(), cal.zone).astimezone(at.tzinfo)
    minutes = {*_minutes(cal.day(day)), *(each.hour * 60 + each.minute for each in cutoffs)}
    boundaries = [midnight + minute * MINUTE for minute in sorted(minutes)]
    return min(boundaries, key=lambda boundary: abs(boundary - at))


def _minutes(day: wt.Day) -> Iterator[int]:
    """Midnights, openings and closings, also of desks on duty, and the end of a term that ends on a day off."""
    yield from (0, day.closing, MINUTES_A_DAY)
    for slot in (*day.slots, *day.duty):
        yield from slot
