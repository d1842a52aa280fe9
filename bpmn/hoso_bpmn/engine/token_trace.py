"""Token trace: the flows that tokens take, recorded on request. A scenario needs it for its coverage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from SpiffWorkflow.util.task import TaskState

from hoso_bpmn.engine import workflow

#: From which element a token came to which.
Move: TypeAlias = tuple[str, str]

_ENTERED = workflow.ACTIVE | TaskState.COMPLETED
_recorder: ContextVar[set[Move] | None] = ContextVar("recorder", default=None)


@contextmanager
def recorded() -> Iterator[set[Move]]:
    """Record the moves of every run within the block. A command that fails makes none."""
    moves: set[Move] = set()
    token = _recorder.set(moves)
    try:
        yield moves
    finally:
        _recorder.reset(token)


def note(workflow: workflow.Workflow, since: int) -> None:
    """Add what moved after the change numbered `since`. Finished tasks must not have left the tree yet."""
    moves = _recorder.get()
    if moves is None:
        return
    for task in workflow.every_task():
        if task._state & _ENTERED and task.last_state_change > since and task.parent is not None:
            moves.add((_element(task.parent), _element(task)))


def _element(task: workflow.Task) -> str:
    """The drawn element, whatever the engine has put around it (`#split`, `#each`)."""
    return str(task.task_spec.name).partition("#")[0]
