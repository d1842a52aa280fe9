"""BPMN DI: reading and writing the coordinates of a diagram."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from hoso_bpmn.document import diagram
from hoso_bpmn.document.xml import bpmn
from hoso_bpmn.drawing import layout
from hoso_bpmn.drawing.routing import Box, Line, Point

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
#: Between the pictures of one file.
_APART = 60
_NAMESPACES = {"bpmndi": DI, "dc": DC, "di": DD}


def write(root: etree._Element, placement: layout.Placement) -> None:
    """Replace the file's diagrams by one that shows the placement."""
    for old in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(old)
    read = diagram.of_root(root)
    plane_of = root.find(bpmn("collaboration"))
    shown = plane_of.get("id") if plane_of is not None else read.processes[0].id if read.processes else None
    drawing = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": "Diagram_1"}, nsmap=_NAMESPACES)
    plane = etree.SubElement(drawing, f"{{{DI}}}BPMNPlane", {"id": "Plane_1", "bpmnElement": shown or ""})
    tags = {e.id: e.tag for process in read.processes for e in process.elements.values()}
    containers = [*(p.id for p in read.participants), *(lane.id for p in read.processes for lane in p.lanes)]
    for identity in dict.fromkeys((*containers, *tags)):
        if identity in placement.shapes:
            label = placement.labels.get(identity)
            _shape(
                plane, identity, placement.shapes[identity], label, tags.get(identity), identity in containers
            )
    for identity, line in placement.lines.items():
        _edge(plane, identity, line, placement.labels.get(identity))


def boxes(root: etree._Element) -> dict[str, Box]:
    """Boxes of the drawn shapes by the id of their element. Shapes without numbers are left out."""
    found = {}
    for shape in root.iter(f"{{{DI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        box = _read_box(bounds) if bounds is not None else None
        if box is not None:
            found[_element(shape)] = box
    return found


def read(root: etree._Element) -> layout.Placement:
    """Shapes and lines of a file by the id of their element.

    Those without numbers are left out. Each further plane, such as the inside of a collapsed sub-process, stands
    below those before it.
    """
    found = layout.Placement()
    for plane in list(root.iter(f"{{{DI}}}BPMNPlane")) or [root]:
        drawn = _plane(plane)
        if found.shapes and drawn.shapes:
            below = max(box.bottom for box in found.shapes.values()) + _APART
            drawn = drawn.shifted(0, below - min(box.y for box in drawn.shapes.values()))
        drawn.add(found)  # what several planes show is where it was shown first
        found = drawn
    return found


def _plane(plane: etree._Element) -> layout.Placement:
    labels = {}
    lines = {}
    for tag in ("BPMNShape", "BPMNEdge"):
        for drawn in plane.iter(f"{{{DI}}}{tag}"):
            bounds = drawn.find(f"{{{DI}}}BPMNLabel/{{{DC}}}Bounds")
            box = _read_box(bounds) if bounds is not None else None
            if box is not None and box.width > 0:
                labels[_element(drawn)] = box
            line = tuple(_read_points(drawn)) if tag == "BPMNEdge" else ()
            if len(line) > 1:
                lines[_element(drawn)] = line
    return layout.Placement(boxes(plane), lines, labels)


def _element(drawn: etree._Element) -> str:
    return (drawn.get("bpmnElement") or "").rpartition(":")[2]


def _read_points(edge: etree._Element) -> Iterator[Point]:
    for point in edge.iterchildren(f"{{{DD}}}waypoint"):
        try:
            yield float(point.get("x", "")), float(point.get("y", ""))
        except ValueError:
            continue


def _read_box(bounds: etree._Element) -> Box | None:
    try:
        return Box(*(float(bounds.get(key, "")) for key in ("x", "y", "width", "height")))
    except ValueError:
        return None


def add_shape(plane: etree._Element, identity: str, box: Box, tag: str) -> etree._Element:
    """Draw one more element."""
    return _shape(plane, identity, box, None, tag, container=False)


def add_edge(plane: etree._Element, identity: str, line: Line) -> etree._Element:
    """Draw one more flow."""
    return _edge(plane, identity, line, None)


def _shape(
    plane: etree._Element, identity: str, box: Box, label: Box | None, tag: str | None, container: bool
) -> etree._Element:
    attributes = {"id": f"{identity}_di", "bpmnElement": identity}
    if container:
        attributes["isHorizontal"] = "true"
    if tag == "exclusiveGateway":
        attributes["isMarkerVisible"] = "true"
    if tag in diagram.SUBPROCESSES:
        attributes["isExpanded"] = "true" if box.width > layout.TASK[0] else "false"
    shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", attributes)
    _bounds(shape, box)
    _label(shape, label)
    return shape


def _edge(plane: etree._Element, identity: str, line: Line, label: Box | None) -> etree._Element:
    edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": f"{identity}_di", "bpmnElement": identity})
    for x, y in line:
        etree.SubElement(edge, f"{{{DD}}}waypoint", {"x": _number(x), "y": _number(y)})
    _label(edge, label)
    return edge


def _label(parent: etree._Element, box: Box | None) -> None:
    if box is not None:
        _bounds(etree.SubElement(parent, f"{{{DI}}}BPMNLabel"), box)


def _bounds(parent: etree._Element, box: Box) -> None:
    numbers = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(parent, f"{{{DC}}}Bounds", {key: _number(value) for key, value in numbers.items()})


def _number(value: float) -> str:
    return str(round(value))
