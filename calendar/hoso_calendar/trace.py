"""The explanation day by day: each date with its ordinal, or the reason why it does not count."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from hoso_calendar import counting
from hoso_calendar.counting import Span
from hoso_calendar.day import MINUTES_A_DAY, Day, Kind, clock_text
from hoso_calendar.deadlines import pause_spans, paused_days, receive
from hoso_calendar.term import Term, Unit, amount_text
from hoso_calendar.work_calendar import WorkCalendar

if TYPE_CHECKING:
    from hoso_calendar.deadlines import Deadline

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_OFF = {
    Kind.HOLIDAY: "ngày lễ",
    Kind.SUBSTITUTE: "nghỉ bù",
    Kind.SWAP_OFF: "nghỉ hoán đổi",
    Kind.CLOSURE: "cơ quan đóng cửa",
}
#: What terms of working time number; the others number dates.
_NOUN = {Unit.WORKING_DAYS: "ngày làm việc", Unit.HALF_DAYS: "nửa ngày làm việc"}


@dataclass(frozen=True, slots=True)
class TraceDay:
    """One date of an explanation."""

    day: Day
    #: Ordinal after this day: working days, half days or calendar days counted so far; None where it does not count.
    counted: Fraction | None
    #: Minutes counted on this day in a term of hours; None in a term of days.
    minutes: int | None
    #: Why it counts, why it does not, or why the term ends here.
    reason: str


def days(deadline: "Deadline") -> tuple[TraceDay, ...]:
    """Every date from the earlier of receipt and day of receipt to the last one, or to the day an open pause began."""
    if counting.is_in_minutes(deadline.term):
        return tuple(_minute_days(deadline))
    return tuple(_ordinal_days(deadline))


def off_reason(day: Day) -> str:
    """Why nobody works on `day`: the holiday with its basis, or the weekly rest."""
    if day.kind not in _OFF:
        return f"{WEEKDAYS[day.date.weekday()]}, nghỉ hằng tuần"
    basis = f" ({day.basis})" if day.basis else ""
    return f"{_OFF[day.kind]}: {day.name}{basis}" if day.name else f"{_OFF[day.kind]}{basis}"


def _range(deadline: "Deadline") -> range:
    first = deadline.cal.index(min(deadline.received.date(), deadline.receipt_day))
    last = max((_last_minute(deadline) - 1) // MINUTES_A_DAY, deadline.cal.index(deadline.receipt_day))
    return range(first, last + 1)


def _last_minute(deadline: "Deadline") -> int:
    """The end, or the minute after an open pause began."""
    if deadline.reached.due is not None:
        return deadline.reached.due
    return deadline.cal.minute_of(deadline.pauses[-1].start) + 1


def _ordinal_days(deadline: "Deadline") -> Iterator[TraceDay]:
    """Terms of days: a running ordinal."""
    stopped = _stopped_days(deadline)
    noun = _NOUN.get(deadline.term.unit, "ngày")
    tally = Fraction(0)
    for index in _range(deadline):
        day = deadline.cal.days[index]
        reason, counted = _not_counted(deadline, index, stopped), None
        if reason is None:
            tally = counted = _counted(tally, day, deadline.term)
            reason = f"{noun} thứ {amount_text(tally)}"
        yield TraceDay(day, counted, None, _ended(deadline, index, reason))


def _counted(tally: Fraction, day: Day, term: Term) -> Fraction:
    """The ordinal after one more day that counts; a term may end in the middle of the last one."""
    if term.unit is Unit.WORKING_DAYS:
        return min(tally + Fraction(day.halves, 2), term.amount)
    return min(tally + day.halves, term.amount) if term.unit is Unit.HALF_DAYS else tally + 1


def _not_counted(deadline: "Deadline", index: int, stopped: dict[int, Span]) -> str | None:
    """Why a day does not count, or None when it does."""
    day, receipt = deadline.cal.days[index], deadline.cal.index(deadline.receipt_day)
    if index < receipt:
        return _received_late(day)
    if index == receipt:
        return "ngày nhận hồ sơ" + (
            ", ngày đầu không tính" if deadline.term.unit is not Unit.SAME_DAY else ""
        )
    for number, (first, last) in stopped.items():
        if first <= index and (last is None or index <= last):
            return _stopped(deadline, number)
    if deadline.term.unit in _NOUN:
        return None if day.working else off_reason(day)
    return _after_the_end(deadline, index, day)


def _after_the_end(deadline: "Deadline", index: int, day: Day) -> str | None:
    """Why a term that asks for no working days goes on: late receipt of a same-day term, or a last day that rolls."""
    nominal = deadline.reached.nominal_day
    if deadline.term.unit is Unit.SAME_DAY:
        return (
            "nhận sau giờ chốt hoặc ngày nghỉ, trả vào ngày làm việc kế tiếp"
            if day.working
            else off_reason(day)
        )
    if nominal is None or index <= nominal:
        return None
    return "ngày cuối lùi đến ngày làm việc kế tiếp" if day.working else off_reason(day)


def _stopped(deadline: "Deadline", number: int) -> str:
    return f"tạm dừng #{number}: {deadline.pauses[number - 1].reason}".rstrip(": ")


def _received_late(day: Day) -> str:
    if not day.working:
        return f"nhận ngày này, {off_reason(day)}; tính là ngày làm việc kế tiếp"
    return "nhận ngày này ngoài giờ hoặc sau giờ chốt; tính là ngày làm việc kế tiếp"


def _ended(deadline: "Deadline", index: int, reason: str) -> str:
    due = deadline.reached.due
    if due is None or index != (due - 1) // MINUTES_A_DAY:
        return reason
    return f"{reason}; hết hạn {clock_text(due - index * MINUTES_A_DAY)}"


def _stopped_days(deadline: "Deadline") -> dict[int, Span]:
    """Days that do not count, by the number of their pause."""
    receipt = deadline.cal.index(deadline.receipt_day)
    spans = enumerate(pause_spans(deadline.cal, deadline.pauses), 1)
    return {
        number: days[0] for number, span in spans if (days := paused_days([span], receipt, deadline.policy))
    }


def _minute_days(deadline: "Deadline") -> Iterator[TraceDay]:
    """Terms of hours: the minutes that each day contributes."""
    cal = deadline.cal
    by_wall = deadline.term.unit is Unit.HOURS
    minute = cal.minute_of(deadline.received)
    start = minute if by_wall else receive(cal, minute, deadline.policy).start
    spans = pause_spans(cal, deadline.pauses)
    due = deadline.reached.due if deadline.reached.due is not None else spans[-1][0]
    for index in _range(deadline):
        day_start = index * MINUTES_A_DAY
        first, last = max(start, day_start), min(due, day_start + MINUTES_A_DAY)
        counted = _between(cal, first, last, by_wall)
        lost = {
            n: _between(cal, max(first, a), min(last, last if b is None else b), by_wall)
            for n, (a, b) in enumerate(spans, 1)
        }
        minutes = counted - sum(lost.values())
        reason = _minutes_reason(deadline, index, minutes, [n for n, gone in lost.items() if gone])
        yield TraceDay(cal.days[index], None, minutes, _ended(deadline, index, reason))


def _between(cal: WorkCalendar, first: int, last: int, by_wall: bool) -> int:
    if last <= first:
        return 0
    return last - first if by_wall else cal.measure(last) - cal.measure(first)


def _minutes_reason(deadline: "Deadline", index: int, minutes: int, pauses: list[int]) -> str:
    day = deadline.cal.days[index]
    said = [_stopped(deadline, number) for number in pauses]
    if minutes:
        said.insert(0, f"tính {minutes} phút")
    elif not said:
        said.append(off_reason(day) if not day.working else "nhận ngoài giờ, chưa tính")
    return "; ".join(said)
