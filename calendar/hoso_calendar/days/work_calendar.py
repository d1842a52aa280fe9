"""A compiled calendar: working days, office hours and instants of one authority.

Zones and `datetime` objects stay at this surface; the arithmetic on day and minute numbers is in `tables`, so that adding and
counting working time is a look-up.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pendulum
from numpy.typing import ArrayLike, NDArray

from hoso_calendar.days.day import MINUTES_A_DAY, Day, Kind, Slot
from hoso_calendar.days.tables import Tables
from hoso_calendar.days.vectors import Vectors
from hoso_calendar.errors import NaiveInstant

_EPOCH = date(1970, 1, 1).toordinal()
_MINUTE = timedelta(minutes=1)


class WorkCalendar(Tables):
    """Immutable working time of one authority over the years it covers.

    Beyond them every method raises `MissingCalendarData`.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the design's public name
        name: str,
        version: str,
        timezone: str,
        days: Sequence[Day],
        confirmed: bool = True,
        nominal_day: int | None = None,
        as_of: date | None = None,
    ) -> None:
        """Take consecutive `days`; `hoso_calendar.compile` is the way to build one."""
        super().__init__(id, days)
        self.name, self.version, self.confirmed, self.as_of = name, version, confirmed, as_of
        self.zone = pendulum.timezone(timezone)
        noon = datetime(self.first.year, self.first.month, self.first.day, 12, tzinfo=self.zone)
        self.offset = round((noon.utcoffset() or timedelta()) / _MINUTE)
        self._shift = self.offset - (self.origin - _EPOCH) * MINUTES_A_DAY
        #: Minutes of an ordinary working day: what "one day" is worth where a limit is a duration.
        self.nominal_day = nominal_day or self._ordinary_minutes()

    def _ordinary_minutes(self) -> int:
        lengths = Counter(day.minutes for day in self.days if day.kind is Kind.WORKING)
        return max(lengths, key=lambda minutes: (lengths[minutes], minutes), default=0)

    def __repr__(self) -> str:
        return f"<WorkCalendar {self.id} {self.first.year}–{self.last.year} version {self.version}>"

    def index(self, day: date) -> int:
        """Number of `day` since the first covered day."""
        index = day.toordinal() - self.origin
        if not 0 <= index < len(self.days):
            raise self.missing(day.year)
        return index

    def day(self, day: date) -> Day:
        """All that is declared about `day`."""
        return self.days[self.index(day)]

    def is_working(self, day: date) -> bool:
        """True if `day` counts in a term of working days; a make-up Saturday does."""
        return self.days[self.index(day)].halves > 0

    def slots(self, day: date) -> tuple[Slot, ...]:
        """Sessions of `day` that count, in minutes after midnight; empty if off."""
        return self.days[self.index(day)].slots

    def next_working(self, day: date) -> date:
        """The first working day at or after `day`."""
        return self.days[self.next_working_index(self.index(day))].date

    def add_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`; a negative n goes back.

        `day` is not counted itself. A day off stands where the working day before it stands, so that steps add up:
        ``add(add(d, n), m) = add(d, n + m)``.
        """
        return self.days[self.nth_half(self.halves_before[self.index(day) + 1] + 2 * n)].date

    def count_days(self, a: date, b: date) -> int:
        """Working days after `a` up to `b`; negative if `b` is before `a`.

        `b` is counted; a half day over is dropped.
        """
        halves = self.halves_before[self.index(b) + 1] - self.halves_before[self.index(a) + 1]
        return halves // 2 if halves >= 0 else -(-halves // 2)

    def minute_of(self, instant: datetime, place: str = "instant") -> int:
        """Whole minutes from the first covered midnight to `instant`; seconds are dropped. `NaiveInstant` without an offset."""
        minute = self.any_minute_of(instant, place)
        if not 0 <= minute < len(self.days) * MINUTES_A_DAY:
            raise self.missing(self._year_of(instant))
        return minute

    def any_minute_of(self, instant: datetime, place: str = "instant") -> int:
        """`minute_of` any instant, covered or not: negative before the first covered day."""
        if instant.tzinfo is None or instant.utcoffset() is None:
            raise NaiveInstant(place, instant)
        return int(instant.timestamp() // 60) + self._shift

    def _year_of(self, instant: datetime) -> int:
        try:
            return instant.astimezone(self.zone).year
        except OverflowError:
            # on the first or last day that a date can hold
            return instant.year

    def instant(self, minute: int) -> pendulum.DateTime:
        """The instant `minute` minutes after the first covered midnight, in the calendar's zone."""
        index, rest = divmod(minute, MINUTES_A_DAY)
        day = date.fromordinal(self.origin + index)
        return pendulum.DateTime(day.year, day.month, day.day, rest // 60, rest % 60, tzinfo=self.zone)

    def local(self, instant: datetime) -> pendulum.DateTime:
        """The same instant in the calendar's zone, to the second and below."""
        there = instant.astimezone(self.zone)
        clock = (there.hour, there.minute, there.second, there.microsecond)
        return pendulum.DateTime(there.year, there.month, there.day, *clock, tzinfo=self.zone)

    def add_minutes(self, t: datetime, n: int) -> pendulum.DateTime:
        """The earliest instant by which `n` working minutes have passed since `t`.

        For a negative n it is the latest instant with that many working minutes up to `t`.
        """
        return self.instant(self.shift_minutes(self.minute_of(t), n))

    def count_minutes(self, a: datetime, b: datetime) -> int:
        """Working minutes from `a` to `b`; negative when `b` is before `a`."""
        return self.measure(self.minute_of(b)) - self.measure(self.minute_of(a))

    @cached_property
    def vectors(self) -> Vectors:
        """The arithmetic over arrays, on the calendar's own numbers."""
        return Vectors(self)

    def is_working_array(self, days: ArrayLike) -> NDArray[np.bool_]:
        """`is_working` of many days: ``datetime64[D]``, or integers since 1970."""
        return self.vectors.is_working(days)

    def next_working_array(self, days: ArrayLike) -> Any:
        """`next_working` of many days, in the type that went in."""
        return self.vectors.next_working(days)

    def add_days_array(self, days: ArrayLike, n: ArrayLike) -> Any:
        """`add_days` of many days, in their type; `n` may be an array."""
        return self.vectors.add_days(days, n)

    def count_days_array(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.int64]:
        """`count_days` of many pairs."""
        return self.vectors.count_days(a, b)

    def add_minutes_array(self, instants: ArrayLike, n: ArrayLike) -> Any:
        """`add_minutes` of many wall-clock instants, in their type.

        They are ``datetime64[m]``, or integer minutes since 1970 in the calendar's zone.
        """
        return self.vectors.add_minutes(instants, n)

    def count_minutes_array(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.int64]:
        """`count_minutes` of many pairs of wall-clock instants."""
        return self.vectors.count_minutes(a, b)
