"""Findings in Vietnamese: each says the same as in English, also after a stranger's file was read apart."""

import re
from pathlib import Path

import declared
from hoso_bpmn import conversion, inspection
from hoso_bpmn.findings import Finding
from hoso_calendar.messages import translated


def spoken(finding: Finding) -> tuple[str, str]:
    return translated(finding.message, "vi"), translated(finding.remedy, "vi")


def test_what_was_read_in_a_child_is_said_in_either_language(tmp_path: Path):
    for name, data in declared.package('<userTask id="Tham_dinh" limit="2 ngày làm việc" />').items():
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
    assert spoken(finding)[0] == "Tệp có hơn 5,000,000 byte; chỉ đọc đến thế."


def test_what_an_import_changes_is_told_in_either_language():
    data = re.sub(rb"<laneSet.*</laneSet>", b"", declared.drawing(), flags=re.DOTALL)
    changes = [change for change in conversion.convert(data).changes if change.rule == "lane"]
    assert [(translated(each.before, "vi"), translated(each.after, "vi")) for each in changes] == [
        ("không có làn", "một làn 'Process_1'")
    ]
