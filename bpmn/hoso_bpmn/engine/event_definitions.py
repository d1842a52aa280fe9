"""Event definitions: from the diagram's to the engine's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
)

from hoso_bpmn import errors
from hoso_bpmn.document.diagram import Element, EventDefinition
from hoso_bpmn.document.xml import bpmn
from hoso_bpmn.engine import timers
from hoso_calendar.messages import say

Make = Callable[[Element, EventDefinition], Any]

_REMEDIES = {
    "conditional": "Use a gateway after the task whose completion changes the condition.",
    "link": "Draw a sequence flow instead of the two link events.",
    "compensate": "Draw the steps that undo the work as tasks.",
    "cancel": "Use an error event, and a plain sub-process instead of a transaction.",
}


def definition(element: Element, *, repeats: bool = False) -> Any:
    """Engine's event definition of an event; of several triggers the first wins.

    `repeats` lets a cycle fire again and again. Raises `UnsupportedElement`, `BadTimer` or `BadExpression`.
    """
    if element.node.get("parallelMultiple", "false").strip() in ("true", "1"):
        raise errors.unsupported(element, "waiting for several events at once", "Use a parallel gateway.")
    made = [_one(element, trigger, repeats) for trigger in element.event_definitions]
    if not made:
        return NoneEventDefinition()
    return made[0] if len(made) == 1 else timers.FirstOf(made)


def message(element: Element) -> Any:
    """Message of a send or receive task.

    It is the one that the task refers to, else one that is called like the task.
    """
    ref = element.node.get("messageRef", "").strip().rpartition(":")[2]
    return MessageEventDefinition(_declared(element, "message", ref, "name") or ref or element.label)


def code(element: Element, trigger: EventDefinition) -> str | None:
    """Code by which an error or escalation is caught. None, where it is declared without one, catches all.

    It holds whichever file declares it under which id.
    """
    if trigger.ref is None or _declaration(element, trigger.kind, trigger.ref) is None:
        return trigger.ref
    return _declared(element, trigger.kind, trigger.ref, f"{trigger.kind}Code")


def _declared(element: Element, tag: str, ref: str, attribute: str) -> str | None:
    """An attribute of what the element's file declares under `ref`."""
    found = _declaration(element, tag, ref)
    return " ".join((found.get(attribute, "") if found is not None else "").split()) or None


def _declaration(element: Element, tag: str, ref: str) -> etree._Element | None:
    root = element.node.getroottree().getroot()
    return next((node for node in root.iterchildren(bpmn(tag)) if ref and node.get("id") == ref), None)


def names(trigger: Any) -> frozenset[str]:
    """The variables that the trigger's timers read."""
    several = getattr(trigger, "event_definitions", [trigger])
    timings = (one.timing for one in several if isinstance(one, timers.Trigger))
    return frozenset().union(*(timing.names for timing in timings))


def _one(element: Element, trigger: EventDefinition, repeats: bool) -> Any:
    if trigger.kind == "timer":
        return _timer(element, trigger, repeats)
    make = _MAKERS.get(trigger.kind)
    if make is None:
        raise errors.unsupported(
            element, f"a {trigger.kind} event", _REMEDIES.get(trigger.kind, "Use another event.")
        )
    return make(element, trigger)


def _timer(element: Element, trigger: EventDefinition, repeats: bool) -> Any:
    if not trigger.text or not trigger.time_kind:
        raise errors.BadTimer(
            "", say("{label} says no time; write 5 ngày làm việc or PT4H", label=element.label)
        )
    timing = timers.compiled(trigger.time_kind, trigger.text)
    return timers.Trigger(element.id, timing, element.lane, repeats)


def _message(element: Element, trigger: EventDefinition) -> Any:
    return MessageEventDefinition(trigger.name or trigger.ref or element.label)


def _signal(element: Element, trigger: EventDefinition) -> Any:
    return SignalEventDefinition(trigger.name or trigger.ref or element.label)


def _coded(kind: Callable[..., Any]) -> Make:
    def make(element: Element, trigger: EventDefinition) -> Any:
        return kind(trigger.name or element.label, code(element, trigger))

    return make


_MAKERS: dict[str, Make] = {
    "message": _message,
    "signal": _signal,
    "error": _coded(ErrorEventDefinition),
    "escalation": _coded(EscalationEventDefinition),
    "terminate": lambda *_: TerminateEventDefinition(),
}
