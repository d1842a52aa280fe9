"""SpiffWorkflow as hoso runs it.

No host clock, no depth limit, no deep prediction, nothing left behind.

SpiffWorkflow 3.2 names its task and iterator classes in module globals, so ours are put there, once, when this module
is imported; it is imported by everything of ours that runs a process. What changes:

* A task's id and its last state change are numbers of the run (`execution_context.tick`), so that joins merge in the order in which
  things happened, whatever the host clock says.
* Children are predicted one step ahead, when a token arrives. SpiffWorkflow predicts the whole way to the end, which
  costs most of its time and state; only an inclusive join reads it, and ours (`elements`) reads the drawing instead.
* Trees are walked without recursion and without a limit of 1,000 steps, below which tasks silently vanished.
* Errors and escalations are caught as BPMN says (`propagation`).
* A task that is removed from the tree also leaves the event manager, and takes the sub-process along that it opened; a
  rewind left it there and failed later, and an interrupted multi-instance sub-process went on inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import SpiffWorkflow.bpmn.specs.control
import SpiffWorkflow.specs.Join
import SpiffWorkflow.task
import SpiffWorkflow.workflow
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import CodeEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.util.task import BpmnTaskFilter
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from hoso_bpmn.engine import execution_context, propagation

#: With the names of SpiffWorkflow that runs need: they import none of it themselves.
__all__ = [
    "ACTIVE",
    "BoundaryEventJoin",
    "BoundaryEventSplit",
    "CatchingEvent",
    "SubWorkflow",
    "Task",
    "TaskState",
    "Workflow",
    "walk",
]

#: States in which a token rests on a task.
ACTIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Task(SpiffWorkflow.task.Task):
    """A task of the tree, numbered by the run."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Task | None = None,
        state: int = TaskState.MAYBE,
        id: int | None = None,  # noqa: A002 - SpiffWorkflow's name for it
    ) -> None:
        self.id = execution_context.tick() if id is None else id
        workflow.tasks[self.id] = self
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = None
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = self.id
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)

    def _set_state(self, value: int) -> None:
        if value != self._state:
            self._state = value
            self.last_state_change = execution_context.tick()


def walk(
    first: Any,
    end_at_spec: str | None = None,
    max_depth: None = None,  # noqa: ARG001 - there is none, that is the point
    depth_first: bool = True,  # noqa: ARG001 - the engine calls it so
    skip_subprocesses: bool = True,  # noqa: ARG001 - each process has its own tree
    **conditions: Any,
) -> Iterator[Any]:
    """The tasks below `first` that meet the conditions, parents before children."""
    wanted = BpmnTaskFilter(**conditions)
    waiting = [first]
    while waiting:
        task = waiting.pop()
        if wanted.matches(task):
            yield task
        if task.task_spec.name != end_at_spec:
            tasks = task.workflow.tasks
            waiting.extend(tasks[child] for child in reversed(task._children) if child in tasks)


class _Tasks:
    """Task handling that both kinds of workflow share."""

    tasks: dict[int, Any]
    task_tree: Any

    def get_tasks_iterator(self, first_task: Any = None, **conditions: Any) -> Iterator[Any]:
        return walk(first_task or self.task_tree, **conditions)

    def update_waiting_tasks(self) -> None:
        for task in [task for task in self.tasks.values() if task._state == TaskState.WAITING]:
            if task.id in self.tasks and task._state == TaskState.WAITING:
                task.task_spec._update(task)

    def collect_log_extras(self, _extras: Any = None) -> dict[str, Any]:
        return {}  # SpiffWorkflow builds them for each change, whether anybody logs or not


class Workflow(_Tasks, BpmnWorkflow):
    """One run of a process. `subprocesses` are its sub-processes by the task that opened them."""

    def catch(self, event: Any) -> None:
        if isinstance(event.event_definition, CodeEventDefinition):
            propagation.propagate(self, event)
        else:
            super().catch(event)

    def create_subprocess(self, my_task: Any, spec_name: str) -> SubWorkflow:
        subprocess = SubWorkflow(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = subprocess
        return subprocess

    def forget(self, task: Any) -> None:
        """Remove all traces of a task that has left the tree. The tasks of the sub-process that it opened go too."""
        self.event_manager.remove_task(task)
        if not task._state & TaskState.FINISHED_MASK:
            task._state = TaskState.CANCELLED  # it may be among the next steps of this command
        subprocess = self.subprocesses.pop(task.id, None)
        while subprocess is not None and subprocess.tasks:
            self.forget(subprocess.tasks.popitem()[1])

    def _task_removed_notify(self, task: Any) -> None:
        self.forget(task)

    def every_task(self) -> Iterator[Any]:
        """All tasks of the run, sub-processes included. In the order of their creation per process."""
        yield from self.tasks.values()
        for subprocess in self.subprocesses.values():
            yield from subprocess.tasks.values()


class SubWorkflow(_Tasks, BpmnSubWorkflow):
    """A sub-process or a called process within a run."""

    def _task_removed_notify(self, task: Any) -> None:
        self.top_workflow.forget(task)


def _predict(self: Any, my_task: Any, *_: Any, mask: int = TaskState.PREDICTED_MASK, **__: Any) -> None:
    if my_task._state & mask:
        self._predict_hook(my_task)


def _update(self: Any, my_task: Any) -> None:
    if not my_task._children:
        self._predict_hook(my_task)
    try:
        arrived = self._update_hook(my_task)
    except Exception as error:
        # The innermost element is the one at which the run cannot go on.
        error.element = getattr(error, "element", None) or self.bpmn_id  # type: ignore[attr-defined]  # the engine's error carries it from here on
        raise
    if arrived:
        my_task._ready()


def _take_place() -> None:
    SpiffWorkflow.task.Task = SpiffWorkflow.workflow.Task = Task
    SpiffWorkflow.task.TaskIterator = SpiffWorkflow.workflow.TaskIterator = walk
    SpiffWorkflow.specs.Join.TaskIterator = walk
    SpiffWorkflow.bpmn.specs.control.TaskIterator = walk
    TaskSpec._predict = _predict
    TaskSpec._update = _update


_take_place()
