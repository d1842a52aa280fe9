"""One dossier's way through its process, in memory: a command happens as a whole or leaves the run as it was."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions import (
    MessageEventDefinition,
    MultipleEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.util.task import TaskState

import hoso_calendar as wt
from hoso_bpmn import engine, errors, moment, pruning, scripting, state, timers, variables
from hoso_bpmn.specification import Specification, Step

#: Automatic steps of one command; an endless loop of gateways reaches it in a second.
MAX_STEPS = 2_000


class Closed(StrEnum):
    """How a task came to be closed."""

    #: Somebody completed it.
    COMPLETED = "completed"
    #: The process, or the end of the run, took it away.
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Step):
    """An open task: its step, and an `id` that is unique among all runs and stays until the task is closed."""

    id: str
    #: What a multi-instance task is about; None otherwise.
    item: Any = None

    @classmethod
    def of(cls, step: Step, identity: str, item: Any) -> Task:
        """The open task of a step."""
        return cls(**{name: getattr(step, name) for name in Step.__slots__}, id=identity, item=item)


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
class Message:
    """A message that the process sent to the outside."""

    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incident:
    """Why the engine could not do what was asked, and at which element."""

    element: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a command did. With an `incident` it did nothing else: the run is as it was before."""

    opened: tuple[Task, ...] = ()
    closed: tuple[ClosedTask, ...] = ()
    timers_set: tuple[Timer, ...] = ()
    timers_dropped: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    incident: Incident | None = None


def start(
    specification: Specification,
    *,
    at: datetime,
    calendar: wt.WorkCalendar | moment.Calendars,
    variables: Mapping[str, Any] | None = None,
) -> Run:
    """A new run, taken to its first tasks; raises `CannotStart` where the way to them fails."""
    run = Run(specification, calendar)
    run._begin(at, variables or {})
    return run


def resume(specification: Specification, data: bytes, *, calendar: wt.WorkCalendar | moment.Calendars) -> Run:
    """The run of a state that `dump` gave; raises `StaleState`."""
    run = Run(specification, calendar)
    run._restore(data)
    return run


