"""A year of a calendar: twelve tables and the days of note."""

import calendar as months
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import hoso_calendar as wt
from hoso_api.translation import wording
from hoso_calendar.days.day import Day, Kind, Status

#: The letter of each kind of day that is not an ordinary one; the legend names them.
LETTERS: Mapping[Kind, str] = {
    Kind.HOLIDAY: "L",
    Kind.SUBSTITUTE: "B",
    Kind.SWAP_OFF: "H",
    Kind.MAKEUP_WORK: "M",
    Kind.CLOSURE: "T",
    Kind.SPECIAL: "G",
}
#: The sign of a day that is expected, not decided.
EXPECTED = "?"


@dataclass(frozen=True, slots=True)
class Cell:
    """One date in the table of its month."""

    date: date
    kind: str
    #: Letter of its kind, empty for ordinary days and weekly rest.
    letter: str
    expected: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """A day of note, in words."""

    date: date
    letter: str
    kind: str
    name: str
    basis: str
    #: Sessions of a working day.
    sessions: str
    expected: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday; None outside the month."""

    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]
    working_days: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a calendar."""

    number: int
    months: tuple[Month, ...]
    noted: tuple[Noted, ...]

    @property
    def working_days(self) -> int:
        """The days that count in a term of working days."""
        return sum(each.working_days for each in self.months)

    @property
    def expected(self) -> int:
        """The number of days that are expected, not decided."""
        return sum(each.expected for each in self.noted)

    @classmethod
    def of(cls, cal: wt.WorkCalendar, number: int) -> "Year":
        """A year of a calendar. Raises `MissingCalendarData` for one that it does not cover."""
        first, last = cal.index(date(number, 1, 1)), cal.index(date(number, 12, 31))
        noted = tuple(_noted(day) for day in cal.days[first : last + 1] if _of_note(day))
        return cls(number, tuple(_month(cal, number, month) for month in range(1, 13)), noted)


def _month(cal: wt.WorkCalendar, year: int, month: int) -> Month:
    weeks = months.Calendar().monthdatescalendar(year, month)
    cells = tuple(tuple(_cell(cal, day) if day.month == month else None for day in week) for week in weeks)
    working = sum(cal.is_working(cell.date) for week in cells for cell in week if cell)
    return Month(month, cells, working)


def _cell(cal: wt.WorkCalendar, date_: date) -> Cell:
    day = cal.day(date_)
    return Cell(date_, day.kind.value, LETTERS.get(day.kind, ""), day.status is Status.EXPECTED)


def _of_note(day: Day) -> bool:
    return day.kind in LETTERS or day.status is Status.EXPECTED


def _noted(day: Day) -> Noted:
    sessions = ", ".join(map(str, day.slots))
    expected = day.status is Status.EXPECTED
    kind = wording.DAYS[day.kind]
    return Noted(day.date, LETTERS.get(day.kind, ""), kind, day.name, day.basis, sessions, expected)


def legend() -> Iterator[tuple[str, str, str]]:
    """Letter, kind and words of each kind of day that has a letter."""
    yield from ((letter, kind.value, wording.DAYS[kind]) for kind, letter in LETTERS.items())
