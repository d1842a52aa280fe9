"""Diagram as SVG with the state of one dossier, drawn on the server.

It has the file's own coordinates, else a layout. State is told by colour, by a mark and in words, never by colour
alone. The markup has no script and no style, so that it may stand in a page with a strict content security policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Element
from hoso_bpmn.document.xml import bpmn, local
from hoso_bpmn.drawing import interchange, layout, symbols, text_layout
from hoso_bpmn.drawing.routing import Box, Line
from hoso_bpmn.drawing.states import (
    ADDED,
    CHANGED,
    CURRENT,
    DONE,
    FAINT,
    INK,
    LATE,
    PAPER,
    PLAIN,
    UNTAKEN,
    Checked,
    Look,
    Revision,
    Shown,
    State,
    Untaken,
)

__all__ = [
    "ADDED",
    "CHANGED",
    "CURRENT",
    "DONE",
    "LATE",
    "PLAIN",
    "Checked",
    "Revision",
    "Shown",
    "State",
    "Untaken",
    "draw",
    "scaled",
]

_SIZE = re.compile(r'width="(\d+)" height="(\d+)"')
_FONT = "'Be Vietnam Pro','Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"
_MARGIN = 20
_ROUND = 10
#: An activity higher than this has something drawn inside, so its name stands at the top.
_TALL = 120
#: By so much three lines of a name go below the sign in the corner of a task.
_SIGN = 7


def draw(data: bytes, state: Shown | None = None, *, title: str = "", prefix: str = "") -> str:
    """The SVG of a BPMN file; raises `RefusedFile` where the file cannot be read.

    Every id begins with the prefix, so that several pictures may stand in one page.
    """
    return _Picture(diagram.read(data), state or State(), prefix).svg(title)


def scaled(picture: str, percent: int) -> str:
    """A picture that `draw` has made, in another size."""
    return _SIZE.sub(
        lambda found: f'width="{int(found[1]) * percent // 100}" height="{int(found[2]) * percent // 100}"',
        picture,
        count=1,
    )


class _Picture:
    def __init__(self, drawing: diagram.Diagram, state: Shown, prefix: str = "") -> None:
        self._nodes = {
            str(node.get("id")): node for node in drawing.root.iter() if node.get("id") and local(node)
        }
        self._elements: dict[str, Element] = {}
        self._defaults: set[str] = set()
        for process in drawing.processes:
            self._elements |= process.elements
            self._defaults |= {e.default_flow for e in process.elements.values() if e.default_flow}
        self._placement = interchange.read(drawing.root)
        if not self._placement.shapes:
            self._placement = layout.place(drawing)
        self._drawing = drawing
        self._state = state
        self._untaken = state.flows if isinstance(state, Untaken) else frozenset()
        self._prefix = escape(prefix)

    def svg(self, title: str) -> str:
        """Draw pools and lanes from outer to inner, then lines, elements, and words."""
        name = title or next((p.name for p in self._drawing.processes if p.name), "Quy trình")
        x, y, width, height = self._frame()
        placed = self._placement.shapes.items()
        shapes = sorted(placed, key=lambda item: (self._layer(item[0]), -item[1].area))
        size = f'viewBox="{x:.0f} {y:.0f} {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{_FONT}" font-size="12">',
            f"<title>{escape(name)}</title><desc>{escape(self._words())}</desc>",
            _ARROWS.format(prefix=self._prefix),
            *(part for key, box in shapes if self._layer(key) < 2 for part in self._shape(key, box)),
            *(part for key, line in self._placement.lines.items() for part in self._line(key, line)),
            *(part for key, box in shapes if self._layer(key) >= 2 for part in self._shape(key, box)),
            *self._labels(),
            *self._marks(),
            "</svg>",
        ]
        return "".join(parts)

    def _frame(self) -> tuple[float, float, float, float]:
        boxes = [*self._placement.shapes.values(), *self._placement.labels.values()]
        xs = [v for box in boxes for v in (box.x, box.right)] + [
            x for p in self._placement.lines.values() for x, _ in p
        ]
        ys = [v for box in boxes for v in (box.y, box.bottom)] + [
            y for p in self._placement.lines.values() for _, y in p
        ]
        left, top = min(xs, default=0) - _MARGIN, min(ys, default=0) - _MARGIN
        return left, top, max(xs, default=100) + _MARGIN - left, max(ys, default=60) + _MARGIN + 14 - top

    def _layer(self, identity: str) -> int:
        tag = self._tag(identity)
        if tag in ("participant", "lane", "group"):
            return 0
        if tag in diagram.SUBPROCESSES or tag == "callActivity":
            return 1
        return 3 if tag == "boundaryEvent" else 2

    def _tag(self, identity: str) -> str:
        node = self._nodes.get(identity)
        return (local(node) or "") if node is not None else ""

    def _name(self, identity: str) -> str:
        node = self._nodes.get(identity)
        return " ".join(node.get("name", "").split()) if node is not None else ""

    def _words(self) -> str:
        named = [(self._name(e), self._state.words(e)) for e in self._placement.shapes]
        return ". ".join(f"{name}: {words}" for name, words in named if name and words) or "Sơ đồ quy trình."

    def _shape(self, identity: str, box: Box) -> Iterator[str]:
        tag, look = self._tag(identity), self._state.look(identity)
        yield f'<g id="{self._prefix}{escape(identity)}"><title>{escape(self._tooltip(identity))}</title>'
        if tag in ("participant", "lane"):
            yield from _band(box, self._name(identity))
        elif tag in diagram.EVENTS and identity in self._elements:  # else it stands where no event can
            yield from _event(self._elements[identity], box, look)
        elif tag in diagram.GATEWAYS:
            yield from _gateway(tag, box, look)
        elif tag in diagram.TASKS | diagram.SUBPROCESSES:
            yield from self._activity(identity, tag, box, look)
        else:
            yield from self._artefact(identity, tag, box)
        yield "</g>"

    def _tooltip(self, identity: str) -> str:
        element = self._elements.get(identity)
        limit = element.properties.get("limit") if element is not None else None
        return " · ".join(
            part for part in (self._name(identity) or identity, limit, self._state.words(identity)) if part
        )

    def _activity(self, identity: str, tag: str, box: Box, look: Look) -> Iterator[str]:
        element = self._elements.get(identity)
        width = max(look.width, 4) if tag == "callActivity" else look.width
        dash = ' stroke-dasharray="4 3"' if element is not None and element.triggered_by_event else ""
        yield (
            f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="{_ROUND}" '
            f'fill="{look.fill}" stroke="{look.border}" stroke-width="{width}"{dash}/>'
        )
        if tag in symbols.TASKS:
            fill = look.border if tag == "sendTask" else "none"
            yield symbols.path(symbols.TASKS[tag], box.x + 14, box.y + 14, stroke=look.border, fill=fill)
        expanded = tag in diagram.SUBPROCESSES and self._is_expanded(identity)
        name = self._name(identity)
        if expanded or box.height > _TALL:
            yield from _text(name, box.x + box.width / 2, box.y + 18, box.width - 20, lines=1)
        else:
            x, y = box.middle
            y += _SIGN if tag in symbols.TASKS and len(text_layout.lines(name, box.width - 12)) > 2 else 0
            yield from _text(
                name, x, y, box.width - 12, middle=True, lines=int(box.height / text_layout.LINE)
            )
        yield from self._activity_marks(
            element, box, look, collapsed=tag in diagram.SUBPROCESSES and not expanded
        )

    def _is_expanded(self, identity: str) -> bool:
        shapes = self._placement.shapes
        inside = (shapes[e.id] for e in self._elements.values() if e.parent == identity and e.id in shapes)
        return any(shapes[identity].holds(box) for box in inside)

    def _activity_marks(
        self, element: Element | None, box: Box, look: Look, *, collapsed: bool
    ) -> Iterator[str]:
        marks = ["collapsed"] if collapsed else []
        if element is not None and element.multi_instance is not None:
            marks.append(element.multi_instance.kind)
        if element is not None and element.tag == "adHocSubProcess":
            marks.append("adHoc")
        for place, mark in enumerate(marks):
            x = box.x + box.width / 2 + (place - (len(marks) - 1) / 2) * 20
            yield symbols.path(symbols.MARKERS[mark], x, box.bottom - 10, stroke=look.border, width=1.5)

    def _artefact(self, identity: str, tag: str, box: Box) -> Iterator[str]:
        x, y, w, h = box.x, box.y, box.width, box.height
        if tag == "textAnnotation":
            yield f'<path d="M{x + 12:.0f},{y:.0f} H{x:.0f} V{y + h:.0f} H{x + 12:.0f}" fill="none" stroke="{INK}"/>'
            node = self._nodes[identity].find(bpmn("text"))
            words = "".join(node.itertext()) if node is not None else ""
            yield from _text(words, x + w / 2 + 4, y + 15, w - 12)
        elif tag.startswith("dataStore"):
            yield (
                f'<path d="M{x:.0f},{y + 7:.0f} a{w / 2:.0f},7 0 0 1 {w:.0f},0 v{h - 14:.0f} a{w / 2:.0f},7 0 0 1 -{w:.0f},0 z '
                f'm0,0 a{w / 2:.0f},7 0 0 0 {w:.0f},0" fill="{PAPER}" stroke="{INK}"/>'
            )
        elif tag.startswith("data"):
            yield (
                f'<path d="M{x:.0f},{y:.0f} h{w - 10:.0f} l10,10 v{h - 10:.0f} h-{w:.0f} z m{w - 10:.0f},0 v10 h10" '
                f'fill="{PAPER}" stroke="{INK}"/>'
            )
        elif tag == "group":
            yield (
                f'<rect x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}" rx="{_ROUND}" fill="none" '
                f'stroke="{FAINT}" stroke-dasharray="8 4 2 4"/>'
            )

    def _line(self, identity: str, line: Line) -> Iterator[str]:
        tag = self._tag(identity)
        points = " ".join(f"{x:.0f},{y:.0f}" for x, y in line)
        travelled, untaken = self._travelled(identity), identity in self._untaken
        ink = DONE.border if travelled else UNTAKEN.border if untaken else INK
        ends = f' marker-end="url(#{self._prefix}hoso-arrow)"' if tag == "sequenceFlow" else ""
        if tag == "messageFlow":
            ring, opened = f"url(#{self._prefix}hoso-ring)", f"url(#{self._prefix}hoso-open)"
            ends = f' stroke-dasharray="8 5" marker-start="{ring}" marker-end="{opened}"'
        elif tag != "sequenceFlow":
            ends = ' stroke-dasharray="1 4" stroke-linecap="round"'
        if untaken:
            ends += ' stroke-dasharray="6 4"'
        width = UNTAKEN.width if untaken else 2 if travelled else 1.5
        yield f'<polyline points="{points}" fill="none" stroke="{ink}" stroke-width="{width}"{ends}/>'
        if identity in self._defaults and len(line) > 1:
            (x1, y1), (x2, y2) = line[:2]
            x, y = x1 + (x2 > x1) * 12 - (x2 < x1) * 12, y1 + (y2 > y1) * 12 - (y2 < y1) * 12
            yield f'<path d="M{x - 5:.0f},{y + 5:.0f} L{x + 5:.0f},{y - 5:.0f}" stroke="{ink}" stroke-width="1.5"/>'

    def _travelled(self, identity: str) -> bool:
        node = self._nodes.get(identity)
        if node is None or local(node) != "sequenceFlow":
            return False
        return self._state.travelled(node.get("sourceRef", ""), node.get("targetRef", ""))

    def _labels(self) -> Iterator[str]:
        for identity, box in self._placement.shapes.items():
            tag, name = self._tag(identity), self._name(identity)
            if name and (tag in diagram.EVENTS | diagram.GATEWAYS or tag.startswith("data")):
                label = self._placement.labels.get(identity) or Box(
                    box.x - 30, box.bottom + 4, box.width + 60, 15
                )
                yield from _text(name, label.x + label.width / 2, label.y + 12, max(label.width, 90) + 2)
        for identity, line in self._placement.lines.items():
            name = self._name(identity)
            if name:
                label = self._placement.labels.get(identity) or _beside(line)
                yield from _text(name, label.x + label.width / 2, label.y + 12, max(label.width, 90) + 2)

    def _marks(self) -> Iterator[str]:
        """Draw a mark at the upper left corner, clear of lines and boundary events. Lateness in words stands below."""
        for identity, box in self._placement.shapes.items():
            look = self._state.look(identity)
            if look is PLAIN or self._layer(identity) == 0:
                continue
            x, y = box.x + 2, box.y + 2
            yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9" fill="{look.border}" stroke="{PAPER}" stroke-width="1.5"/>'
            yield symbols.path(
                look.sign, x, y, stroke=PAPER, fill=PAPER if look is CURRENT else "none", width=2
            )
            if look is LATE or look is CHANGED:
                words, x = self._state.words(identity), box.x + box.width / 2
                yield from _text(words, x, box.bottom + 15, 160, ink=look.border, bold=True)
        for flow in sorted(self._untaken & self._placement.lines.keys()):
            yield from self._untaken_mark(flow, self._placement.lines[flow])

    def _untaken_mark(self, flow: str, line: Line) -> Iterator[str]:
        """A mark in the middle of a flow, which a link may lead to."""
        (x1, y1), (x2, y2) = line[len(line) // 2 - 1 : len(line) // 2 + 1]
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        said = " · ".join(filter(None, (self._name(flow), UNTAKEN.word)))
        yield f'<g id="{self._prefix}{escape(flow)}"><title>{escape(said)}</title>'
        yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9" fill="{UNTAKEN.border}" stroke="{PAPER}" stroke-width="1.5"/>'
        yield symbols.path(UNTAKEN.sign, x, y, stroke=PAPER, width=2)
        yield "</g>"


_ARROWS = (
    "<defs>"
    f'<marker id="{{prefix}}hoso-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
    f'<path d="M0,1 L10,5 L0,9 z" fill="{INK}"/></marker>'
    f'<marker id="{{prefix}}hoso-open" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
    f'<path d="M0,1 L10,5 L0,9 z" fill="{PAPER}" stroke="{INK}"/></marker>'
    f'<marker id="{{prefix}}hoso-ring" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="7" markerHeight="7">'
    f'<circle cx="5" cy="5" r="4" fill="{PAPER}" stroke="{INK}"/></marker></defs>'
)


def _band(box: Box, name: str) -> Iterator[str]:
    yield (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" '
        f'fill="{PAPER}" stroke="{INK}" stroke-width="1.5"/>'
    )
    x, y = box.x + 15, box.y + box.height / 2
    yield f'<g transform="rotate(-90 {x:.0f} {y:.0f})">'
    yield from _text(name, x, y, box.height - 10, middle=True, lines=2)
    yield "</g>"


def _event(element: Element, box: Box, look: Look) -> Iterator[str]:
    x, y = box.middle
    radius = min(box.width, box.height) / 2
    dash = (
        ""
        if element.interrupting or element.tag not in ("startEvent", "boundaryEvent")
        else ' stroke-dasharray="5 3"'
    )
    width = max(look.width, 4) if element.tag == "endEvent" else look.width
    yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{look.fill}" stroke="{look.border}" stroke-width="{width}"{dash}/>'
    if element.tag not in ("startEvent", "endEvent"):
        yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius - 4:.0f}" fill="none" stroke="{look.border}"{dash}/>'
    kinds = [definition.kind for definition in element.event_definitions]
    kind = kinds[0] if len(kinds) == 1 else "multiple" if kinds else ""
    if kind in symbols.EVENTS:
        throws = element.tag in ("endEvent", "intermediateThrowEvent") or kind in symbols.FILLED
        stroke = PAPER if throws and kind == "message" else look.border
        fill = look.border if throws else "none"
        yield symbols.path(symbols.EVENTS[kind], x, y, stroke=stroke, fill=fill, width=1.2)


def _gateway(tag: str, box: Box, look: Look) -> Iterator[str]:
    (x, y), right, bottom = box.middle, box.right, box.bottom
    yield (
        f'<path d="M{x:.0f},{box.y:.0f} L{right:.0f},{y:.0f} L{x:.0f},{bottom:.0f} L{box.x:.0f},{y:.0f} z" '
        f'fill="{look.fill}" stroke="{look.border}" stroke-width="{look.width}"/>'
    )
    sign, width = symbols.GATEWAYS[tag]
    yield symbols.path(sign, x, y, stroke=look.border, width=width)


def _beside(line: Line) -> Box:
    (x1, y1), (x2, y2) = line[len(line) // 2 - 1 : len(line) // 2 + 1]
    return Box((x1 + x2) / 2 - 45, (y1 + y2) / 2 - 18, 90, 15)


def _text(
    words: str,
    x: float,
    y: float,
    width: float,
    *,
    middle: bool = False,
    lines: int = 8,
    ink: str = INK,
    bold: bool = False,
) -> Iterator[str]:
    broken = text_layout.lines(words, width)
    if len(broken) > lines > 0:
        broken = [*broken[: lines - 1], broken[lines - 1] + " …"]
    top = y - (len(broken) - 1) * text_layout.LINE / 2 + 4 if middle else y
    weight = ' font-weight="600"' if bold else ""
    for number, line in enumerate(broken):
        yield (
            f'<text x="{x:.0f}" y="{top + number * text_layout.LINE:.0f}" text-anchor="middle" fill="{ink}"{weight}>'
            f"{escape(line)}</text>"
        )
