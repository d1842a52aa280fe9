"""Routing of lines between shapes, at right angles and around obstacles. No two upright parts lie on each other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from hoso_bpmn.drawing import text_layout

Point: TypeAlias = tuple[float, float]
Line: TypeAlias = tuple[Point, ...]
_Stretch: TypeAlias = tuple[float, float]

#: Between upright lines and between level ones, and how many side by side are looked through for a free place.
_TRACK, _LEVEL, _MOST = 12, 8, 100


class Cell(NamedTuple):
    """Cell of the grid: column, band (lane), and row within the band."""

    column: int
    band: int
    row: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def area(self) -> float:
        return self.width * self.height

    def holds(self, other: Box) -> bool:
        """True when the other one lies within it."""
        across = self.x <= other.x and other.right <= self.right
        return across and self.y <= other.y and other.bottom <= self.bottom

    def shifted(self, dx: float, dy: float) -> Box:
        """The same box, moved."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)


class Filled:
    """Filled cells of a grid, sorted by row and by column. What stands between two is found by bisection."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._columns: dict[tuple[int, int], list[int]] = {}
        self._rows: dict[int, list[tuple[int, int]]] = {}
        for column, band, row in sorted(cells):
            self._columns.setdefault((band, row), []).append(column)
            self._rows.setdefault(column, []).append((band, row))

    def row_clear(self, band: int, row: int, after: int, before: int) -> bool:
        """True when nothing stands in the row between two columns."""
        columns = self._columns.get((band, row), [])
        place = bisect_right(columns, after)
        return place == len(columns) or columns[place] >= before

    def column_clear(self, cell: Cell, other: Cell) -> bool:
        """True when the cell is alone in its column between two rows. From its own row to the other's."""
        low, high = sorted((cell[1:], other[1:]))
        rows = self._rows.get(cell.column, [])
        return bisect_right(rows, high) - bisect_left(rows, low) == 1


