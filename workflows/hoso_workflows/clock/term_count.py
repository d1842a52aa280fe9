"""One count of a dossier's time: from when, which terms, in which calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import hoso_calendar as wt
from hoso_workflows.clock import suspensions
from hoso_workflows.clock.suspensions import Stop


@dataclass(frozen=True, slots=True)
class Leg:
    """A term that is counted under a policy."""

    term: wt.Term
    policy: wt.Policy


@dataclass(frozen=True, slots=True)
class Count:
    """The term runs from `start`; each extension that a law grants is a further leg, from the expiry of the one before."""

    start: datetime
    calendar: wt.WorkCalendar
    legs: tuple[Leg, ...]

    @property
    def term(self) -> wt.Term:
        """The term itself, without its extensions."""
        return self.legs[0].term

    @property
    def policy(self) -> wt.Policy:
        """How the term itself is counted."""
        return self.legs[0].policy

    def extended(self, term: wt.Term) -> Count:
        """With one more leg, which begins on the day on which the last one ends, whatever the hour."""
        policy = replace(self.policy, nonworking_receipt="as_is", cutoff=None, last_hour=0)
        return replace(self, legs=(*self.legs, Leg(term, policy)))

    def deadlines(self, stopped: Iterable[Stop], until: datetime) -> tuple[wt.Deadline, ...]:
        """Each leg's deadline, the last of which is the dossier's; a stop that lasts counts up to `until`."""
        pauses = suspensions.pauses(stopped, self.start, until)
        counted: list[wt.Deadline] = []
        received = self.start
        for leg in self.legs:
            counted.append(deadline(self.calendar, received, leg.term, pauses, leg.policy))
            received = end(counted[-1])
        return tuple(counted)


def deadline(
    calendar: wt.WorkCalendar,
    received: datetime,
    term: wt.Term,
    pauses: tuple[wt.Pause, ...],
    policy: wt.Policy,
) -> wt.Deadline:
    """What `hoso_calendar` counts, kept: every command of a dossier asks for the same counts again."""
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


def end(deadline: wt.Deadline) -> datetime:
    """The due minute of a count none of whose pauses is open."""
    if deadline.due is None:
        raise ValueError(f"a pause of the count from {deadline.received} is open")
    return deadline.due
