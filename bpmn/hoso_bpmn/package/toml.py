"""TOML files of a package, read strictly. Each fault names the file, the key and what may stand there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hoso_bpmn import text_safety
from hoso_bpmn.findings import RefusedFile
from hoso_calendar import messages
from hoso_calendar.messages import say

#: Reading takes time that grows with the square of the size.
MAX_BYTES = 100_000

Model = TypeVar("Model", bound=BaseModel)
#: Where something stands: names of tables and keys, numbers of rows from 0.
Location = tuple[int | str, ...]


def read(data: bytes, model: type[Model], *, file: str, what: str) -> tuple[Model, dict[str, Any]]:
    """Read a file into its model, with the tables as written.

    Texts are composed. Raises `RefusedFile` with rule `<what>-broken` or `<what>-key`.
    """
    document, texts = _parsed(data, file, what)
    try:
        return model.model_validate(texts), document
    except ValidationError as error:
        places = _places(text_safety.text(data.decode("utf-8-sig")))
        details: list[dict[str, Any]] = [
            dict(detail) for detail in error.errors(include_url=False) if not _follows(detail)
        ]
        faults = [
            (_place(places, detail["loc"]), say("{fault}.", fault=_fault(detail))) for detail in details
        ]
        raise RefusedFile(
            f"{what}-key",
            "; ".join(said.removesuffix(".") for _, said in faults) + ".",
            file=file,
            line=faults[0][0] if len(faults) == 1 else 0,
            faults=faults,
            remedy=say("Correct it; docs/rules/{what}-key.md lists what may stand in each key.", what=what),
        ) from None


def document(data: bytes, file: str, what: str) -> dict[str, Any]:
    """The tables of a file, their texts composed; raises `RefusedFile` with rule `<what>-broken`."""
    return _parsed(data, file, what)[1]


def _follows(detail: Mapping[str, Any]) -> bool:
    """True when a list seems too short only because of a faulty row. The row is a fault of its own."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _parsed(data: bytes, file: str, what: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tables as they are written, and composed."""
    line, message = 0, ""
    try:
        if len(data) <= MAX_BYTES:
            document = tomllib.loads(data.decode("utf-8-sig"))
            return document, text_safety.composed(document)
        message = say("it has {size:,} bytes; {most:,} are read", size=len(data), most=MAX_BYTES)
    except UnicodeDecodeError as error:
        message, line = say("it is not UTF-8"), data.count(b"\n", 0, error.start) + 1
    except tomllib.TOMLDecodeError as error:
        message, line = str(error), _line(str(error))
    except RecursionError:
        message = say("its tables are nested too deep")
    except text_safety.TwoWays as twice:
        message = messages.sentence(twice)
    except ValueError:  # Python reads no number of more than 4,300 digits
        message = say("a number in it has more digits than are read")
    raise RefusedFile(
        f"{what}-broken",
        say("The manifest is not valid TOML: {message}.", message=message)
        if what == "manifest"
        else say("The scenario is not valid TOML: {message}.", message=message),
        file=file,
        line=line,
        remedy="Correct the line; texts stand in straight quotation marks.",
    )


def _line(message: str) -> int:
    _, found, rest = message.partition("at line ")
    digits = rest.split(",")[0]
    return int(digits) if found and digits.isdigit() else 0


def _fault(detail: Mapping[str, Any]) -> str:
    key, message = _key(detail["loc"]), str(detail["msg"])
    if detail["type"] == "missing":
        return say("{key} is missing", key=key)
    if detail["input"] == "":
        return say("{key} is empty", key=key)
    if detail["type"] == "value_error":
        return _at(key, messages.sentence(detail["ctx"]["error"]))
    if detail["input"] in ([], {}):
        return say("{key} is empty", key=key)
    wrong = f"{message[:1].lower()}{message[1:]}"
    return _at(key, say("{said}, not {value}", said=wrong, value=_short(detail["input"])))


def _at(key: str, said: str) -> str:
    return say("{key}: {said}", key=key, said=said) if key else said


def _key(location: Location) -> str:
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


_KEY = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_DOTTED = rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*"
_TABLE = re.compile(rf"\s*(\[\[?){_DOTTED}\]")
_PAIR = re.compile(rf"{_DOTTED}=")


def _places(text: str) -> dict[Location, int]:
    """The line of each table and key. A text of several lines in which a line looks like one may hide another."""
    found: dict[Location, int] = {}
    rows: dict[Location, int] = {}
    table: Location = ()
    for line, written in enumerate(text.splitlines(), start=1):
        if begun := _TABLE.match(written):
            *around, last = _parts(begun[2])
            table = (*_within(rows, (), around), last)
            if begun[1] == "[[":
                rows[table] = rows.get(table, -1) + 1
            table = _within(rows, table[:-1], [last])
            found.setdefault(table, line)
        elif pair := _PAIR.match(written):
            parts = _parts(pair[1])
            for end in range(1, len(parts) + 1):
                found.setdefault((*table, *parts[:end]), line)
    return found


def _within(rows: Mapping[Location, int], table: Location, parts: Iterable[str]) -> Location:
    """Table by its name; of a list of tables the last one so far."""
    for part in parts:
        table += (part,)
        if table in rows:
            table += (rows[table],)
    return table


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_KEY, dotted)]


def _place(places: Mapping[Location, int], location: Location) -> int:
    """The line of a key, else of the table that lacks it, else none."""
    ends = range(len(location), 0, -1)
    return next((places[location[:end]] for end in ends if location[:end] in places), 0)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
