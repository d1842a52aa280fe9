"""Propagation of errors and escalations outwards, from activity to activity.

The innermost event that takes one is the only one. SpiffWorkflow offers them to all events of the scope around, those
on other activities included, and of two that fit to both.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

#: Ends the name of the sub-process that a process with event sub-processes is put into.
BODY = "#body"


def propagate(workflow: Any, event: Any) -> None:
    """Give the error or escalation to the event that catches it. Where there is none, the run has sent it out."""
    process = event.target
    while process.parent_task_id is not None:
        opener = workflow.get_task_from_id(process.parent_task_id)
        catcher = _catcher(opener, event)
        if catcher is not None:
            catcher.task_spec.catch(catcher, event)
            catcher.task_spec._update(catcher)
            if not catcher.task_spec.cancel_activity:
                catcher.run()  # at once, so that it waits for the next one, which may come in the same step
            return
        process = opener.workflow
    workflow.bpmn_events.append(event)


def _catcher(activity: Any, event: Any) -> Any | None:
    """Boundary event that catches it. One that names the code comes before one that takes all."""
    takers = (task for task in _guests(activity) if task.task_spec.catches(task, event))
    return min(takers, key=lambda task: not _names(task.task_spec.event_definition, event), default=None)


def _guests(activity: Any) -> list[Any]:
    """The events around an activity. Around an event sub-process those that it stands beside; its own has fired."""
    while activity.parent._state == TaskState.STARTED:  # an instance of what repeats
        activity = activity.parent
    begun = activity.parent if _is_boundary(activity.parent) else None
    split = begun.parent if begun is not None else activity.parent
    if not isinstance(split.task_spec, BoundaryEventSplit):
        return []
    if begun is not None and not split.task_spec.name.endswith(f"{BODY}#split"):
        return []
    return [
        task
        for task in split.children
        if _is_boundary(task) and (begun is None or task.task_spec is not begun.task_spec)
    ]


def _is_boundary(task: Any) -> bool:
    return isinstance(task.task_spec, BoundaryEvent)


def _names(definition: Any, event: Any) -> bool:
    several = getattr(definition, "event_definitions", [definition])
    return any(one == event.event_definition and one.code is not None for one in several)
