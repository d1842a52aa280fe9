"""Decided acts whose numbers are still to be assigned.

Codes and the numbers of letters are allocated behind the decision, so that a refused act burns none; until then their events
are drafts, and no event has a blank in it.
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
    """An event as far as it is decided."""

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
    """A decided act, in the order in which it is told."""

    told: tuple[DraftEvent, ...]

    @property
    def needs(self) -> tuple[Series, ...]:
        """The series of which it takes a number, in order."""
        waiting = (each for each in self.told if isinstance(each, Unnumbered))
        return tuple(dict.fromkeys(series for each in waiting for series in each.series.values()))

    def numbered(self, numbers: Mapping[Series, Number]) -> tuple[Event, ...]:
        """The events, with a number of each series that the act needs."""
        return tuple(each.numbered(numbers) if isinstance(each, Unnumbered) else each for each in self.told)


def in_memory(series: Series) -> Number:
    """The number of a series where nothing is allocated: each letter is the first."""
    return 1 if isinstance(series, Letters) else "scenario"
