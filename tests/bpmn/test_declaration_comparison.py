"""Two versions of a procedure, told apart in words and in a picture."""

import pytest

import declared
import hoso_bpmn
from hoso_bpmn import comparison, package, picture


def words(change: str = "", manifest: str = "", **files: bytes) -> list[str]:
    old = package.read(declared.package())
    new = package.read(
        declared.package(change, manifest, files={name.replace("__", "."): d for name, d in files.items()})
    )
    return [difference.words for difference in comparison.compare(old, new)]


@pytest.mark.parametrize("code", hoso_bpmn.bundled())
def test_a_procedure_does_not_differ_from_itself(code: str):
    assert comparison.compare(package.bundled(code), package.bundled(code)) == ()


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
    svg = comparison.draw(package.read(declared.package()), package.read(declared.package(change)))
    assert f'd="{picture.ADDED.sign}"' in svg
    assert f'd="{picture.CHANGED.sign}"' in svg
    assert "Thẩm định: 2 ngày làm việc → 1 ngày làm việc" in svg
