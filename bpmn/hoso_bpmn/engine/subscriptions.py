"""Open message and signal subscriptions of a run, with element and lane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition, SignalEventDefinition

from hoso_bpmn import text_safety
from hoso_bpmn.engine import multi_instance, task_specs, workflow

#: What somebody outside of the run may send.
SENDABLE = (MessageEventDefinition, SignalEventDefinition)


@dataclass(frozen=True, slots=True)
class Wait:
    """A token that waits at an element for a message or signal."""

    task: Any
    element: str
    definition: Any
    #: What the multi-instance activity is about in which it waits, of several the innermost; None elsewhere.
    item: Any

    @property
    def name(self) -> str:
        """Name of the subscription. Where the drawing gives none it is the id, composed like a name."""
        return text_safety.text(self.definition.name)


def waits(workflow: workflow.Workflow) -> Iterator[Wait]:
    """Subscriptions of a run, longest waiting first.

    At an event-based gateway there is one for each of the events behind it.
    """
    for _, task in sorted(workflow.event_manager.tasks.items()):
        for element, definition in _events(task.task_spec):
            if isinstance(definition, SENDABLE):
                yield Wait(task, element, definition, _item(task))


def called(workflow: workflow.Workflow, message: str, item: str | None) -> list[Wait]:
    """Subscriptions to a message of that name. Of multi-instance activities only the one about `item`, else all."""
    name, about = text_safety.text(message), text_safety.composed(item)
    return [wait for wait in waits(workflow) if wait.name == name and about in (None, str(wait.item))]


def hand(workflow: workflow.Workflow, waits: Iterable[Wait], payload: Mapping[str, Any]) -> None:
    """Deliver the payload to each subscription in turn. One that an earlier delivery has removed gets nothing."""
    for wait in waits:
        if wait.task.id in workflow.event_manager.tasks:
            event = BpmnEvent(wait.definition, payload=dict(payload))
            wait.task.task_spec.catch(wait.task, event)
            wait.task.task_spec._update(wait.task)


def _events(spec: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(spec, task_specs.EventGateway):
        # The gateway has taken the definitions of the events behind it, in their order.
        for event, definition in zip(spec.outputs, spec.event_definition.event_definitions, strict=True):
            yield from ((event.bpmn_id, one) for one in _several(definition))
    else:
        yield from ((spec.bpmn_id, one) for one in _several(spec.event_definition))


def _several(definition: Any) -> Iterator[Any]:
    for one in getattr(definition, "event_definitions", (definition,)):
        if one is definition:
            yield one
        else:
            yield from _several(one)


def _item(task: Any) -> Any:
    while task is not None:
        item = multi_instance.item(task)
        if item is not None:
            return item
        process = task.workflow
        opener = process.parent_task_id
        task = process.top_workflow.get_task_from_id(opener) if opener is not None else None
    return None
