"""Events of other tools: events without a clear trigger get a named message. Clear ones stay as they are."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from lxml import etree

from hoso_bpmn import errors
from hoso_bpmn.checks.rules import elements as triggers_of
from hoso_bpmn.conversion.document import Draft
from hoso_bpmn.document.diagram import ACTIVITIES, EVENTS, Element, EventDefinition
from hoso_bpmn.document.xml import bpmn, local
from hoso_bpmn.engine import timers
from hoso_calendar.messages import say

_CATCHING = ("intermediateCatchEvent", "boundaryEvent")


def seat_boundaries(draft: Draft) -> None:
    """Attach boundary events to the activity beside which they are drawn. One beside nothing is removed."""
    process = draft.process
    for event in draft.elements("boundaryEvent"):
        host = process.elements.get(event.attached_to or "")
        before = host.label if host is not None else event.attached_to or "nothing"
        while host is not None and host.parent != event.parent:
            host = process.elements.get(host.parent or "")
        if host is None or host.tag not in ACTIVITIES:
            draft.remove(event.node)
            draft.report("boundary", event.id, f"on {before}", say("removed"))
        elif host.id != event.attached_to:
            event.node.set("attachedToRef", host.id)
            draft.report("boundary", event.id, f"on {before}", f"on {host.label}")


def catch_errors(draft: Draft) -> None:
    """An error that nothing around its sub-process catches ends the sub-process like any end."""
    for event in triggers_of.uncaught_errors(draft.process):
        _drop(event, "error")
        draft.report("error-uncaught", event.id, say("an error that nothing catches"), say("a plain end"))


def join_links(draft: Draft) -> None:
    """A pair of link events becomes a sequence flow between two plain events."""
    catches = {
        (e.parent, _link(e)): e for e in draft.elements("intermediateCatchEvent") if _link(e) is not None
    }
    for thrown in draft.elements("intermediateThrowEvent"):
        name = _link(thrown)
        caught = catches.get((thrown.parent, name)) if name is not None else None
        if caught is not None:
            draft.add_flow(thrown.id, caught.id, _parent(thrown))
    for element in draft.elements(*EVENTS):
        if _link(element) is None:
            continue
        _drop(element, "link")
        if element.tag in ("intermediateThrowEvent", "intermediateCatchEvent"):
            draft.retag(element, "intermediateThrowEvent", "link-event", replaces=False)
        else:
            draft.report("link-event", element.id, say("a link at a {tag}", tag=element.tag), say("removed"))


def _link(element: Element) -> str | None:
    definitions = [d for d in element.event_definitions if d.kind == "link"]
    return (definitions[0].name or element.name) if definitions else None


def drop_compensation(draft: Draft) -> None:
    """Remove compensation: boundary events and handlers go, throw events become plain.

    The engine does not execute it.
    """
    for element in draft.elements(*EVENTS):
        if not any(definition.kind == "compensate" for definition in element.event_definitions):
            continue
        if element.tag in ("boundaryEvent", "startEvent") and not triggers_of.begins(element):
            gone = element.node if element.tag == "boundaryEvent" else _parent(element)
            draft.report("compensation", gone.get("id", ""), say("what undoes the work"), say("removed"))
            draft.remove(gone)
        else:
            _drop(element, "compensate")
            draft.report("compensation", element.id, say("throws compensation"), say("a plain event"))
        draft.replaced[element.id] = element.tag
    for element in list(draft.process.elements.values()):
        if element.node.get("isForCompensation", "").strip() in ("true", "1"):
            draft.report("compensation", element.id, say("undoes work"), say("removed"))
            draft.replaced[element.id] = element.tag
            draft.remove(element.node)


def await_messages(draft: Draft) -> None:
    """Turn errors, escalations and cancellations awaited between steps into messages."""
    for element in draft.elements("intermediateCatchEvent"):
        for definition in element.event_definitions if triggers_of.thrown_only(element) else ():
            before = say("waits for {kind} between steps", kind=definition.kind)
            _to_message(draft, element, definition, "event-trigger", before)


def cancel_by_error(draft: Draft) -> None:
    """Turn the cancel events of a transaction into error events. They end a sub-process in the same way."""
    error = None
    for element, definition in _definitions(draft, "cancel"):
        if error is None:
            error = draft.fresh_id("Error_cancel")
            draft.root.insert(0, draft.root.makeelement(bpmn("error"), {"id": error, "errorCode": "cancel"}))
        definition.node.tag = bpmn("errorEventDefinition")
        definition.node.set("errorRef", error)
        draft.report("cancel-event", element.id, say("cancel"), say("error with the code cancel"))


def name_conditions(draft: Draft) -> None:
    """A conditional event waits for a message that tells when the condition holds."""
    for element, definition in _definitions(draft, "conditional"):
        if element.tag in _CATCHING or element.parent is not None:
            before = f"condition {definition.text or 'not given'}"
            _to_message(draft, element, definition, "conditional-event", before)


def name_times(draft: Draft) -> None:
    """Turn timers without a readable time into message events. An officer or another system then ends the wait."""
    for element, definition in _definitions(draft, "timer"):
        if element.tag == "startEvent" and element.parent is None:
            continue  # a dossier begins by being filed, whatever is drawn there
        try:
            if definition.text and definition.time_kind:
                timers.compiled(definition.time_kind, definition.text)
                continue
            before = "no time"
        except (errors.BadTimer, errors.BadExpression):
            before = say("the time {text!r}", text=definition.text)
        draft.replaced[element.id] = "timer"
        _to_message(draft, element, definition, "timer", before)


def one_trigger(draft: Draft) -> None:
    """Let an event with several simultaneous triggers wait for the first of them."""
    for element in draft.elements(*EVENTS):
        if element.node.get("parallelMultiple", "").strip() in ("true", "1"):
            del element.node.attrib["parallelMultiple"]
            draft.report("several-triggers", element.id, say("all of them"), say("the first of them"))


def name_messages(draft: Draft) -> None:
    """Name messages and signals as they are sent. Catching events without a trigger get one."""
    drawing = draft.drawing
    for kind, names in (("message", drawing.messages), ("signal", drawing.signals)):
        for node in draft.root.iterchildren(bpmn(kind)):
            if not names.get(node.get("id", "")):
                draft.name(node, node.get("id") or draft.fresh_id(kind))
                draft.report("message-name", node.get("id", ""), say("no name"), node.get("name", ""))
        for element, definition in _definitions(draft, kind):
            if not definition.ref or definition.ref not in names:
                definition.node.set(f"{kind}Ref", draft.declared(kind, definition.name or element.label))
                draft.report(
                    "message-name", element.id, say("a {kind} without a name", kind=kind), element.label
                )
    handlers = {e.id for e in draft.process.elements.values() if e.triggered_by_event}
    for element in draft.elements(*_CATCHING, "startEvent"):
        if not element.event_definitions and (element.tag != "startEvent" or element.parent in handlers):
            reference = draft.declared("message", element.label)
            etree.SubElement(element.node, bpmn("messageEventDefinition"), {"messageRef": reference})
            draft.report(
                "event-trigger",
                element.id,
                say("waits for nothing"),
                say("the message {label!r}", label=element.label),
            )


def _to_message(draft: Draft, element: Element, definition: EventDefinition, rule: str, before: str) -> None:
    for child in list(definition.node):
        definition.node.remove(child)
    definition.node.tag = bpmn("messageEventDefinition")
    definition.node.attrib.pop(f"{definition.kind}Ref", None)
    definition.node.set("messageRef", draft.declared("message", element.label))
    draft.report(rule, element.id, before, say("the message {label!r}", label=element.label))


def _definitions(draft: Draft, kind: str) -> Iterator[tuple[Element, EventDefinition]]:
    for element in draft.elements(*EVENTS):
        for definition in element.event_definitions:
            if definition.kind == kind:
                yield element, definition


def _drop(element: Element, kind: str) -> None:
    for definition in element.event_definitions:
        if definition.kind == kind:
            element.node.remove(definition.node)


def _parent(element: Element) -> etree._Element:
    parent = element.node.getparent()
    assert parent is not None  # noqa: S101 - elements stand in a process
    return parent


def plain_references(draft: Draft) -> None:
    """Copy event definitions that are declared elsewhere to their events."""
    declared = {
        node.get("id"): node for node in draft.root if (local(node) or "").endswith("EventDefinition")
    }
    for reference in list(draft.process.node.iter(bpmn("eventDefinitionRef"))):
        target = declared.get((reference.text or "").strip().rpartition(":")[2])
        holder = reference.getparent()
        if target is not None and holder is not None:
            used = copy.deepcopy(target)
            used.attrib.pop("id", None)
            holder.replace(reference, used)
            draft.report("event-reference", holder.get("id", ""), say("a reference"), local(target) or "")
