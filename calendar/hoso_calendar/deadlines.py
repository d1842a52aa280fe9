"""The deadline of a term: rules S1–S7, S14 and S15 applied to one receipt, with everything needed to explain it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import pendulum

from hoso_calendar import counting
from hoso_calendar.counting import Reached, Span
from hoso_calendar.day import MINUTES_A_DAY
from hoso_calendar.errors import BadPause
from hoso_calendar.messages import say
from hoso_calendar.policy import Pause, Policy
from hoso_calendar.term import Term, Unit
from hoso_calendar.work_calendar import WorkCalendar

if TYPE_CHECKING:
    from hoso_calendar.trace import TraceDay


class Receipt(NamedTuple):
    """From when a term runs, in the calendar's own day and minute numbers."""

    #: Day of receipt: the first day, which terms of days exclude.
    day: int
    #: Minute from which hours run.
    start: int
    #: Received after the cut-off hour of that day.
    late: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a term ends and all it was counted from; equal inputs give equal deadlines."""

    #: The closing minute of the last day, or the last minute of a term in hours; None while a pause is open.
    due: pendulum.DateTime | None
    #: The end in law: 24:00 of the last day (Civil Code art. 148 clause 6); the same as `due` for terms in hours.
    legal_end: pendulum.DateTime | None
    #: 0, or what an open pause has left: working days, half days, minutes, or calendar days, as the term is counted.
    remaining: int | Fraction
    received: pendulum.DateTime
    receipt_day: date
    term: Term
    policy: Policy
    pauses: tuple[Pause, ...]
    #: Days not yet official whose being off or worked decides the result.
    relies_on: tuple[date, ...]
    #: Id and version of the calendar it was counted with.
    calendar: str
    version: str
    cal: WorkCalendar = field(repr=False, compare=False)
    reached: Reached = field(repr=False, compare=False)

    @property
    def provisional(self) -> bool:
        """Whether the result may move because it relies on an expected day."""
        return bool(self.relies_on)

    @property
    def trace(self) -> tuple["TraceDay", ...]:
        """Every day from receipt to the end, counted or with the reason why not; built when asked for."""
        from hoso_calendar import trace

        return trace.days(self)

    def to_json(self) -> dict[str, Any]:
        """The explanation as JSON holds it, enough for a stranger to count the date again (schema ``hoso-deadline/1``)."""
        from hoso_calendar import explanation

        return explanation.of(self)


def deadline(
    cal: WorkCalendar,
    received: datetime,
    term: Term,
    pauses: Iterable[Pause] = (),
    policy: Policy = Policy(),  # noqa: B008 (frozen)
) -> Deadline:
    """When `term`, received at the aware instant `received`, ends.

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
        reached=reached,
    )


def pause_spans(cal: WorkCalendar, pauses: Sequence[Pause]) -> list[Span]:
    """The pauses in minutes; `BadPause` unless each ends before the next begins and only the last is open.

    A pause may begin or end in a year without data: whether that year is needed shows where it moves the end.
    """
    spans: list[Span] = []
    for number, pause in enumerate(pauses, 1):
        place = f"pause #{number}"
        start = cal.any_minute_of(pause.start, place)
        end = None if pause.end is None else cal.any_minute_of(pause.end, place)
        if end is not None and end < start:
            raise BadPause(
                number, say("it ends {end} before it starts {start}", end=pause.end, start=pause.start)
            )
        if spans and spans[-1][1] is None:
            raise BadPause(number, say("pause #{number} is still open", number=number - 1))
        if spans and (spans[-1][1] or 0) > start:
            raise BadPause(
                number,
                say(
                    "it starts {start} before pause #{number} ends; give pauses in order, not overlapping",
                    start=pause.start,
                    number=number - 1,
                ),
            )
        spans.append((start, end))
    return spans


def receipt_of(cal: WorkCalendar, minute: int, term: Term, policy: Policy) -> Receipt:
    """The receipt a term runs from; wall-clock hours ask no calendar and begin where they are."""
    if term.unit is Unit.HOURS:
        return Receipt(minute // MINUTES_A_DAY, minute, False)
    return receive(cal, minute, policy)


def receive(cal: WorkCalendar, minute: int, policy: Policy) -> Receipt:
    """The day of receipt and the minute from which hours run (S1, S5, the last-hour rule, S14)."""
    index, clock = divmod(minute, MINUTES_A_DAY)
    today = cal.days[index]
    sessions = (*today.slots, *today.duty)
    taken = policy.nonworking_receipt == "as_is" or (
        bool(sessions) and clock < max(slot.end for slot in sessions)
    )
    late = (
        bool(sessions)
        and policy.cutoff is not None
        and clock > policy.cutoff.hour * 60 + policy.cutoff.minute
    )
    rolled = late and policy.cutoff_effect == "roll_receipt"
    if policy.last_hour and today.slots:
        rolled = rolled or clock >= today.slots[-1].end - policy.last_hour
    if taken and not rolled:
        return Receipt(index, minute, late)
    day = cal.next_working_index(index + 1)
    return Receipt(day, day * MINUTES_A_DAY, False)


def reach(
    cal: WorkCalendar, receipt: Receipt, minute: int, term: Term, spans: Sequence[Span], policy: Policy
) -> Reached:
    """Where the term ends, in minutes of the calendar; `minute` is the instant of receipt itself."""
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
    """A clock that stands still on the last day has no due minute either, though no whole day is left."""
    if spans and spans[-1][1] is None and reached.due is not None and spans[-1][0] < reached.due:
        return reached._replace(due=None, legal_end=None)
    return reached


def _from(spans: Sequence[Span], start: int) -> list[Span]:
    """The parts of the pauses at or after `start`."""
    return [(max(first, start), last) for first, last in spans if last is None or last > start]


def paused_days(spans: Sequence[Span], receipt: int, policy: Policy) -> list[Span]:
    """Days that do not count (S7): after the day a pause begins up to the day it ends, with the first where it is free."""
    days: list[Span] = []
    free_from = receipt + 1
    for start, end in spans:
        first = max(start // MINUTES_A_DAY + (policy.pause_day == "used"), free_from)
        last = None if end is None else end // MINUTES_A_DAY
        if last is None or first <= last:
            days.append((first, last))
            free_from = first if last is None else last + 1
    return days


def _remaining(counted: int, term: Term) -> int | Fraction:
    """What is left in the unit the term counts: its ledger holds halves of working days."""
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
    """Expected days in the stretches that decide the result; wall-clock hours ask no calendar."""
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
    """Expected days that decide how far a pause over an end moved it (S15): from the day it was over to the next end."""
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
