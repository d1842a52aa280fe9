"""Room in a drawing, made by moving what is right of a line."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lxml import etree

from hoso_bpmn.drawing.interchange import DC, DD, DI
from hoso_bpmn.drawing.routing import Box


def make(
    root: etree._Element,
    at: float,
    width: float,
    boxes: Mapping[str, Box],
    containers: Collection[str],
    hosts: Mapping[str, str],
) -> None:
    """Move what is right of `at` by `width`. A boundary event moves with its host, a container grows."""
    for shape in root.iter(f"{{{DI}}}BPMNShape"):
        identity = _element(shape)
        box = boxes.get(hosts.get(identity, identity))
        if box is None:
            continue
        if identity in containers and box.x < at < box.right:
            for bounds in shape.iterchildren(f"{{{DC}}}Bounds"):
                _add(bounds, "width", width)
        elif (box.x if identity in containers else box.middle[0]) >= at:
            for bounds in shape.iter(f"{{{DC}}}Bounds"):
                _add(bounds, "x", width)
    for edge in root.iter(f"{{{DI}}}BPMNEdge"):
        for point in (*edge.iterchildren(f"{{{DD}}}waypoint"), *edge.iter(f"{{{DC}}}Bounds")):
            if _number(point, "x") >= at:
                _add(point, "x", width)


def lead(root: etree._Element, flow: str, end: int, to: tuple[float, float]) -> None:
    """Let an end of the line of a flow, 0 or -1, be elsewhere."""
    for edge in root.iter(f"{{{DI}}}BPMNEdge"):
        points = list(edge.iterchildren(f"{{{DD}}}waypoint")) if _element(edge) == flow else []
        if points:
            points[end].set("x", str(round(to[0])))
            points[end].set("y", str(round(to[1])))


def _element(drawn: etree._Element) -> str:
    return (drawn.get("bpmnElement") or "").rpartition(":")[2]


def _number(node: etree._Element, key: str) -> float:
    try:
        return float(node.get(key, ""))
    except ValueError:
        return float("-inf")


def _add(node: etree._Element, key: str, more: float) -> None:
    if _number(node, key) > float("-inf"):
        node.set(key, str(round(_number(node, key) + more)))
