"""Prefix sums over the days of a calendar, and the integer arithmetic on them.

A day is its number since the first covered day and an instant is a minute since that day's midnight; no zone and no clock time
come in here. With ``P`` the working minutes before a day and ``before`` those of the day itself, ``F(t) = P[day] + before[minute]``
measures time: counting is a difference of two values, adding is the earliest ``u`` with ``F(u) = F(t) + n``, which lands on a
closing hour and never on the next opening.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from hoso_calendar.days.day import MINUTES_A_DAY, Day, Slot, Status
from hoso_calendar.errors import MissingCalendarData


class Tables:
    """Days and minutes of one calendar by number; `MissingCalendarData` beyond the covered years."""

    def __init__(self, calendar: str, days: Sequence[Day]) -> None:
        """Tabulate consecutive `days`; `calendar` is the id that errors name."""
        self.id = calendar
        self.days = tuple(days)
        self.first, self.last = self.days[0].date, self.days[-1].date
        self.origin = self.first.toordinal()
        #: Working minutes, half days and decisive expected days before each day.
        self.minutes_before, self.halves_before, self.expected_before = [0], [0], [0]
        #: Per day: working minutes before each minute; the minute by which k of them have passed.
        self.before: list[list[int]] = []
        self.at: list[list[int]] = []
        #: The day that holds the k-th half day.
        self.half_day_at: list[int] = []
        self._sum_up()

    def _sum_up(self) -> None:
        shapes: dict[tuple[Slot, ...], tuple[list[int], list[int]]] = {}
        for index, day in enumerate(self.days):
            if day.slots not in shapes:
                shapes[day.slots] = _shape(day.slots)
            before, at = shapes[day.slots]
            self.before.append(before)
            self.at.append(at)
            self.minutes_before.append(self.minutes_before[-1] + before[-1])
            self.halves_before.append(self.halves_before[-1] + day.halves)
            self.expected_before.append(
                self.expected_before[-1] + (day.status is Status.EXPECTED and day.decisive)
            )
            self.half_day_at.extend([index] * day.halves)

    def missing(self, year: int) -> MissingCalendarData:
        """The error to raise where counting needs `year`."""
        return MissingCalendarData(self.id, year, self.first.year, self.last.year)

    def missing_day(self, index: int) -> MissingCalendarData:
        """The error to raise where counting needs the uncovered day number `index`."""
        return self.missing(date.fromordinal(min(self.origin + index, date.max.toordinal())).year)

    def beyond(self) -> MissingCalendarData:
        """The error to raise where counting runs past the last covered day."""
        return self.missing_day(len(self.days))

    def before_first(self) -> MissingCalendarData:
        """The error to raise where counting runs back past the first covered day."""
        return self.missing(self.first.year - 1)

    def next_working_index(self, index: int) -> int:
        """Number of the first working day at or after day number `index`."""
        halves = self.halves_before[index] if index < len(self.days) else len(self.half_day_at)
        if halves >= len(self.half_day_at):
            raise self.beyond()
        return self.half_day_at[halves]

    def nth_half(self, halves: int) -> int:
        """Number of the day that uses up half day number `halves`.

        Half days are counted from 1 on the first covered day.
        """
        if not 0 < halves <= len(self.half_day_at):
            raise self.beyond() if halves > 0 else self.before_first()
        return self.half_day_at[halves - 1]

    def measure(self, minute: int) -> int:
        """Working minutes from the first covered midnight to `minute`."""
        index, rest = divmod(minute, MINUTES_A_DAY)
        return (
            self.minutes_before[index] + self.before[index][rest]
            if index < len(self.days)
            else self.minutes_before[-1]
        )

    def earliest(self, measured: int) -> int:
        """The earliest minute by which `measured` working minutes have passed.

        At a boundary it is the closing, never the opening.
        """
        if not 0 < measured <= self.minutes_before[-1]:
            raise self.beyond() if measured > 0 else self.before_first()
        index = bisect_left(self.minutes_before, measured) - 1
        return index * MINUTES_A_DAY + self.at[index][measured - self.minutes_before[index]]

    def latest(self, measured: int) -> int:
        """The latest minute by which at most `measured` working minutes have passed.

        At a boundary it is the opening.
        """
        if not 0 <= measured < self.minutes_before[-1]:
            raise self.beyond() if measured >= 0 else self.before_first()
        return self.earliest(measured + 1) - 1

    def shift_minutes(self, minute: int, n: int) -> int:
        """The minute `n` working minutes after `minute`: `WorkCalendar.add_minutes` on numbers."""
        if n > 0:
            return self.earliest(self.measure(minute) + n)
        return self.latest(self.measure(minute) + n) if n else minute


def _shape(slots: tuple[Slot, ...]) -> tuple[list[int], list[int]]:
    """Working minutes before each minute of a day, and the inverse."""
    before, at = [0], [0]
    for minute in range(MINUTES_A_DAY):
        works = any(slot.start <= minute < slot.end for slot in slots)
        before.append(before[-1] + works)
        if works:
            at.append(minute + 1)
    return before, at