class Tracks:
    """Parallel stretches of lines: the position and the extent of each."""

    def __init__(self) -> None:
        self._places: dict[int, dict[float, list[_Stretch]]] = {}

    def take(self, place: float, begin: float, end: float) -> None:
        """Take a stretch; those of one place that overlap become one."""
        low, high = sorted((begin, end))
        taken = self._places.setdefault(int(place // _TRACK), {}).setdefault(place, [])
        first = bisect_right(taken, low, key=_end)
        last = first
        while last < len(taken) and taken[last][0] < high:
            last += 1
        if first < last:
            low, high = min(low, taken[first][0]), max(high, taken[last - 1][1])
            del taken[first:last]
        insort(taken, (low, high))

    def taken(self, place: float, begin: float, end: float, apart: float) -> bool:
        """True when something nearer than `apart`, at most a track, overlaps this."""
        low, high = sorted((begin, end))
        near = int(place // _TRACK)
        return any(
            _overlaps(stretches, low, high)
            for bucket in (near - 1, near, near + 1)
            for other, stretches in self._places.get(bucket, {}).items()
            if abs(place - other) < apart
        )

    def passed(self, place: float, step: float, begin: float, end: float, apart: float) -> int:
        """The number of steps from a place to the first free one."""
        tried = range(_MOST)
        return next((n for n in tried if not self.taken(place + n * step, begin, end, apart)), _MOST)


def _end(stretch: _Stretch) -> float:
    return stretch[1]


def _overlaps(stretches: Sequence[_Stretch], low: float, high: float) -> bool:
    """True when one of them does. None overlaps another, so their ends are in order."""
    first = bisect_right(stretches, low, key=_end)
    return first < len(stretches) and stretches[first][0] < high


class Grid:
    """Router of lines, one after the other, with the tracks taken so far."""

    def __init__(
        self, cells: Mapping[str, Cell], boxes: Mapping[str, Box], bands: Sequence[tuple[float, float]]
    ) -> None:
        self._cells = cells
        self._filled = Filled(cells.values())
        self._boxes = boxes
        self._bands = bands
        self._upright = Tracks()
        self._level = Tracks()
        self._exits: set[Point] = set()

    def line(self, source: str, target: str, *, kind: str, seat: str, back: bool) -> Line:
        """Line from source to target. `seat` is the node whose cell the source occupies: itself, or a boundary's host."""
        start, end = self._boxes[source], self._boxes[target]
        if back:
            return self._backward(start, end, self._cells[seat], self._cells[target])
        if kind == "guest":
            return self._downward(start, end)
        from_cell, to_cell = self._cells[seat], self._cells[target]
        if from_cell[1:] == to_cell[1:]:
            if self._clear(from_cell, to_cell, to_cell):
                return (start.right, start.middle[1]), (end.x, end.middle[1])
            return self._detour(start, end)
        clear = self._clear(from_cell, to_cell, to_cell) and self._filled.column_clear(from_cell, to_cell)
        if kind == "gateway" and clear and _leaving(start, end) not in self._exits:
            return self._corner(start, end)
        return self._stepped(start, end, self._clear(from_cell, to_cell, from_cell))

    def _clear(self, source: Cell, target: Cell, level: Cell) -> bool:
        """True when nothing stands in `level`'s row between the two columns."""
        return self._filled.row_clear(level.band, level.row, source.column, target.column)

    def _corner(self, start: Box, end: Box) -> Line:
        x, y = start.middle[0], end.middle[1]
        self._upright.take(x, start.middle[1], y)
        leave = _leaving(start, end)
        self._exits.add(leave)
        return leave, (x, y), (end.x, y)

    def _downward(self, start: Box, end: Box) -> Line:
        x, y = start.middle[0], end.middle[1]
        if y > start.bottom and end.x > x:
            return (x, start.bottom), (x, y), (end.x, y)
        low = start.bottom + 20
        return (x, start.bottom), (x, low), (end.x - 20, low), (end.x - 20, y), (end.x, y)

    def _stepped(self, start: Box, end: Box, near_target: bool) -> Line:
        """Right, up or down in a gap between columns, and right again."""
        y1, y2 = start.middle[1], end.middle[1]
        x = self._track(end.x - 35 if near_target else start.right + 35, y1, y2)
        return (start.right, y1), (x, y1), (x, y2), (end.x, y2)

    def _detour(self, start: Box, end: Box) -> Line:
        """Below what stands between two shapes of one row."""
        y1, y2 = start.middle[1], end.middle[1]
        low = self._channel(max(start.bottom, end.bottom, y1 + 40) + 16, start.right, end.x)
        x1, x2 = self._track(start.right + 20, y1, low), self._track(end.x - 20, low, y2)
        return (start.right, y1), (x1, y1), (x1, low), (x2, low), (x2, y2), (end.x, y2)

    def _backward(self, start: Box, end: Box, source: Cell, target: Cell) -> Line:
        """Line out of the top or bottom, along a channel, and in from above."""
        x1, x2 = start.middle[0], end.middle[0]
        channel = self._channel(self._above(end, target), x2, x1)
        leave = (x1, start.y if channel < start.y else start.bottom)
        if leave in self._exits and channel > start.y:
            channel, leave = self._channel(self._above(start, source), x2, x1), (x1, start.y)
        self._exits.add(leave)
        x2 += _TRACK * self._upright.passed(x2, _TRACK, channel, end.y, _TRACK)
        self._upright.take(x2, channel, end.y)
        return leave, (x1, channel), (x2, channel), (x2, end.y)

    def _above(self, box: Box, cell: Cell) -> float:
        return box.y - 14 if cell.row else self._bands[cell.band][0] + 26

    def _track(self, x: float, y1: float, y2: float) -> float:
        step = 0
        while self._upright.taken(x + step, y1, y2, _TRACK - 1):
            step = -step if step > 0 else -step + _TRACK
            if step > 4 * _TRACK:
                break
        self._upright.take(x + step, y1, y2)
        return x + step

    def _channel(self, y: float, x1: float, x2: float) -> float:
        y -= _LEVEL * self._level.passed(y, -_LEVEL, x1, x2, _LEVEL)
        self._level.take(y, x1, x2)
        return y


def _leaving(start: Box, end: Box) -> Point:
    """The middle of the side of a shape that faces another row."""
    return start.middle[0], start.bottom if end.middle[1] > start.middle[1] else start.y


def label(line: Line, text: str) -> Box:
    """A box for the label of a line, beside its first part."""
    width, height = text_layout.size(text, 110)
    (x1, y1), (x2, y2) = line[0], line[1]
    if x1 == x2:
        return Box(x1 + 6, y1 + 6 if y2 > y1 else y1 - height - 6, width, height)
    return Box(min(x1, x2) + 6, y1 - height - 4, width, height)
