"""From declared documents to a calendar: inheritance, knowledge as of a date, and the checks that need the whole chain."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hoso_calendar import statute
from hoso_calendar.day import Day, Kind, Slot
from hoso_calendar.declaration import LEVELS, Declaration, Hours, Provenance, Record
from hoso_calendar.errors import BadCalendar, MissingCalendarData, Problem, UnknownCalendar
from hoso_calendar.reading import read
from hoso_calendar.work_calendar import WorkCalendar

_OFF = (Kind.HOLIDAY, Kind.SUBSTITUTE, Kind.SWAP_OFF, Kind.CLOSURE)


def compile(documents: Mapping[str, bytes], calendar: str, as_of: date | None = None) -> WorkCalendar:  # noqa: A001
    """The calendar `calendar` with everything it inherits, as it was known on `as_of` (None: all that is declared).

    `documents` are TOML bytes by id and hold every parent. Raises `UnknownCalendar` for an absent one and `BadCalendar`,
    with every problem found, for a chain that must not be counted with. Equal documents give the same, cached object.
    """
    chain = tuple(_chain(documents, calendar))
    return _compiled(tuple((name, documents[name]) for name in chain), as_of)


def check(documents: Mapping[str, bytes], calendar: str) -> tuple[Problem, ...]:
    """Every problem of the calendar and what it inherits; empty when it can be counted with."""
    try:
        compile(documents, calendar)
    except BadCalendar as bad:
        return bad.problems
    except UnknownCalendar as unknown:
        return (Problem(calendar, "extends", None, str(unknown)),)
    return ()


def _chain(documents: Mapping[str, bytes], calendar: str) -> Iterator[str]:
    """Ids from the calendar up to its root."""
    seen: list[str] = []
    name: str | None = calendar
    while name is not None:
        if name not in documents:
            raise UnknownCalendar(name, sorted(documents))
        if name in seen:
            raise BadCalendar(
                [
                    Problem(
                        calendar,
                        "extends",
                        None,
                        f"inheritance runs in a circle: {' → '.join([*seen, name])}",
                    )
                ]
            )
        seen.append(name)
        yield name
        name = _read(documents[name], name).extends


@lru_cache(maxsize=256)
def _read(document: bytes, calendar: str) -> Declaration:
    return read(document, calendar)


@lru_cache(maxsize=256)
def _compiled(chain: tuple[tuple[str, bytes], ...], as_of: date | None) -> WorkCalendar:
    lineage = _Lineage(tuple(_read(document, name) for name, document in chain))
    lineage.check()
    first, last = lineage.known_years(as_of)
    days = tuple(lineage.days(first, last, as_of))
    lineage.refuse()
    digest = hashlib.sha256("".join(f"{d.id}:{d.digest}\n" for d in lineage.levels).encode()).hexdigest()[:16]
    leaf = lineage.levels[0]
    return WorkCalendar(
        id=leaf.id,
        name=leaf.name,
        version=digest if as_of is None else f"{digest}@{as_of.isoformat()}",
        timezone=lineage.timezone,
        days=days,
        confirmed=leaf.confirmed,
        nominal_day=lineage.nominal_day,
        as_of=as_of,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """The records of the whole chain that were announced by a date; the nearest level wins."""

    records: Mapping[date, Record]

    @classmethod
    def of(cls, levels: Sequence[Declaration], as_of: date | None) -> "_Known":
        records: dict[date, Record] = {}
        for level in reversed(levels):
            for off, source in level.opted_out:
                if _announced(source, as_of):
                    records = {day: r for day, r in records.items() if not _of_swap(r, off)}
            records |= {record.day: record for record in level.records if _announced(record.source, as_of)}
        return cls(records)


def _announced(source: Provenance, as_of: date | None) -> bool:
    return as_of is None or source.announced is None or source.announced <= as_of


def _of_swap(record: Record, off: date) -> bool:
    return (record.kind is Kind.SWAP_OFF and record.day == off) or (
        record.kind is Kind.MAKEUP_WORK and record.pair == off
    )


class _Lineage:
    """A calendar and its parents, nearest first."""

    def __init__(self, levels: tuple[Declaration, ...]) -> None:
        self.levels = levels
        self.root = levels[-1]
        self.problems: list[Problem] = []

    def fault(self, level: Declaration, place: str, message: str, line: int | None = None) -> None:
        self.problems.append(Problem(level.id, place, line, message))

    def refuse(self) -> None:
        if self.problems:
            raise BadCalendar(self.problems)

    @property
    def weekdays(self) -> tuple[int, ...]:
        return next(level.working_weekdays for level in self.levels if level.working_weekdays)

    @property
    def timezone(self) -> str:
        return next(level.timezone for level in self.levels if level.timezone)

    @property
    def nominal_day(self) -> int | None:
        """The declared length of an ordinary day, unless a nearer level declares other hours."""
        for level in self.levels:
            if level.nominal_day or level.hours:
                return level.nominal_day
        return None

    @property
    def coverage(self) -> tuple[int, int]:
        """Years that every level which declares any covers."""
        declared = [level.coverage for level in self.levels if level.coverage]
        return max(first for first, _ in declared), min(last for _, last in declared)

    def check(self) -> None:
        """Refuse a chain whose documents cannot work together."""
        for name in ("coverage", "working_weekdays", "hours", "timezone"):
            if not getattr(self.root, name):
                self.fault(
                    self.root,
                    {"working_weekdays": "week"}.get(name, name),
                    "a calendar that extends no other declares this",
                )
        self.refuse()
        first, last = self.coverage
        if first > last:
            self.fault(
                self.levels[0],
                "coverage",
                f"its years {self.levels[0].coverage} and its parents' have none in common",
            )
        for child, parent in zip(self.levels, self.levels[1:], strict=False):
            if child.level and parent.level and LEVELS.index(child.level) <= LEVELS.index(parent.level):
                self.fault(
                    child, "level", f"a {child.level} does not stand below the {parent.level} {parent.id!r}"
                )
        self._check_zone()
        self.refuse()
        for level in self.levels:
            self._check_records(level)
        if self.root.statute == "vn":
            for year in range(self.root.coverage[0], self.root.coverage[1] + 1):  # type: ignore[index]
                for message in statute.missing(self.root.records, self.root.working_weekdays or (), year):
                    self.fault(self.root, "day_off", message)
        for level in self.levels:
            for record, message in statute.mistaken_lunar(level.records):
                self.fault(level, record.source.place, message, record.source.line)
        self.refuse()

    def _check_zone(self) -> None:
        try:
            zone = ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            self.fault(self.root, "timezone", f"no time zone {self.timezone!r}")
            return
        first, last = self.coverage
        if not _constant(zone, first, last):
            self.fault(
                self.root,
                "timezone",
                f"{self.timezone} changes its offset in {first}–{last}; minutes are counted on one offset",
            )

    def _check_records(self, level: Declaration) -> None:
        covered = level.coverage or self.coverage
        inherited = _Known.of(self.levels[self.levels.index(level) + 1 :], None).records
        for record in level.records:
            place, line = record.source.place, record.source.line
            if not covered[0] <= record.day.year <= covered[1]:
                self.fault(
                    level,
                    place,
                    f"{record.day} is outside the covered years {covered[0]}–{covered[1]}",
                    line,
                )
            if message := self._misplaced(record):
                self.fault(level, place, message, line)
        for off, source in level.opted_out:
            if off not in inherited or inherited[off].kind is not Kind.SWAP_OFF:
                self.fault(level, source.place, f"no parent swaps {off}", source.line)

    def _misplaced(self, record: Record) -> str | None:
        works = record.day.isoweekday() in self.weekdays
        if record.kind in (Kind.SWAP_OFF, Kind.SUBSTITUTE) and not works:
            return f"{record.kind} on {record.day}, which is no working weekday"
        if record.kind is Kind.MAKEUP_WORK and works:
            return f"make-up work on {record.day}, which is a working weekday"
        return None

    def known_years(self, as_of: date | None) -> tuple[int, int]:
        """Covered years whose statutory days off were known on `as_of`; later ones are missing data, not working time."""
        first, last = self.coverage
        if as_of is None or self.root.statute != "vn":
            return first, last
        records = tuple(_Known.of((self.root,), as_of).records.values())
        for year in range(first, last + 1):
            if any(statute.missing(records, self.weekdays, year)):
                if year == first:
                    raise MissingCalendarData(self.levels[0].id, year, first, last)
                return first, year - 1
        return first, last

    def days(self, first: int, last: int, as_of: date | None) -> Iterator[Day]:
        """Every date of the years `first` to `last`."""
        records = _Known.of(self.levels, as_of).records
        day, end = date(first, 1, 1), date(last, 12, 31)
        while day <= end:
            yield self._day(day, records.get(day), as_of)
            day += timedelta(days=1)

    def _day(self, day: date, record: Record | None, as_of: date | None) -> Day:
        works = day.isoweekday() in self.weekdays
        hours = self._hours(day, as_of)
        duty = () if record and record.kind in _OFF else self._duty(day, as_of)
        if record is None:
            kind = Kind.WORKING if works else Kind.WEEKEND
            slots = hours.slots if works else ()
            basis = hours.source.basis if works else "Bộ luật Lao động 2019 Điều 111"
            return Day(day, kind, slots, duty, 2 if works else 0, hours.slots[-1].end, basis=basis)
        slots, halves = self._declared(record, as_of)
        return Day(
            date=day,
            kind=record.kind,
            slots=slots,
            duty=duty,
            halves=halves,
            closing=slots[-1].end if slots else hours.slots[-1].end,
            name=record.name,
            basis=record.source.basis,
            status=record.source.status,
            announced=record.source.announced,
            pair=record.pair,
            decisive=slots != (hours.slots if works else ()),
        )

    def _declared(self, record: Record, as_of: date | None) -> tuple[tuple[Slot, ...], int]:
        if record.kind is Kind.SPECIAL:
            return record.slots, record.halves
        if record.kind is Kind.MAKEUP_WORK:
            return self._hours(record.pair or record.day, as_of).slots, 2
        return (), 0

    def _hours(self, day: date, as_of: date | None) -> Hours:
        """The hours of the nearest level in force on `day`; two at once, or a season without hours, is a problem."""
        for level in self.levels:
            valid = [h for h in level.hours if h.valid(day) and _announced(h.source, as_of)]
            here = [h for h in valid if h.in_season(day)]
            if len(here) == 1:
                return here[0]
            if valid or level is self.root:
                self._season_fault(level, day, here)
                break
        return self.root.hours[0]

    def _season_fault(self, level: Declaration, day: date, here: Sequence[Hours]) -> None:
        """Say it once for each document: one gap of seasons is many days."""
        what = (
            " and ".join(hours.source.place for hours in here) + " both apply" if here else "no hours apply"
        )
        line = here[-1].source.line if here else None
        message = f"on {day} {what}; seasons and validity together cover each day once"
        if not any(problem.place == "hours" and problem.calendar == level.id for problem in self.problems):
            self.fault(level, "hours", message, line)

    def _duty(self, day: date, as_of: date | None) -> tuple[Slot, ...]:
        for level in self.levels:
            if level.duty:
                sessions: Iterable[Slot] = (
                    s for d in level.duty if d.on(day) and _announced(d.source, as_of) for s in d.slots
                )
                return tuple(sorted(sessions))
        return ()


def _constant(zone: ZoneInfo, first: int, last: int) -> bool:
    offsets = {
        datetime(y, m, 1, tzinfo=zone).utcoffset() for y in range(first, last + 1) for m in range(1, 13)
    }
    return len(offsets) == 1
