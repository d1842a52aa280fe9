"""Run of one dossier through its process, in memory. A command happens as a whole or leaves the run as it was."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import hoso_calendar as wt
from hoso_bpmn import errors, text_safety
from hoso_bpmn.engine import execution_context, multi_instance, scripting, subscriptions, timers
from hoso_bpmn.engine import workflow as engine
from hoso_bpmn.engine.timers import Slot
from hoso_bpmn.engine.workflow import TaskState
from hoso_bpmn.runs import automatic_steps, state, variables
from hoso_bpmn.runs.changes import Awaited, Change, Closed, ClosedTask, Incident, Message, Task, Timer
from hoso_bpmn.runs.specification import Specification, Step

__all__ = [
    "Awaited",
    "Change",
    "Closed",
    "ClosedTask",
    "Incident",
    "Message",
    "Run",
    "Task",
    "Timer",
    "resume",
    "start",
]

#: Timers that one command fires; what is still due fires with the next.
MAX_FIRINGS = 1_000


def start(
    specification: Specification,
    *,
    at: datetime,
    calendar: wt.WorkCalendar | execution_context.Calendars,
    variables: Mapping[str, Any] | None = None,
    identity: int | None = None,
) -> Run:
    """Start a run and take it to its first tasks.

    Raises `CannotStart` where the way to them fails. Its ids are its own, or those of the run whose `identity` is
    given: their high half, the low 32 bits being zero.
    """
    run = Run(specification, calendar)
    run._begin(at, variables or {}, identity)
    return run


def resume(
    specification: Specification, data: bytes, *, calendar: wt.WorkCalendar | execution_context.Calendars
) -> Run:
    """The run of a state that `dump` gave; raises `StaleState`."""
    run = Run(specification, calendar)
    run._restore(data)
    return run


class Run:
    """A run of a specification. Not to be shared between threads; states are."""

    def __init__(
        self, specification: Specification, calendar: wt.WorkCalendar | execution_context.Calendars
    ) -> None:
        self.specification = specification
        self._calendars = execution_context.calendars(calendar)
        #: What the process sent to the outside on the way to its first tasks; what it sends later is in each `Change`.
        self.sent: tuple[Message, ...] = ()
        self._snapshot: state.Snapshot
        self._saved: bytes | None = None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The open tasks in the order in which they opened."""
        return tuple(self._tasks().values())

    @property
    def timers(self) -> tuple[Timer, ...]:
        """The timers that run, by when they are due."""
        return tuple(sorted(self._timers().values(), key=lambda timer: (timer.due, timer.element)))

    @property
    def awaited(self) -> tuple[Awaited, ...]:
        """Open message and signal subscriptions with their elements, longest awaited first."""
        waits, places = subscriptions.waits(self._snapshot.workflow), self.specification.places
        return tuple(Awaited.of(w.name, w.element, places[w.element], w.item) for w in waits)

    @property
    def messages(self) -> tuple[str, ...]:
        """Names of the messages and signals that are awaited."""
        return tuple(sorted({each.name for each in self.awaited}))

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Held timers and external tasks whose call has failed, each with what went wrong."""
        held = ((slot.element, slot.held, self._timer_id(task, slot)) for task, slot in self._slots())
        calls = (task for task in self._snapshot.workflow.every_task() if _is_open(task))
        failed = (
            (task.task_spec.bpmn_id, task.internal_data.get("incident"), self._id(task)) for task in calls
        )
        return tuple(Incident(element, why, key) for element, why, key in (*held, *failed) if why is not None)

    @property
    def finished(self) -> bool:
        """True when the run has ended."""
        return bool(self._snapshot.workflow.completed)

    @property
    def ended(self) -> str | None:
        """Special end (`refused`, `withdrawn`, `stopped`); None for a plain end or while running."""
        return self._snapshot.ended if self.finished else None

    def dump(self) -> bytes:
        """The run as bytes, to be resumed with the same specification."""
        if self._saved is None:
            self._saved = state.dump(self.specification, self._snapshot)
        return self._saved

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
        outcome = text_safety.composed(outcome)
        self._check(step, outcome)
        if step.milestone == "accept" and outcome == "supplement":
            return Change()
        if step.milestone == "accept" and outcome == "refuse":
            return self._end("refused", at, {self._id(task): outcome})
        given = self._given(variables)

        def complete() -> None:
            task.data.update(given)
            if outcome is not None:
                task.internal_data["route"] = self.specification.route(step.element, outcome)
            task.run()

        return self._act(at, complete, {self._id(task): outcome})

    def advance(self, *, at: datetime) -> Change:
        """Let every timer fire that is due by then, the earliest first.

        A timer behind which the engine cannot go on comes as an incident, in a change of its own, and is held: it fires
        again at `retry` only, so that it does not keep the others from firing. A run that has ended has nothing due.
        """
        before, messages = self._open_now(), list[Message]()
        for fired in range(MAX_FIRINGS):
            timer = self._next(execution_context.aware(at))
            if timer is None or self.finished:
                break
            change = self._fire(timer, at)
            if change.incident is not None and not fired:
                return self._held(timer, change.incident)
            if change.incident is not None:
                break  # it is the first one of the next advance, and held then
            messages += change.messages
        return self._changed(before, messages=messages)

    def fail(self, task_id: str, message: str, *, at: datetime) -> Change:
        """Record the failed call of an external task, which stays open for completion."""
        task = self._open(task_id)
        step = self.specification.steps[task.task_spec.bpmn_id]
        if step.kind != "external":
            raise errors.NotExternal(task_id, step.element)
        change = self._act(at, lambda: task.internal_data.update(incident=message))
        return replace(change, incident=Incident(step.element, message, self._id(task)))

    def retry(self, incident_id: str, variables: Mapping[str, Any] | None = None, *, at: datetime) -> Change:
        """Let a held timer fire again, with what was missing; raises `UnknownIncident`.

        The failed call of an external task is retried by its worker, or the task is completed by a person.
        """
        self._running()
        for task, slot in self._slots():
            if slot.held is not None and self._timer_id(task, slot) == incident_id:
                return self._fire((task, slot.element), at, self._given(variables))
        raise errors.UnknownIncident(incident_id)

    def send(
        self,
        message: str,
        payload: Mapping[str, Any] | None = None,
        *,
        item: str | None = None,
        at: datetime,
    ) -> Change:
        """Deliver a message to its subscriptions.

        Of multi-instance activities the one about `item` gets it, else all. Raises `NobodyWaits`.
        """
        self._running()
        found = subscriptions.called(self._snapshot.workflow, message, item)
        if not found:
            raise errors.NobodyWaits(message, self.messages)
        given = self._given(payload)
        return self._act(at, lambda: subscriptions.hand(self._snapshot.workflow, found, given))

    def cancel(self, reason: str, *, at: datetime) -> Change:
        """End the run and close everything open. `ended` then says the reason."""
        return self._end(reason, at, {})

    def forget(self) -> None:
        """Empty the variables of a run that has ended; its tasks stay.

        Raises ValueError while the run goes on: it would decide by what is no longer there.
        """
        if not self.finished:
            raise ValueError("a run that goes on cannot forget")
        workflow = self._snapshot.workflow
        for part in (workflow, *workflow.subprocesses.values()):
            part.data = {}
            for task in part.tasks.values():
                task.data, task.internal_data = {}, {}

    def _begin(self, at: datetime, given: Mapping[str, Any], identity: int | None = None) -> None:
        given = self._given(given)
        parsed = self.specification.parsed
        # The low half counts the tasks of the run, the high half is its own: ids are unique and need no table.
        base = uuid.uuid4().int & ~0xFFFF_FFFF if identity is None else identity
        with execution_context.within(execution_context.Moment(at, self._calendars, 0)) as now:
            workflow = engine.Workflow(parsed.spec, parsed.subprocesses, scripting.ENGINE)
            workflow.task_tree.data.update(given)
            self._snapshot = state.Snapshot(workflow, base, 0, None)
            steps = automatic_steps.Steps(self._snapshot, self.specification.ends)
            try:
                steps.settle()
            except wt.MissingCalendarData:
                raise
            except Exception as error:
                incident = self._incident(steps, error)
                raise errors.CannotStart(incident.element, incident.message) from error
            self._snapshot.number = now.number
        self.sent = tuple(_sent(workflow))

    def _fire(
        self, timer: tuple[Any, str], at: datetime, given: Mapping[str, Any] = MappingProxyType({})
    ) -> Change:
        task, element = timer

        def fire() -> None:
            task.data.update(given)
            timers.release(task, element)
            task.task_spec._update(task)

        return self._act(at, fire, firing=timer)

    def _end(self, reason: str, at: datetime, outcomes: Mapping[str, str | None]) -> Change:
        def end() -> None:
            self._snapshot.workflow.cancel()
            self._snapshot.ended = reason

        return self._act(at, end, outcomes)

    def _act(
        self,
        at: datetime,
        action: Callable[[], None],
        outcomes: Mapping[str, str | None] = MappingProxyType({}),
        firing: tuple[Any, str] | None = None,
    ) -> Change:
        self._running()
        saved, before = self.dump(), self._open_now()
        key = (firing[0].id, firing[1]) if firing else None
        with execution_context.within(
            execution_context.Moment(at, self._calendars, self._snapshot.number, key)
        ) as now:
            steps = automatic_steps.Steps(self._snapshot, self.specification.ends)
            try:
                action()
                steps.settle()
            except Exception as error:
                self._restore(saved)
                if isinstance(error, wt.MissingCalendarData):
                    raise
                return Change(incident=self._incident(steps, error))
            self._snapshot.number = now.number
        self._saved = None
        return self._changed(before, outcomes, _sent(self._snapshot.workflow))

    def _changed(
        self,
        before: tuple[Mapping[str, Task], Mapping[str, Timer]],
        outcomes: Mapping[str, str | None] = MappingProxyType({}),
        messages: Iterable[Message] = (),
    ) -> Change:
        tasks, running = before
        open_now, running_now = self._open_now()
        return Change(
            opened=tuple(task for key, task in open_now.items() if key not in tasks),
            closed=tuple(_closed(task, outcomes) for key, task in tasks.items() if key not in open_now),
            timers_set=tuple(timer for key, timer in running_now.items() if key not in running),
            timers_dropped=tuple(key for key in running if key not in running_now),
            messages=tuple(messages),
        )

    def _held(self, timer: tuple[Any, str], incident: Incident) -> Change:
        task, element = timer
        task = self._snapshot.workflow.get_task_from_id(task.id)
        timers.hold(task, element, incident.message)
        self._saved = None
        identity = next(self._timer_id(task, slot) for slot in timers.slots(task) if slot.element == element)
        return Change(timers_dropped=(identity,), incident=replace(incident, id=identity))

    def _next(self, at: datetime) -> tuple[Any, str] | None:
        due = [(task, slot) for task, slot in self._slots() if slot.held is None and slot.due <= at]
        first = min(due, key=lambda timer: (timer[1].due, timer[1].element), default=None)
        return (first[0], first[1].element) if first else None

    def _open_now(self) -> tuple[dict[str, Task], dict[str, Timer]]:
        return self._tasks(), self._timers()

    def _tasks(self) -> dict[str, Task]:
        ready = [task for task in self._snapshot.workflow.every_task() if _is_open(task)]
        found = {}
        for task in sorted(ready, key=lambda task: task.last_state_change):
            step = self.specification.steps[task.task_spec.bpmn_id]
            found[self._id(task)] = Task.of(step, self._id(task), multi_instance.item(task))
        return found

    def _timers(self) -> dict[str, Timer]:
        found = {}
        for task, slot in self._slots():
            if slot.held is None:
                name = self.specification.names.get(slot.element, slot.element)
                identity = self._timer_id(task, slot)
                found[identity] = Timer(identity, slot.element, name, slot.due, slot.armed)
        return found

    def _slots(self) -> Iterator[tuple[Any, Slot]]:
        for task in self._snapshot.workflow.event_manager.tasks.values():
            for slot in timers.slots(task):
                yield task, slot

    def _timer_id(self, task: Any, slot: Slot) -> str:
        return str(uuid.uuid5(uuid.UUID(self._id(task)), slot.element))

    def _id(self, task: Any) -> str:
        return str(uuid.UUID(int=self._snapshot.run | task.id))

    def _open(self, task_id: str) -> Any:
        self._running()
        try:
            number = uuid.UUID(task_id).int ^ self._snapshot.run
        except (ValueError, AttributeError, TypeError):
            raise errors.UnknownTask(str(task_id)) from None
        for task in self._snapshot.workflow.every_task():
            if task.id == number and _is_open(task):
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

    def _incident(self, steps: automatic_steps.Steps, error: Exception) -> Incident:
        element = getattr(error, "element", None) or steps.element or self.specification.process
        return Incident(element, str(error) or type(error).__name__)

    def _restore(self, data: bytes) -> None:
        self._snapshot = state.load(self.specification, data)
        self._saved = data


def _closed(task: Task, outcomes: Mapping[str, str | None]) -> ClosedTask:
    by = Closed.COMPLETED if task.id in outcomes else Closed.CANCELLED
    return ClosedTask(task.id, task.element, outcomes.get(task.id), by)


def _is_open(task: Any) -> bool:
    return bool(task._state == TaskState.READY and task.task_spec.manual)


def _sent(workflow: engine.Workflow) -> Iterator[Message]:
    """Messages that the process sent and nothing in it awaited. Uncaught errors and escalations end there."""
    for event in workflow.get_events():
        if isinstance(event.event_definition, subscriptions.SENDABLE):
            yield Message(event.event_definition.name, event.payload or {})
