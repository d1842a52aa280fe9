"""Two versions of a procedure, told apart in words and in a picture."""

import json

import pytest

import hoso_bpmn
from hoso_bpmn.comparison import versions
from hoso_bpmn.drawing import svg as picture
from hoso_bpmn.package import package
from hoso_bpmn.package.package import Package, Pin
from support.builders import packages


def words(change: str = "", manifest: str = "", **files: bytes) -> list[str]:
    old = package.read(packages.package())
    new = package.read(
        packages.package(change, manifest, files={name.replace("__", "."): d for name, d in files.items()})
    )
    return [difference.words for difference in versions.compare(old, new)]


@pytest.mark.parametrize("code", hoso_bpmn.bundled())
def test_a_procedure_does_not_differ_from_itself(code: str):
    assert versions.compare(package.bundled(code), package.bundled(code)) == ()


def test_a_new_limit_is_told_with_both_figures():
    assert words('<userTask id="Tham_dinh" name="Thẩm định" limit="1 ngày làm việc"/>') == [
        'Bước Thẩm định, thời hạn: sửa "2 ngày làm việc" thành "1 ngày làm việc"'
    ]


def test_a_new_term_and_a_new_policy_are_told():
    assert words(manifest='[[case]]\nterm = "5 ngày làm việc"\n[case.policy]\nsupplement = "resume"') == [
        'Thời hạn giải quyết: sửa "3 ngày làm việc" thành "5 ngày làm việc"',
        "thêm Cách tính thời hạn supplement (resume)",
    ]


def test_a_step_put_in_between_is_told_with_the_ways_that_change():
    change = """<userTask id="Soat" name="Rà soát"/><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Soat"/>
        <sequenceFlow id="F6" sourceRef="Soat" targetRef="Ky"/>"""
    assert words(change) == [
        "thêm Phần tử Rà soát (userTask)",
        "bỏ Hướng đi Thẩm định → Ký kết quả",
        "thêm Hướng đi Thẩm định → Rà soát",
        "thêm Hướng đi Rà soát → Ký kết quả",
    ]


def test_roles_components_fees_and_forms_are_told():
    manifest = """[lanes."Phòng chuyên môn"]
        role = "clerk"
        unit = "handling"
        [[case.component]]
        code = "TP01"
        name = "Đơn"
        [[case.fee]]
        name = "Lệ phí"
        amount = 20000"""
    assert words(manifest=manifest, don__form=b"{}") == [
        'Làn Phòng chuyên môn: sửa "vai trò specialist, đơn vị handling" thành "vai trò clerk, đơn vị handling"',
        "thêm Thành phần hồ sơ TP01 (Đơn: 1 bản chính, 0 bản sao)",
        "thêm Phí, lệ phí Lệ phí (20000 đồng)",
        "thêm Tệp don.form",
    ]


def test_the_picture_marks_what_is_new_and_what_is_changed():
    change = """<userTask id="Soat" name="Rà soát"/><userTask id="Tham_dinh" name="Thẩm định" limit="1 ngày làm việc"/>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Soat"/><sequenceFlow id="F6" sourceRef="Soat" targetRef="Ky"/>"""
    svg = versions.draw(package.read(packages.package()), package.read(packages.package(change)))
    assert f'd="{picture.ADDED.sign}"' in svg
    assert f'd="{picture.CHANGED.sign}"' in svg
    assert "Thẩm định: 2 ngày làm việc → 1 ngày làm việc" in svg


def test_the_picture_of_the_older_version_marks_what_is_gone_and_what_is_changed():
    change = '<userTask id="Tham_dinh" name="Thẩm định" limit="1 ngày làm việc"/>'
    more = (
        change
        + """<userTask id="Soat" name="Rà soát"/><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Soat"/>
        <sequenceFlow id="F6" sourceRef="Soat" targetRef="Ky"/>"""
    )
    old, new = package.read(packages.package(more)), package.read(packages.package())
    before, after = versions.marked(old, new, new.cases[0])
    said = "1 ngày làm việc → 2 ngày làm việc"
    assert (before.removed, before.added, before.changed) == ({"Soat"}, frozenset(), {"Tham_dinh": said})
    assert (after.removed, after.added, after.changed) == (frozenset(), frozenset(), {"Tham_dinh": said})
    assert before.words("Soat") == "đã bỏ"
    assert before.look("Soat") is not before.look("Tham_dinh")


CALL = '<callActivity id="Tham_dinh" name="Liên thông" calledElement="9.000002"/>'


def calling(number: int, limit: str, *, change: str = "") -> Package:
    """A version whose call is pinned to a version of 9.000002 with this limit."""
    task = f'<userTask id="Tham_dinh" name="Xem" limit="{limit}"/>'
    called = package.read(packages.package(task, 'code = "9.000002"'))
    return package.read(packages.package(CALL + change)).pinned({"9.000002": Pin(number, called)})


def test_another_version_of_what_is_called_is_told_and_gone_into():
    differences = versions.compare(calling(1, "2 ngày"), calling(2, "3 ngày"))
    assert [difference.words for difference in differences] == [
        'Bước Liên thông, thủ tục được gọi: sửa "9.000002, phiên bản 1" thành "9.000002, phiên bản 2"',
        'Trong 9.000002: Bước Xem, thời hạn: sửa "2 ngày" thành "3 ngày"',
    ]
    assert [(difference.element, difference.within) for difference in differences] == [
        ("Tham_dinh", ""),
        ("Tham_dinh", "9.000002"),
    ]
    svg = versions.draw(calling(1, "2 ngày"), calling(2, "3 ngày"))
    assert "Liên thông: 9.000002, phiên bản 1 → 9.000002, phiên bản 2" in svg
    assert svg.count(f'd="{picture.CHANGED.sign}"') == 1


