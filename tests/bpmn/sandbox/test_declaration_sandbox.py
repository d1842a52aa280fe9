"""A stranger's file is read in a limited child: whatever it does ends there and is told."""

import os
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

import hoso_bpmn
from hoso_bpmn import sandbox
from hoso_bpmn.findings import Finding, RefusedFile, Report, Severity
from hoso_bpmn.package import archive, package
from support.builders import packages

#: Trap 5: SpiffWorkflow's own parser never comes back from this.
HANGING = """<subProcess id="Nhom" name="Nhóm">
    <userTask id="Trong" name="Trong"><dataInputAssociation id="D"><sourceRef>Khong_co</sourceRef></dataInputAssociation></userTask>
</subProcess>"""


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_sound_package_is_ok_from_folder_and_zip(tmp_path: Path):
    for name, data in packages.package().items():
        written(tmp_path / name, data)
    packed = written(tmp_path.parent / f"{tmp_path.name}.zip", archive.to_zip(packages.package()))
    assert hoso_bpmn.check(tmp_path) == hoso_bpmn.check(packed) == Report()


def test_a_single_diagram_is_checked_without_a_package(tmp_path: Path):
    assert hoso_bpmn.check(written(tmp_path / "process.bpmn", packages.drawing())).ok


def test_the_report_says_file_element_line_rule_and_remedy(tmp_path: Path):
    report = hoso_bpmn.check(
        written(tmp_path / "a.bpmn", packages.drawing('<userTask id="Luu" name="Lưu" />'))
    )
    assert report.errors == (
        Finding(
            Severity.ERROR,
            "unreachable",
            "Luu",
            14,
            "No way from the start leads to 'Lưu'.",
            "Connect it to the way that leads there, or delete it.",
            "a.bpmn",
        ),
    )
    assert Report.from_json(report.to_json()) == report


def test_a_path_that_names_nothing_is_a_finding(tmp_path: Path):
    assert [finding.rule for finding in hoso_bpmn.check(tmp_path / "none").findings] == ["package-missing"]


def test_a_data_association_that_hangs_spiffworkflows_parser_is_read_and_named(tmp_path: Path):
    report = hoso_bpmn.check(written(tmp_path / "a.bpmn", packages.drawing(HANGING)))
    assert "data-association" in {finding.rule for finding in report.warnings}


def test_a_child_that_takes_too_long_is_stopped_and_told(tmp_path: Path):
    path = written(tmp_path / "a.bpmn", packages.drawing())
    (finding,) = hoso_bpmn.check(path, limits=sandbox.Limits(wall_seconds=0)).findings
    assert (finding.rule, finding.file, finding.severity) == ("sandbox", "a.bpmn", Severity.ERROR)
    assert "longer than 0 seconds" in finding.message


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read_whole(tmp_path: Path):
    path = tmp_path / "a.bpmn"
    with path.open("wb") as stream:
        stream.write(b"<definitions>")
        stream.truncate(50_000_000)
    assert [finding.rule for finding in hoso_bpmn.check(path).findings] == ["xml-size"]


def test_the_child_gets_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONSTARTUP", os.fspath(tmp_path / "a.py"))
    monkeypatch.setenv("PYTHONPATH", os.fspath(tmp_path))
    written(tmp_path / "lxml.py", b"raise SystemExit('read from the environment')")
    assert hoso_bpmn.check(written(tmp_path / "a.bpmn", packages.drawing())).ok


def test_what_only_the_engine_refuses_is_told_of_a_single_file_too(tmp_path: Path):
    gateways = "".join(
        f'<exclusiveGateway id="a{n}" name="Hỏi {n}"/><sequenceFlow id="x{n}" name="có {n}" sourceRef="a{n}" targetRef="a{n + 1}"/>'
        f'<sequenceFlow id="y{n}" name="không {n}" sourceRef="a{n}" targetRef="a{n + 1}"/>'
        for n in range(8)
    )
    change = f"""{gateways}<exclusiveGateway id="a8"/><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="a0"/>
        <sequenceFlow id="F6" sourceRef="a8" targetRef="Ky"/>"""
    path = tmp_path / "a.bpmn"
    path.write_bytes(packages.drawing(change))
    (found,) = hoso_bpmn.check(path).findings
    assert (found.rule, found.element, found.message) == (
        "engine",
        "a6",
        "a6: a row of more than 6 named gateways is not supported.",
    )


def test_a_file_that_unpacks_to_three_hundred_megabytes_is_stopped_where_that_is_too_much():
    packing = zlib.compressobj()
    bomb = b"".join(packing.compress(bytes(1_000_000)) for _ in range(300)) + packing.flush()
    limits = sandbox.Limits(memory_bytes=256_000_000)
    with pytest.raises(RefusedFile, match="more than 256,000,000 bytes of memory"):
        sandbox.run(zlib.decompress, bomb, limits)


@pytest.mark.parametrize("code", ["1.014464", "1.013871", "1.001806"])
def test_a_package_of_an_authority_needs_less_than_half_of_the_memory(tmp_path: Path, code: str):
    packed = written(tmp_path / "package.zip", package.bundled(code).to_zip())
    half = replace(sandbox.LIMITS, memory_bytes=sandbox.LIMITS.memory_bytes // 2)
    assert hoso_bpmn.check(packed, limits=half).errors == ()
