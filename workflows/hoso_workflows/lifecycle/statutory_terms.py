"""Terms of the law beside a procedure's own.

Of reception, of an answer, of a returned supplement. They are data with dates (`statutory_terms.toml`). A procedure's policy
may set its own of the same name (`answer_term`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import hoso_calendar as wt


@dataclass(frozen=True, slots=True)
class StatutoryTerm:
    """A term with its basis, between two local dates, both included."""

    name: str
    #: As written, such as `8 giờ làm việc`.
    text: str
    basis: str
    valid_from: date = date.min
    valid_to: date = date.max

    @property
    def term(self) -> wt.Term:
        """The term that is counted."""
        return wt.Term.parse(self.text)


def on(name: str, day: date) -> StatutoryTerm:
    """The term of that name on a local date. Raises LookupError where none is declared."""
    for each in declared():
        if each.name == name and each.valid_from <= day <= each.valid_to:
            return each
    raise LookupError(f"no term {name} is declared for {day}")


@cache
def declared() -> tuple[StatutoryTerm, ...]:
    """All terms, as the file has them."""
    file = resources.files(__package__).joinpath("statutory_terms.toml")
    return tuple(StatutoryTerm(**row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["term"])
