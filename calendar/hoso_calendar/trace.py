"""The explanation day by day: each date with its ordinal, or the reason why it does not count."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from hoso_calendar import counting
from hoso_calendar.counting import Held, Span
from hoso_calendar.day import MINUTES_A_DAY, Day, Kind, clock_text
from hoso_calendar.deadlines import pause_spans, paused_days, receipt_of
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


class Move(StrEnum):
    """What makes the day after the arrival of a dossier its day of receipt."""

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
    last = max(counting.day_of_end(_last_minute(deadline)), deadline.cal.index(deadline.receipt_day))
    return range(first, last + 1)


def _last_minute(deadline: "Deadline") -> int:
    """The end, or the minute after an open pause began."""
    if deadline.reached.due is not None:
        return deadline.reached.due
    return pause_spans(deadline.cal, deadline.pauses)[-1][0] + 1


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
        return _before_receipt(deadline, index)
    if index == receipt:
        return _day_of_receipt(deadline)
    held = deadline.reached.held
    if held and index > counting.day_of_end(held[0].end):
        return _after_a_held_end(deadline, index, stopped)
    return _paused(deadline, index, stopped) or _by_its_kind(deadline, index, day)


def _paused(deadline: "Deadline", index: int, stopped: dict[int, Span]) -> str | None:
    """The pause that takes a day out of a term of days, or None."""
    for number, (first, last) in stopped.items():
        if first <= index and (last is None or index <= last):
            return _stopped(deadline, number)
    return None


def _by_its_kind(deadline: "Deadline", index: int, day: Day) -> str | None:
    """The reason for which an unpaused day does not count, or None when it does."""
    if deadline.term.unit in _NOUN:
        return None if day.working else off_reason(day)
    return _after_the_end(deadline, index, day)


def _after_a_held_end(deadline: "Deadline", index: int, stopped: dict[int, Span]) -> str:
    """The reason for a day after an end that a pause covered (S15): none is counted."""
    moves = list(_moves(deadline))
    for held, end in moves:
        if end is not None and counting.day_of_end(end) == index:
            return f"hạn lùi đến ngày này sau {_stopped(deadline, held.pause)}"
    day = deadline.cal.days[index]
    reason = _paused(deadline, index, stopped) or (None if day.working else off_reason(day))
    return reason or f"hạn lùi đến ngày này sau {_stopped(deadline, moves[-1][0].pause)}"


def _moves(deadline: "Deadline") -> Iterator[tuple[Held, int | None]]:
    """Each end that a pause covered, with the one to which it moved; None where an open pause covers that too."""
    held = deadline.reached.held
    return zip(held, [*(later.end for later in held[1:]), deadline.reached.due], strict=False)


def _after_the_end(deadline: "Deadline", index: int, day: Day) -> str | None:
    """Why a term that asks for no working days goes on: late receipt of a same-day term, or a last day that rolls."""
    nominal = deadline.reached.nominal_day
    if deadline.term.unit is not Unit.SAME_DAY and (nominal is None or index <= nominal):
        return None
    if not day.working:
        return off_reason(day)
    if deadline.term.unit is Unit.SAME_DAY and received_late(deadline):
        return "trả vào ngày làm việc kế tiếp"
    return "ngày cuối lùi đến ngày làm việc kế tiếp"


def _stopped(deadline: "Deadline", number: int) -> str:
    return f"tạm dừng #{number}: {deadline.pauses[number - 1].reason}".rstrip(": ")


def received_late(deadline: "Deadline") -> bool:
    """True when it came after the cut-off hour of its own day of receipt."""
    cal = deadline.cal
    return receipt_of(cal, cal.minute_of(deadline.received), deadline.term, deadline.policy).late


def moved_by(deadline: "Deadline") -> Move | None:
    """What made the day of receipt a later one than the day of arrival, or None."""
    arrived = deadline.received.date()
    if deadline.receipt_day == arrived:
        return None
    day, policy = deadline.cal.day(arrived), deadline.policy
    clock = deadline.received.hour * 60 + deadline.received.minute
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


def _before_receipt(deadline: "Deadline", index: int) -> str:
    """Why the day of arrival is not the day of receipt; the days between are days off."""
    cal, policy = deadline.cal, deadline.policy
    day = cal.days[index]
    if day.date != deadline.received.date():
        return off_reason(day)
    closing = max((slot.end for slot in (*day.slots, *day.duty)), default=0)
    why = {
        Move.CLOSED: f"nhận sau giờ đóng cửa {clock_text(closing)}",
        Move.CUTOFF: f"nhận sau giờ chốt {policy.cutoff:%H:%M}" if policy.cutoff else "",
        Move.LAST_HOUR: f"nhận trong {policy.last_hour} phút cuối ngày làm việc",
    }.get(moved_by(deadline) or Move.REST, f"nhận ngày nghỉ ({off_reason(day)})")
    return f"{why}; tính là nhận vào ngày làm việc kế tiếp"


def _day_of_receipt(deadline: "Deadline") -> str:
    if deadline.term.unit is not Unit.SAME_DAY:
        return "ngày nhận hồ sơ, ngày đầu không tính"
    if received_late(deadline) and deadline.policy.cutoff:
        return f"ngày nhận hồ sơ, sau giờ chốt {deadline.policy.cutoff:%H:%M}"
    return "ngày nhận hồ sơ"


def _ended(deadline: "Deadline", index: int, reason: str) -> str:
    said, midnight, due = [reason], index * MINUTES_A_DAY, deadline.reached.due
    for held, end in _moves(deadline):
        if index == counting.day_of_end(held.end):
            said.append(f"đến {clock_text(held.end - midnight)} vẫn tạm dừng #{held.pause} nên chưa hết hạn")
            if end is not None and index == counting.day_of_end(end):
                until = clock_text(end - midnight)
                said.append(f"hạn lùi đến {until} sau {_stopped(deadline, held.pause)}")
    if due is not None and index == counting.day_of_end(due):
        said.append(f"hết hạn {clock_text(due - midnight)}")
    return "; ".join(said)


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
    start = receipt_of(cal, minute, deadline.term, deadline.policy).start
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
    elif not said and day.date < deadline.receipt_day:
        said.append(_before_receipt(deadline, index))
    elif not said:
        said.append(off_reason(day) if not day.working else "hết giờ làm việc, chưa tính")
    return "; ".join(said)
