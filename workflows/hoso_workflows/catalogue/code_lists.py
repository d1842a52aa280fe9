"""Code lists of the catalogue: levels of administration, service levels, audiences, and their days.

They are data (`code_lists.toml`): what a code means, since when, until when and by which law.
"""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from hoso_calendar.messages import say
from hoso_workflows import errors


@dataclass(frozen=True, slots=True)
class Entry:
    """A code with its name and the days on which it may be given."""

    code: str
    name: str
    basis: str
    valid_from: date
    #: The last one is included.
    valid_to: date = date.max
    #: Of a service level: dossiers may be filed online.
    online: bool = False
    #: Of a service level: a reason for everybody to read belongs to it.
    needs_reason: bool = False
    #: Of an audience: what an entry that is for it says, in small letters.
    words: tuple[str, ...] = ()

    def holds(self, day: date) -> bool:
        """True on a day on which the code may be given."""
        return self.valid_from <= day <= self.valid_to


def levels() -> Sequence[Entry]:
    """The levels of administration, from above."""
    return _lists()["level"]


def service_levels() -> Sequence[Entry]:
    """The service levels, the oldest first."""
    return _lists()["service_level"]


def audiences() -> Sequence[Entry]:
    """The audiences of procedures."""
    return _lists()["audience"]


def audiences_of(said: str | None) -> list[str]:
    """The codes of the audiences that an entry names in its words."""
    plain = unicodedata.normalize("NFC", said or "").casefold()
    return [each.code for each in audiences() if any(word in plain for word in each.words)]


def level(code: str) -> Entry | None:
    """A level of administration, whatever the day; None for a code that is none."""
    return next((each for each in levels() if each.code == code), None)


def service_level(code: str) -> Entry | None:
    """A service level, whatever the day; None for a code that is none."""
    return next((each for each in service_levels() if each.code == code), None)


def fault(entries: Sequence[Entry], code: str, day: date, field: str) -> errors.Fault | None:
    """The fault of a field whose code may not be given on a day."""
    if any(each.code == code and each.holds(day) for each in entries):
        return None
    known = ", ".join(each.code for each in entries if each.holds(day))
    return errors.Fault(
        field, say("{code} is no code on {day}; there are {known}", code=code, day=day, known=known)
    )


@cache
def _lists() -> Mapping[str, tuple[Entry, ...]]:
    file = resources.files(__package__).joinpath("code_lists.toml")
    found: Mapping[str, list[Mapping[str, Any]]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: tuple(map(_entry, rows)) for name, rows in found.items()}


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(**{**row, "words": tuple(row.get("words", ()))})
