"""Matching of thrown and caught events within a process.

Messages and signals are caught everywhere, errors and escalations around.
"""

from __future__ import annotations

from collections.abc import Mapping

from hoso_bpmn.document.diagram import Element, EventDefinition, Process
from hoso_bpmn.engine import event_definitions

_THROWING = ("endEvent", "intermediateThrowEvent")
_CATCHING = ("intermediateCatchEvent", "boundaryEvent", "startEvent")
#: Errors and escalations rise from where they are thrown to the scopes around; nobody outside can throw them.
_RISING = ("error", "escalation")


def heard(process: Process) -> Mapping[str, tuple[str, ...]]:
    """Catching elements with the elements of the process that throw their event."""
    elements = process.elements.values()
    throwing = [(each, sent) for each in elements for sent in _thrown(each)]
    return {
        catcher.id: tuple(
            dict.fromkeys(
                each.id
                for each, sent in throwing
                if any(_matches(process, each, sent, catcher, one) for one in _awaited(catcher))
            )
        )
        for catcher in elements
        if _awaited(catcher)
    }


def rising(process: Process) -> Mapping[str, tuple[str, ...]]:
    """Catching elements of errors and escalations alone, with their throwers."""
    found = heard(process)
    alone = (
        identity
        for identity in found
        if all(definition.kind in _RISING for definition in process.elements[identity].event_definitions)
    )
    return {identity: found[identity] for identity in alone if found[identity]}


def _thrown(element: Element) -> tuple[EventDefinition, ...]:
    if element.tag == "sendTask":
        return (_message(element),)
    return element.event_definitions if element.tag in _THROWING else ()


def _awaited(element: Element) -> tuple[EventDefinition, ...]:
    if element.tag == "receiveTask":
        return (_message(element),)
    begins = element.tag == "startEvent" and element.parent is None
    found = element.event_definitions if element.tag in _CATCHING and not begins else ()
    return tuple(each for each in found if each.kind in ("message", "signal", *_RISING))


def _message(element: Element) -> EventDefinition:
    name = event_definitions.message(element).name
    return EventDefinition("message", None, name, None, None, element.node)


def _matches(
    process: Process, thrower: Element, sent: EventDefinition, catcher: Element, awaited: EventDefinition
) -> bool:
    if sent.kind != awaited.kind:
        return False
    if sent.kind not in _RISING:
        return (sent.name or sent.ref) == (awaited.name or awaited.ref)
    handler = process.elements.get(catcher.parent or "")
    around = catcher.attached_to if handler is None or catcher.attached_to else handler.parent
    fits = event_definitions.code(catcher, awaited) in (None, event_definitions.code(thrower, sent))
    return fits and _stands_in(process, thrower, around, but=None if catcher.attached_to else catcher.parent)


def _stands_in(process: Process, element: Element, scope: str | None, *, but: str | None) -> bool:
    """True when it stands in the scope, outside of its part `but`.

    A handler does not handle what it throws itself.
    """
    parent, within = element.parent, element.id
    while parent is not None and parent != scope:
        within = parent
        parent = process.elements[parent].parent if parent in process.elements else None
    return parent == scope and within != but
