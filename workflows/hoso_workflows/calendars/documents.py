"""Texts of calendars from forms and iCalendar files, added to the present text."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import hoso_calendar as wt
from hoso_calendar.declarations import ics
from hoso_calendar.declarations.parser import SCHEMA
from hoso_calendar.messages import sentence
from hoso_workflows.calendars.refusals import CalendarRefused

Table = dict[str, Any]
#: Tables with one row for each day or span of days.
DAYS = ("day_off", "swap", "special", "closure", "opt_out")
#: Tables of hours, which a form replaces as a whole.
HOURS = ("hours", "duty")
#: How a row is told from another: a second one of the same replaces it.
_PLACES = ("date", "from", "to", "off", "work", "swap")
_HEAD = (
    "schema",
    "id",
    "name",
    "level",
    "extends",
    "timezone",
    "statute",
    "confirmed",
    "nominal_day",
    "note",
)
_ROWS = (*HOURS, *DAYS)


def of_form(calendar: str, form: Mapping[str, Any], present: bytes | None) -> bytes:
    """The text of a calendar from a form: keys and rows as in TOML.

    With `replaces` true the form is the whole calendar; else its rows are added to those of the present text, a row of the same
    days in its place, hours and duty as a whole.
    """
    kept = {} if form.get("replaces") or present is None else tomllib.loads(present.decode("utf-8-sig"))
    given = {key: value for key, value in form.items() if key != "replaces" and value not in (None, [])}
    rows = {name: _merged(kept.get(name, ()), given.pop(name, ())) for name in DAYS}
    return written({**kept, "schema": SCHEMA, "id": calendar, **given, **rows})


def of_ics(calendar: str, data: bytes, name: str, parent: wt.WorkCalendar, present: bytes | None) -> bytes:
    """The text of a calendar whose days an iCalendar file declares. What is no day stays as it is.

    Raises CalendarRefused for an event that is not one whole day of a known kind.
    """
    try:
        days = ics.read(data, parent.first, parent.last)
        declared = tomllib.loads(ics.document(days, calendar, parent.id, name).decode())
    except wt.BadIcs as bad:
        raise CalendarRefused.of("ics", sentence(bad), calendar) from None
    except wt.BadCalendar as bad:
        raise CalendarRefused(bad.problems) from None
    kept = {} if present is None else tomllib.loads(present.decode("utf-8-sig"))
    head = {key: value for key, value in kept.items() if key not in DAYS}
    return written({**declared, **head, **{each: declared.get(each, []) for each in DAYS}})


def with_closure(present: bytes, closure: Mapping[str, Any]) -> bytes:
    """The present text with further days of closure."""
    kept = tomllib.loads(present.decode("utf-8-sig"))
    return written({**kept, "closure": _merged(kept.get("closure", ()), [closure])})


def _merged(kept: Sequence[Table], given: Sequence[Mapping[str, Any]]) -> list[Table]:
    rows = {tuple(row.get(key) for key in _PLACES): dict(row) for row in (*kept, *given)}
    return sorted(rows.values(), key=lambda row: str(next(filter(None, map(row.get, _PLACES)), "")))


def written(table: Table) -> bytes:
    """A declaration as TOML, one row a line.

    So a change of one day is a change of one line.
    """
    return ("\n".join(_lines(table)) + "\n").encode()


def _lines(table: Table) -> Iterator[str]:
    rest = sorted(table.keys() - {*_HEAD, *_ROWS})
    for key in (*(key for key in _HEAD if key in table), *rest):
        yield f"{_key(key)} = {_value(table[key])}"
    for name in _ROWS:
        if rows := table.get(name):
            yield f"\n{name} = ["
            yield from (f"  {_value(_plain(row))}," for row in rows)
            yield "]"


def _plain(row: Any) -> Any:
    return {key: value for key, value in row.items() if value is not None} if isinstance(row, dict) else row


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _text(str(value))


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else _text(key)


def _text(value: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in value)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
