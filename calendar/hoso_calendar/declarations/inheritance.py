"""A calendar with everything it inherits; the nearest level wins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hoso_calendar.days.day import Day, Kind, Slot, Status
from hoso_calendar.declarations import statutory_days
from hoso_calendar.declarations.declaration import Declaration, Duty, Hours, Provenance, Record
from hoso_calendar.errors import BadCalendar, MissingCalendarData, Problem
from hoso_calendar.messages import joined, say

_OFF = (Kind.HOLIDAY, Kind.SUBSTITUTE, Kind.SWAP_OFF, Kind.CLOSURE)
_WEEKLY_REST = "Bộ luật Lao động 2019 Điều 111"


@dataclass(frozen=True, slots=True)
class Lineage:
    """A document and its parents, nearest first.

    They are seen as known on `as_of`; None: all that is declared.
    """

    levels: tuple[Declaration, ...]
    as_of: date | None = None

    @property
    def leaf(self) -> Declaration:
        """The calendar that is asked for."""
        return self.levels[0]

    @property
    def root(self) -> Declaration:
        """The document that extends no other."""
        return self.levels[-1]

    def above(self, level: Declaration) -> "Lineage":
        """`level` and its parents."""
        return Lineage(self.levels[self.levels.index(level) :], self.as_of)

    @property
    def weekdays(self) -> tuple[int, ...]:
        """Weekdays on which people work."""
        return next(level.working_weekdays for level in self.levels if level.working_weekdays)

    @property
    def timezone(self) -> str:
        """Name of the time zone."""
        return next(level.timezone for level in self.levels if level.timezone)

    @property
    def nominal_day(self) -> int | None:
        """The declared length of an ordinary day, unless a nearer level declares other hours."""
        return next((level.nominal_day for level in self.levels if level.nominal_day or level.hours), None)

    @property
    def coverage(self) -> tuple[int, int]:
        """First and last year that every level which declares any covers."""
        declared = [level.coverage for level in self.levels if level.coverage]
        return max(first for first, _ in declared), min(last for _, last in declared)

    def known_years(self) -> tuple[int, int]:
        """Covered years whose statutory days off were known on `as_of`.

        Later years are missing data, not working time.
        """
        first, last = self.coverage
        if self.as_of is None or self.root.statute != "vn":
            return first, last
        national = self.above(self.root)
        records = tuple(national.records().values())
        for year in range(first, last + 1):
            if any(statutory_days.missing(records, national.weekdays, year)):
                if year == first:
                    raise MissingCalendarData(self.leaf.id, year, first, last)
                return first, year - 1
        return first, last

    def knows(self, source: Provenance) -> bool:
        """True if the record had been announced."""
        return self.as_of is None or source.announced is None or source.announced <= self.as_of

    def records(self) -> Mapping[date, Record]:
        """Every known date that departs from the week; the nearest level wins."""
        records: dict[date, Record] = {}
        for level in reversed(self.levels):
            for off, source in level.opted_out:
                if self.knows(source):
                    records = {day: record for day, record in records.items() if not _of_swap(record, off)}
            records |= {record.day: record for record in level.records if self.knows(record.source)}
        return records

    def days(self) -> Iterator[Day]:
        """Every date of the known years, in order."""
        first, last = self.known_years()
        records, weekdays = self.records(), self.weekdays
        day, end = date(first, 1, 1), date(last, 12, 31)
        while day <= end:
            works = day.isoweekday() in weekdays
            yield self._declared(records[day], works) if day in records else self._ordinary(day, works)
            day += timedelta(days=1)

    def _ordinary(self, day: date, works: bool) -> Day:
        hours = self.hours(day)
        return Day(
            date=day,
            kind=Kind.WORKING if works else Kind.WEEKEND,
            slots=hours.slots if works else (),
            duty=self._duty(day),
            halves=2 if works else 0,
            closing=hours.slots[-1].end,
            basis=hours.source.basis if works else _WEEKLY_REST,
            status=hours.source.status if works else Status.OFFICIAL,
            decisive=works,
        )

    def _declared(self, record: Record, works: bool) -> Day:
        ordinary = self.hours(record.day).slots
        slots, halves = self._sessions(record)
        weekly = self._duty(record.day)
        duty = () if record.kind in _OFF else weekly
        return Day(
            date=record.day,
            kind=record.kind,
            slots=slots,
            duty=duty,
            halves=halves,
            closing=(slots or ordinary)[-1].end,
            name=record.name,
            basis=record.source.basis,
            status=record.source.status,
            announced=record.source.announced,
            pair=record.pair,
            decisive=(slots, halves, duty) != ((ordinary, 2, weekly) if works else ((), 0, weekly))
            or self._covers_another(record),
        )

    def _covers_another(self, record: Record) -> bool:
        """True if the record replaces one of a higher level."""
        return sum(record.day == other.day for level in self.levels for other in level.records) > 1

    def _sessions(self, record: Record) -> tuple[tuple[Slot, ...], int]:
        if record.kind is Kind.SPECIAL:
            return record.slots, record.halves
        if record.kind is Kind.MAKEUP_WORK:
            return self.hours(record.pair or record.day).slots, 2
        return (), 0

    def hours(self, day: date) -> Hours:
        """Office hours of the nearest level in force on `day`.

        `BadCalendar` if the day is in two of its seasons, or in none.
        """
        for level in self.levels:
            valid = [hours for hours in level.hours if hours.valid(day) and self.knows(hours.source)]
            here = [hours for hours in valid if hours.in_season(day)]
            if len(here) == 1:
                return here[0]
            if valid:
                raise _uneven(level, day, here, valid[-1].source.line)
        raise _uneven(self.root, day, ())

    def _duty(self, day: date) -> tuple[Slot, ...]:
        """Sessions of the nearest level that declares any duty."""
        declared: tuple[Duty, ...] = next((level.duty for level in self.levels if level.duty), ())
        return tuple(
            sorted(
                slot for duty in declared if duty.on(day) and self.knows(duty.source) for slot in duty.slots
            )
        )


def _of_swap(record: Record, off: date) -> bool:
    return off == (record.day if record.kind is Kind.SWAP_OFF else record.pair)


def _uneven(level: Declaration, day: date, here: Sequence[Hours], line: int | None = None) -> BadCalendar:
    what = (
        say("{places} both apply", places=joined(" and ", [hours.source.place for hours in here]))
        if here
        else say("no hours apply")
    )
    message = say("on {day} {what}; seasons and validity together cover each day once", day=day, what=what)
    return BadCalendar([Problem(level.id, "hours", here[-1].source.line if here else line, message)])
