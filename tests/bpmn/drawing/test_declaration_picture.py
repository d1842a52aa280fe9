"""The picture shows every element, tells state in colour, mark and words, and carries nothing that could run."""

import itertools
import re

import pytest

import hoso_bpmn
from hoso_bpmn.document import diagram, xml
from hoso_bpmn.drawing import apart, interchange, layout, symbols
from hoso_bpmn.drawing import svg as picture
from hoso_bpmn.package import package
from support.builders import packages

CASES = [(code, case.id) for code in hoso_bpmn.bundled() for case in package.bundled(code).cases]


def bundled(code: str, case: str) -> bytes:
    read = package.bundled(code)
    return read.process(read.case(case))


@pytest.mark.parametrize(("code", "case"), CASES)
def test_every_element_of_every_bundled_procedure_is_in_the_picture(code: str, case: str):
    drawn = xml.safe_root(picture.draw(bundled(code, case)).encode())
    (process,) = diagram.read(bundled(code, case)).executable
    assert set(process.elements) <= {node.get("id") for node in drawn.iter()}


def test_a_name_is_text_whatever_it_contains():
    svg = picture.draw(
        packages.drawing('<userTask id="Tham_dinh" name="&lt;script&gt;alert(1)&lt;/script&gt;&quot;"/>')
    )
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


@pytest.mark.parametrize(("code", "case"), CASES)
def test_the_first_line_of_a_long_name_stands_below_the_sign_of_its_task(code: str, case: str):
    drawn = xml.safe_root(picture.draw(bundled(code, case)).encode())
    (process,) = diagram.read(bundled(code, case)).executable
    for element in process.elements.values():
        if element.tag == "userTask":
            (shape,) = (node for node in drawn.iter() if node.get("id") == element.id)
            box = next(node for node in shape.iter() if node.get("rx"))
            lines = [float(node.get("y")) for node in shape.iter() if str(node.tag).endswith("}text")]
            assert min(lines) - float(box.get("y")) >= 34, element.id


def test_the_picture_needs_no_style_and_no_script():
    svg = picture.draw(packages.drawing())
    assert re.findall(r"<style|style=|<script|on\w+=|href", svg) == []


def test_state_is_told_by_colour_by_mark_and_in_words():
    state = picture.State(frozenset({"Nop", "Tiep_nhan"}), frozenset({"Ky"}), {"Tham_dinh": "quá hạn 2 giờ"})
    svg = picture.draw(packages.drawing(), state)
    for look in (picture.DONE, picture.CURRENT, picture.LATE):
        assert f'stroke="{look.border}"' in svg
        assert f'd="{look.sign}"' in svg
    assert (
        "<desc>Hồ sơ được nộp: đã xong. Tiếp nhận hồ sơ: đã xong. Thẩm định: quá hạn 2 giờ. Ký kết quả: đang xử lý</desc>"
        in svg
    )
    assert ">quá hạn 2 giờ</text>" in svg


def test_a_flow_that_nothing_takes_is_told_by_its_line_by_a_mark_and_in_words_also_by_the_child():
    untaken = picture.Untaken(frozenset({"F1"}))
    drawn = apart.draw(packages.drawing(), checked=untaken, prefix="el-")
    assert drawn == picture.draw(packages.drawing(), untaken, prefix="el-")
    assert '<g id="el-F1"><title>chưa kịch bản nào đi qua</title>' in drawn
    assert drawn.count('stroke-dasharray="6 4"') == 1


def test_late_comes_before_current_and_current_before_done():
    state = picture.State(frozenset("abc"), frozenset("ab"), {"a": "quá hạn"})
    assert [state.look(element) for element in "abcd"] == [
        picture.LATE,
        picture.CURRENT,
        picture.DONE,
        picture.PLAIN,
    ]


def test_a_diagram_without_coordinates_is_laid_out():
    data = packages.drawing()
    assert interchange.boxes(diagram.read(data).root) == {}
    assert xml.safe_root(picture.draw(data).encode()).get("role") == "img"


