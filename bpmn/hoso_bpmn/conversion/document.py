"""A foreign file during its conversion: its tree, its changes, its added shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Element, Flow, Process
from hoso_bpmn.document.xml import bpmn, local
from hoso_bpmn.drawing import interchange, room
from hoso_bpmn.drawing.routing import Box
from hoso_calendar.messages import say


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the import changed, by a named rule. `element` is an id, or empty for the file as a whole."""

    rule: str
    element: str
    before: str
    after: str


#: Between elements, as modellers draw them, and what elements measure.
GAP = 50.0
SIZES = {
    "userTask": (100.0, 80.0),
    "startEvent": (36.0, 36.0),
    **dict.fromkeys(diagram.GATEWAYS, (50.0, 50.0)),
}
#: No decision tables came along.
NONE: Mapping[str, bytes] = MappingProxyType({})


class Draft:
    """The file's tree. Rules change it through these methods, so that every change is reported."""

    def __init__(self, root: etree._Element, decisions: Mapping[str, bytes] = NONE) -> None:
        self.root = root
        #: The decision tables that came along, by the name of their file.
        self.decisions = decisions
        self.changes: list[Change] = []
        #: Ids of elements whose kind was given up, with the kind.
        self.replaced: dict[str, str] = {}
        #: True where the content of another process was put in, which is drawn nowhere.
        self.embedded = False
        self._chosen: str | None = None
        self._read: Process | None = None
        self._boxes = interchange.boxes(root)
        self._plane = next(root.iter(f"{{{interchange.DI}}}BPMNPlane"), None)
        self._declared: dict[tuple[str, str], str] | None = None
        self._references: dict[str, list[etree._Element]] | None = None
        self._numbers: dict[str, int] = {}
        self._taken = {str(node.get("id")) for node in root.iter() if node.get("id")}

    def choose(self, process: str) -> None:
        """Say which process is imported."""
        self._chosen = process

    def leftmost(self, elements: Iterable[Element]) -> str | None:
        """The element that is drawn farthest to the left; None where none is drawn."""
        drawn = [element.id for element in elements if element.id in self._boxes]
        return min(drawn, key=lambda identity: self._boxes[identity].x, default=None)

    @property
    def drawing(self) -> diagram.Diagram:
        """The file as it is now."""
        return diagram.of_root(self.root)

    @property
    def process(self) -> Process:
        """The imported process as it is now."""
        if self._read is None:
            self._read = next(process for process in self.drawing.processes if process.id == self._chosen)
        return self._read

    def report(self, rule: str, element: str, before: str, after: str) -> None:
        """Note a change."""
        self._read = None
        self.changes.append(Change(rule, element, before, after))

    def fresh_id(self, stem: str) -> str:
        """An id that nothing in the file has."""
        number = self._numbers.get(stem, 1)
        while f"{stem}_{number}" in self._taken:
            number += 1
        self._numbers[stem] = number + 1
        self._taken.add(f"{stem}_{number}")
        return f"{stem}_{number}"

    def declared(self, kind: str, name: str) -> str:
        """Id of the message, signal or error of that name. It is declared where there is none."""
        if self._declared is None:
            self._declared = {}
            for node in self.root.iterchildren():
                if node.get("id"):
                    self._declared.setdefault((local(node) or "", node.get("name", "")), node.get("id", ""))
        if (kind, name) not in self._declared:
            identity = self._declared[kind, name] = self.fresh_id(f"{kind}_import")
            self.root.insert(0, self.root.makeelement(bpmn(kind), {"id": identity, "name": name}))
        return self._declared[kind, name]

    def name(self, node: etree._Element, name: str) -> None:
        """Give what is declared beside the processes a name."""
        node.set("name", name)
        self._declared = None

    def retag(self, element: Element, tag: str, rule: str, *, replaces: bool = True) -> None:
        """Make the element another kind with the same id, name, place and flows."""
        node = element.node
        node.tag = bpmn(tag)
        kept = (
            {"id", "name", "default", "attachedToRef"}
            if tag != "subProcess"
            else {"id", "name", "default", "triggeredByEvent"}
        )
        for key in [
            str(key) for key in node.attrib if etree.QName(str(key)).namespace is None and key not in kept
        ]:
            del node.attrib[key]
        if replaces:
            self.replaced[element.id] = element.tag
        self.report(rule, element.id, element.tag, tag)
        if tag != "subProcess":
            self._lose_inside(node)
            for child in [child for child in node if not _stays(local(child) or "", tag)]:
                node.remove(child)

    def remove(self, node: etree._Element) -> None:
        """Remove an element with its shape, its content and all references to it."""
        self._read = None
        self._lose_inside(node)
        identity = node.get("id")
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
        if identity:
            self._forget({identity})

    def _forget(self, identities: set[str]) -> None:
        """Take out the shapes of elements that are gone, and what refers to them."""
        for other in [node for identity in identities for node in self._referring.pop(identity, ())]:
            holder = other.getparent()
            if holder is not None:
                holder.remove(other)

    @property
    def _referring(self) -> dict[str, list[etree._Element]]:
        """The references to an id: shape, lanes, ends of flows."""
        if self._references is None:
            self._references = {}
            for node in self.root.iter():
                listed = local(node) in ("incoming", "outgoing", "flowNodeRef")
                identity = (node.text or "").strip() if listed else node.get("bpmnElement")
                if identity:
                    self._references.setdefault(identity, []).append(node)
        return self._references

    def refer(self, lane: etree._Element, identity: str) -> None:
        """List an element in a lane."""
        reference = etree.SubElement(lane, bpmn("flowNodeRef"))
        reference.text = identity
        self._referring.setdefault(identity, []).append(reference)

    def _lose_inside(self, node: etree._Element) -> None:
        """Report the losses inside a removed element, and remove their shapes."""
        lost = set()
        for inner in node.iterdescendants():
            kind = local(inner)
            if kind in diagram.FLOW_NODES or kind == "sequenceFlow":
                self.report(
                    "inside", inner.get("id", ""), kind, say("removed with {get}", get=node.get("id", ""))
                )
                lost.add(inner.get("id", ""))
        if lost:
            self._forget(lost - {""})

    def add_flow(
        self, source: str, target: str, scope: etree._Element, stem: str = "Flow_import"
    ) -> etree._Element:
        """Add a sequence flow. It is drawn as a straight line where both ends have a shape."""
        self._read = None
        identity = self.fresh_id(stem)
        flow = etree.SubElement(
            scope, bpmn("sequenceFlow"), {"id": identity, "sourceRef": source, "targetRef": target}
        )
        first, last = self._boxes.get(source), self._boxes.get(target)
        if first is not None and last is not None and self._plane is not None:
            ends = ((first.right, first.middle[1]), (last.x, last.middle[1]))
            self._drawn(identity, interchange.add_edge(self._plane, identity, ends))
        return flow

    def _drawn(self, identity: str, node: etree._Element) -> None:
        self._referring.setdefault(identity, []).append(node)

    def insert_before(self, flows: list[Flow], target: Element, tag: str, name: str, stem: str) -> str:
        """Add an element that takes over flows to `target`, and lead it there."""
        identity = self._new_node(target, tag, name, stem, side=-1)
        for flow in flows:
            flow.node.set("targetRef", identity)
            self._lead(flow.id, -1, identity)
        self.add_flow(identity, target.id, _scope(target))
        return identity

    def insert_after(
        self, element: Element, flows: list[Flow], tag: str, stem: str, default: str | None = None
    ) -> str:
        """A new element that takes over all flows which left `element`, and follows it."""
        identity = self._new_node(element, tag, "", stem, side=1, default=default)
        for flow in flows:
            flow.node.set("sourceRef", identity)
            self._lead(flow.id, 0, identity)
        self.add_flow(element.id, identity, _scope(element))
        return identity

    def _new_node(
        self, beside: Element, tag: str, name: str, stem: str, side: int, default: str | None = None
    ) -> str:
        identity = self.fresh_id(stem)
        given = {"id": identity, "name": name, "default": default}
        attributes = {key: value for key, value in given.items() if value}
        beside.node.addprevious(_scope(beside).makeelement(bpmn(tag), attributes))
        self.stand_with(identity, beside.id)
        self.draw_beside(identity, tag, beside.id, side)
        return identity

    def stand_with(self, identity: str, beside: str) -> None:
        """List an added element in the lanes of another."""
        for reference in list(self._referring.get(beside, ())):
            lane = reference.getparent()
            if local(reference) == "flowNodeRef" and lane is not None:
                self.refer(lane, identity)

    def draw_beside(self, identity: str, tag: str, beside: str, side: int) -> None:
        """Draw an added element left (-1) or right (1) of another."""
        box = self._boxes.get(beside)
        if box is None or self._plane is None:
            return
        width, height = SIZES.get(tag, SIZES["userTask"])
        at = box.right if side > 0 else box.x
        room.make(self.root, at, width + GAP, self._boxes, self._containers(), self._hosts())
        self._boxes = interchange.boxes(self.root)
        added = Box(at + (GAP if side > 0 else 0), box.middle[1] - height / 2, width, height)
        self._boxes[identity] = added
        self._drawn(identity, interchange.add_shape(self._plane, identity, added, tag))

    def _lead(self, flow: str, end: int, identity: str) -> None:
        """Lead an end of a line, 0 or -1, to an added element."""
        box = self._boxes.get(identity)
        if box is not None:
            room.lead(self.root, flow, end, (box.right if end == 0 else box.x, box.middle[1]))

    def _containers(self) -> set[str]:
        kinds = {"participant", "lane", *diagram.SUBPROCESSES}
        return {str(node.get("id")) for node in self.root.iter() if local(node) in kinds}

    def _hosts(self) -> dict[str, str]:
        attached = self.root.iter(bpmn("boundaryEvent"))
        return {str(node.get("id")): node.get("attachedToRef", "").rpartition(":")[2] for node in attached}

    def elements(self, *tags: str) -> Iterator[Element]:
        """Elements of these kinds in the imported process. The draft may be changed during the iteration."""
        return (element for element in list(self.process.elements.values()) if element.tag in tags)


def _stays(child: str, tag: str) -> bool:
    """True when an element of another kind keeps this child. An activity is repeated as before."""
    if child.endswith("LoopCharacteristics"):
        return tag in diagram.ACTIVITIES
    return child in ("documentation", "extensionElements", "incoming", "outgoing")


def _scope(element: Element) -> etree._Element:
    scope = element.node.getparent()
    assert scope is not None  # noqa: S101 - elements stand in a process
    return scope
