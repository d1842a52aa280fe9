"""One BPMN file that is checked without a package: its calls are looked at as those of a package are."""

from collections.abc import Mapping
from pathlib import Path

import pytest

import hoso_bpmn
from hoso_bpmn.checks import inspection
from hoso_bpmn.package import package
from hoso_bpmn.package.package import Package
from support.builders import packages

CALLEE = "9.000002"
UNKNOWN = '<callActivity id="Tham_dinh" name="Liên thông" calledElement="9.000002" />'
NOTHING = '<callActivity id="Tham_dinh" name="Liên thông" />'
LIMITED = (
    """<callActivity id="Tham_dinh" name="Liên thông" calledElement="9.000002" limit="1 ngày làm việc" />"""
)


def callee(change: str = "") -> Package:
    return package.read(packages.package(change, f'code = "{CALLEE}"'))


def rules(report: hoso_bpmn.Report) -> list[tuple[str, str, str | None]]:
    return [(str(finding.severity), finding.rule, finding.element) for finding in report.findings]


def in_package(change: str, known: Mapping[str, Package]) -> list[tuple[str, str, str | None]]:
    term = '[[case]]\nterm = "90 ngày làm việc"'
    found = rules(inspection.inspect_package(packages.package(change, term), known))
    return [each for each in found if each[1] != "limits-below-term"]


@pytest.mark.parametrize(
    ("change", "known", "found"),
    [
        (UNKNOWN, {}, [("warning", "call-unknown", "Tham_dinh")]),
        (UNKNOWN, {CALLEE: callee()}, []),
        (
            UNKNOWN,
            {CALLEE: callee(UNKNOWN.replace(CALLEE, "9.000009"))},
            [("warning", "call-unknown", "Tham_dinh")],
        ),
        (UNKNOWN, {CALLEE: callee(UNKNOWN)}, [("error", "engine", "Tham_dinh")]),
        (LIMITED, {CALLEE: callee()}, [("error", "limits-above-whole", "Tham_dinh")]),
        (NOTHING, {}, [("error", "engine", "Tham_dinh")]),
    ],
    ids=["unknown", "known", "unknown behind", "in a circle", "longer than its limit", "of nothing"],
)
def test_a_call_in_a_single_file_is_found_as_in_a_package(
    change: str, known: Mapping[str, Package], found: list[tuple[str, str, str | None]]
) -> None:
    assert rules(inspection.inspect_diagram(packages.drawing(change), "process.bpmn", known)) == found
    assert in_package(change, known) == found


def test_the_child_that_checks_a_single_file_knows_what_it_may_call(tmp_path: Path) -> None:
    path = tmp_path / "quy-trinh.bpmn"
    path.write_bytes(packages.drawing(UNKNOWN))
    (finding,) = hoso_bpmn.check(path).findings
    assert (finding.rule, finding.file, finding.element, "--with" in finding.remedy) == (
        "call-unknown",
        "quy-trinh.bpmn",
        "Tham_dinh",
        True,
    )
    assert hoso_bpmn.check(path, known={CALLEE: callee()}).findings == ()
