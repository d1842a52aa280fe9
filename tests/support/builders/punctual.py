"""Officers who close each step at the last minute of its own limit, in one dossier with all that may happen to its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from random import Random

import hoso_calendar as wt
from hoso_models import Verdict
from hoso_workflows.clock import shares
from hoso_workflows.clock.clock import Clock, shares_limits
from hoso_workflows.clock.due_dates import Dates
from hoso_workflows.clock.step_deadlines import Timing
from support.builders.histories import VN, History, task_id

#: What happens to a dossier at an instant between the arrival of a step and its due date.
Interruption = Callable[["Dossier", datetime], None]


@dataclass(frozen=True)
class Step:
    """A step of a drawing: its limit, and the steps that lead to it."""

    limit: str
    behind: tuple[int, ...] = ()


def in_a_row(*limits: str) -> tuple[Step, ...]:
    """Steps one after the other."""
    return tuple(Step(limit, (place - 1,) if place else ()) for place, limit in enumerate(limits))


class Dossier:
    """A dossier whose steps open when those before them are closed."""

    def __init__(
        self, term: str, steps: Sequence[Step], *calendars: wt.WorkCalendar, supplement: str = "restart"
    ) -> None:
        self.term, self.steps = term, steps
        self.history = History(*calendars)
        self.supplement = supplement
        self.clock = Clock(self.history.calendars)
        self.plans = tuple(self._plan(place) for place in range(len(steps)))
        self.way = max(self.plans, key=shares.days)
        self.open: dict[int, datetime] = {}
        self.done: set[int] = set()
        self.floors = 0

    def _plan(self, place: int) -> tuple[str, ...]:
        step = self.steps[place]
        before = max((self._plan(other) for other in step.behind), key=shares.days, default=())
        return (*before, step.limit)

    def tell(self, told: Callable[[History], History]) -> None:
        """Let events happen, and the clock hear them."""
        heard = len(self.history.events)
        told(self.history)
        self.clock = self.clock.after(self.history.events[heard:])

    def accept(self, at: datetime) -> None:
        """File and accept; the first steps open."""
        way = self.way if shares_limits(wt.Term.parse(self.term)) else None
        self.tell(lambda h: h.filed(at, self.supplement).accepted(at, self.term, way=way))
        self._open(at)

    def _open(self, at: datetime) -> None:
        for place, step in enumerate(self.steps):
            if place not in self.open and place not in self.done and self.done.issuperset(step.behind):
                self.open[place] = at
                self.tell(lambda h, p=place: h.opened(at, p, self.steps[p].limit, self.plans[p]))

    def close(self, place: int, at: datetime) -> None:
        """Close a step; what comes behind it opens."""
        share = self.timing(place).share
        self.floors += share is not None and share.is_floor
        self.tell(lambda h: h.closed(at, place))
        del self.open[place]
        self.done.add(place)
        self._open(at)

    def timing(self, place: int) -> Timing:
        """The count behind the dates of an open step."""
        return self.clock.timings()[task_id(place)]

    def due(self, place: int) -> datetime:
        """Until when an open step is to be closed."""
        own = self.dates.steps[task_id(place)].own
        assert own is not None
        return own

    def next(self) -> tuple[datetime, int]:
        """The open step that is due first."""
        return min((self.due(place), place) for place in self.open)

    @property
    def dates(self) -> Dates:
        return self.clock.dates()

    def walk(self, interruptions: Iterator[tuple[Fraction, Interruption] | None]) -> None:
        """Close every step at its last minute; before it, something may happen at a part of the time until then."""
        at = self.history.events[-1].at
        while self.open:
            due, place = self.next()
            happens = next(interruptions, None)
            if happens is not None and due > at:
                part, what = happens
                at += timedelta(seconds=int((due - at).total_seconds() * part))
                what(self, at)
                at = max(at, self.history.events[-1].at)
                continue
            at = max(at, due)
            self.close(place, at)
        self.tell(lambda h: h.ready(at))

    @property
    def is_late(self) -> bool:
        return self.dates.verdict is Verdict.LATE

    @property
    def late_steps(self) -> int:
        """Steps that were closed behind their own date."""
        return sum(timing.dates.judged is Verdict.LATE for timing in self.clock.closed.values())


def starts() -> list[datetime]:
    """Starts of 2026: each of its first 206 working days at four hours."""
    days = [day.date for day in VN.days if day.date.year == 2026 and day.working][:206]
    hours = ((7, 30), (10, 0), (14, 0), (16, 30))
    return [datetime(day.year, day.month, day.day, *hour, tzinfo=VN.zone) for day in days for hour in hours]


def suspended(dossier: Dossier, at: datetime) -> None:
    end = at + timedelta(days=random(dossier).randrange(1, 20), hours=random(dossier).randrange(24))
    dossier.tell(lambda h: h.suspended(at).suspension_ended(end))


def supplemented(dossier: Dossier, at: datetime) -> None:
    end = at + timedelta(days=random(dossier).randrange(1, 20), hours=random(dossier).randrange(24))
    again = (dossier.term, dossier.way) if dossier.supplement == "restart" else ()
    dossier.tell(lambda h: h.asked(at).received(end, *again))


def extended(dossier: Dossier, at: datetime) -> None:
    dossier.tell(lambda h: h.extended(at, "10 ngày"))


def reappointed(dossier: Dossier, at: datetime) -> None:
    dossier.tell(lambda h: h.reappointed(at, at + timedelta(days=40)))


def revised(dossier: Dossier, at: datetime) -> None:
    """A day of the next week on which nobody works after all."""
    days = (VN.day(VN.add_days(at.date(), random(dossier).randrange(1, 5) + more)) for more in range(9))
    closed = next(day.date for day in days if day.kind is wt.Kind.WORKING)
    dossier.tell(lambda h: h.revised(at, without(closed)))


@cache
def without(day: date) -> wt.WorkCalendar:
    """The national calendar with a storm."""
    storm = f'\n[[closure]]\ndate = {day}\nname = "Bão"\nbasis = "Công điện"\n'
    return wt.compile({"vn": wt.sources("vn")["vn"] + storm.encode()}, "vn")


def random(dossier: Dossier) -> Random:
    """The same numbers for the same dossier."""
    return Random(str(dossier.history.events[0].at) + str(len(dossier.history.events)))  # noqa: S311 - the same numbers every time


def closed(dossier: Dossier, at: datetime) -> None:
    """The step that is due first is closed before its last minute."""
    dossier.close(dossier.next()[1], at)
