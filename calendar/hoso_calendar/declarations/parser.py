"""Parser of one TOML document; every refusal names document, table and line."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar

from hoso_calendar.days.day import MINUTES_A_DAY, Kind, Slot, Status
from hoso_calendar.declarations.declaration import LEVELS, Declaration, Duty, Hours, Provenance, Record
from hoso_calendar.errors import BadCalendar, Problem
from hoso_calendar.messages import say, sentence

SCHEMA = "lich-lam-viec/1"

_TOP = {
    "schema": str, "id": str, "name": str, "extends": str, "level": str, "timezone": str, "statute": str, "confirmed": bool,
    "nominal_day": int, "note": str, "coverage": dict, "week": dict, "hours": list, "duty": list, "day_off": list, "swap": list,
    "special": list, "closure": list, "opt_out": list,
}  # fmt: skip
_PROVENANCE = {"announced", "basis", "status", "note"}
_ROW_KEYS = {
    "hours": {"slots", "season", "valid_from", "valid_to"},
    "duty": {"slots", "weekdays", "date", "valid_from", "valid_to", "name"},
    "day_off": {"date", "from", "to", "kind", "name", "lunar"},
    "closure": {"date", "from", "to", "name"},
    "swap": {"off", "work", "name"},
    "special": {"date", "slots", "name", "counts"},
    "opt_out": {"swap"},
}
#: A calendar is a table of days; nobody declares the days off of a longer time.
_MOST_YEARS = 60
_HALVES = {0.5: 1, 1: 2}
#: What XML cannot hold, and no picture of a calendar therefore.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ID = re.compile(r"\w[\w-]*")
Row = Mapping[str, Any]
Made = TypeVar("Made")


class _Refused(ValueError):
    """A value of one row that cannot be used."""


def read(document: bytes, calendar: str) -> Declaration:
    """Read one document, called `calendar` in messages.

    `BadCalendar` lists every problem that its own text shows.
    """
    try:
        # some editors put a byte order mark before the text
        text = unicodedata.normalize("NFC", document.decode("utf-8-sig"))
        table = tomllib.loads(text)
    except RecursionError:
        raise BadCalendar([Problem(calendar, "document", None, say("it is nested too deeply"))]) from None
    except ValueError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise BadCalendar(
            [Problem(calendar, "document", int(line[1]) if line else None, str(error))]
        ) from None
    reader = _Reader(calendar, table, _Lines(text))
    declared = reader.declaration(hashlib.sha256(document).hexdigest())
    if reader.problems:
        raise BadCalendar(reader.problems)
    return declared


def line_of(document: bytes, key: str) -> int | None:
    """Line number of `key` in a document, or None."""
    return _Lines(document.decode("utf-8-sig", "replace")).of_key(key)


class _Lines:
    """Line numbers of keys and rows, for messages; tomllib gives none."""

    def __init__(self, text: str) -> None:
        self.text = text.splitlines()

    def of_key(self, key: str) -> int | None:
        pattern = re.compile(rf'\s*(?:\[+\s*{re.escape(key)}\s*\]+|(?:"?{re.escape(key)}"?)\s*=)')
        return next((n for n, line in enumerate(self.text, 1) if pattern.match(line)), None)

    def of_row(self, table: str, index: int) -> int | None:
        """Line of row `index` of an array of tables.

        The array is written ``[[table]]``, or as inline tables, one on each line.
        """
        headers = [n for n, line in enumerate(self.text, 1) if re.match(rf"\s*\[\[\s*{table}\s*\]\]", line)]
        if headers:
            return headers[index]
        start = self.of_key(table)
        rows = [
            n for n, line in enumerate(self.text, 1) if start and n >= start and re.match(r"[^#]*\{", line)
        ]
        return rows[index] if index < len(rows) else start


class _Reader:
    """Reader of one document that collects problems instead of stopping at the first."""

    def __init__(self, calendar: str, table: Row, lines: _Lines) -> None:
        self.calendar, self.lines = calendar, lines
        self.problems: list[Problem] = []
        self.table = {key: value for key, value in table.items() if self.is_known(key, value)}

    def declaration(self, digest: str) -> Declaration:
        """The whole document as a `Declaration`; unusable if `problems` is not empty."""
        get = self.table.get
        if get("schema") != SCHEMA:
            self.fault(
                "schema",
                say("the schema is {expected!r}, not {schema!r}", expected=SCHEMA, schema=get("schema")),
            )
        own = {"calendar": self.calendar, "value": get("id")}
        if own["value"] != unicodedata.normalize("NFC", self.calendar):
            message = say("filed under {calendar!r}, the document calls itself {value!r}", **own)
            self.fault("id", message)
        if not _ID.fullmatch(get("extends", "none")):
            self.fault(
                "extends", say("{value!r} is no id; letters, digits, - and _ only", value=get("extends"))
            )
        self.choice("level", (None, *LEVELS))
        self.choice("statute", (None, "vn", "none"))
        if _UNSPEAKABLE.search(get("name", "")):
            self.fault("name", say("text is expected, not {value!r}", value=get("name")))
        if not 1 <= get("nominal_day", 1) <= MINUTES_A_DAY:
            self.fault(
                "nominal_day",
                say("the minutes of an ordinary day are 1 to 1440, not {value}", value=get("nominal_day")),
            )
        return Declaration(
            id=self.calendar,
            name=get("name", self.calendar),
            extends=get("extends"),
            level=get("level"),
            timezone=get("timezone"),
            statute=get("statute", "vn"),
            confirmed=get("confirmed", True),
            nominal_day=get("nominal_day"),
            coverage=self.coverage(),
            working_weekdays=self.week(),
            hours=tuple(self.rows("hours", _hours)),
            duty=tuple(self.rows("duty", _duty)),
            records=self.records(),
            opted_out=tuple(self.rows("opt_out", lambda row, source: (_date(row, "swap"), source))),
            digest=digest,
        )

    def fault(self, place: str, message: str, line: int | None = None) -> None:
        self.problems.append(Problem(self.calendar, place, line or self.lines.of_key(place), message))

    def is_known(self, key: str, value: object) -> bool:
        if key not in _TOP:
            self.fault(key, say("unknown key; known are {known}", known=", ".join(sorted(_TOP))))
        elif type(value) is not _TOP[key]:
            self.fault(
                key,
                say(
                    "a value of type {name} is expected, not {value!r}", name=_TOP[key].__name__, value=value
                ),
            )
        return key in _TOP and type(value) is _TOP[key]

    def choice(self, key: str, allowed: tuple[str | None, ...]) -> None:
        if self.table.get(key) not in allowed:
            self.fault(
                key,
                say(
                    "one of {allowed}, not {value!r}",
                    allowed=", ".join(filter(None, allowed)),
                    value=self.table[key],
                ),
            )

    def coverage(self) -> tuple[int, int] | None:
        table = self.table.get("coverage")
        if table is None:
            return None
        first, last = table.get("from"), table.get("to")
        years = set(table) == {"from", "to"} and type(first) is int and type(last) is int
        if years and 1900 <= first <= last <= 2199 and last - first < _MOST_YEARS:
            return first, last
        message = say(
            "from and to are years of 1900 to 2199, at most {most_years}, the first not after the last",
            most_years=_MOST_YEARS,
        )
        self.fault("coverage", message)
        return None

    def week(self) -> tuple[int, ...] | None:
        table = self.table.get("week")
        if table is None:
            return None
        try:
            _only(table, {"working"})
            return _weekdays(table.get("working"))
        except _Refused as refused:
            self.fault("week", sentence(refused))
            return None

    def rows(self, name: str, make: Callable[[Row, Provenance], Made]) -> Iterator[Made]:
        """Results of `make` for each row of an array of tables.

        A refused row becomes a problem.
        """
        for index, row in enumerate(self.table.get(name, ())):
            place, line = f"{name} {index + 1}", self.lines.of_row(name, index)
            try:
                if not isinstance(row, dict):
                    raise _Refused(say("a table is expected"))
                _only(row, _ROW_KEYS[name] | _PROVENANCE)
                yield make(row, _provenance(row, place, line))
            except _Refused as refused:
                self.fault(place, sentence(refused), line)

    def records(self) -> tuple[Record, ...]:
        made = [
            record
            for name, make in (
                ("day_off", _days_off),
                ("closure", _closed),
                ("swap", _swapped),
                ("special", _special),
            )
            for row in self.rows(name, make)
            for record in row
        ]
        seen: dict[date, Record] = {}
        for record in made:
            other = seen.setdefault(record.day, record)
            if other is not record:
                place, line = record.source.place, record.source.line
                self.fault(
                    place,
                    say("{day} is declared already in {place}", day=record.day, place=other.source.place),
                    line,
                )
        return tuple(made)


def _only(row: Row, keys: set[str]) -> None:
    for key in row:
        if key not in keys:
            raise _Refused(
                say("unknown key {key!r}; known are {known}", key=key, known=", ".join(sorted(keys)))
            )


def _provenance(row: Row, place: str, line: int | None) -> Provenance:
    status = row.get("status", Status.OFFICIAL)
    if status not in tuple(Status):
        raise _Refused(
            say("status is one of {known}, not {status!r}", known=", ".join(Status), status=status)
        )
    announced = _date(row, "announced") if "announced" in row else None
    for key in ("basis", "name", "note"):
        if not isinstance(row.get(key, ""), str) or _UNSPEAKABLE.search(row.get(key, "")):
            raise _Refused(say("{key} is text, not {value!r}", key=key, value=row[key]))
    return Provenance(place, line, row.get("basis", ""), announced, Status(status))


def _date(row: Row, key: str) -> date:
    value = row.get(key)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise _Refused(say("{key} is a date such as 2026-02-16, not {value!r}", key=key, value=value))


def _slots(row: Row) -> tuple[Slot, ...]:
    value = row.get("slots")
    if not isinstance(value, list) or not value:
        raise _Refused(say('slots is a list such as ["07:30-11:30", "13:30-17:00"]'))
    slots = tuple(_slot(text) for text in value)
    for before, after in pairwise(slots):
        if after.start < before.end:
            raise _Refused(
                say("slots {before} and {after} are out of order or overlap", before=before, after=after)
            )
    return slots


def _slot(text: object) -> Slot:
    match = re.fullmatch(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)", text) if isinstance(text, str) else None
    if match:
        slot = Slot(int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4]))
        if 0 <= slot.start < slot.end <= MINUTES_A_DAY:
            return slot
    raise _Refused(say("{text!r} is no session; write 07:30-11:30", text=text))


def _weekdays(value: Any) -> tuple[int, ...]:
    numbers = isinstance(value, list) and all(type(day) is int and 1 <= day <= 7 for day in value)
    if numbers and value and value == sorted(set(value)):
        return tuple(value)
    raise _Refused(say("weekdays are a rising list of 1 (Monday) to 7 (Sunday), not {value!r}", value=value))


def _validity(row: Row) -> tuple[date, date]:
    first = _date(row, "valid_from") if "valid_from" in row else date.min
    last = _date(row, "valid_to") if "valid_to" in row else date.max
    if last < first:
        raise _Refused(say("valid_to {last} is before valid_from {first}", last=last, first=first))
    return first, last


def _hours(row: Row, source: Provenance) -> Hours:
    season = row.get("season")
    if season is not None:
        if not isinstance(season, list) or len(season) != 2:
            raise _Refused(
                say(
                    'season is two days of the year such as ["04-16", "10-15"], not {season!r}', season=season
                )
            )
        season = (_day_of_year(season[0]), _day_of_year(season[1]))
    return Hours(_slots(row), season, *_validity(row), source)


def _day_of_year(text: object) -> tuple[int, int]:
    match = re.fullmatch(r"(\d\d)-(\d\d)", text) if isinstance(text, str) else None
    try:
        # 2024 is a leap year, so that 02-29 can begin or end a season
        day = date(2024, int(match[1]), int(match[2])) if match else None
    except ValueError:
        day = None
    if day is None:
        raise _Refused(say("{text!r} is no day of the year; write month-day such as 04-16", text=text))
    return day.month, day.day


def _duty(row: Row, source: Provenance) -> Duty:
    if ("date" in row) == ("weekdays" in row):
        raise _Refused(say("duty is on weekdays or on one date"))
    weekdays = _weekdays(row["weekdays"]) if "weekdays" in row else ()
    return Duty(_slots(row), weekdays, _date(row, "date") if "date" in row else None, *_validity(row), source)


def _span(row: Row) -> list[date]:
    if ("date" in row) == ("from" in row or "to" in row):
        raise _Refused(say("give either date, or from and to"))
    if "date" in row:
        return [_date(row, "date")]
    first, last = _date(row, "from"), _date(row, "to")
    if not first <= last <= first + timedelta(days=366):
        raise _Refused(say("{first} to {last} is no span of days within a year", first=first, last=last))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _days_off(row: Row, source: Provenance) -> list[Record]:
    kind = row.get("kind", Kind.HOLIDAY)
    if kind not in (Kind.HOLIDAY, Kind.SUBSTITUTE):
        raise _Refused(
            say(
                "kind is holiday or substitute, not {kind!r}; swaps, closures and special days have tables of their own",
                kind=kind,
            )
        )
    days, lunar = _span(row), _lunar(row.get("lunar"))
    return [Record(day, Kind(kind), row.get("name", ""), source, lunar=lunar) for day in days]


def _lunar(text: object) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d\d?)/(\d\d?)", text) if isinstance(text, str) else None
    if match and 1 <= int(match[1]) <= 30 and 1 <= int(match[2]) <= 10:
        return int(match[1]), int(match[2])
    raise _Refused(
        say("lunar is day/month of the lunar months 1 to 10, such as 10/3, not {text!r}", text=text)
    )


def _closed(row: Row, source: Provenance) -> list[Record]:
    return [Record(day, Kind.CLOSURE, row.get("name", ""), source) for day in _span(row)]


def _swapped(row: Row, source: Provenance) -> list[Record]:
    off, work = _date(row, "off"), _date(row, "work")
    if abs((off - work).days) > 31:
        raise _Refused(say("off {off} and work {work} are more than 31 days apart", off=off, work=work))
    if off == work:
        raise _Refused(say("off and work are both {off}", off=off))
    name = row.get("name")
    return [
        Record(
            off, Kind.SWAP_OFF, str(name or f"Hoán đổi ngày nghỉ (làm bù {work:%d/%m/%Y})"), source, pair=work
        ),
        Record(work, Kind.MAKEUP_WORK, str(name or f"Làm bù cho {off:%d/%m/%Y}"), source, pair=off),
    ]


def _special(row: Row, source: Provenance) -> list[Record]:
    counts = row.get("counts", 1)
    if type(counts) not in (int, float) or counts not in _HALVES:
        raise _Refused(
            say(
                "counts is 0.5 or 1 working day, not {counts!r}; declare a closure or duty for what does not count",
                counts=counts,
            )
        )
    return [
        Record(_date(row, "date"), Kind.SPECIAL, row.get("name", ""), source, _slots(row), _HALVES[counts])
    ]
