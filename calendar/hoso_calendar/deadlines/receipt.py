"""The receipt of a term and its pauses, in day and minute numbers."""

from collections.abc import Sequence
from typing import NamedTuple

from hoso_calendar.days.day import MINUTES_A_DAY
from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.deadlines.counting import Span
from hoso_calendar.deadlines.policy import Pause, Policy
from hoso_calendar.deadlines.term import Term, Unit
from hoso_calendar.errors import BadPause
from hoso_calendar.messages import say


class Receipt(NamedTuple):
    """The start of a term, in the calendar's own day and minute numbers."""

    #: Day of receipt: the first day, which terms of days exclude.
    day: int
    #: Minute from which hours run.
    start: int
    #: Received after the cut-off hour of that day.
    late: bool


def pause_spans(cal: WorkCalendar, pauses: Sequence[Pause]) -> tuple[Span, ...]:
    """The pauses in minutes; `BadPause` unless in order, apart, and only the last open.

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
    return tuple(spans)


def receipt_of(cal: WorkCalendar, minute: int, term: Term, policy: Policy) -> Receipt:
    """The receipt that `term` runs from.

    Wall-clock hours need no calendar: they begin at the instant of receipt.
    """
    if term.unit is Unit.HOURS:
        return Receipt(minute // MINUTES_A_DAY, minute, False)
    return receive(cal, minute, policy)


def receive(cal: WorkCalendar, minute: int, policy: Policy) -> Receipt:
    """Day of receipt and first minute of hours (S1, S5, the last-hour rule, S14)."""
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


def paused_days(spans: Sequence[Span], receipt: int, policy: Policy) -> list[Span]:
    """Days of pauses, which do not count (S7).

    A pause takes out the days after the one on which it begins up to the one on which it ends; with the first where that is free.
    """
    days: list[Span] = []
    free_from = receipt + 1
    for start, end in spans:
        first = max(start // MINUTES_A_DAY + (policy.pause_day == "used"), free_from)
        last = None if end is None else end // MINUTES_A_DAY
        if last is None or first <= last:
            days.append((first, last))
            free_from = first if last is None else last + 1
    return days
