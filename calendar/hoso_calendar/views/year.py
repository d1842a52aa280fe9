"""A year as a picture: in a terminal and as SVG. Every kind of day has a sign of its own, so that colour is never needed."""

import calendar as months
from collections.abc import Iterator
from datetime import date
from html import escape

from hoso_calendar.days.day import Day, Kind, Status
from hoso_calendar.days.work_calendar import WorkCalendar
from hoso_calendar.deadlines.trace import WEEKDAYS

#: Sign, Vietnamese name, fill and stroke of each kind of day.
SIGNS = {
    Kind.WORKING: (" ", "ngày làm việc", "#ffffff", "#b8b8b8"),
    Kind.WEEKEND: ("·", "nghỉ hằng tuần", "#ececec", "#6b6b6b"),
    Kind.HOLIDAY: ("●", "ngày lễ", "#f6c1bb", "#8c1d18"),
    Kind.SUBSTITUTE: ("○", "nghỉ bù", "#fbe3e0", "#8c1d18"),
    Kind.SWAP_OFF: ("↔", "nghỉ hoán đổi", "#fde8b5", "#7a5300"),
    Kind.MAKEUP_WORK: ("+", "làm bù", "#cfe8cf", "#1f5c25"),
    Kind.CLOSURE: ("×", "đóng cửa", "#d9d2e9", "#4a2d7d"),
    Kind.SPECIAL: ("*", "giờ riêng", "#cfe2f3", "#0b4a78"),
}
_EXPECTED = "?"
_WEEK = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
#: How many months may stand side by side in a terminal, and how wide one is there.
_COLUMNS = (4, 3, 2)
_MONTH_TEXT = 7 * 4
_CELL = 22
_MONTH_WIDTH, _MONTH_HEIGHT = 7 * _CELL + 24, 8 * _CELL + 8


def text(cal: WorkCalendar, year: int, width: int = 100) -> str:
    """The year as plain text, each date followed by its sign.

    ``?`` marks an expected day. As many months stand side by side as `width` columns hold. Raises `MissingCalendarData` for a
    year the calendar does not cover.
    """
    cal.index(date(year, 1, 1))
    blocks = [_month_lines(cal, year, month) for month in range(1, 13)]
    lines = [f"{cal.name} · {year} · {_working_days(cal, year)} ngày làm việc", ""]
    columns = next((n for n in _COLUMNS if n * (_MONTH_TEXT + 3) - 3 <= width), 1)
    for first in range(0, 12, columns):
        lines += ["   ".join(row).rstrip() for row in zip(*blocks[first : first + columns], strict=True)]
        lines.append("")
    return "\n".join([*lines, *_legend(width)]) + "\n"


def _working_days(cal: WorkCalendar, year: int) -> int:
    return sum(cal.is_working(day) for day in _dates(year))


def _dates(year: int) -> Iterator[date]:
    return (
        date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    )


def _weeks(year: int, month: int) -> list[list[date | None]]:
    """Six weeks from Monday; None outside the month."""
    days = [date(year, month, n) if n else None for n in months.Calendar().itermonthdays(year, month)]
    padded = days + [None] * (42 - len(days))
    return [padded[n : n + 7] for n in range(0, 42, 7)]


def _month_lines(cal: WorkCalendar, year: int, month: int) -> list[str]:
    head = [f"Tháng {month}".center(_MONTH_TEXT), "".join(f"{name:>2}  " for name in _WEEK)]
    return [
        line.ljust(_MONTH_TEXT)
        for line in head + ["".join(_cell(cal, day) for day in week) for week in _weeks(year, month)]
    ]


def _cell(cal: WorkCalendar, day: date | None) -> str:
    return "    " if day is None else f"{day.day:>2}{sign(cal.day(day)):<2}"


def sign(day: Day) -> str:
    """The sign of a day's kind, with ``?`` where it is only expected."""
    return SIGNS[day.kind][0] + (_EXPECTED if day.status is Status.EXPECTED else "")


