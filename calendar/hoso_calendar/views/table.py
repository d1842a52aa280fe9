"""An explanation as rows of text, for a terminal or a page."""

from collections.abc import Iterator
from typing import NamedTuple

from hoso_calendar.days.day import Day, Kind
from hoso_calendar.deadlines.deadline import Deadline
from hoso_calendar.deadlines.term import amount_text
from hoso_calendar.deadlines.trace import WEEKDAYS, TraceDay
from hoso_calendar.views.year import SIGNS, sign

HEADINGS = ("ngày", "thứ", "loại ngày", "giờ làm việc", "tính", "lý do")


class Row(NamedTuple):
    """One day of an explanation, in the columns of `HEADINGS`."""

    date: str
    weekday: str
    kind: str
    sessions: str
    counted: str
    reason: str


def rows(deadline: Deadline) -> Iterator[Row]:
    """The day table of a deadline, with ordinals of days or with minutes."""
    return (_row(traced) for traced in deadline.trace)


def _row(traced: TraceDay) -> Row:
    day = traced.day
    sessions = ", ".join(map(str, day.slots))
    return Row(
        f"{day.date:%d/%m/%Y}",
        WEEKDAYS[day.date.weekday()],
        kind(day),
        sessions,
        _counted(traced),
        traced.reason,
    )


def kind(day: Day) -> str:
    """The kind of a day in words, led by its sign."""
    return SIGNS[day.kind][1] if day.kind is Kind.WORKING else f"{sign(day)} {SIGNS[day.kind][1]}"


def _counted(traced: TraceDay) -> str:
    if traced.counted is not None:
        return amount_text(traced.counted)
    return f"{traced.minutes} phút" if traced.minutes else ""


def summary(deadline: Deadline) -> Iterator[tuple[str, str]]:
    """Inputs and result of a deadline, as pairs of label and value."""
    yield "lịch", f"{deadline.cal.name} ({deadline.calendar}, phiên bản {deadline.version})"
    yield "nhận lúc", f"{deadline.received:%H:%M %d/%m/%Y}, tính là ngày {deadline.receipt_day:%d/%m/%Y}"
    yield "thời hạn", str(deadline.term)
    if deadline.due is None or deadline.legal_end is None:
        yield "hạn trả", f"đang tạm dừng, còn lại {deadline.remaining}"
    else:
        yield "hạn trả", f"{deadline.due:%H:%M %d/%m/%Y}"
        yield "hết hạn theo luật", f"{deadline.legal_end:%H:%M %d/%m/%Y}"
    if deadline.provisional:
        yield "tạm tính vì", ", ".join(f"{day:%d/%m/%Y} chưa chính thức" for day in deadline.relies_on)
