"""Standing of a due date in words, in working time, rounded down."""

from datetime import datetime

import hoso_calendar as wt
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken

#: From so many days on hours are left out.
DAYS_ALONE = 5
HOUR = 60


def standing(due: datetime | None, at: datetime, calendar: wt.WorkCalendar) -> tuple[str, str]:
    """Mark and words of a due date at an instant, by its unit's calendar.

    The mark is `late`, `soon` (by the end of today, or within one working day), `fine`, or `still` without a due date. Both
    directions are rounded down: nobody is promised more time, or called later, than is true.
    """
    if due is None:
        return "still", spoken("không có hạn riêng")
    try:
        minutes = calendar.count_minutes(min(due, at), max(due, at))
    except wt.MissingCalendarData:
        return ("late" if due < at else "fine"), spoken(
            "hạn {day}", day=f"{due.astimezone(wording.ZONE):%d/%m/%Y}"
        )
    length = span(minutes, calendar.nominal_day)
    if due < at:
        return "late", spoken("quá {length}", length=length)
    return _left(due, at, minutes, length, calendar.nominal_day)


def _left(due: datetime, at: datetime, minutes: int, length: str, day: int) -> tuple[str, str]:
    end, now = due.astimezone(wording.ZONE), at.astimezone(wording.ZONE)
    if end.date() == now.date():
        return "soon", spoken("hôm nay, trước {hour} · còn {length}", hour=f"{end:%H:%M}", length=length)
    if minutes < day:
        weekday = wording.weekday(end)
        text = spoken("còn {length} · trước {hour} {day}", length=length, hour=f"{end:%H:%M}", day=weekday)
        return "soon", text
    return "fine", spoken("còn {length}", length=length)


def span(minutes: int, day: int) -> str:
    """A length of working time: `12 ngày làm việc`, `2 ngày 3 giờ làm việc`, `3 giờ 20 phút làm việc`."""
    days, rest = divmod(minutes, day)
    hours, left = divmod(rest, HOUR)
    return wording.length(days, hours if days <= DAYS_ALONE else 0, 0 if days else left)
