"""Pruning of finished tasks that no token can need.

A thousand rounds then cost no more than one. A token needs the variables of its parent, and a join needs the place
where its branches parted. Both stay: the parent of every open task, and every task with several open branches below
it. Arrivals at a join wait, so they are open themselves.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.util.task import TaskState

from hoso_bpmn.engine import workflow


def prune(workflow: workflow.Workflow) -> None:
    """Drop finished tasks that are not needed, with their ended sub-processes."""
    for process in (workflow, *workflow.subprocesses.values()):
        _prune(process)
    openers = {task.id for task in workflow.every_task() if not _finished(task)}
    for opener in [opener for opener in workflow.subprocesses if opener not in openers]:
        del workflow.subprocesses[opener]


def _finished(task: Any) -> bool:
    return bool(task._state & TaskState.FINISHED_MASK)


def _prune(process: Any) -> None:
    needed = _needed(process)
    if len(needed) < 2:
        return
    tasks = process.tasks
    for task in list(tasks.values()):
        if task.id not in needed:
            del tasks[task.id]
        elif task._state != TaskState.STARTED:
            task._children = [child for child in task._children if child in needed]
    for task in list(tasks.values()):
        _shorten(tasks, task)
    if process.last_task is not None and process.last_task.id not in tasks:
        process.last_task = None


def _needed(process: Any) -> set[int]:
    """Tasks to keep: unfinished ones, their ancestors, instances of activities that repeat."""
    tasks = process.tasks
    needed: set[int] = set()
    for task in tasks.values():
        parent = tasks.get(task._parent)
        if _finished(task) and (parent is None or parent._state != TaskState.STARTED):
            continue
        while task is not None and task.id not in needed:
            needed.add(task.id)
            task = tasks.get(task._parent)
    return needed


def _shorten(tasks: dict[int, Any], task: Any) -> None:
    """Let a finished only child take its finished parent's place.

    Not right below the split of boundary events: whether an activity was interrupted is told by the events that stand there.
    """
    if task._parent is None or len(task._children) != 1 or not _finished(task):
        return
    if isinstance(tasks[task._parent].task_spec, BoundaryEventSplit):
        return
    child = tasks[task._children[0]]
    if _finished(child):
        siblings = tasks[task._parent]._children
        siblings[siblings.index(task.id)] = child.id
        child._parent = task._parent
        del tasks[task.id]
