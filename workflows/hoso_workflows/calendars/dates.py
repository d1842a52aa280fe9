"""Effect of a change of calendars on one dossier, counted by its clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from hoso_workflows import localtime
from hoso_workflows.calendars.change import Change, Counted
from hoso_workflows.clock.clock import Clock
from hoso_workflows.clock.due_dates import Appointment, Dates
from hoso_workflows.events import Event, Kind

#: Own and planned due date of a step.
StepDue = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Due:
    """The dates of an open dossier that a calendar can move."""

    #: None after acceptance.
    reception_due: datetime | None
    due_legal: datetime | None
    due_promised: datetime | None
    provisional: bool
    #: Of its open steps, by task.
    steps: Mapping[UUID, StepDue]


@dataclass(frozen=True, slots=True)
class Act:
    """The person who applies a revision, in whose name, and the instant."""

    actor: UUID
    behalf: UUID | None
    at: datetime

    def events(self, row: Any, payloads: Sequence[Mapping[str, Any]]) -> tuple[Event, ...]:
        """The events of a dossier; its history does not run backwards."""
        at = max(self.at, row.updated_at)
        return tuple(
            Event(Kind.CALENDAR_REVISED, at, self.actor, payload, self.behalf) for payload in payloads
        )


@dataclass(frozen=True)
class Effect:
    """The events that a dossier gets, and its dates before and after them."""

    #: As it was read.
    row: Any
    events: tuple[Event, ...]
    before: Due
    after: Due
    #: Those that are made by the events.
    appointments: tuple[Appointment, ...]
    #: The clock before and after; None where no limit is a share.
    clocks: tuple[Clock, Clock] | None = field(default=None, compare=False)

    @cached_property
    def floors(self) -> frozenset[UUID]:
        """Open steps that get the floor: limits no longer fit."""
        if self.clocks is None:
            return frozenset()
        before, after = self.clocks
        return after.floors and after.floors - before.floors

    @cached_property
    def moves(self) -> dict[str, Any]:
        """The dates that move, from and to; JSON-safe, and empty where only later counts change."""
        before, after = self.before, self.after
        found: dict[str, Any] = {}
        for name in ("reception_due", "due_legal", "due_promised"):
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                found[name] = _pair(old, new)
        steps = {
            str(task): {
                "own": _pair(old[0], after.steps[task][0]),
                "plan": _pair(old[1], after.steps[task][1]),
            }
            for task, old in before.steps.items()
            if old != after.steps[task]
        }
        return {**found, "steps": steps} if steps else found


def _pair(old: datetime | None, new: datetime | None) -> list[str | None]:
    return [_said(old), _said(new)]


@lru_cache(maxsize=16_384)
def _said(at: datetime | None) -> str | None:
    """The instant as JSON has it. Many dossiers fall due at the same one."""
    return localtime.isoformat(at)


def folded(row: Any, clock: Clock, units: Mapping[str, str], change: Change, act: Act) -> Effect | None:
    """The effect on a dossier whose clock is at hand. None where the change does not concern it."""
    events = act.events(row, list(change.payloads(Counted.by(clock), units)))
    if not events:
        return None
    after = clock.after(events)
    dates = after.dates()
    made = dates.appointments[len(clock.promises) :]
    return Effect(row, events, _due(clock, clock.dates()), _due(after, dates), made, (clock, after))


def _due(clock: Clock, dates: Dates) -> Due:
    return Due(
        reception_due=None if clock.count else dates.reception_due,
        due_legal=dates.due_legal,
        due_promised=dates.due_promised,
        provisional=dates.provisional,
        steps={task: (dates.steps[task].own, dates.steps[task].plan) for task in clock.steps},
    )
