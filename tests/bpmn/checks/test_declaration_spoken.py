"""Findings in Vietnamese: each says the same as in English, also after a stranger's file was read apart."""

import re
from pathlib import Path

import pytest

from hoso_bpmn import conversion
from hoso_bpmn.checks import inspection
from hoso_bpmn.findings import Finding
from hoso_calendar.messages import translated
from support.builders import packages


def spoken(finding: Finding) -> tuple[str, str]:
    return translated(finding.message, "vi"), translated(finding.remedy, "vi")


def test_what_was_read_in_a_child_is_said_in_either_language(tmp_path: Path):
    for name, data in packages.package('<userTask id="Tham_dinh" limit="2 ngày làm việc" />').items():
        (tmp_path / name).write_bytes(data)
    (finding,) = inspection.check(tmp_path).findings
    assert (finding.message, finding.remedy) == (
        "The task 'Tham_dinh' has no name.",
        "Name the task; the name stands in the officer's inbox.",
    )
    assert spoken(finding) == (
        "Công việc 'Tham_dinh' không có tên.",
        "Đặt tên công việc; tên đó hiện trong danh sách việc của cán bộ.",
    )


def test_a_file_that_is_refused_in_a_child_is_refused_in_either_language(tmp_path: Path):
    (tmp_path / "a.bpmn").write_bytes(b"<a/>" + b" " * 5_000_000)
    (finding,) = inspection.check(tmp_path / "a.bpmn").findings
    assert spoken(finding)[0] == "Tệp có hơn 5.000.000 byte; chỉ đọc đến thế."


def test_what_an_import_changes_is_told_in_either_language():
    data = re.sub(rb"<laneSet.*</laneSet>", b"", packages.drawing(), flags=re.DOTALL)
    changes = [change for change in conversion.convert(data).changes if change.rule == "lane"]
    assert [(translated(each.before, "vi"), translated(each.after, "vi")) for each in changes] == [
        ("không có làn", "một làn 'Cán bộ thụ lý'")
    ]


#: A sentence's own words are translated too: what is called by a name of BPMN, and the reason behind a reason.
WORDS = {
    '<complexGateway id="Chon" name="Chọn" />': (
        "'Chọn' là cổng phức hợp, không được chạy.",
        "Thay vào đó: vẽ cổng loại trừ, song song hoặc bao hàm.",
    ),
    '<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Trinh" />': (
        "Mũi tên 'F3' kết thúc ở 'Trinh', vốn không có.",
        "Nối lại mũi tên vào một phần tử, hoặc xóa.",
    ),
    '<startEvent id="Nop" name="Tuần"><timerEventDefinition><timeCycle>R/P7D</timeCycle></timerEventDefinition></startEvent>': (
        "Điểm bắt đầu 'Tuần' chờ hẹn giờ; hồ sơ bắt đầu khi được nộp.",
        "Vẽ sự kiện bắt đầu thường; việc bắt đầu theo giờ hay thông điệp thì ai thấy người đó nộp.",
    ),
    '<scriptTask id="Tham_dinh" name="Tính"><script>import os</script></scriptTask>': (
        "'Tính' có phần tử script, sẽ chạy mã lệnh.",
        "Bỏ đi. Thủ tục khai báo các bước; không gì tải lên được chạy như mã lệnh.",
    ),
    '<intermediateCatchEvent id="Cho" name="Chờ"><signalEventDefinition /></intermediateCatchEvent>': (
        "Chưa có tên cho tín hiệu của 'Chờ'.",
        "Cho sự kiện thông điệp, tín hiệu, lỗi hay báo vượt cấp của nó, có tên.",
    ),
    '<intermediateCatchEvent id="Cho" name="Chờ"><timerEventDefinition><timeDuration>P200Y</timeDuration>'
    "</timerEventDefinition></intermediateCatchEvent>": (
        "Hẹn giờ của 'Chờ' không dịch được: Không hiểu hẹn giờ 'P200Y': không bước nào chờ quá 100 năm.",
        (
            'Ghi "5 ngày làm việc", khoảng thời gian ISO 8601 như PT4H hay P2D, chu kỳ như R3/P1D,'
            " hoặc ngày giờ có múi giờ."
        ),
    ),
}


@pytest.mark.parametrize("drawn", WORDS, ids=lambda drawn: drawn.split()[0])
def test_no_english_word_is_left_in_a_vietnamese_finding(drawn: str):
    found = inspection.inspect_package(packages.package(drawn)).findings
    assert WORDS[drawn] in {spoken(finding) for finding in found}


def test_the_file_that_is_no_toml_is_called_in_vietnamese():
    found = inspection.inspect_package({**packages.package(), "procedure.toml": b"name = Phep"}).findings
    assert [spoken(finding)[0].partition(":")[0] for finding in found] == ["Bản khai không phải TOML hợp lệ"]
