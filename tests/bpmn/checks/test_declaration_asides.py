"""Flows behind a non-interrupting event run beside the main flow, which still has to reach the milestones."""

import pytest

from hoso_bpmn.checks import inspection
from support.builders import packages

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


def flow(source: str, target: str) -> str:
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}" />'


def named(rule: str, change: str) -> list[str]:
    found = inspection.inspect_package(packages.package(change)).findings
    return [finding.element for finding in found if finding.rule == rule]


def owing(change: str) -> list[str]:
    return named("milestone-missing", change)


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


JOIN = '<parallelGateway id="Gop" /><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Gop" />'
BESIDE_JOIN = boundary("false").replace('targetRef="Het"', 'targetRef="Gop"') + JOIN


def test_the_way_behind_a_join_that_waits_for_a_reminder_owes_the_milestones():
    stops = '<endEvent id="Dung" name="Dừng" />' + flow("Gop", "Dung")
    assert owing(BESIDE_JOIN + stops) == ["Dung", "Dung"]
    assert owing(BESIDE_JOIN + flow("Gop", "Ky")) == []


def test_a_milestone_on_a_side_way_counts_where_a_join_waits_for_it():
    signed_beside = (
        f'<boundaryEvent id="Hen" name="Ký song song" attachedToRef="Tham_dinh" cancelActivity="false">{TIMER}</boundaryEvent>'
        + JOIN
        + flow("Hen", "Ky")
        + '<sequenceFlow id="F4" sourceRef="Ky" targetRef="Gop" />'
        + flow("Gop", "Tra")
    )
    assert owing(signed_beside) == []
    assert named("milestone-order", signed_beside) == []


@pytest.mark.parametrize(
    "aside",
    [
        event_subprocess("false"),
        boundary("false").replace("Tham_dinh", "Ky").replace('targetRef="Het"', 'targetRef="Gop"')
        + '<inclusiveGateway id="Gop" /><sequenceFlow id="F4" sourceRef="Ky" targetRef="Gop" />'
        + flow("Gop", "Tra"),
    ],
    ids=["an event sub-process ends beside its sub-process", "an inclusive join waits for the main way"],
)
def test_a_side_way_does_not_get_ahead_of_the_main_one(aside: str):
    assert (named("milestone-order", aside), named("unreachable", aside)) == ([], [])


def test_a_side_way_that_runs_on_into_the_main_one_gets_ahead_of_it():
    ahead = (
        boundary("false")
        .replace("Tham_dinh", "Tiep_nhan")
        .replace('targetRef="Het"', 'targetRef="Tham_dinh"')
    )
    assert named("milestone-order", ahead) == ["Ky"]


def whole(trigger: str, end: str = "", attributes: str = "") -> str:
    """An event sub-process that takes the place of the whole process."""
    return f"""<subProcess id="Rut" name="Rút hồ sơ" triggeredByEvent="true"><startEvent id="Nghe" name="Rút" {attributes}>{trigger}</startEvent>
        <userTask id="Tra_lai" name="Trả lại giấy tờ" /><endEvent id="Het" name="Đã rút" {end} />
        {flow("Nghe", "Tra_lai")}{flow("Tra_lai", "Het")}</subProcess>"""


def test_what_interrupts_the_whole_process_ends_it_and_owes_the_milestones():
    assert owing(whole(TIMER)) == ["Het", "Het", "Het"]
    assert owing(whole(TIMER, 'ends="withdrawn"')) == []
    assert owing(whole(TIMER, attributes='isInterrupting="false"')) == []


def test_what_an_error_starts_owes_only_what_did_not_happen_before_the_error():
    late = (
        '<error id="Loi" errorCode="loi" /><subProcess id="Tra" name="Trả kết quả"><startEvent id="a" name="a" />'
        '<userTask id="Giao" name="Giao kết quả" milestone="return" /><endEvent id="Hong" name="Hỏng">'
        '<errorEventDefinition errorRef="Loi" /></endEvent>'
        + flow("a", "Giao")
        + flow("Giao", "Hong")
        + "</subProcess>"
    )
    assert owing(late + whole('<errorEventDefinition errorRef="Loi" />')) == []
    early = late.replace('milestone="return"', "")
    assert owing(early + whole('<errorEventDefinition errorRef="Loi" />')) == ["Het"]
