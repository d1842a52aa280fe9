"""Layout of a diagram without coordinates: left to right, one band per lane. Lines run at right angles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Element, Flow, Process
from hoso_bpmn.drawing import routing, text_layout
from hoso_bpmn.drawing.routing import Box, Cell, Line

TASK = (150, 80)
EVENT = (36, 36)
GATEWAY = (50, 50)
GAP = 70
ROW_GAP = 44
BAND_PADDING = 44
HEADER = 30
MARGIN = 160


@dataclass(slots=True)
class Placement:
    """Boxes of shapes, lines of flows and boxes of their labels, by id."""

    shapes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)

    def shifted(self, dx: float, dy: float) -> Placement:
        """The same, moved."""
        return Placement(
            {key: box.shifted(dx, dy) for key, box in self.shapes.items()},
            {key: tuple((x + dx, y + dy) for x, y in line) for key, line in self.lines.items()},
            {key: box.shifted(dx, dy) for key, box in self.labels.items()},
        )

    def add(self, other: Placement) -> None:
        """Take over everything of another placement."""
        self.shapes.update(other.shapes)
        self.lines.update(other.lines)
        self.labels.update(other.labels)


def place(read: diagram.Diagram) -> Placement:
    """A place for every pool, lane, element and flow of a file."""
    placement = Placement()
    top = 80.0
    pools = {participant.process: participant for participant in read.participants}
    for process in read.processes:
        pool = pools.get(process.id)
        top = _place_process(process, pool.id if pool else None, placement, top) + 60
    width = max((box.width for box in placement.shapes.values()), default=600)
    for participant in read.participants:
        if participant.id not in placement.shapes:
            placement.shapes[participant.id] = Box(MARGIN, top, width, 60)
            top += 120
    return placement


def _place_process(process: Process, pool: str | None, placement: Placement, top: float) -> float:
    scope = _Scope(process, None)
    inset = HEADER if pool else 0
    bands = scope.bands
    left = MARGIN + inset + (HEADER * max((band.depth for band in bands), default=0))
    inner = scope.placement().shifted(left, top)
    placement.add(inner)
    right = left + scope.width
    for band in bands:
        if band.lane is not None:
            x = MARGIN + inset + HEADER * (band.depth - 1)
            placement.shapes[band.lane] = Box(x, top + band.top, right - x, band.height)
    _place_outer_lanes(process, placement)
    if pool:
        placement.shapes[pool] = Box(MARGIN, top, right - MARGIN, scope.height)
    return top + scope.height


def _place_outer_lanes(process: Process, placement: Placement) -> None:
    inner: dict[str | None, list[diagram.Lane]] = {}
    for lane in process.lanes:
        inner.setdefault(lane.parent, []).append(lane)
    for lane in reversed(process.lanes):
        children = [placement.shapes[c.id] for c in inner.get(lane.id, ()) if c.id in placement.shapes]
        if children:
            first, last = children[0], children[-1]
            x = first.x - HEADER
            placement.shapes[lane.id] = Box(x, first.y, first.width + HEADER, last.y + last.height - first.y)


@dataclass(slots=True)
class _Band:
    lane: str | None
    depth: int
    name: str = ""
    #: The height of each row, and how far below the first one it begins.
    rows: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    top: float = 0
    height: float = 0


class _Free:
    """The cells that are still free."""

    def __init__(self) -> None:
        self._below: dict[Cell, Cell] = {}

    def take(self, wished: Cell) -> Cell:
        """The cell, or the first free one below it; it is free no more."""
        passed, cell = [], wished
        while cell in self._below:
            passed.append(cell)
            cell = self._below[cell]
        below = cell._replace(row=cell.row + 1)
        self._below.update(dict.fromkeys((*passed, cell), below))  # whoever comes next has no way to go again
        return cell


class _Scope:
    """Layout of one process or sub-process, its corner at (0, 0)."""

    def __init__(self, process: Process, parent: str | None) -> None:
        self._process = process
        here = {e.id: e for e in process.within(parent)}
        self._guests = {
            key: e for key, e in here.items() if e.tag == "boundaryEvent" and e.attached_to in here
        }
        self._nodes = {key: e for key, e in here.items() if key not in self._guests}
        self._insides = {
            e.id: _Scope(process, e.id) for e in self._nodes.values() if _is_expanded(process, e)
        }
        self._flows = [f for f in process.flows.values() if self._node(f.source) and self._node(f.target)]
        self._incoming: dict[str, list[Flow]] = {}
        for flow in self._flows:
            self._incoming.setdefault(self._node(flow.target) or "", []).append(flow)
        self._back = _back_flows(self._nodes, self._edges())
        self._ranks = _ranks(self._nodes, [edge for edge in self._edges() if edge[0] not in self._back])
        self.bands = _bands(process) if parent is None else [_Band(None, 0)]
        self._cells = self._assign_cells()
        self._xs = self._columns()
        self.width = self._xs[-1]
        self.height = self._stack_bands()

    def _node(self, identity: str) -> str | None:
        guest = self._guests.get(identity)
        seat = guest.attached_to if guest is not None else identity
        return seat if seat in self._nodes else None

    def _edges(self) -> list[tuple[str, str, str]]:
        return [(f.id, self._node(f.source) or "", self._node(f.target) or "") for f in self._flows]

    def _size(self, identity: str) -> tuple[float, float]:
        inside = self._insides.get(identity)
        if inside is not None:
            return inside.width + 20, inside.height + 20
        tag = self._nodes[identity].tag
        return EVENT if tag in diagram.EVENTS else GATEWAY if tag in diagram.GATEWAYS else TASK

    def _assign_cells(self) -> dict[str, Cell]:
        names = {lane.name: lane.id for lane in self._process.lanes}
        band_of = {band.lane: number for number, band in enumerate(self.bands)}
        cells: dict[str, Cell] = {}
        free = _Free()
        for identity in sorted(self._nodes, key=lambda node: self._ranks[node]):
            lane = self._nodes[identity].lane
            home = band_of.get(names.get(lane) if lane else None, len(self.bands) - 1)
            wished = Cell(self._ranks[identity], home, self._wished_row(identity, home, cells))
            cells[identity] = free.take(wished)
        heights: dict[tuple[int, int], float] = {}
        for identity, (_, number, row) in cells.items():
            heights[number, row] = max(heights.get((number, row), 0), self._size(identity)[1])
        last = dict(sorted(heights))
        for number, band in enumerate(self.bands):
            band.rows = [heights.get((number, row), 80) for row in range(1 + last.get(number, 0))]
        return cells

    def _wished_row(self, identity: str, band: int, cells: Mapping[str, Cell]) -> int:
        wishes = []
        for flow in self._incoming.get(identity, ()):
            source = self._node(flow.source) or ""
            if source in cells and cells[source].band == band:
                wishes.append(cells[source].row + (1 if source != flow.source else 0))
        return min(wishes, default=0)

    def _columns(self) -> list[float]:
        widths: dict[int, float] = {}
        for identity, (column, _, _) in self._cells.items():
            widths[column] = max(widths.get(column, 0), self._size(identity)[0])
        xs = [30.0]
        for column in range(1 + max(widths, default=0)):
            xs.append(xs[-1] + widths.get(column, 0) + GAP)
        xs[-1] += 30 - GAP
        return xs

    def _stack_bands(self) -> float:
        top = 0.0
        for band in self.bands:
            band.top = top
            band.starts = [0.0, *accumulate(height + ROW_GAP for height in band.rows)]
            rows = band.starts[-1] - ROW_GAP + 2 * BAND_PADDING
            band.height = max(rows, text_layout.size(band.name, 1000)[0] + 16)
            top += band.height
        return top

    def placement(self) -> Placement:
        """Boxes and lines of this scope and of everything inside of it."""
        placement = Placement()
        for identity, cell in self._cells.items():
            box = self._box(identity, cell)
            placement.shapes[identity] = box
            if identity in self._insides:
                placement.add(self._insides[identity].placement().shifted(box.x + 10, box.y + 10))
        self._attach_guests(placement.shapes)
        self._draw_lines(placement)
        self._write_labels(placement)
        return placement

    def _box(self, identity: str, cell: Cell) -> Box:
        width, height = self._size(identity)
        band = self.bands[cell.band]
        row_top = band.top + BAND_PADDING + band.starts[cell.row]
        last = cell.column == len(self._xs) - 2
        column_width = self._xs[cell.column + 1] - self._xs[cell.column] - (30 if last else GAP)
        x = self._xs[cell.column] + (column_width - width) / 2
        return Box(x, row_top + (band.rows[cell.row] - height) / 2, width, height)

    def _attach_guests(self, shapes: dict[str, Box]) -> None:
        seats: dict[str, int] = {}
        for guest in self._guests.values():
            host = shapes.get(guest.attached_to or "")
            if host is not None:
                seat = seats[guest.attached_to or ""] = seats.get(guest.attached_to or "", 0) + 1
                x = host.x + host.width - 44 * seat - 4
                shapes[guest.id] = Box(x, host.y + host.height - EVENT[1] / 2, *EVENT)

    def _draw_lines(self, placement: Placement) -> None:
        grid = routing.Grid(self._cells, placement.shapes, [(band.top, band.height) for band in self.bands])
        for flow in sorted(self._flows, key=lambda f: f.id in self._back):
            source = self._process.elements[flow.source]
            kind = (
                "guest"
                if source.tag == "boundaryEvent"
                else "gateway"
                if source.tag in diagram.GATEWAYS
                else "node"
            )
            if flow.source in placement.shapes and flow.target in self._nodes:
                placement.lines[flow.id] = grid.line(
                    flow.source,
                    flow.target,
                    kind=kind,
                    seat=self._node(flow.source) or flow.source,
                    back=flow.id in self._back,
                )

    def _write_labels(self, placement: Placement) -> None:
        for element in (*self._nodes.values(), *self._guests.values()):
            if element.name and element.tag in diagram.EVENTS | diagram.GATEWAYS:
                placement.labels[element.id] = _outside_label(element, placement.shapes[element.id])
        for flow in self._flows:
            if flow.name and flow.id in placement.lines:
                placement.labels[flow.id] = routing.label(placement.lines[flow.id], flow.name)


def _outside_label(element: Element, box: Box) -> Box:
    # Lines leave a gateway upwards, downwards and to the right; above on the left is free.
    if element.tag in diagram.GATEWAYS:
        width, height = text_layout.size(element.name, 90)
        return Box(box.x + 14 - width, box.y - height + 6, width, height)
    width, height = text_layout.size(element.name, 100)
    if element.tag == "boundaryEvent":  # its line leaves downwards
        return Box(box.x - width + 8, box.bottom + 2, width, height)
    return Box(box.x + (box.width - width) / 2, box.bottom + 6, width, height)


def _is_expanded(process: Process, element: Element) -> bool:
    return element.tag in diagram.SUBPROCESSES and next(process.within(element.id), None) is not None


def _bands(process: Process) -> list[_Band]:
    parents = {lane.id: lane.parent for lane in process.lanes}
    outer = set(parents.values())

    def depth(lane: str | None) -> int:
        return 0 if lane is None else 1 + depth(parents[lane])

    bands = [_Band(lane.id, depth(lane.id), lane.name) for lane in process.lanes if lane.id not in outer]
    laneless = any(
        e.lane is None and e.parent is None and not e.attached_to for e in process.elements.values()
    )
    return [*bands, _Band(None, 0)] if laneless or not bands else bands


def _back_flows(nodes: Iterable[str], edges: list[tuple[str, str, str]]) -> set[str]:
    """Flows that close a loop, by depth-first search in file order."""
    outgoing: dict[str, list[tuple[str, str]]] = {}
    targets = set()
    for flow, source, target in edges:
        outgoing.setdefault(source, []).append((flow, target))
        targets.add(target)
    back: set[str] = set()
    state: dict[str, int] = {}
    roots = sorted(nodes, key=lambda node: node in targets)
    for root in roots:
        _visit(root, outgoing, state, back)
    return back


def _visit(
    root: str, outgoing: Mapping[str, list[tuple[str, str]]], state: dict[str, int], back: set[str]
) -> None:
    if root in state:
        return
    state[root] = 1
    stack: list[tuple[str, Iterator[tuple[str, str]]]] = [(root, iter(outgoing.get(root, ())))]
    while stack:
        node, rest = stack[-1]
        step = next(rest, None)
        if step is None:
            state[node] = 2
            stack.pop()
        elif state.get(step[1]) == 1:
            back.add(step[0])
        elif step[1] not in state:
            state[step[1]] = 1
            stack.append((step[1], iter(outgoing.get(step[1], ()))))


def _ranks(nodes: Iterable[str], edges: list[tuple[str, str, str]]) -> dict[str, int]:
    """The longest way to each node in a graph without loops."""
    ranks = dict.fromkeys(nodes, 0)
    incoming = dict.fromkeys(ranks, 0)
    outgoing: dict[str, list[str]] = {}
    for _, source, target in edges:
        outgoing.setdefault(source, []).append(target)
        incoming[target] += 1
    ready = [node for node, count in incoming.items() if count == 0]
    while ready:
        node = ready.pop()
        for target in outgoing.get(node, ()):
            ranks[target] = max(ranks[target], ranks[node] + 1)
            incoming[target] -= 1
            if incoming[target] == 0:
                ready.append(target)
    return ranks
