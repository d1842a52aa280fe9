"""Automatic steps, taken until only people, timers and messages are awaited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hoso_bpmn import errors
from hoso_bpmn.engine import execution_context, pruning, token_trace
from hoso_bpmn.engine.workflow import TaskState
from hoso_bpmn.runs.state import Snapshot

#: Automatic steps of one command; an endless loop of gateways reaches it in a second.
MAX_STEPS = 2_000
#: Changes of tasks in one command; repetitions within repetitions reach it before their steps do.
MAX_CHANGES = 50_000


class Steps:
    """The automatic steps of one command; `element` is where the last one was taken."""

    def __init__(self, snapshot: Snapshot, ends: Mapping[str, str]) -> None:
        self.element: str | None = None
        self._snapshot = snapshot
        self._ends = ends
        self._since = execution_context.now().number

    def settle(self) -> None:
        """Run all automatic steps, then prune what is finished. Raises `TooManySteps` and whatever a step raises."""
        left = MAX_STEPS
        while ready := list(self._ready()):
            for task in ready:
                left -= 1
                if left < 0 or execution_context.now().number - self._since > MAX_CHANGES:
                    raise errors.TooManySteps(MAX_STEPS)
                self._step(task)
        token_trace.note(self._snapshot.workflow, self._since)
        pruning.prune(self._snapshot.workflow)

    def _ready(self) -> Iterator[Any]:
        for task in self._snapshot.workflow.every_task():
            if task._state == TaskState.READY and not task.task_spec.manual:
                yield task

    def _step(self, task: Any) -> None:
        if task._state == TaskState.READY:  # an earlier step of this round may have taken it away
            self.element = task.task_spec.bpmn_id
            task.run()
            self._snapshot.ended = self._ends.get(task.task_spec.bpmn_id, self._snapshot.ended)
