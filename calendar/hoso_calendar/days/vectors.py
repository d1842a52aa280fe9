"""The calendar's arithmetic over numpy arrays, with the same results as the scalar functions.

Arrays of days are ``datetime64[D]``, lists of `date`, or integers since 1 January 1970; arrays of instants are
``datetime64[m]`` or integer minutes since 1970 **on the wall clock of the calendar's zone** (numpy has no zones). What comes
out has the type of what went in.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoso_calendar.days.day import MINUTES_A_DAY
from hoso_calendar.days.tables import Tables

Ints = NDArray[np.int64]
_EPOCH = 719163  # date(1970, 1, 1).toordinal()


class Vectors:
    """Tables of one calendar as numpy arrays; `WorkCalendar` makes them at first use."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.origin = tables.origin - _EPOCH
        self.halves_before = np.array(tables.halves_before, dtype=np.int64)
        self.halves_after = self.halves_before[1:].copy()
        self.half_day_at = np.array(tables.half_day_at, dtype=np.int64)
        self.half_date_at = self.half_day_at + self.origin
        self.minutes_before = np.array(tables.minutes_before, dtype=np.int64)
        self._tabulate()

    def _tabulate(self) -> None:
        """Fill one row for each distinct set of sessions.

        `row_start` is the place in the flat tables where the row of each day begins.
        """
        distinct = dict.fromkeys(id(before) for before in self.tables.before)
        rows = {row: number for number, row in enumerate(distinct)}
        shape = np.array([rows[id(before)] for before in self.tables.before], dtype=np.int64)
        width = MINUTES_A_DAY + 1
        before, at = (
            np.zeros((len(rows), width), dtype=np.int64),
            np.zeros((len(rows), width), dtype=np.int64),
        )
        for index, day in enumerate(self.tables.before):
            before[shape[index]] = day
            at[shape[index], : len(self.tables.at[index])] = self.tables.at[index]
        self.before, self.at = before.ravel(), at.ravel()
        self.row_start = shape * width

    def indices(self, days: ArrayLike) -> Ints:
        """Days as numbers since the first covered day; `MissingCalendarData` for the first one outside."""
        values = _array(days)
        if values.dtype.kind in "MO":
            values = _numbered(values.astype("datetime64[D]"))
        elif values.dtype.kind not in "iu":
            raise TypeError(f"days are datetime64[D] or integers since 1970-01-01, not {values.dtype}")
        index = values - self.origin
        self._covered(index, len(self.halves_after))
        return index

    def _covered(self, index: Ints, end: int) -> None:
        if index.size and (np.min(index) < 0 or np.max(index) >= end):
            outside = int(index[(index < 0) | (index >= end)].flat[0])
            day = np.datetime64(outside * len(self.halves_after) // end + self.origin, "D")
            raise self.tables.missing(int(day.astype("datetime64[Y]").astype(int)) + 1970)

    def is_working(self, days: ArrayLike) -> NDArray[np.bool_]:
        index = self.indices(days)
        return self.halves_after[index] > self.halves_before[index]

    def next_working(self, days: ArrayLike) -> Any:
        return self._dates(self.halves_before.take(self.indices(days)), days)

    def add_days(self, days: ArrayLike, n: ArrayLike) -> Any:
        return self._dates(self.halves_after.take(self.indices(days)) + (2 * np.asarray(n) - 1), days)

    def count_days(self, a: ArrayLike, b: ArrayLike) -> Ints:
        halves = self.halves_after.take(self.indices(b)) - self.halves_after.take(self.indices(a))
        return np.asarray(np.fix(halves / 2), dtype=np.int64)

    def _dates(self, half: Ints, like: ArrayLike) -> Any:
        """The dates that hold half days number `half`, counted from 0."""
        if half.size and np.max(half) >= len(self.half_date_at):
            raise self.tables.beyond()
        if half.size and np.min(half) < 0:
            raise self.tables.before_first()
        return _typed(self.half_date_at.take(half), like, "datetime64[D]")

    def minutes(self, instants: ArrayLike) -> Ints:
        """Wall-clock instants as minutes since the first covered midnight."""
        values = _array(instants)
        if values.dtype.kind == "M":
            values = _numbered(values.astype("datetime64[m]"))
        elif values.dtype.kind not in "iu":
            raise TypeError(
                f"instants are datetime64[m] or integer minutes since 1970 on the wall clock, not {values.dtype}"
            )
        minute = values - self.origin * MINUTES_A_DAY
        self._covered(minute, len(self.halves_after) * MINUTES_A_DAY)
        return minute

    def instants(self, minute: Ints, like: ArrayLike) -> Any:
        """The inverse of `minutes`, in the type of `like`."""
        return _typed(minute + self.origin * MINUTES_A_DAY, like, "datetime64[m]")

    def measure(self, minute: Ints) -> Ints:
        """`Tables.measure` of many minutes."""
        index = minute // MINUTES_A_DAY
        rest = minute - index * MINUTES_A_DAY
        return self.minutes_before.take(index) + self.before.take(self.row_start.take(index) + rest)

    def earliest(self, measured: Ints) -> Ints:
        """`Tables.earliest` of many values."""
        if measured.size and np.max(measured) > self.minutes_before[-1]:
            raise self.tables.beyond()
        if measured.size and np.min(measured) <= 0:
            raise self.tables.before_first()
        index = np.searchsorted(self.minutes_before, measured, side="left") - 1
        within = measured - self.minutes_before.take(index)
        return index * MINUTES_A_DAY + self.at.take(self.row_start.take(index) + within)

    def shift(self, minute: Ints, n: ArrayLike) -> Ints:
        """`Tables.shift_minutes` of many minutes."""
        steps = np.asarray(n)
        if steps.size and np.min(steps) > 0:
            return self.earliest(self.measure(minute) + steps)
        minute, steps = np.broadcast_arrays(minute, steps)
        measured = self.measure(minute) + steps
        shifted = minute.copy()
        shifted[steps > 0] = self.earliest(measured[steps > 0])
        shifted[steps < 0] = self.earliest(measured[steps < 0] + 1) - 1
        return shifted

    def add_minutes(self, instants: ArrayLike, n: ArrayLike) -> Any:
        return self.instants(self.shift(self.minutes(instants), n), instants)

    def count_minutes(self, a: ArrayLike, b: ArrayLike) -> Ints:
        return self.measure(self.minutes(b)) - self.measure(self.minutes(a))


def _array(values: ArrayLike) -> NDArray[Any]:
    """`values` as an array; an empty list becomes integers, not floats."""
    array = np.asarray(values)
    return array if array.size or array.dtype.kind != "f" else array.astype(np.int64)


def _numbered(values: NDArray[np.datetime64]) -> Ints:
    """Dates as numbers since 1970; `ValueError` for a missing value."""
    if np.isnat(values).any():
        raise ValueError("NaT is no date; leave missing values out before counting")
    return values.astype(np.int64)


def _typed(values: Ints, like: ArrayLike, kind: str) -> Any:
    return values.astype(kind) if np.asarray(like).dtype.kind in "MO" else values