def test_the_same_version_of_what_is_called_is_no_difference():
    assert versions.compare(calling(1, "2 ngày"), calling(1, "2 ngày")) == ()


def test_another_procedure_or_case_that_is_called_is_told():
    old = package.read(packages.package(CALL))
    other = CALL.replace("9.000002", "9.000003").replace(
        "<callActivity ", '<callActivity camunda:case="khac" '
    )
    assert [
        difference.words for difference in versions.compare(old, package.read(packages.package(other)))
    ] == ['Bước Liên thông, thủ tục được gọi: sửa "9.000002" thành "9.000003, trường hợp khac"']


def test_what_is_called_by_what_is_called_is_gone_into():
    def outer(number: int, limit: str) -> Package:
        middle = package.read(packages.package(CALL.replace("9.000002", "9.000003"), 'code = "9.000002"'))
        inner = calling(number, limit).pins
        assert inner is not None
        deep = middle.pinned({"9.000003": inner["9.000002"]})
        return package.read(packages.package(CALL)).pinned({"9.000002": Pin(number, deep)})

    *_, last = versions.compare(outer(1, "2 ngày"), outer(2, "3 ngày"))
    assert last.words == 'Trong 9.000002 → 9.000003: Bước Xem, thời hạn: sửa "2 ngày" thành "3 ngày"'


def form(*components: dict[str, object]) -> bytes:
    return json.dumps({"type": "default", "components": components}).encode()


def test_what_a_form_asks_is_told_question_by_question():
    old = form(
        {"type": "textfield", "key": "ten", "label": "Tên", "validate": {"maxLength": 50}},
        {"type": "number", "key": "so", "label": "Số bản"},
    )
    new = form(
        {"type": "textfield", "key": "ten", "label": "Tên", "validate": {"required": True, "maxLength": 90}},
        {"type": "group", "conditional": {"hide": "=ten = null"}, "components": [
            {"type": "radio", "key": "loai", "label": "Loại", "values": [{"label": "Mới", "value": "a"}, {"value": "b"}]}]},
    )  # fmt: skip
    before, after = (package.read(packages.package(files={"forms/a.form": data})) for data in (old, new))
    assert [difference.words for difference in versions.compare(before, after)] == [
        (
            'Tệp forms/a.form, câu hỏi ten: sửa "Tên (textfield), nhiều nhất (ký tự) 50" '
            'thành "Tên (textfield), bắt buộc, nhiều nhất (ký tự) 90"'
        ),
        "bỏ Tệp forms/a.form, câu hỏi so (Số bản (number))",
        "thêm Tệp forms/a.form, câu hỏi loai (Loại (radio), chọn Mới | b, ẩn khi ten = null)",
    ]


def test_everything_that_is_said_of_a_case_its_papers_and_its_fees_is_compared():
    old, new = (
        f"""[[case]]
        form = "forms/{word}.form"
        [[case.component]]
        code = "TP01"
        name = "Đơn"
        template = "mau/{word}.docx"
        condition = "{word}"
        [[case.fee]]
        name = "Phí"
        amount = 1
        per = "{word}"
        after = {most}
        most = {most}
        due = "{due}\""""
        for word, most, due in (("cu", 5, "reception"), ("moi", 6, "return"))
    )
    before, after = (package.read(packages.package("", manifest)) for manifest in (old, new))
    assert [difference.words for difference in versions.compare(before, after)] == [
        'Biểu mẫu nộp hồ sơ: sửa "forms/cu.form" thành "forms/moi.form"',
        (
            'Thành phần hồ sơ TP01: sửa "Đơn: 1 bản chính, 0 bản sao, mẫu mau/cu.docx, khi cu" '
            'thành "Đơn: 1 bản chính, 0 bản sao, mẫu mau/moi.docx, khi moi"'
        ),
        (
            'Phí, lệ phí Phí: sửa "1 đồng, theo cu, tính sau 5, mỗi bản nhiều nhất 5" '
            'thành "1 đồng, theo moi, tính sau 6, mỗi bản nhiều nhất 6, thu khi trả kết quả"'
        ),
    ]


def test_how_often_a_step_is_done_and_what_an_event_interrupts_are_told():
    drawn = """<userTask id="Tham_dinh" name="Thẩm định" limit="2 ngày làm việc">{}</userTask>
        <boundaryEvent id="Han" name="Hạn" attachedToRef="Tham_dinh" cancelActivity="{}"><timerEventDefinition>
        <timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>
        <sequenceFlow id="F6" sourceRef="Han" targetRef="Xong"/>"""
    three = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    before = package.read(packages.package(drawn.format("", "true")))
    after = package.read(packages.package(drawn.format(three, "false")))
    assert [difference.words for difference in versions.compare(before, after)] == [
        'Bước Thẩm định, số lần: sửa "không có" thành "parallel, 3"',
        'Bước Hạn, ngắt: sửa "có" thành "không"',
    ]
