"""One count of a dossier's time: from when, which terms, in which calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import hoso_calendar as wt
from hoso_workflows.clock import suspensions
from hoso_workflows.clock.suspensions import Suspension


@dataclass(frozen=True, slots=True)
class Segment:
    """A term that is counted under a policy."""

    term: wt.Term
    policy: wt.Policy


@dataclass(frozen=True, slots=True)
class TermCount:
    """A term that runs from `start`. Each extension by law is a further segment, from the expiry of the one before."""

    start: datetime
    calendar: wt.WorkCalendar
    segments: tuple[Segment, ...]

    @property
    def term(self) -> wt.Term:
        """The term itself, without its extensions."""
        return self.segments[0].term

    @property
    def policy(self) -> wt.Policy:
        """The policy of the term itself."""
        return self.segments[0].policy

    def extended(self, term: wt.Term) -> TermCount:
        """This count with one more segment. It begins on the day on which the last one ends, whatever the hour."""
        policy = replace(self.policy, nonworking_receipt="as_is", cutoff=None, last_hour=0)
        return replace(self, segments=(*self.segments, Segment(term, policy)))

    def deadlines(self, stopped: Iterable[Suspension], until: datetime) -> tuple[wt.Deadline, ...]:
        """The deadline of each segment, the last of which is the dossier's. An open suspension counts up to `until`."""
        pauses = suspensions.pauses(stopped, self.start, until)
        counted: list[wt.Deadline] = []
        received = self.start
        for segment in self.segments:
            counted.append(deadline(self.calendar, received, segment.term, pauses, segment.policy))
            received = end(counted[-1])
        return tuple(counted)


def deadline(
    calendar: wt.WorkCalendar,
    received: datetime,
    term: wt.Term,
    pauses: tuple[wt.Pause, ...],
    policy: wt.Policy,
) -> wt.Deadline:
    """A deadline of `hoso_calendar`, cached. Every command of a dossier asks for the same ones again."""
    return _deadline(calendar, received, term, str(term), pauses, policy)


@lru_cache(maxsize=16_384)
def _deadline(
    calendar: wt.WorkCalendar,
    received: datetime,
    term: wt.Term,
    _words: str,  # equal terms in other words are told in other words
    pauses: tuple[wt.Pause, ...],
    policy: wt.Policy,
) -> wt.Deadline:
    return wt.deadline(calendar, received, term, pauses, policy)


class WorkingMinutes(NamedTuple):
    """Working minutes from an instant; only who explains them counts more than the end."""

    calendar: wt.WorkCalendar
    start: datetime
    minutes: int
    pauses: tuple[wt.Pause, ...]

    @property
    def due(self) -> datetime | None:
        """The due minute; None while a pause is open."""
        return _due(*self)

    def to_json(self) -> dict[str, Any]:
        """The explanation of the count."""
        term = wt.Term(Fraction(self.minutes, 60), wt.Unit.WORKING_HOURS)
        return wt.deadline(self.calendar, self.start, term, self.pauses).to_json()


@lru_cache(maxsize=16_384)
def _due(
    calendar: wt.WorkCalendar, start: datetime, minutes: int, pauses: tuple[wt.Pause, ...]
) -> datetime | None:
    """The due minute of working minutes. Every command of a dossier asks for the same ones again."""
    return wt.due_of_minutes(calendar, start, minutes, pauses)


@lru_cache(maxsize=1024)
def parse(term: str) -> wt.Term:
    """A term as written; few texts are read again and again."""
    return wt.Term.parse(term)


def end(deadline: wt.Deadline | WorkingMinutes) -> datetime:
    """The due minute of a count none of whose pauses is open."""
    if deadline.due is None:
        raise ValueError(f"a pause of {deadline} is open")
    return deadline.due
