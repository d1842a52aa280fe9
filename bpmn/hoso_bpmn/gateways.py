"""Named gateways: the labels of an exclusive gateway after a user task are the officer's choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hoso_bpmn.diagram import HUMAN_TASKS, Element, Flow, Process
from hoso_bpmn.findings import Finding, Severity

#: Between the labels of two gateways in a row.
SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class Choice:
    """What an officer may choose at a task, and the flow that each named gateway then takes."""

    label: str
    route: Mapping[str, str]


def choices(process: Process) -> dict[str, tuple[Choice, ...]]:
    """The choices of each human task that decides a named gateway, in the order of the drawing's flows."""
    found = {}
    for element in process.elements.values():
        gateway = _decided(process, element) if _decides(element) else None
        if gateway is not None:
            found[element.id] = tuple(_choices(process, gateway, ()))
    return found


def named(process: Process, element: Element) -> bool:
    """True for an exclusive gateway that branches and has no condition on any flow."""
    flows = [process.flows[flow] for flow in element.outgoing]
    return element.tag == "exclusiveGateway" and len(flows) > 1 and not any(flow.condition for flow in flows)


def _decides(element: Element) -> bool:
    return element.tag in HUMAN_TASKS and element.multi_instance is None


def _decided(process: Process, element: Element) -> Element | None:
    """The named gateway that a single outgoing flow leads to, merges in between skipped."""
    flows = [process.flows[flow] for flow in element.outgoing]
    return _gateway(process, flows[0]) if len(flows) == 1 else None


def _gateway(process: Process, flow: Flow) -> Element | None:
    seen: set[str] = set()
    target = process.elements.get(flow.target)
    while target is not None and _merges(process, target) and target.id not in seen:
        seen.add(target.id)
        target = process.elements.get(process.flows[target.outgoing[0]].target)
    return target if target is not None and named(process, target) else None


def _merges(process: Process, element: Element) -> bool:
    return (
        element.tag == "exclusiveGateway"
        and len(element.outgoing) == 1
        and process.flows[element.outgoing[0]].condition is None
    )


def _choices(process: Process, gateway: Element, passed: tuple[tuple[str, Flow], ...]) -> Iterator[Choice]:
    for flow in (process.flows[identity] for identity in gateway.outgoing):
        path = (*passed, (gateway.id, flow))
        following = _gateway(process, flow)
        if following is None or any(following.id == earlier for earlier, _ in path):
            label = SEPARATOR.join(step.name for _, step in path)
            yield Choice(label, {earlier: step.id for earlier, step in path})
        else:
            yield from _choices(process, following, path)


def findings(process: Process) -> Iterator[Finding]:
    """What keeps an exclusive gateway from being decided: mixed or missing or equal labels, or nobody who decides."""
    for element in process.elements.values():
        if element.tag == "exclusiveGateway" and len(element.outgoing) > 1:
            yield from _labels(process, element) if named(process, element) else _conditions(process, element)
    for decider, options in choices(process).items():
        labels = [option.label for option in options]
        for label in sorted({label for label in labels if labels.count(label) > 1 and label}):
            yield _error(
                process.elements[decider],
                "gateway-duplicate-label",
                f"Two choices of {process.elements[decider].label!r} are both called {label!r}.",
                "Give each outgoing flow its own name.",
            )


def _labels(process: Process, gateway: Element) -> Iterator[Finding]:
    for flow in (process.flows[identity] for identity in gateway.outgoing):
        if not flow.name:
            yield _error(
                gateway,
                "gateway-labels",
                f"The flow {flow.id} from gateway {gateway.label!r} has neither a name nor a condition.",
                "Name each outgoing flow as the officer's choice, or give each one but the default a condition.",
                flow.line,
            )
    for decider in _deciders(process, gateway, set()):
        if not _decides(decider):
            yield _error(
                gateway,
                "gateway-no-decider",
                f"Nobody decides gateway {gateway.label!r}: {decider.label!r} ({decider.tag}) comes before it.",
                "Put one user task before the gateway, or give its flows conditions.",
            )


def _deciders(process: Process, gateway: Element, seen: set[str]) -> Iterator[Element]:
    """What stands before the gateway, merges and other named gateways skipped."""
    if gateway.id in seen:
        return
    seen.add(gateway.id)
    for flow in gateway.incoming:
        source = process.elements.get(process.flows[flow].source)
        if source is None:
            continue
        if named(process, source) or _merges(process, source):
            yield from _deciders(process, source, seen)
        else:
            yield source


def _conditions(process: Process, gateway: Element) -> Iterator[Finding]:
    for flow in (process.flows[identity] for identity in gateway.outgoing):
        if not flow.condition and flow.id != gateway.default_flow:
            yield _error(
                gateway,
                "gateway-mixed",
                f"The flow {flow.name or flow.id!r} from gateway {gateway.label!r} has no condition, others have one.",
                "Give it a condition, make it the default flow, or remove all conditions and let the officer choose.",
                flow.line,
            )


def _error(element: Element, rule: str, message: str, remedy: str, line: int = 0) -> Finding:
    return Finding(Severity.ERROR, rule, element.id, line or element.line, message, remedy)
