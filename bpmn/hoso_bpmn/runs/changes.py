"""Open tasks, timers and subscriptions of a run, and the result of a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hoso_bpmn.runs.specification import Place, Step


class Closed(StrEnum):
    """Reason why a task was closed."""

    #: Somebody completed it.
    COMPLETED = "completed"
    #: The process, or the end of the run, took it away.
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Step):
    """Open task with its step. Its `id` is unique among all runs and stays until the task is closed."""

    id: str
    #: What a multi-instance task is about; None otherwise.
    item: Any = None

    @classmethod
    def of(cls, step: Step, identity: str, item: Any) -> Task:
        """The open task of a step."""
        fields = {name: getattr(step, name) for name in Step.__slots__}
        if step.unit == "item":
            fields["unit"] = item
        return cls(**fields, id=identity, item=item)


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """A task that is open no more."""

    id: str
    element: str
    outcome: str | None
    by: Closed


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that runs until it fires; a cycle then sets the next one."""

    id: str
    element: str
    name: str
    due: datetime
    armed: datetime


@dataclass(frozen=True, slots=True)
class Awaited:
    """Message or signal that an element awaits.

    With the role and unit that sends it, as in a `Step`. All None where the element is in nobody's lane.
    """

    name: str
    element: str
    lane: str | None
    role: str | None
    unit: str | None
    #: What the multi-instance activity is about in which it is awaited; None elsewhere.
    item: Any = None

    @classmethod
    def of(cls, name: str, element: str, place: Place, item: Any) -> Awaited:
        """Subscription of an element, with the role and unit of its place."""
        return cls(name, element, place.lane, place.role, item if place.unit == "item" else place.unit, item)


@dataclass(frozen=True, slots=True)
class Message:
    """A message that the process sent to the outside."""

    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incident:
    """Failure at which the engine stopped, with its element.

    `id` names the timer or the external task that waits for `Run.retry` or `Run.complete`; None where nothing waits,
    because the command that failed can simply be given again.
    """

    element: str
    message: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Result of a command. With an `incident` it opened and closed nothing: the run is as it was before."""

    opened: tuple[Task, ...] = ()
    closed: tuple[ClosedTask, ...] = ()
    timers_set: tuple[Timer, ...] = ()
    timers_dropped: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    incident: Incident | None = None