def _legend(width: int) -> list[str]:
    """Every sign with its name, broken between entries and never inside one."""
    entries = [f"{mark} {name}" for mark, name, _, _ in SIGNS.values() if mark.strip()]
    lines = [""]
    for entry in [*entries, f"{_EXPECTED} dự kiến"]:
        longer = f"{lines[-1]}   {entry}" if lines[-1] else entry
        lines[-1:] = [longer] if len(longer) <= width else [lines[-1], entry]
    return lines


def svg(cal: WorkCalendar, year: int) -> str:
    """The year as a standalone SVG document.

    Each date has its kind, name and basis as a title for pointer and screen reader.
    """
    cal.index(date(year, 1, 1))
    width, height = 4 * _MONTH_WIDTH + 24, 3 * _MONTH_HEIGHT + 96
    title = f"{cal.name} {year}: {_working_days(cal, year)} ngày làm việc"
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" lang="vi" '
            f'aria-label="{escape(title)}" font-family="sans-serif" font-size="11">'
        ),
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="24" y="28" font-size="16" fill="#1a1a1a">{escape(title)}</text>',
        *(line for month in range(1, 13) for line in _month_svg(cal, year, month)),
        *_legend_svg(height - 26),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _month_svg(cal: WorkCalendar, year: int, month: int) -> Iterator[str]:
    column, row = (month - 1) % 4, (month - 1) // 4
    left, top = 24 + column * _MONTH_WIDTH, 48 + row * _MONTH_HEIGHT
    yield f'<text x="{left}" y="{top + 12}" font-weight="bold" fill="#1a1a1a">Tháng {month}</text>'
    for n, name in enumerate(_WEEK):
        yield f'<text x="{left + n * _CELL + 11}" y="{top + 28}" text-anchor="middle" font-size="9" fill="#595959">{name}</text>'
    for line, week in enumerate(_weeks(year, month)):
        for n, day in enumerate(week):
            if day is not None:
                yield _day_svg(cal.day(day), left + n * _CELL, top + 34 + line * _CELL)


def _day_svg(day: Day, x: int, y: int) -> str:
    _, _, fill, stroke = SIGNS[day.kind]
    dashed = ' stroke-dasharray="3 2"' if day.status is Status.EXPECTED else ""
    return (
        f"<g><title>{escape(_said(day))}</title>"
        f'<rect x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_CELL - 2}" rx="3" fill="{fill}" stroke="{stroke}"{dashed}/>'
        f'<text x="{x + 11}" y="{y + 12}" text-anchor="middle" font-size="10" fill="#1a1a1a">{day.date.day}</text>'
        f'<text x="{x + 11}" y="{y + 20}" text-anchor="middle" font-size="8" fill="{stroke}">{escape(sign(day).strip())}</text></g>'
    )


def _said(day: Day) -> str:
    expected = " (dự kiến)" if day.status is Status.EXPECTED else ""
    parts = [
        f"{WEEKDAYS[day.date.weekday()]} {day.date:%d/%m/%Y}",
        SIGNS[day.kind][1] + expected,
        day.name,
        day.basis,
    ]
    return " · ".join(filter(None, parts))


def _legend_svg(y: int) -> Iterator[str]:
    entries = [*SIGNS.values(), (_EXPECTED, "dự kiến (viền nét đứt)", "#ffffff", "#1a1a1a")]
    for n, (mark, name, fill, stroke) in enumerate(entries):
        x, top = 24 + (n % 5) * 140, y - 22 + (n // 5) * 22
        dashed = ' stroke-dasharray="3 2"' if mark == _EXPECTED else ""
        yield f'<rect x="{x}" y="{top}" width="16" height="16" rx="3" fill="{fill}" stroke="{stroke}"{dashed}/>'
        yield f'<text x="{x + 8}" y="{top + 12}" text-anchor="middle" fill="{stroke}">{escape(mark.strip())}</text>'
        yield f'<text x="{x + 22}" y="{top + 12}" fill="#1a1a1a">{escape(name)}</text>'
