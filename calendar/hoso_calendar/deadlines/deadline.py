"""The deadline of a term: rules S1–S7, S14 and S15 applied to one receipt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pendulum

from hoso_calendar.days.day import MINUTES_A_DAY
from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.deadlines import counting, explanation, trace
from hoso_calendar.deadlines.count import Count
from hoso_calendar.deadlines.counting import Reached, Span
from hoso_calendar.deadlines.policy import Pause, Policy
from hoso_calendar.deadlines.receipt import Receipt, pause_spans, paused_days, receipt_of, receive
from hoso_calendar.deadlines.term import Term, Unit
from hoso_calendar.deadlines.trace import TraceDay

#: How hours are counted where no option departs from the general rules.
_PLAIN = Policy()


@dataclass(frozen=True, slots=True)
class Deadline(Count):
    """A counted term with its explanation; equal inputs give equal deadlines."""

    @property
    def trace(self) -> tuple[TraceDay, ...]:
        """Every day from receipt to the end; built when asked for."""
        return trace.days(self)

    def to_json(self) -> dict[str, Any]:
        """The explanation as JSON (schema ``hoso-deadline/1``), enough to count the date again."""
        return explanation.of(self, self.trace)


def deadline(
    cal: WorkCalendar,
    received: datetime,
    term: Term,
    pauses: Iterable[Pause] = (),
    policy: Policy = Policy(),  # noqa: B008 - frozen
) -> Deadline:
    """The deadline of `term`, received at the aware instant `received`.

    Seconds are dropped. Raises `NaiveInstant`, `BadPause` (out of order, overlapping), `BadTerm` for a term the law gives no
    meaning, and `MissingCalendarData` where counting needs a year the calendar does not declare.
    """
    minute = cal.minute_of(received, "received")
    pauses = tuple(pauses)
    spans = pause_spans(cal, pauses)
    receipt = receipt_of(cal, minute, term, policy)
    reached = reach(cal, receipt, minute, term, spans, policy)
    due, legal_end = reached.due, reached.legal_end
    return Deadline(
        due=None if due is None else cal.instant(due),
        legal_end=None if legal_end is None else cal.instant(legal_end),
        remaining=_remaining(reached.remaining, term),
        received=cal.local(received),
        receipt_day=cal.days[receipt.day].date,
        term=term,
        policy=policy,
        pauses=pauses,
        relies_on=_relies_on(cal, minute // MINUTES_A_DAY, receipt, term, reached, spans, policy),
        calendar=cal.id,
        version=cal.version,
        cal=cal,
        receipt=receipt,
        spans=spans,
        reached=reached,
    )


def due_of_minutes(
    cal: WorkCalendar, received: datetime, minutes: int, pauses: Iterable[Pause] = ()
) -> pendulum.DateTime | None:
    """The due instant of working minutes, as `deadline` counts it; None while a pause is open.

    It explains nothing, and takes a third of the time.
    """
    start = receive(cal, cal.minute_of(received, "received"), _PLAIN).start
    due = counting.end_of_minutes(cal, start, minutes, _from(pause_spans(cal, tuple(pauses)), start)).due
    return None if due is None else cal.instant(due)


def reach(
    cal: WorkCalendar, receipt: Receipt, minute: int, term: Term, spans: Sequence[Span], policy: Policy
) -> Reached:
    """The end of the term in minutes; `minute` is the instant of receipt."""
    unit = term.unit
    if unit is Unit.HOURS:
        return counting.end_of_hours(cal, minute, counting.minutes_of(term, cal), _from(spans, minute))
    halves = counting.halves_of(term)
    if halves is None and unit in (Unit.WORKING_DAYS, Unit.WORKING_HOURS):
        minutes = counting.minutes_of(term, cal)
        return counting.end_of_minutes(cal, receipt.start, minutes, _from(spans, receipt.start))
    days = paused_days(spans, receipt.day, policy)
    if halves is not None:
        reached = counting.end_of_halves(cal, receipt.day, halves, days)
    elif unit is Unit.SAME_DAY:
        day = cal.next_working_index(receipt.day + 1) if receipt.late else receipt.day
        reached = counting.end_of_same_day(cal, day, days, policy.roll_end)
    else:
        reached = counting.end_of_calendar(cal, receipt.day, term, days, policy.roll_end)
    if policy.pause_day == "used":
        reached = counting.clear_of_pauses(cal, reached, spans)
    return _stopped(reached, spans)


def _stopped(reached: Reached, spans: Sequence[Span]) -> Reached:
    """The end without a due minute if an open pause began before it.

    A pause may begin on the last day, when no whole day is left.
    """
    if spans and spans[-1][1] is None and reached.due is not None and spans[-1][0] < reached.due:
        return reached._replace(due=None, legal_end=None)
    return reached


def _from(spans: Sequence[Span], start: int) -> list[Span]:
    """The parts of the pauses at or after `start`."""
    return [(max(first, start), last) for first, last in spans if last is None or last > start]


def _remaining(counted: int, term: Term) -> int | Fraction:
    """The rest of a paused term in its own unit, not in half days."""
    if not counted or term.unit is not Unit.WORKING_DAYS or counting.halves_of(term) is None:
        return counted
    return counted // 2 if counted % 2 == 0 else Fraction(counted, 2)


def _relies_on(
    cal: WorkCalendar,
    index: int,
    receipt: Receipt,
    term: Term,
    reached: Reached,
    spans: Sequence[Span],
    policy: Policy,
) -> tuple[date, ...]:
    """Expected days that decide the result; none for wall-clock hours."""
    if term.unit is Unit.HOURS:
        return ()
    last = reached.due if reached.due is not None else spans[-1][0]
    until = max(counting.day_of_end(last), receipt.day)
    if not _expected(cal, index, until):  # as nearly always, and quickly told
        return ()
    moved = _moved_over(cal, reached, last)
    end = counting.day_of_end(last if reached.first_end is None else reached.first_end)
    days = _expected(cal, index, receipt.day)
    if term.unit in (Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS):
        if reached.nominal_day is not None:
            days += _expected(cal, max(reached.nominal_day, receipt.day + 1), end)
    else:
        days += _expected(cal, receipt.day + 1, end)
    if days and spans and term.unit is not Unit.SAME_DAY:
        # on a day that a pause takes out, nobody asks whether it is worked
        out = _whole_days(spans) if counting.is_in_minutes(term) else paused_days(spans, receipt.day, policy)
        days = [day for day in days if day <= receipt.day or not _within(out, day)]
    return tuple(cal.days[day].date for day in sorted({*days, *moved}))


def _moved_over(cal: WorkCalendar, reached: Reached, last: int) -> list[int]:
    """Expected days that decide how far pauses moved an end (S15).

    They lie between the day on which the pause was over and the next end.
    """
    ends = [*(held.end for held in reached.held[1:]), last]
    return [
        day
        for held, end in zip(reached.held, ends, strict=False)
        for day in _expected(cal, held.resumed // MINUTES_A_DAY, counting.day_of_end(end))
    ]


def _expected(cal: WorkCalendar, first: int, last: int) -> list[int]:
    known = cal.expected_before
    if last < first or known[last + 1] == known[first]:
        return []
    return [day for day in range(first, last + 1) if known[day + 1] > known[day]]


def _whole_days(spans: Sequence[Span]) -> list[Span]:
    """The days that a pause covers from midnight to midnight."""
    return [
        (-(-start // MINUTES_A_DAY), None if end is None else end // MINUTES_A_DAY - 1)
        for start, end in spans
    ]


def _within(days: Sequence[Span], day: int) -> bool:
    return any(first <= day and (last is None or day <= last) for first, last in days)
