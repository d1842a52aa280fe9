"""The instant at which a command happens, and who counts: the engine's only clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

import hoso_calendar as wt
from hoso_bpmn import errors

Calendars = Callable[[str | None], "wt.WorkCalendar"]


@dataclass(slots=True)
class Moment:
    """Time, calendars and counter that all steps of one command share."""

    at: datetime
    #: Lane name (None outside of lanes) → the calendar of the unit that works there.
    calendar: Calendars
    #: The last number that the run has given away.
    number: int
    #: The timer that this command lets fire: the number of its task, its element. Others wait for theirs.
    firing: tuple[int, str] | None = None
    #: Timers armed by this command; they fire at once if they are due already.
    armed: set[tuple[int, str]] = field(default_factory=set)


_moment: ContextVar[Moment] = ContextVar("moment")


@contextmanager
def within(moment: Moment) -> Iterator[Moment]:
    """Run the engine at this moment; raises `NaiveInstant` for an instant without a zone."""
    aware(moment.at)
    token = _moment.set(moment)
    try:
        yield moment
    finally:
        _moment.reset(token)


def aware(at: datetime) -> datetime:
    """The instant; raises `NaiveInstant` for one without a zone."""
    if at.utcoffset() is None:
        raise errors.NaiveInstant(at)
    return at


def now() -> Moment:
    """The moment of the running command; raises `TimeNotGiven` outside of one."""
    try:
        return _moment.get()
    except LookupError:
        raise errors.TimeNotGiven from None


def tick() -> int:
    """Next number of the run. Tasks are named and changes are ordered by it, whatever clocks say."""
    moment = now()
    moment.number += 1
    return moment.number


def calendars(calendar: wt.WorkCalendar | Calendars) -> Calendars:
    """One calendar for all lanes, or the given function of a lane."""
    return calendar if callable(calendar) else lambda _lane: calendar
