"""Lines of a setup file, by the places that refusals and acts name."""

import re
import tomllib
from collections.abc import Sequence

_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z_]+)\s*\]?\]")
_TOML = re.compile(r"at line (\d+)")
_ENTRY = re.compile(r"([a-z]+)\.(\d+)(?:\.([a-z]+))?.*")
_CODED = re.compile(r"([a-z]+) (\S+)")


def line(text: str, place: str) -> int | None:
    """The line of a place such as `unit.3.name`, `unit H27.SYT` or `schema`; None where it cannot be told.

    It is told of tables that stand under headers of their own.
    """
    rows = text.split("\n")
    if named := _ENTRY.fullmatch(place):
        return _entry(text, rows, named[1], int(named[2]), named[3])
    if coded := _CODED.fullmatch(place):
        return _coded(rows, *coded.groups())
    return _key(rows, 0, place.partition(".")[0])


def told(message: str) -> int | None:
    """The line that a parser of TOML names in its message."""
    found = _TOML.search(message)
    return int(found[1]) if found else None


def _entry(text: str, rows: Sequence[str], table: str, index: int, key: str | None) -> int | None:
    headers = [number for number, row in enumerate(rows) if _table(row) == table]
    try:
        there = len(tomllib.loads(text).get(table, ()))
    except tomllib.TOMLDecodeError:
        return None
    if there != len(headers) or index >= there:
        return None
    # A key that is missing, or one of a value within, has the line of its table.
    return (_key(rows, headers[index] + 1, key) if key else None) or headers[index] + 1


def _coded(rows: Sequence[str], table: str, code: str) -> int | None:
    """The line of the last table of that code."""
    now, found = "", None
    said = re.compile(rf"""\s*code\s*=\s*["']{re.escape(code)}["']\s*(#.*)?""")
    for number, row in enumerate(rows, start=1):
        now = _table(row) or now
        if now == table and said.fullmatch(row.rstrip("\r")):
            found = number
    return found


def _key(rows: Sequence[str], first: int, key: str) -> int | None:
    """The line of a key from a row on, before the next table begins."""
    for number in range(first, len(rows)):
        if _table(rows[number]):
            return None
        if re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", rows[number]):
            return number + 1
    return None


def _table(row: str) -> str | None:
    header = _HEADER.match(row)
    return header[1] if header else None
