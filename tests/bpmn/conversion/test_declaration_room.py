"""Elements that the import adds are drawn with room around them, and nothing comes to lie on anything else."""

from __future__ import annotations

from itertools import combinations

import pytest

from hoso_bpmn import conversion
from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Process
from hoso_bpmn.drawing import interchange, layout
from hoso_bpmn.drawing.routing import Box
from support.builders.bpmn import bpmn, users

LANES = (
    '<laneSet><lane id="l1" name="Văn thư"><flowNodeRef>start</flowNodeRef><flowNodeRef>v</flowNodeRef><flowNodeRef>x</flowNodeRef>'
    '</lane><lane id="l2" name="Lãnh đạo"><flowNodeRef>a</flowNodeRef><flowNodeRef>end</flowNodeRef></lane></laneSet>'
)
SERVICE = '<serviceTask id="v" name="V"/>'
CHOICE = '<exclusiveGateway id="x" name="Đạt?"/>'
CALLED = (
    '<callActivity id="c" name="Gọi" calledElement="khac"/>',
    '<process id="khac"><startEvent id="s"/><userTask id="k" name="K"/><sequenceFlow id="g" sourceRef="s" targetRef="k"/></process>',
)


def drawn(data: bytes) -> bytes:
    """The file with the coordinates that a modeller would have given."""
    root = diagram.read(data).root
    interchange.write(root, layout.place(diagram.of_root(root)))
    return diagram.etree.tostring(root)


def shown(data: bytes) -> tuple[Process, dict[str, Box]]:
    read = diagram.read(data)
    (process,) = read.executable
    return process, interchange.boxes(read.root)


def overlapping(process: Process, boxes: dict[str, Box]) -> list[tuple[str, str]]:
    apart = [
        e.id for e in process.elements.values() if e.tag not in diagram.SUBPROCESSES and not e.attached_to
    ]
    pairs = combinations((each for each in apart if each in boxes), 2)
    return [(one, other) for one, other in pairs if lies_on(boxes[one], boxes[other])]


def lies_on(one: Box, other: Box) -> bool:
    across = one.x < other.right and other.x < one.right
    return across and one.y < other.bottom and other.y < one.bottom


@pytest.mark.parametrize(
    ("elements", "way", "declarations"),
    [
        (SERVICE + CHOICE + users("a"), "start>v v>x x>a[Sửa] x>end[Xong] a>end", ""),
        (LANES + SERVICE + CHOICE + users("a"), "start>v v>x x>a[Sửa] x>end[Xong] a>end", ""),
        (users("a b c"), "a>b a>c b>end c>end", ""),
        (users("a b"), "a>end b>end", ""),
        (CALLED[0] + users("a"), "start>a a>c c>end", CALLED[1]),
    ],
    ids=[
        "a decider",
        "a decider in a lane",
        "a start and a gateway",
        "a start before two",
        "a called process",
    ],
)
def test_what_is_added_is_drawn_and_lies_on_nothing(elements: str, way: str, declarations: str):
    process, boxes = shown(conversion.convert(drawn(bpmn(elements, way, declarations))).xml)
    assert [each for each in process.elements if each not in boxes] == []
    assert overlapping(process, boxes) == []


def test_a_lane_grows_with_what_is_put_into_it_and_lines_end_where_they_lead():
    before = drawn(bpmn(LANES + SERVICE + CHOICE + users("a"), "start>v v>x x>a[Sửa] x>end[Xong] a>end"))
    _, first = shown(before)
    after = conversion.convert(before).xml
    process, boxes = shown(after)
    assert [boxes[lane].width - first[lane].width for lane in ("l1", "l2")] == [150, 150]
    lines = interchange.read(diagram.read(after).root).lines
    into = next(flow for flow in process.flows.values() if flow.target == "Decision_import_1")
    box = boxes["Decision_import_1"]
    assert lines[into.id][-1] == (box.x, box.middle[1])
