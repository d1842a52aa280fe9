"""BPMN file as data, whichever tool wrote it; nothing about its execution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from lxml import etree

from hoso_bpmn import findings
from hoso_bpmn.document import properties, xml
from hoso_bpmn.document.xml import bpmn, local
from hoso_calendar.messages import say

#: Tasks that a person completes. An untyped task waits for a person as well.
HUMAN_TASKS = frozenset(("task", "userTask", "manualTask"))
TASKS = HUMAN_TASKS | {
    *("receiveTask", "sendTask", "serviceTask", "scriptTask", "businessRuleTask", "callActivity"),
}
SUBPROCESSES = frozenset(("subProcess", "transaction", "adHocSubProcess"))
#: What a boundary event can sit on.
ACTIVITIES = TASKS | SUBPROCESSES
_IN_BETWEEN = ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
EVENTS = frozenset(("startEvent", "endEvent", *_IN_BETWEEN))
GATEWAYS = frozenset(
    ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"]
)
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """One trigger of an event. `kind` is `timer`, `message`, `signal`, `error`, `escalation`, `conditional`,
    `link`, `terminate`, `cancel` or `compensate`."""

    kind: str
    ref: str | None
    name: str | None
    #: Timers: `timeDate`, `timeDuration` or `timeCycle`, and its text as written.
    time_kind: str | None
    #: The text of a timer or of a condition, stripped.
    text: str | None
    node: etree._Element = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Repetition of an activity. `kind` is `sequential`, `parallel` or `loop`; texts as written."""

    kind: str
    cardinality: str | None
    collection: str | None
    item: str | None
    completion: str | None
    node: etree._Element = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Lane:
    """Lane or nested lane; `elements` are the ids it lists itself, stripped."""

    id: str
    name: str
    parent: str | None
    line: int
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `name` is stripped and empty when the flow has no label."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    line: int
    node: etree._Element = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Element:
    """An activity, event or gateway. `incoming` and `outgoing` are flow ids taken from the flows themselves."""

    id: str
    tag: str
    name: str
    line: int
    #: Name of the innermost lane that lists the element, its host or its sub-process.
    lane: str | None
    #: The sub-process it stands in.
    parent: str | None
    attached_to: str | None
    properties: Mapping[str, str]
    default_flow: str | None
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    event_definitions: tuple[EventDefinition, ...]
    multi_instance: MultiInstance | None
    interrupting: bool
    triggered_by_event: bool
    node: etree._Element = field(repr=False, compare=False)

    @property
    def label(self) -> str:
        """Label for readers: the name, else the id."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Process:
    """One process with all elements and flows of its sub-processes."""

    id: str
    name: str
    executable: bool
    line: int
    lanes: tuple[Lane, ...]
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    #: Start events outside of sub-processes.
    starts: tuple[str, ...]
    #: Ids by the sub-process they stand in (None: the process itself), and by the activity they are attached to.
    members: Mapping[str | None, tuple[str, ...]]
    guests: Mapping[str, tuple[str, ...]]
    #: Ids that several elements or flows share, and tags of those that have none.
    duplicates: tuple[str, ...]
    anonymous: tuple[tuple[str, int], ...]
    node: etree._Element = field(repr=False, compare=False)

    def within(self, parent: str | None) -> Iterator[Element]:
        """Elements that stand directly in the sub-process `parent`, or in the process itself."""
        return (self.elements[identity] for identity in self.members.get(parent, ()))

    def attached(self, host: str) -> Iterator[Element]:
        """Boundary events of an activity."""
        return (self.elements[identity] for identity in self.guests.get(host, ()))


@dataclass(frozen=True, slots=True)
class Participant:
    """A pool."""

    id: str
    name: str
    process: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """A whole file. The name tables map an id to a name, which is empty where the file gives none."""

    root: etree._Element = field(repr=False, compare=False)
    processes: tuple[Process, ...]
    participants: tuple[Participant, ...]
    messages: Mapping[str, str]
    signals: Mapping[str, str]
    errors: Mapping[str, str]
    escalations: Mapping[str, str]

    @property
    def executable(self) -> tuple[Process, ...]:
        """Processes that are meant to run and have anything in them."""
        return tuple(process for process in self.processes if process.executable and process.elements)


def read(data: bytes) -> Diagram:
    """Read a BPMN file as written. Raises `RefusedFile` where `xml.safe_root` does or the root is not BPMN 2.0."""
    return of_root(xml.safe_root(data))


def of_root(root: etree._Element) -> Diagram:
    """The same for an already parsed file."""
    if root.tag != bpmn("definitions"):
        name = etree.QName(root)
        raise findings.RefusedFile(
            "not-bpmn",
            say(
                "The root element is <{name}> of {space}, not <definitions> of BPMN 2.0.",
                name=name.localname,
                space=name.namespace or "nothing",
            ),
            line=root.sourceline or 1,
            remedy="Export the diagram as BPMN 2.0 XML.",
        )
    names = {kind: _names(root, kind) for kind in ("message", "signal", "error", "escalation")}
    return Diagram(
        root=root,
        processes=tuple(_process(node, names) for node in root.iterchildren(bpmn("process"))),
        participants=tuple(_participant(node) for node in root.iter(bpmn("participant"))),
        messages=names["message"],
        signals=names["signal"],
        errors=names["error"],
        escalations=names["escalation"],
    )


def _names(root: etree._Element, kind: str) -> Mapping[str, str]:
    return MappingProxyType({node.get("id", ""): _name(node) for node in root.iterchildren(bpmn(kind))})


def _name(node: etree._Element) -> str:
    return " ".join(node.get("name", "").split())


def _participant(node: etree._Element) -> Participant:
    return Participant(
        node.get("id", ""), _name(node), _reference(node.get("processRef")), node.sourceline or 0
    )


def _reference(text: str | None) -> str | None:
    # Some tools write qualified names (`tns:Task_1`); ids have no colon, so the prefix can go.
    return text.strip().rpartition(":")[2] or None if text else None


def _process(node: etree._Element, names: Mapping[str, Mapping[str, str]]) -> Process:
    lanes = tuple(_lanes(node))
    flows, ends = _flows(node)
    reading = _Reading(names, flows, _lane_by_element(lanes))
    reading.walk(node, parent=None, lane=None)
    elements = reading.elements
    return Process(
        id=node.get("id", ""),
        name=_name(node),
        executable=_is(node, "isExecutable", "true"),
        line=node.sourceline or 0,
        lanes=lanes,
        elements=MappingProxyType(elements),
        flows=MappingProxyType(flows),
        starts=tuple(e.id for e in elements.values() if e.tag == "startEvent" and e.parent is None),
        members=_grouped((e.parent, e.id) for e in elements.values()),
        guests=_grouped((e.attached_to, e.id) for e in elements.values() if e.attached_to),
        duplicates=(*ends, *reading.duplicates),
        anonymous=tuple(reading.anonymous),
        node=node,
    )


def _grouped(pairs: Iterable[tuple[K, str]]) -> Mapping[K, tuple[str, ...]]:
    groups: dict[K, list[str]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return MappingProxyType({key: tuple(values) for key, values in groups.items()})


def _lanes(node: etree._Element, parent: str | None = None) -> Iterator[Lane]:
    for kind in ("laneSet", "childLaneSet"):
        for lane_set in node.iterchildren(bpmn(kind)):
            for lane in lane_set.iterchildren(bpmn("lane")):
                refs = (_reference(ref.text) for ref in lane.iterchildren(bpmn("flowNodeRef")))
                identity = lane.get("id", "")
                yield Lane(identity, _name(lane), parent, lane.sourceline or 0, tuple(r for r in refs if r))
                yield from _lanes(lane, identity)


def _lane_by_element(lanes: Iterable[Lane]) -> dict[str, str]:
    # Children come after their parents, so the innermost lane has the last word.
    return {element: lane.name for lane in lanes for element in lane.elements if lane.name}


def _flows(node: etree._Element) -> tuple[dict[str, Flow], list[str]]:
    flows: dict[str, Flow] = {}
    duplicates = []
    for child in node.iter(bpmn("sequenceFlow")):
        flow = _flow(child)
        if flow.id in flows:
            duplicates.append(flow.id)
        flows.setdefault(flow.id, flow)
    return flows, duplicates


def _flow(node: etree._Element) -> Flow:
    condition = node.find(bpmn("conditionExpression"))
    return Flow(
        id=node.get("id", ""),
        name=_name(node),
        source=_reference(node.get("sourceRef")) or "",
        target=_reference(node.get("targetRef")) or "",
        condition=_text(condition),
        line=node.sourceline or 0,
        node=node,
    )


def _text(node: etree._Element | None) -> str | None:
    return "".join(node.itertext()).strip() or None if node is not None else None


class _Reading:
    """Reader of the elements of one process, sub-processes included."""

    def __init__(
        self, names: Mapping[str, Mapping[str, str]], flows: Mapping[str, Flow], lanes: Mapping[str, str]
    ) -> None:
        self._names = names
        self._lanes = lanes
        self._incoming: dict[str, list[str]] = {}
        self._outgoing: dict[str, list[str]] = {}
        for flow in flows.values():
            self._outgoing.setdefault(flow.source, []).append(flow.id)
            self._incoming.setdefault(flow.target, []).append(flow.id)
        self.elements: dict[str, Element] = {}
        self.duplicates: list[str] = []
        self.anonymous: list[tuple[str, int]] = []

    def walk(self, scope: etree._Element, parent: str | None, lane: str | None) -> None:
        for node in scope.iterchildren():
            tag = local(node)
            if tag not in FLOW_NODES:
                continue
            identity = node.get("id", "")
            if not identity:
                self.anonymous.append((tag, node.sourceline or 0))
                continue
            host = _reference(node.get("attachedToRef")) if tag == "boundaryEvent" else None
            own = self._lanes.get(identity) or (self._lanes.get(host) if host else None) or lane
            if identity in self.elements:
                self.duplicates.append(identity)
            else:
                self.elements[identity] = self._element(node, tag, identity, own, parent, host)
            if tag in SUBPROCESSES:
                self.walk(node, identity, own)

    def _element(
        self,
        node: etree._Element,
        tag: str,
        identity: str,
        lane: str | None,
        parent: str | None,
        host: str | None,
    ) -> Element:
        return Element(
            id=identity,
            tag=tag,
            name=_name(node),
            line=node.sourceline or 0,
            lane=lane,
            parent=parent,
            attached_to=host,
            properties=MappingProxyType(properties.read(node)),
            default_flow=_reference(node.get("default")),
            incoming=tuple(self._incoming.get(identity, ())),
            outgoing=tuple(self._outgoing.get(identity, ())),
            event_definitions=tuple(self._event_definitions(node)),
            multi_instance=_multi_instance(node),
            interrupting=_is(node, "cancelActivity", "true") and _is(node, "isInterrupting", "true"),
            triggered_by_event=_is(node, "triggeredByEvent"),
            node=node,
        )

    def _event_definitions(self, node: etree._Element) -> Iterator[EventDefinition]:
        for child in node.iterchildren():
            tag = local(child) or ""
            if tag.endswith("EventDefinition"):
                yield self._event_definition(child, tag.removesuffix("EventDefinition"))

    def _event_definition(self, node: etree._Element, kind: str) -> EventDefinition:
        ref = _reference(node.get(f"{kind}Ref"))
        name = self._names[kind].get(ref) if ref and kind in self._names else node.get("name")
        time = next((c for c in node.iterchildren() if (local(c) or "").startswith("time")), None)
        condition = node.find(bpmn("condition"))
        return EventDefinition(
            kind=kind,
            ref=ref,
            name=" ".join(name.split()) if name else None,
            time_kind=local(time) if time is not None else None,
            text=_text(time if time is not None else condition),
            node=node,
        )


def _is(node: etree._Element, attribute: str, default: str = "false") -> bool:
    return node.get(attribute, default).strip() in ("true", "1")


def _multi_instance(node: etree._Element) -> MultiInstance | None:
    loop = node.find(bpmn("standardLoopCharacteristics"))
    if loop is not None:
        condition = _text(loop.find(bpmn("loopCondition")))
        return MultiInstance("loop", loop.get("loopMaximum"), None, None, condition, loop)
    multi = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if multi is None:
        return None
    item = multi.find(bpmn("inputDataItem"))
    vendor = properties.multi_instance(multi)
    return MultiInstance(
        kind="sequential" if _is(multi, "isSequential") else "parallel",
        cardinality=_text(multi.find(bpmn("loopCardinality"))),
        collection=_text(multi.find(bpmn("loopDataInputRef"))) or vendor.get("collection"),
        item=(item.get("name") or item.get("id") if item is not None else None) or vendor.get("item"),
        completion=_text(multi.find(bpmn("completionCondition"))),
        node=multi,
    )
