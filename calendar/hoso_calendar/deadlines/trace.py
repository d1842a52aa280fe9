"""The explanation of a term day by day, with ordinals and reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from hoso_calendar.days.day import MINUTES_A_DAY, Day, Kind, clock_text
from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.deadlines import counting
from hoso_calendar.deadlines.count import Count
from hoso_calendar.deadlines.counting import Held, Span
from hoso_calendar.deadlines.receipt import paused_days
from hoso_calendar.deadlines.term import Term, Unit, amount_text

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_OFF = {
    Kind.HOLIDAY: "ngày lễ",
    Kind.SUBSTITUTE: "nghỉ bù",
    Kind.SWAP_OFF: "nghỉ hoán đổi",
    Kind.CLOSURE: "cơ quan đóng cửa",
}
#: What terms of working time number; the others number dates.
_NOUN = {Unit.WORKING_DAYS: "ngày làm việc", Unit.HALF_DAYS: "nửa ngày làm việc"}


class Move(StrEnum):
    """Reason for a day of receipt later than the day of arrival."""

    #: Nobody receives on the day of arrival.
    REST = "rest"
    #: It came when the last session that receives was over.
    CLOSED = "closed"
    #: It came after the cut-off hour of a policy that rolls the receipt.
    CUTOFF = "cutoff"
    #: It came in the last minutes of the day, which the policy counts from the next one.
    LAST_HOUR = "last_hour"


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


def days(count: Count) -> tuple[TraceDay, ...]:
    """Every date from arrival or day of receipt, the earlier one, to the last.

    The last is the day of the end, or the one on which an open pause began.
    """
    if counting.is_in_minutes(count.term):
        return tuple(_minute_days(count))
    return tuple(_ordinal_days(count))


def off_reason(day: Day) -> str:
    """Reason for a day off: the holiday with its basis, or the weekly rest."""
    if day.kind not in _OFF:
        return f"{WEEKDAYS[day.date.weekday()]}, nghỉ hằng tuần"
    basis = f" ({day.basis})" if day.basis else ""
    return f"{_OFF[day.kind]}: {day.name}{basis}" if day.name else f"{_OFF[day.kind]}{basis}"


def _range(count: Count) -> range:
    first = min(count.cal.index(count.received.date()), count.receipt.day)
    last = max(counting.day_of_end(_last_minute(count)), count.receipt.day)
    return range(first, last + 1)


def _last_minute(count: Count) -> int:
    """The end, or the minute after an open pause began."""
    if count.reached.due is not None:
        return count.reached.due
    return count.spans[-1][0] + 1


def _ordinal_days(count: Count) -> Iterator[TraceDay]:
    """Days of a term in days, with a running ordinal."""
    stopped = _stopped_days(count)
    noun = _NOUN.get(count.term.unit, "ngày")
    tally = Fraction(0)
    for index in _range(count):
        day = count.cal.days[index]
        reason, counted = _not_counted(count, index, stopped), None
        if reason is None:
            tally = counted = _counted(tally, day, count.term)
            reason = f"{noun} thứ {amount_text(tally)}"
        yield TraceDay(day, counted, None, _ended(count, index, reason))


def _counted(tally: Fraction, day: Day, term: Term) -> Fraction:
    """The ordinal after one more counted day, at most the term itself."""
    if term.unit is Unit.WORKING_DAYS:
        return min(tally + Fraction(day.halves, 2), term.amount)
    return min(tally + day.halves, term.amount) if term.unit is Unit.HALF_DAYS else tally + 1


def _not_counted(count: Count, index: int, stopped: dict[int, Span]) -> str | None:
    """Reason for which a day does not count, or None if it does."""
    day, receipt = count.cal.days[index], count.receipt.day
    if index < receipt:
        return _before_receipt(count, index)
    if index == receipt:
        return _day_of_receipt(count)
    held = count.reached.held
    if held and index > counting.day_of_end(held[0].end):
        return _after_a_held_end(count, index, stopped)
    return _paused(count, index, stopped) or _by_its_kind(count, index, day)


def _paused(count: Count, index: int, stopped: dict[int, Span]) -> str | None:
    """The pause that takes a day out of a term of days, or None."""
    for number, (first, last) in stopped.items():
        if first <= index and (last is None or index <= last):
            return _stopped(count, number)
    return None


def _by_its_kind(count: Count, index: int, day: Day) -> str | None:
    """Reason for which an unpaused day does not count, or None if it does."""
    if count.term.unit in _NOUN:
        return None if day.working else off_reason(day)
    return _after_the_end(count, index, day)


def _after_a_held_end(count: Count, index: int, stopped: dict[int, Span]) -> str:
    """Reason for a day after an end that a pause covered (S15).

    No such day is counted.
    """
    moves = list(_moves(count))
    for held, end in moves:
        if end is not None and counting.day_of_end(end) == index:
            return f"hạn lùi đến ngày này sau {_stopped(count, held.pause)}"
    day = count.cal.days[index]
    reason = _paused(count, index, stopped) or (None if day.working else off_reason(day))
    return reason or f"hạn lùi đến ngày này sau {_stopped(count, moves[-1][0].pause)}"


def _moves(count: Count) -> Iterator[tuple[Held, int | None]]:
    """Each end that a pause covered, with the end to which it moved.

    That is None if an open pause covers it too.
    """
    held = count.reached.held
    return zip(held, [*(later.end for later in held[1:]), count.reached.due], strict=False)


def _after_the_end(count: Count, index: int, day: Day) -> str | None:
    """Reason for which a calendar or same-day term goes on, or None.

    It is late receipt of a same-day term, or a last day that rolls.
    """
    nominal = count.reached.nominal_day
    if count.term.unit is not Unit.SAME_DAY and (nominal is None or index <= nominal):
        return None
    if not day.working:
        return off_reason(day)
    if count.term.unit is Unit.SAME_DAY and count.receipt.late:
        return "trả vào ngày làm việc kế tiếp"
    return "ngày cuối lùi đến ngày làm việc kế tiếp"


def _stopped(count: Count, number: int) -> str:
    return f"tạm dừng #{number}: {count.pauses[number - 1].reason}".rstrip(": ")


def moved_by(count: Count) -> Move | None:
    """Reason for a day of receipt later than the day of arrival, or None."""
    arrived = count.received.date()
    if count.receipt_day == arrived:
        return None
    day, policy = count.cal.day(arrived), count.policy
    clock = count.received.hour * 60 + count.received.minute
    sessions = (*day.slots, *day.duty)
    if not sessions:
        return Move.REST
    if policy.nonworking_receipt == "next" and clock >= max(slot.end for slot in sessions):
        return Move.CLOSED
    if (
        policy.cutoff
        and policy.cutoff_effect == "roll_receipt"
        and clock > policy.cutoff.hour * 60 + policy.cutoff.minute
    ):
        return Move.CUTOFF
    return Move.LAST_HOUR


def _before_receipt(count: Count, index: int) -> str:
    """Reason for a day before the day of receipt.

    The days between arrival and day of receipt are days off.
    """
    cal, policy = count.cal, count.policy
    day = cal.days[index]
    if day.date != count.received.date():
        return off_reason(day)
    closing = max((slot.end for slot in (*day.slots, *day.duty)), default=0)
    why = {
        Move.CLOSED: f"nhận sau giờ đóng cửa {clock_text(closing)}",
        Move.CUTOFF: f"nhận sau giờ chốt {policy.cutoff:%H:%M}" if policy.cutoff else "",
        Move.LAST_HOUR: f"nhận trong {policy.last_hour} phút cuối ngày làm việc",
    }.get(moved_by(count) or Move.REST, f"nhận ngày nghỉ ({off_reason(day)})")
    return f"{why}; tính là nhận vào ngày làm việc kế tiếp"


def _day_of_receipt(count: Count) -> str:
    if count.term.unit is not Unit.SAME_DAY:
        return "ngày nhận hồ sơ, ngày đầu không tính"
    if count.receipt.late and count.policy.cutoff:
        return f"ngày nhận hồ sơ, sau giờ chốt {count.policy.cutoff:%H:%M}"
    return "ngày nhận hồ sơ"


def _ended(count: Count, index: int, reason: str) -> str:
    said, midnight, due = [reason], index * MINUTES_A_DAY, count.reached.due
    for held, end in _moves(count):
        if index == counting.day_of_end(held.end):
            said.append(f"đến {clock_text(held.end - midnight)} vẫn tạm dừng #{held.pause} nên chưa hết hạn")
            if end is not None and index == counting.day_of_end(end):
                until = clock_text(end - midnight)
                said.append(f"hạn lùi đến {until} sau {_stopped(count, held.pause)}")
    if due is not None and index == counting.day_of_end(due):
        said.append(f"hết hạn {clock_text(due - midnight)}")
    return "; ".join(said)


def _stopped_days(count: Count) -> dict[int, Span]:
    """Days that do not count, by the number of their pause."""
    receipt, policy = count.receipt.day, count.policy
    return {
        number: days[0]
        for number, span in enumerate(count.spans, 1)
        if (days := paused_days([span], receipt, policy))
    }


def _minute_days(count: Count) -> Iterator[TraceDay]:
    """Days of a term in hours, with the minutes of each."""
    cal = count.cal
    by_wall = count.term.unit is Unit.HOURS
    start, spans = count.receipt.start, count.spans
    due = count.reached.due if count.reached.due is not None else spans[-1][0]
    for index in _range(count):
        day_start = index * MINUTES_A_DAY
        first, last = max(start, day_start), min(due, day_start + MINUTES_A_DAY)
        counted = _between(cal, first, last, by_wall)
        lost = {
            n: _between(cal, max(first, a), min(last, last if b is None else b), by_wall)
            for n, (a, b) in enumerate(spans, 1)
        }
        minutes = counted - sum(lost.values())
        reason = _minutes_reason(count, index, minutes, [n for n, gone in lost.items() if gone])
        yield TraceDay(cal.days[index], None, minutes, _ended(count, index, reason))


def _between(cal: WorkCalendar, first: int, last: int, by_wall: bool) -> int:
    if last <= first:
        return 0
    return last - first if by_wall else cal.measure(last) - cal.measure(first)


def _minutes_reason(count: Count, index: int, minutes: int, pauses: list[int]) -> str:
    day = count.cal.days[index]
    said = [_stopped(count, number) for number in pauses]
    if minutes:
        said.insert(0, f"tính {minutes} phút")
    elif not said and day.date < count.receipt_day:
        said.append(_before_receipt(count, index))
    elif not said:
        said.append(off_reason(day) if not day.working else "hết giờ làm việc, chưa tính")
    return "; ".join(said)
