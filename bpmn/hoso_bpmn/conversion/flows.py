"""Flows and gateways of other tools: every choice gets labels and a decider."""

from __future__ import annotations

import re

from lxml import etree

from hoso_bpmn import errors, expressions
from hoso_bpmn.checks.rules import code
from hoso_bpmn.conversion.document import Draft
from hoso_bpmn.document import diagram, gateways
from hoso_bpmn.document.diagram import Element, Flow, Process
from hoso_bpmn.document.xml import bpmn
from hoso_bpmn.findings import RefusedFile
from hoso_calendar.messages import say

#: What stands in expressions and in no officer's words.
_CODE = re.compile(r"[${}#;|&\[\]\\]|[=<>!]=|\w\(|^=|\breturn\b|<|>")


def drop_dangling(draft: Draft) -> None:
    """Remove flows without both ends, or into another process or sub-process."""
    process = draft.process
    for flow in process.flows.values():
        source, target = process.elements.get(flow.source), process.elements.get(flow.target)
        if source is None or target is None or source.parent != target.parent:
            draft.report(
                "flow",
                flow.id,
                say(
                    "from {source} to {target}",
                    source=flow.source or "nothing",
                    target=flow.target or "nothing",
                ),
                say("removed"),
            )
            draft.remove(flow.node)


def add_start(draft: Draft) -> None:
    """A start event before everything to which nothing leads, where the process has none."""
    process = draft.process
    if process.starts:
        return
    members = [e for e in process.within(None) if not e.attached_to and not e.triggered_by_event]
    if not members:
        raise RefusedFile(
            "import-empty",
            say("The file draws what interrupts a process, and no process that it interrupts."),
            remedy="Draw the steps of the process itself beside it.",
        )
    roots = _beginnings(process, members)
    identity = draft.fresh_id("Start_import")
    process.node.append(
        process.node.makeelement(bpmn("startEvent"), {"id": identity, "name": process.name or "Start"})
    )
    beside = draft.leftmost(roots)
    if beside is not None:
        draft.draw_beside(identity, "startEvent", beside, side=-1)
    for root in roots:
        draft.add_flow(identity, root.id, process.node)
    draft.report(
        "start",
        identity,
        say("no start event"),
        say("a start event before {count} elements", count=len(roots)),
    )


def one_start(draft: Draft) -> None:
    """Offer several starts of the process as a choice behind one."""
    starts = [element for element in draft.elements("startEvent") if element.parent is None]
    if len(starts) < 2:
        return
    for element in starts:
        draft.retag(element, "intermediateThrowEvent", "several-starts", replaces=False)
    process = draft.process
    identity, gateway = draft.fresh_id("Start_import"), draft.fresh_id("Gateway_import")
    process.node.append(
        process.node.makeelement(bpmn("startEvent"), {"id": identity, "name": process.name or "Start"})
    )
    process.node.append(process.node.makeelement(bpmn("exclusiveGateway"), {"id": gateway}))
    for added in (gateway, identity):
        draft.stand_with(added, starts[0].id)
    beside = draft.leftmost(starts)
    if beside is not None:
        draft.draw_beside(gateway, "exclusiveGateway", beside, side=-1)
        draft.draw_beside(identity, "startEvent", gateway, side=-1)
    draft.add_flow(identity, gateway, process.node)
    for element in starts:
        draft.add_flow(gateway, element.id, process.node)
    draft.report(
        "several-starts",
        identity,
        say("{count} start events", count=len(starts)),
        say("one start event before a choice of them"),
    )


def _beginnings(process: Process, members: list[Element]) -> list[Element]:
    """Elements to which nothing leads, and one of each circle apart from them."""
    found: list[Element] = []
    led_to: set[str] = set()
    for each in sorted(members, key=lambda e: (bool(e.incoming), not e.outgoing)):
        if each.id in led_to:
            continue
        found.append(each)
        waiting = [each]
        while waiting:
            element = waiting.pop()
            if element.id not in led_to:
                led_to.add(element.id)
                flows = [f for e in (element, *process.attached(element.id)) for f in e.outgoing]
                targets = (process.elements.get(process.flows[flow].target) for flow in flows)
                waiting += [target for target in targets if target is not None]
    return found


def split_by_gateway(draft: Draft) -> None:
    """Add the implied gateway behind an element with several outgoing flows."""
    process = draft.process
    for element in process.elements.values():
        if element.tag in diagram.GATEWAYS or len(element.outgoing) < 2:
            continue
        flows = [process.flows[key] for key in element.outgoing]
        tag = _split(flows, element.default_flow)
        default = element.default_flow if tag != "parallelGateway" else None
        draft.insert_after(element, flows, tag, "Gateway_import", default)
        element.node.attrib.pop("default", None)
        draft.report(
            "implicit-split",
            element.id,
            say("{count} ways out", count=len(flows)),
            say("a {tag} behind it", tag=tag),
        )


def _split(flows: list[Flow], default: str | None) -> str:
    conditioned = [flow for flow in flows if flow.condition]
    if not conditioned:
        return "parallelGateway"
    asked = [flow for flow in flows if flow.id != default]
    return "inclusiveGateway" if all(map(_compiles, asked)) else "exclusiveGateway"


def _compiles(flow: Flow) -> bool:
    if any(code.language(node) for node in flow.node.iterchildren(bpmn("conditionExpression"))):
        return False
    try:
        return flow.condition is not None and bool(expressions.compiled(flow.condition))
    except errors.BadExpression:
        return False


