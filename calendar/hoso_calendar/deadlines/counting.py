"""The end of a term, computed on day and minute numbers.

Each function walks the pauses, not the days. A term is a target on a measure that only grows (half days, minutes, dates); a
pause that begins before the target is reached moves the target by what the measure grows while it lasts.
"""

import calendar as months
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from hoso_calendar.days.day import MINUTES_A_DAY
from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.deadlines.term import Term, Unit
from hoso_calendar.errors import BadTerm
from hoso_calendar.messages import say

#: A stretch of time that does not count: minutes `[start, end)` or days `start … end`; `end` None while it lasts.
Span = tuple[int, int | None]


class Held(NamedTuple):
    """An end of a term that moved because a pause covered it (S15)."""

    #: The pause's number, from 1.
    pause: int
    #: The end that it covered.
    end: int
    #: When the pause was over.
    resumed: int


class Reached(NamedTuple):
    """The end of a term; `due` is None while a pause is open."""

    #: Closing minute of the last day, or the last minute of a term in hours.
    due: int | None
    #: Midnight after the last day, or the same minute as `due`.
    legal_end: int | None
    #: What an open pause has left: minutes, half days, or calendar days, as the term is counted.
    remaining: int = 0
    #: Where a calendar term would have ended, had that been a working day; None for terms that count working time.
    nominal_day: int | None = None
    #: The ends that pauses covered before this one, in order.
    held: tuple[Held, ...] = ()

    @property
    def first_end(self) -> int | None:
        """The end of the term, had no pause covered it."""
        return self.held[0].end if self.held else self.due


def halves_of(term: Term) -> int | None:
    """The term as whole half days, or None where it is no such term."""
    count, parts = term.amount.numerator, term.amount.denominator
    if term.unit is Unit.WORKING_DAYS and parts <= 2:
        return 2 * count // parts
    if term.unit is not Unit.HALF_DAYS:
        return None
    if parts != 1:
        raise BadTerm(term, say("half days are counted whole"))
    return count


def is_in_minutes(term: Term) -> bool:
    """True if the term is counted in minutes from receipt, not in days."""
    if term.unit is Unit.WORKING_DAYS:
        return halves_of(term) is None
    return term.unit in (Unit.WORKING_HOURS, Unit.HOURS)