class Run:
    """A run of a specification. Not to be shared between threads; states are."""

    def __init__(self, specification: Specification, calendar: wt.WorkCalendar | moment.Calendars) -> None:
        self.specification = specification
        self._calendars = moment.calendars(calendar)
        self._snapshot: state.Snapshot
        self._saved: bytes | None = None
        self._at: Any = None

    # What it is now

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The open tasks in the order in which they opened."""
        return tuple(self._tasks().values())

    @property
    def timers(self) -> tuple[Timer, ...]:
        """The timers that run, by when they are due."""
        return tuple(sorted(self._timers().values(), key=lambda timer: (timer.due, timer.element)))

    @property
    def messages(self) -> tuple[str, ...]:
        """Names of the messages and signals that are awaited."""
        return tuple(sorted({definition.name for definition in self._awaited()}))

    @property
    def finished(self) -> bool:
        """True when the run has ended."""
        return bool(self._snapshot.workflow.completed)

    @property
    def ended(self) -> str | None:
        """How it ended where the end says so (`refused`, `withdrawn`, `stopped`); None while it runs, or plainly ended."""
        return self._snapshot.ended

    def dump(self) -> bytes:
        """The run as bytes, to be resumed with the same specification."""
        if self._saved is None:
            self._saved = state.dump(self.specification, self._snapshot)
        return self._saved

    # What happens to it

    def complete(
        self,
        task_id: str,
        outcome: str | None = None,
        variables: Mapping[str, Any] | None = None,
        *,
        at: datetime,
    ) -> Change:
        """Complete an open task with one of its outcomes.

        At the acceptance `accept` completes, `refuse` ends the run and `supplement` changes nothing. Raises `UnknownTask`,
        `OutcomeRequired`, `UnknownOutcome`, `BadVariable` or `RunFinished`; engine trouble comes as `Change.incident`.
        """
        task = self._open(task_id)
        step = self.specification.steps[task.task_spec.bpmn_id]
        self._check(step, outcome)
        if step.milestone == "accept" and outcome == "supplement":
            return Change()
        if step.milestone == "accept" and outcome == "refuse":
            return self._end("refused", at, {task_id: outcome})
        given = self._given(variables)

        def complete() -> None:
            task.data.update(given)
            if step.outcomes:
                task.internal_data["route"] = self.specification.choices.get(step.element, {}).get(
                    outcome or "", {}
                )
            task.run()

        return self._act(at, complete, {task_id: outcome})

    def advance(self, *, at: datetime) -> Change:
        """Let every timer fire that is due by then."""
        return self._act(at, lambda: None)

    def send(self, message: str, payload: Mapping[str, Any] | None = None, *, at: datetime) -> Change:
        """Hand a message to whoever awaits it; raises `NobodyWaits`."""
        self._running()
        if message not in self.messages:
            raise errors.NobodyWaits(message, self.messages)
        given = self._given(payload)
        kinds = {type(definition) for definition in self._awaited() if definition.name == message}

        def send() -> None:
            for kind in (MessageEventDefinition, SignalEventDefinition):
                if kind in kinds:
                    self._snapshot.workflow.catch(BpmnEvent(kind(message), payload=given))

        return self._act(at, send)

    def cancel(self, reason: str, *, at: datetime) -> Change:
        """End the run here and close everything that is open; `ended` then says the reason."""
        return self._end(reason, at, {})

    # How

    def _begin(self, at: datetime, given: Mapping[str, Any]) -> None:
        given = self._given(given)
        parsed = self.specification.parsed
        # The low half counts the tasks of the run, the high half is its own: ids are unique and need no table.
        base = uuid.uuid4().int & ~0xFFFF_FFFF
        with moment.within(moment.Moment(at, self._calendars, 0)) as now:
            workflow = engine.Workflow(parsed.spec, parsed.subprocesses, scripting.ENGINE)
            workflow.task_tree.data.update(given)
            self._snapshot = state.Snapshot(workflow, base, 0, None)
            try:
                self._settle(now)
            except Exception as error:
                incident = self._incident(error)
                raise errors.CannotStart(incident.element, incident.message) from error
            self._snapshot.number = now.number
        workflow.get_events()

    def _end(self, reason: str, at: datetime, outcomes: Mapping[str, str | None]) -> Change:
        def end() -> None:
            self._snapshot.workflow.cancel()
            self._snapshot.ended = reason

        return self._act(at, end, outcomes)

    def _act(
        self, at: datetime, action: Callable[[], None], outcomes: Mapping[str, str | None] | None = None
    ) -> Change:
        self._running()
        saved = self.dump()
        tasks, running = self._tasks(), self._timers()
        with moment.within(moment.Moment(at, self._calendars, self._snapshot.number)) as now:
            try:
                action()
                self._settle(now)
            except Exception as error:
                incident = self._incident(error)
                self._restore(saved)
                return Change(incident=incident)
            self._snapshot.number = now.number
        self._saved = None
        return self._change(tasks, running, outcomes or {})

    def _settle(self, now: moment.Moment) -> None:
        workflow = self._snapshot.workflow
        left = MAX_STEPS
        while ready := list(self._automatic()) or self._due(now):
            for task in ready:
                left -= 1
                if left < 0:
                    raise errors.TooManySteps(MAX_STEPS)
                self._step(task)
        pruning.prune(workflow)

    def _step(self, task: Any) -> None:
        self._at = task
        if task._state == TaskState.WAITING:
            task.task_spec._update(task)
        elif task._state == TaskState.READY:
            task.run()
            ends = self.specification.ends.get(task.task_spec.bpmn_id)
            self._snapshot.ended = ends or self._snapshot.ended

    def _automatic(self) -> Iterator[Any]:
        for task in self._snapshot.workflow.every_task():
            if task._state == TaskState.READY and not task.task_spec.manual:
                yield task

    def _due(self, now: moment.Moment) -> list[Any]:
        waiting = self._snapshot.workflow.event_manager.tasks.values()
        return [task for task in waiting if timers.due(task, now.at)]

    def _change(
        self, tasks: Mapping[str, Task], running: Mapping[str, Timer], outcomes: Mapping[str, str | None]
    ) -> Change:
        open_now, running_now = self._tasks(), self._timers()
        events = self._snapshot.workflow.get_events()
        return Change(
            opened=tuple(task for key, task in open_now.items() if key not in tasks),
            closed=tuple(_closed(task, outcomes) for key, task in tasks.items() if key not in open_now),
            timers_set=tuple(timer for key, timer in running_now.items() if key not in running),
            timers_dropped=tuple(key for key in running if key not in running_now),
            messages=tuple(
                Message(event.event_definition.name, event.payload or {})
                for event in events
                if isinstance(event.event_definition, MessageEventDefinition | SignalEventDefinition)
            ),
        )

    def _tasks(self) -> dict[str, Task]:
        tasks = [
            t
            for t in self._snapshot.workflow.every_task()
            if t._state == TaskState.READY and t.task_spec.manual
        ]
        steps = self.specification.steps
        return {
            identity: Task.of(steps[task.task_spec.bpmn_id], identity, variables.item(task))
            for task in sorted(tasks, key=lambda task: task.last_state_change)
            for identity in (self._id(task),)
        }

    def _timers(self) -> dict[str, Timer]:
        found = {}
        for task in self._snapshot.workflow.event_manager.tasks.values():
            for slot in timers.slots(task):
                identity = str(uuid.uuid5(uuid.UUID(self._id(task)), slot.element))
                name = self.specification.names.get(slot.element, slot.element)
                found[identity] = Timer(identity, slot.element, name, slot.due, slot.armed)
        return found

    def _awaited(self) -> Iterator[Any]:
        for task in self._snapshot.workflow.event_manager.tasks.values():
            definition = task.task_spec.event_definition
            several = (
                definition.event_definitions
                if isinstance(definition, MultipleEventDefinition)
                else [definition]
            )
            yield from (
                one for one in several if isinstance(one, MessageEventDefinition | SignalEventDefinition)
            )

    def _id(self, task: Any) -> str:
        return str(uuid.UUID(int=self._snapshot.run | task.id))

    def _open(self, task_id: str) -> Any:
        self._running()
        try:
            number = uuid.UUID(task_id).int ^ self._snapshot.run
        except (ValueError, AttributeError, TypeError):
            raise errors.UnknownTask(str(task_id)) from None
        for task in self._snapshot.workflow.every_task():
            if task.id == number and task._state == TaskState.READY and task.task_spec.manual:
                return task
        raise errors.UnknownTask(task_id)

    def _check(self, step: Step, outcome: str | None) -> None:
        if outcome is None and step.outcomes:
            raise errors.OutcomeRequired(step.outcomes)
        if outcome is not None and outcome not in step.outcomes:
            raise errors.UnknownOutcome(outcome, step.outcomes)

    def _given(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        return variables.checked(given or {}, self.specification.variables)

    def _running(self) -> None:
        if self.finished:
            raise errors.RunFinished

    def _incident(self, error: Exception) -> Incident:
        spec = self._at.task_spec if self._at is not None else None
        element = (
            getattr(error, "element", None) or getattr(spec, "bpmn_id", None) or self.specification.process
        )
        return Incident(element, str(error) or type(error).__name__)

    def _restore(self, data: bytes) -> None:
        self._snapshot = state.load(self.specification, data)
        self._saved = data


def _closed(task: Task, outcomes: Mapping[str, str | None]) -> ClosedTask:
    by = Closed.COMPLETED if task.id in outcomes else Closed.CANCELLED
    return ClosedTask(task.id, task.element, outcomes.get(task.id), by)