def simplify_complex(draft: Draft) -> None:
    """Turn a complex gateway into an inclusive one. That also takes and awaits any number of flows."""
    for element in draft.elements("complexGateway"):
        draft.retag(element, "inclusiveGateway", "complex-gateway")


def choose_events(draft: Draft) -> None:
    """An event-based gateway before something that awaits no event becomes an officer's choice."""
    process = draft.process
    for gateway in draft.elements("eventBasedGateway"):
        if not gateway.outgoing or gateways.strays(process, gateway):
            draft.retag(gateway, "exclusiveGateway", "event-gateway")


def drop_conditions(draft: Draft) -> None:
    """Remove conditions that are never evaluated or do not compile. Words become the label."""
    process = draft.process
    for flow in process.flows.values():
        if flow.condition is None:
            continue
        source = process.elements[flow.source]
        asked = source.tag in ("exclusiveGateway", "inclusiveGateway") and len(source.outgoing) > 1
        if asked and _compiles(flow) and flow.condition != flow.name:
            continue
        _lose_condition(flow)
        draft.report("condition", flow.id, flow.condition, "an officer's choice" if asked else "removed")


def _lose_condition(flow: Flow) -> None:
    """Take out a condition. Its words become the label of an unnamed flow; code is kept aside as documentation."""
    for node in list(flow.node.iterchildren(bpmn("conditionExpression"))):
        flow.node.remove(node)
    text = " ".join((flow.condition or "").split())
    if not flow.name and not _CODE.search(text):
        flow.node.set("name", text)
    elif not flow.name:
        aside = flow.node.makeelement(bpmn("documentation"))
        aside.text = text
        flow.node.insert(0, aside)


def ask_inclusive(draft: Draft) -> None:
    """Let an inclusive gateway always take its ways without a condition.

    Other engines do so.
    """
    process = draft.process
    for gateway in draft.elements("inclusiveGateway"):
        flows = [process.flows[key] for key in gateway.outgoing if key != gateway.default_flow]
        for flow in flows if len(gateway.outgoing) > 1 else ():
            if not flow.condition:
                etree.SubElement(flow.node, bpmn("conditionExpression")).text = "true"
                draft.report("inclusive-way", flow.id, say("no condition"), say("always taken"))


def label_choices(draft: Draft) -> None:
    """Label unnamed flows of an exclusive gateway after their targets.

    Equal labels are made different. Where conditions decide, they go on deciding: the one way without a condition
    becomes the default.
    """
    process = draft.process
    for gateway in draft.elements("exclusiveGateway"):
        flows = [process.flows[key] for key in gateway.outgoing]
        bare = [flow for flow in flows if not flow.condition and flow.id != gateway.default_flow]
        if len(flows) < 2 or (not bare and any(flow.condition for flow in flows)):
            continue
        if (
            len(bare) == 1
            and gateway.default_flow not in gateway.outgoing
            and len(flows) > 1
            and flows != bare
        ):
            gateway.node.set("default", bare[0].id)
            draft.report(
                "gateway-default",
                gateway.id,
                say("no default"),
                say("the way {name}", name=bare[0].name or bare[0].id),
            )
            continue
        _drop_mixed(draft, gateway, flows)
        _label(draft, process, flows)


def _drop_mixed(draft: Draft, gateway: Element, flows: list[Flow]) -> None:
    for flow in flows:
        if flow.condition:
            _lose_condition(flow)
            draft.report(
                "condition", flow.id, flow.condition or "", say("an officer's choice at {id}", id=gateway.id)
            )


def _label(draft: Draft, process: Process, flows: list[Flow]) -> None:
    seen: set[str] = set()
    for flow in flows:
        before = " ".join(flow.node.get("name", "").split())
        target = process.elements.get(flow.target)
        label = stem = before or (target.label if target is not None else flow.id)
        number = 2
        while label.casefold() in seen:
            label, number = f"{stem} ({number})", number + 1
        seen.add(label.casefold())
        if label != before:
            flow.node.set("name", label)
            draft.report("gateway-label", flow.id, before or "no name", label)


def add_deciders(draft: Draft) -> None:
    """A choice that nobody makes gets a user task before it."""
    process = draft.process
    for gateway in draft.elements("exclusiveGateway"):
        if not gateways.named(process, gateway):
            continue
        flows = [process.flows[key] for key in gateway.incoming]
        unmade = [flow for flow in flows if not _decided(process, flow, {gateway.id})]
        if unmade or not flows:
            name = gateway.name or "Chọn hướng xử lý"
            task = draft.insert_before(unmade, gateway, "userTask", name, "Decision_import")
            draft.report(
                "gateway-decider", gateway.id, say("nobody decides"), say("the user task {task}", task=task)
            )


def _decided(process: Process, flow: Flow, passed: set[str]) -> bool:
    """True when whoever comes by the flow has decided. Before a merge all have to."""
    source = process.elements.get(flow.source)
    if source is None:
        return False
    if gateways.decides(source):
        return len(source.outgoing) == 1
    if source.tag != "exclusiveGateway" or source.id in passed:
        return source.id in passed
    if len(source.outgoing) == 1:
        before = [process.flows[key] for key in source.incoming]
        return bool(before) and all(_decided(process, each, passed | {source.id}) for each in before)
    # Another gateway's own missing decider is mended there.
    return gateways.named(process, source)
