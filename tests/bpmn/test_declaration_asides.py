"""What a non-interrupting event starts goes beside the main way, which still owes the milestones."""

import pytest

import declared
from hoso_bpmn import inspection

TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
CALL = '<userTask id="Goi" name="Nhắc chuyên viên" />'
TO_CALL = '<sequenceFlow id="N1" sourceRef="Hen" targetRef="Goi" />'
FROM_CALL = '<sequenceFlow id="N2" sourceRef="Goi" targetRef="Het" />'
END = '<endEvent id="Het" name="Đã nhắc" />'
TERMINATE = '<endEvent id="Het" name="Dừng tất cả"><terminateEventDefinition /></endEvent>'
SKIP = '<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Het" />'


def boundary(interrupting: str) -> str:
    return (
        f'<boundaryEvent id="Hen" name="Sắp trễ" attachedToRef="Tham_dinh" cancelActivity="{interrupting}">'
        f"{TIMER}</boundaryEvent>{TO_CALL}{CALL}{FROM_CALL}"
    )


def event_subprocess(interrupting: str) -> str:
    """Inside a sub-process whose own way holds the result."""
    return f"""
    <subProcess id="Ky" name="Xử lý"><startEvent id="Vao" name="Vào" />
      <userTask id="Ky_that" name="Ký kết quả" milestone="result" limit="1 ngày làm việc" /><endEvent id="Ra" name="Ra" />
      <sequenceFlow id="K1" sourceRef="Vao" targetRef="Ky_that" /><sequenceFlow id="K2" sourceRef="Ky_that" targetRef="Ra" />
      <subProcess id="Nhac" name="Nhắc" triggeredByEvent="true">
        <startEvent id="Hen" name="Sắp trễ" isInterrupting="{interrupting}">{TIMER}</startEvent>
        {TO_CALL}{CALL}{FROM_CALL}{END}
      </subProcess>
    </subProcess>"""


def owing(change: str) -> list[str]:
    found = inspection.inspect_package(declared.package(change)).findings
    return [finding.element for finding in found if finding.rule == "milestone-missing"]


@pytest.mark.parametrize("aside", [boundary("false") + END, event_subprocess("false")])
def test_a_reminder_beside_the_main_way_needs_no_milestones(aside: str):
    assert owing(aside) == []


@pytest.mark.parametrize(
    ("way", "ends"),
    [
        (boundary("true") + END, ["Het", "Het"]),
        (event_subprocess("true"), ["Xong"]),
        (boundary("false") + END + SKIP, ["Het", "Het"]),
        (boundary("false") + TERMINATE, ["Het", "Het"]),
    ],
    ids=[
        "interrupting boundary",
        "interrupting event sub-process",
        "main way ends there too",
        "terminates all",
    ],
)
def test_a_way_that_takes_the_place_of_the_main_one_owes_the_milestones(way: str, ends: list[str]):
    assert owing(way) == ends