def overlaps(one: layout.Box, other: layout.Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


@pytest.mark.parametrize(("code", "case"), CASES)
def test_a_layout_keeps_shapes_apart_and_inside_of_their_lanes(code: str, case: str):
    drawing = diagram.read(bundled(code, case))
    (process,) = drawing.executable
    placed = layout.place(drawing)
    nodes = [e for e in process.elements.values() if e.parent is None and e.tag != "boundaryEvent"]
    for place, one in enumerate(nodes):
        for other in nodes[place + 1 :]:
            assert not overlaps(placed.shapes[one.id], placed.shapes[other.id]), (one.id, other.id)
    lanes = {lane.name: placed.shapes[lane.id] for lane in process.lanes}
    for element in nodes:
        box, lane = placed.shapes[element.id], lanes[element.lane or ""]
        assert (lane.x < box.x, lane.y <= box.y, box.right <= lane.right, box.bottom <= lane.bottom) == (
            True,
        ) * 4


@pytest.mark.parametrize(("code", "case"), CASES)
def test_lines_begin_and_end_at_what_they_connect_and_turn_at_right_angles(code: str, case: str):
    drawing = diagram.read(bundled(code, case))
    (process,) = drawing.executable
    placed = layout.place(drawing)
    for flow in process.flows.values():
        line, source, target = placed.lines[flow.id], placed.shapes[flow.source], placed.shapes[flow.target]
        for (x, y), box in ((line[0], source), (line[-1], target)):
            assert box.x - 1 <= x <= box.right + 1
            assert box.y - 1 <= y <= box.bottom + 1
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in itertools.pairwise(line))


def test_what_a_file_draws_is_read_back_as_it_was_written():
    drawing = diagram.read(packages.drawing())
    placed = layout.place(drawing)
    interchange.write(drawing.root, placed)
    read = interchange.read(drawing.root)
    assert read.shapes.keys() == placed.shapes.keys()
    assert read.lines.keys() == placed.lines.keys()


def test_what_holds_others_is_painted_before_them():
    """Pools and lanes are filled, so that one painted later would hide what stands in it."""
    lanes = """<laneSet id="Lanes"><lane id="Trong_1" name="Bộ phận Một cửa"><flowNodeRef>Tiep_nhan</flowNodeRef></lane>
        <lane id="Ngoai" name="Sở"><childLaneSet id="Con"><lane id="Trong_2" name="Phòng chuyên môn">
        <flowNodeRef>Tham_dinh</flowNodeRef></lane></childLaneSet></lane></laneSet>"""
    pool = '<collaboration id="C"><participant id="Be" name="Tỉnh" processRef="Process_1"/></collaboration><process '
    data = packages.drawing(lanes).replace(b"<process ", pool.encode(), 1)
    painted = re.findall(r'<g id="(Be|Ngoai|Trong_1|Trong_2)">', picture.draw(data))
    assert (painted[0], painted.index("Ngoai") < painted.index("Trong_2")) == ("Be", True)


def test_the_inside_of_a_collapsed_subprocess_stands_below_the_picture_that_it_belongs_to():
    inside = """<subProcess id="Nhom" name="Lấy ý kiến"><userTask id="Ben_trong" name="Cho ý kiến"/></subProcess>"""
    plane = """<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">
        <bpmndi:BPMNPlane bpmnElement="{}"><bpmndi:BPMNShape bpmnElement="{}"><dc:Bounds x="100" y="{}" width="100" height="80"/>
        </bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"""
    planes = plane.format("Process_1", "Nhom", 200) + plane.format("Nhom", "Ben_trong", 220)
    data = packages.drawing(inside).replace(b"</definitions>", planes.encode() + b"</definitions>")
    assert interchange.read(diagram.read(data).root).shapes == {
        "Nhom": layout.Box(100, 200, 100, 80),
        "Ben_trong": layout.Box(100, 340, 100, 80),
    }
    assert symbols.MARKERS["collapsed"] in picture.draw(data)
