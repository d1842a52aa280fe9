"""Named gateways: their labels are the officer's choices at the task before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from hoso_bpmn import errors
from hoso_bpmn.document.diagram import HUMAN_TASKS, Element, Flow, Process
from hoso_bpmn.document.xml import bpmn

#: Between the labels of two gateways in a row.
SEPARATOR = " › "

#: More buttons than anybody reads, and more gateways in a row than one decision takes.
MAX_CHOICES = 40
MAX_ROW = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """Choice of an officer at a task, with the flow each gateway takes."""

    label: str
    route: Mapping[str, str]
    #: The element that is entered behind the last gateway.
    leads_to: str


def strays(process: Process, gateway: Element) -> list[Element | None]:
    """Invalid targets of an event-based gateway. They await no event, are guarded, repeated, or met twice."""
    targets = [process.elements.get(process.flows[flow].target) for flow in gateway.outgoing]
    return [each for each in targets if each is None or targets.count(each) > 1 or not _awaits(process, each)]


def _awaits(process: Process, element: Element) -> bool:
    plain = element.multi_instance is None and not any(process.attached(element.id))
    return plain and element.tag in ("intermediateCatchEvent", "receiveTask")


def choices(process: Process) -> dict[str, tuple[Choice, ...]]:
    """Choices of each human task that decides a named gateway.

    In the order in which the gateway lists its outgoing flows. Raises `UnsupportedElement` for more of them than
    `MAX_CHOICES`, or more gateways in a row than `MAX_ROW`.
    """
    found = {}
    for element in process.elements.values():
        gateway = _decided(process, element) if decides(element) else None
        if gateway is not None:
            found[element.id] = tuple(islice(_choices(process, gateway, ()), MAX_CHOICES + 1))
            if len(found[element.id]) > MAX_CHOICES:
                raise _excess(element, f"a decision with more than {MAX_CHOICES} outcomes")
    return found


def _excess(element: Element, what: str) -> errors.UnsupportedElement:
    return errors.UnsupportedElement(element.id, what, "Put a task between the gateways.", element.line)


def named(process: Process, element: Element) -> bool:
    """True for an exclusive gateway that branches and has no condition on any flow."""
    flows = [process.flows[flow] for flow in element.outgoing]
    return element.tag == "exclusiveGateway" and len(flows) > 1 and not any(flow.condition for flow in flows)


def decides(element: Element) -> bool:
    """True for what can decide a named gateway: one task of one person."""
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
    if len(passed) >= MAX_ROW:
        raise _excess(gateway, f"a row of more than {MAX_ROW} named gateways")
    for flow in _ways_out(process, gateway):
        path = (*passed, (gateway.id, flow))
        following = _gateway(process, flow)
        if following is None or any(following.id == earlier for earlier, _ in path):
            label = SEPARATOR.join(step.name for _, step in path)
            yield Choice(label, {earlier: step.id for earlier, step in path}, flow.target)
        else:
            yield from _choices(process, following, path)


def _ways_out(process: Process, gateway: Element) -> list[Flow]:
    """Outgoing flows in the order of drawing, as the gateway lists them.

    Unlisted flows come last. Conditions are asked in another order, that of the flows in the file: how running
    dossiers go on must not change.
    """
    listed = [
        (child.text or "").strip().rpartition(":")[2] for child in gateway.node.iterchildren(bpmn("outgoing"))
    ]
    place = {identity: number for number, identity in enumerate(listed)}
    flows = [process.flows[identity] for identity in gateway.outgoing]
    return sorted(flows, key=lambda flow: place.get(flow.node.get("id", ""), len(place)))


def deciders(process: Process, gateway: Element) -> Iterator[Element]:
    """Elements before the gateway that would decide it. Merges and other named gateways are skipped."""
    seen = {gateway.id}
    waiting = [gateway]
    while waiting:
        for flow in waiting.pop().incoming:
            source = process.elements.get(process.flows[flow].source)
            if source is None or source.id in seen:
                continue
            seen.add(source.id)
            if named(process, source) or _merges(process, source):
                waiting.append(source)
            else:
                yield source