def minutes_of(term: Term, cal: WorkCalendar) -> int:
    """A term in hours, or a part of a working day, as minutes.

    The part is that share of the calendar's ordinary day, rounded up.
    """
    worth = cal.nominal_day if term.unit is Unit.WORKING_DAYS else 60
    return -(-term.amount.numerator * worth // term.amount.denominator)


def limit_minutes(term: Term, cal: WorkCalendar) -> int:
    """The limit of a step as a duration in working minutes.

    Days and working days are n ordinary days, half days n halves of one, working hours 60 minutes; `BadTerm` for other units.
    """
    worth = {
        Unit.WORKING_DAYS: Fraction(cal.nominal_day),
        Unit.DAYS: Fraction(cal.nominal_day),
        Unit.HALF_DAYS: Fraction(cal.nominal_day, 2),
        Unit.WORKING_HOURS: Fraction(60),
    }
    if term.unit not in worth:
        raise BadTerm(term, say("a step's limit is in days, working days, half days or working hours"))
    return ceil(term.amount * worth[term.unit])


def end_of_halves(cal: WorkCalendar, receipt: int, halves: int, paused: Sequence[Span]) -> Reached:
    """End of a term in working days or half days.

    The first day is excluded, and days in `paused` do not count.
    """
    ledger = cal.halves_before
    target = ledger[receipt + 1] + halves
    for first, last in paused:
        if first >= len(cal.days) or target <= ledger[first]:
            break
        if last is None:
            return Reached(None, None, target - ledger[first])
        if last >= len(cal.days):
            raise cal.missing_day(last + 1)
        target += ledger[last + 1] - ledger[first]
    day = cal.nth_half(target)
    if target == ledger[day + 1]:
        return _end_of_day(cal, day)
    minute = day * MINUTES_A_DAY + cal.days[day].half_end
    return Reached(minute, minute)


def end_of_minutes(cal: WorkCalendar, start: int, minutes: int, paused: Sequence[Span]) -> Reached:
    """End of a term in working hours, from minute `start`.

    On a boundary it is the closing, never the next opening.
    """
    target = cal.measure(start) + minutes
    for first, last in paused:
        measured = cal.measure(first)
        if first >= len(cal.days) * MINUTES_A_DAY or target <= measured:
            break
        if last is None:
            return Reached(None, None, target - measured)
        if last >= len(cal.days) * MINUTES_A_DAY:
            raise cal.missing_day(last // MINUTES_A_DAY)
        target += cal.measure(last) - measured
    due = cal.earliest(target)
    return Reached(due, due)


def end_of_hours(cal: WorkCalendar, start: int, minutes: int, paused: Sequence[Span]) -> Reached:
    """End of a term in wall-clock hours; pauses do not count."""
    due = start + minutes
    for first, last in paused:
        if due <= first:
            break
        if last is None:
            return Reached(None, None, due - first)
        due += last - first
    if due > len(cal.days) * MINUTES_A_DAY:
        raise cal.missing_day((due - 1) // MINUTES_A_DAY)
    return Reached(due, due)


def end_of_calendar(
    cal: WorkCalendar, receipt: int, term: Term, paused: Sequence[Span], roll: bool
) -> Reached:
    """End of a term in days, weeks, months or years.

    Days off inside it count; the last day rolls to a working day if `roll`.
    """
    nominal = later_date(cal.first + timedelta(days=receipt), term).toordinal() - cal.origin
    for first, last in paused:
        if nominal < first:
            break
        if last is None:
            return Reached(None, None, nominal - first + 1)
        nominal += last - first + 1
    return _rolled(cal, nominal, paused, roll)


def end_of_same_day(cal: WorkCalendar, receipt: int, paused: Sequence[Span], roll: bool) -> Reached:
    """End of a same-day term: the closing of the day of receipt."""
    return _rolled(cal, receipt, paused, roll)


def _rolled(cal: WorkCalendar, nominal: int, paused: Sequence[Span], roll: bool) -> Reached:
    day = nominal
    while True:
        if day >= len(cal.days):
            raise cal.missing_day(day)
        stop = next((span for span in paused if span[0] <= day and (span[1] is None or day <= span[1])), None)
        if stop is None and (cal.days[day].working or not roll):
            break
        if stop and stop[1] is None:
            return Reached(None, None, 0, nominal)
        day = stop[1] + 1 if stop and stop[1] is not None else day + 1
    end = _end_of_day(cal, day)
    return Reached(end.due, end.legal_end, 0, nominal)


def clear_of_pauses(cal: WorkCalendar, reached: Reached, paused: Sequence[Span]) -> Reached:
    """The end of a term after every pause that covers it (S15).

    A pause that begins before the end and lasts up to it or beyond moves it to a closing. The minutes of `paused` are in order,
    so one walk is enough; an open pause moves nothing.
    """
    held: list[Held] = []
    ends = reached.due, reached.legal_end
    for number, (start, resumed) in enumerate(paused, 1):
        if ends[0] is not None and resumed is not None and start < ends[0] <= resumed:
            held.append(Held(number, ends[0], resumed))
            ends = _first_closing_after(cal, resumed)
    return reached._replace(due=ends[0], legal_end=ends[1], held=tuple(held)) if held else reached


def day_of_end(end: int) -> int:
    """Number of the day that holds the minute before `end`."""
    return (end - 1) // MINUTES_A_DAY


def _first_closing_after(cal: WorkCalendar, minute: int) -> tuple[int, int]:
    """The next closing of a working day, and the end of that day."""
    day = minute // MINUTES_A_DAY
    while True:
        if day >= len(cal.days):
            raise cal.missing_day(day)
        today, midnight = cal.days[day], day * MINUTES_A_DAY
        if today.working and midnight + today.closing > minute:
            return midnight + today.closing, midnight + MINUTES_A_DAY
        day += 1


def _end_of_day(cal: WorkCalendar, day: int) -> Reached:
    return Reached(day * MINUTES_A_DAY + cal.days[day].closing, (day + 1) * MINUTES_A_DAY)


def later_date(day: date, term: Term) -> date:
    """The date a calendar term leads to (Civil Code art. 148).

    It has the same day number, or is the last day of a shorter month. Half a month is 15 days and half a year six months (art.
    146); other fractions are refused.
    """
    per = {Unit.DAYS: (0, 1), Unit.WEEKS: (0, 7), Unit.MONTHS: (1, 0), Unit.YEARS: (12, 0)}[term.unit]
    whole = term.amount * per[0]
    extra = term.amount * per[1]
    if whole.denominator == 2:
        whole, extra = whole - Fraction(1, 2), extra + 15
    if whole.denominator != 1 or extra.denominator != 1:
        raise BadTerm(
            term, say("the law gives this fraction of calendar time no meaning; use working hours or days")
        )
    year, month = divmod(day.year * 12 + day.month - 1 + int(whole), 12)
    try:
        start = date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
        return start + timedelta(days=int(extra))
    except (ValueError, OverflowError):
        raise BadTerm(term, say("it runs past the year 9999")) from None
