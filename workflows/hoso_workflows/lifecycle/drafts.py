"""Drafts: decided commands whose numbers are still to be assigned.

Codes and the numbers of letters are allocated after the decision, so that a refused command wastes none. Until then their events
are drafts, so that no event lacks a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hoso_workflows.events import Event


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes that a unit gives on the local date of an instant."""

    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Letters:
    """The numbers of a form in a unit's book of a year."""

    unit: str
    form: str
    year: int


#: Numbers that the law wants in order; an act takes one of a series.
Series = Codes | Letters
#: A code as it is written, or the number of a letter.
Number = str | int


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """A decided event whose numbers are not assigned yet."""

    #: Tells it, given its numbers by the keys of its payload.
    event: Callable[..., Event]
    #: Of which series each of them is.
    series: Mapping[str, Series]

    def numbered(self, numbers: Mapping[Series, Number]) -> Event:
        """The event with its numbers."""
        return self.event(**{name: numbers[series] for name, series in self.series.items()})


#: Part of a decided act.
DraftEvent = Event | Unnumbered


@dataclass(frozen=True, slots=True)
class Draft:
    """A decided command: its events in order, some without numbers."""

    drafted: tuple[DraftEvent, ...]

    @property
    def needs(self) -> tuple[Series, ...]:
        """The series from which it needs a number, in order."""
        waiting = (each for each in self.drafted if isinstance(each, Unnumbered))
        return tuple(dict.fromkeys(series for each in waiting for series in each.series.values()))

    def numbered(self, numbers: Mapping[Series, Number]) -> tuple[Event, ...]:
        """The events, with a number of each series that the command needs."""
        return tuple(
            each.numbered(numbers) if isinstance(each, Unnumbered) else each for each in self.drafted
        )


def in_memory(series: Series) -> Number:
    """The number of a series without allocation: each letter is the first."""
    return 1 if isinstance(series, Letters) else "scenario"
