"""The law's days written down by hand for 2026, and counted one after another by somebody who has never seen our calendar.

Hà Tĩnh's offices: Monday to Friday, 07:00-11:30 and 13:30-17:00. Days and swaps are those that were announced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
#: Weekdays on which nobody works, from New Year 2026 to that of 2027.
OFF = {
    *(date(2026, 1, 1), date(2026, 1, 2)),
    *(date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 18), date(2026, 2, 19), date(2026, 2, 20)),
    *(date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)),
    *(date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)),
    *(date(2026, 11, 24), date(2027, 1, 1)),
}
#: Saturdays on which everybody works, for a Friday or Monday that was swapped.
MADE_UP = {date(2026, 1, 10), date(2026, 8, 22)}
#: Not yet decreed: whatever relies on it is provisional.
EXPECTED = date(2026, 11, 24)
SESSIONS = ((time(7), time(11, 30)), (time(13, 30), time(17)))
CLOSING = time(17)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def at(text: str) -> datetime:
    """An instant in Vietnam, as `2026-03-02 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def works(day: date) -> bool:
    """True for a day on which offices are open."""
    return day in MADE_UP or (day.isoweekday() <= 5 and day not in OFF)


def next_working(day: date) -> date:
    """The day itself, or the first one after it on which people work."""
    while not works(day):
        day += DAY
    return day


def receipt(received: datetime) -> date:
    """The day on which something counts as received: its own before closing, else the next working day."""
    local = received.astimezone(VIETNAM)
    day = local.date()
    return day if works(day) and local.time() < CLOSING else next_working(day + DAY)


@dataclass(frozen=True)
class Stop:
    """Time that does not count."""

    start: datetime
    end: datetime

    def takes(self, day: date, *, free: bool) -> bool:
        """True for a day that a term of days leaves out: those after the first, and the first itself where it is free."""
        first, last = self.start.astimezone(VIETNAM).date(), self.end.astimezone(VIETNAM).date()
        return first < day <= last or (free and day == first)


def _while_the_clock_runs(end: datetime, stops: Iterable[Stop], *, free: bool) -> datetime:
    """No term ends while the clock stands still: after such a stop, at the next closing that is still ahead."""
    for stop in () if free else stops:
        if stop.start < end <= stop.end:
            day = next_working(stop.end.astimezone(VIETNAM).date())
            end = datetime.combine(day, CLOSING, VIETNAM)
            if end <= stop.end:
                end = datetime.combine(next_working(day + DAY), CLOSING, VIETNAM)
    return end


def working_days(
    received: datetime, number: int, stops: Iterable[Stop] = (), *, free: bool = False
) -> datetime:
    """The closing of the n-th working day after that of receipt."""
    day, kept = receipt(received), tuple(stops)
    while number:
        day += DAY
        number -= works(day) and not any(stop.takes(day, free=free) for stop in kept)
    return _while_the_clock_runs(datetime.combine(day, CLOSING, VIETNAM), kept, free=free)


def days(received: datetime, number: int, stops: Iterable[Stop] = (), *, free: bool = False) -> datetime:
    """The closing of the n-th day after that of receipt, or of the next working day where it is none."""
    day, kept = receipt(received), tuple(stops)
    while number:
        day += DAY
        number -= not any(stop.takes(day, free=free) for stop in kept)
    end = datetime.combine(next_working(day), CLOSING, VIETNAM)
    return _while_the_clock_runs(end, kept, free=free)


def working_minutes(since: datetime, number: int, stops: Iterable[Stop] = ()) -> datetime:
    """The instant by which so many minutes have been worked, one by one."""
    kept = tuple(stops)
    for minute in _worked(since.astimezone(VIETNAM).replace(second=0, microsecond=0)):
        number -= not any(stop.start <= minute < stop.end for stop in kept)
        if not number:
            return minute + MINUTE
    raise AssertionError


def _worked(minute: datetime) -> Iterator[datetime]:
    """Every minute of work from one on."""
    while True:
        if any(begins <= minute.time() < ends for begins, ends in SESSIONS) and works(minute.date()):
            yield minute
        minute += MINUTE
