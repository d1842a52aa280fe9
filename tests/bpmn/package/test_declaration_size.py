"""Cost of a large diagram: twice the steps take twice the operations, counted and not timed, and lines keep their place."""

import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_bpmn import conversion
from hoso_bpmn.document import diagram
from hoso_bpmn.drawing import layout, routing
from hoso_bpmn.drawing.routing import Cell
from support.builders import bpmn

pytestmark = pytest.mark.slow

#: Besides the chain: more ways between the tasks, as the file writes them.
WAYS: dict[str, Callable[[list[str]], Iterator[str]]] = {
    "chain": lambda _: iter(()),
    "each back to the one before": lambda names: (f"{b}>{a}" for a, b in pairwise(names)),
    "each back to the first": lambda names: (f"{name}>{names[0]}" for name in names[1:]),
    "each on to the end": lambda names: (f"{name}>end" for name in names[:-1]),
    "each to nowhere": lambda names: (f"{name}>nowhere" for name in names),
}
KINDS = {
    "unnamed messages": "<intermediateThrowEvent id='{}'><messageEventDefinition/></intermediateThrowEvent>",
    "gateways": "<exclusiveGateway id='{}'/>",
    "no ids": "<userTask id='{}' name='x'/><userTask name='x'/>",
}


def chain(steps: int, ways: str = "chain", kind: str = "<userTask id='{0}' name='{0}'/>") -> bytes:
    names = [f"t{number}" for number in range(steps)]
    line = [f"{a}>{b}" for a, b in pairwise(["start", *names, "end"])]
    return bpmn.bpmn("".join(map(kind.format, names)), " ".join((*line, *WAYS[ways](names))))


def star(steps: int) -> bytes:
    names = [f"t{number}" for number in range(steps)]
    gateways = '<parallelGateway id="split"/><parallelGateway id="join"/>'
    ways = [way for name in names for way in (f"split>{name}", f"{name}>join")]
    return bpmn.bpmn(gateways + bpmn.users(" ".join(names)), " ".join(("start>split", *ways, "join>end")))


def in_lanes(steps: int) -> bytes:
    """The chain, each step in the other of two lanes."""
    lanes = ("".join(f"<flowNodeRef>t{n}</flowNodeRef>" for n in range(first, steps, 2)) for first in (0, 1))
    written = "".join(
        f'<lane id="l{number}" name="{number}">{lane}</lane>' for number, lane in enumerate(lanes)
    )
    return chain(steps).replace(b"<userTask", f"<laneSet>{written}</laneSet><userTask".encode(), 1)


def operations(work: Callable[[], object]) -> int:
    """Number of function calls, those of C functions included."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


SHAPES = {
    **{ways: lambda steps, ways=ways: chain(steps, ways) for ways in WAYS},
    **{kind: lambda steps, kind=kind: chain(steps, kind=KINDS[kind]) for kind in KINDS},
    "all at once": star,
    "from lane to lane": in_lanes,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_diagram_of_twice_the_steps_takes_twice_as_long_to_lay_out(shape: str):
    small, large = (diagram.read(SHAPES[shape](steps)) for steps in (300, 600))
    assert operations(lambda: layout.place(large)) < 2.3 * operations(lambda: layout.place(small))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_diagram_of_twice_the_steps_takes_twice_as_long_to_import(shape: str):
    small, large = (SHAPES[shape](steps) for steps in (150, 300))
    assert operations(lambda: conversion.convert(large)) < 2.3 * operations(lambda: conversion.convert(small))


SMALL = st.integers(0, 8)
CELLS = st.lists(st.builds(Cell, SMALL, st.integers(0, 1), SMALL), unique=True, min_size=2)


@given(CELLS)
def test_what_stands_between_two_cells_is_what_a_look_at_every_cell_finds(cells: list[Cell]):
    filled = routing.Filled(cells)
    first, other = cells[:2]
    low, high = sorted((first[1:], other[1:]))
    in_column = [c for c in cells if c.column == first.column and c != first and low <= c[1:] <= high]
    in_row = [c for c in cells if first.column < c.column < other.column and c[1:] == other[1:]]
    assert filled.column_clear(first, other) == (not in_column)
    assert filled.row_clear(other.band, other.row, first.column, other.column) == (not in_row)


PLACES = st.integers(-40, 40).map(lambda number: number / 2)
STRETCHES = st.lists(st.tuples(PLACES, PLACES, PLACES))


@given(STRETCHES, st.tuples(PLACES, PLACES, PLACES), st.sampled_from([8, 11, 12]))
def test_a_track_is_taken_where_a_look_at_every_stretch_says_so(taken, asked, apart):
    tracks = routing.Tracks()
    for stretch in taken:
        tracks.take(*stretch)
    place, *ends = asked
    low, high = sorted(ends)
    near = [sorted(ends) for other, *ends in taken if abs(place - other) < apart]
    assert tracks.taken(*asked, apart) == any(low < end and high > begin for begin, end in near)
