"""Names read by a completion condition: checked at declaration, not missing later in each dossier."""

import json
from collections.abc import Mapping

import pytest

from hoso_bpmn.checks import inspection
from support.builders import packages
from support.builders.bpmn import Walk, specification, user

LIST = 'camunda:collection="cac_don_vi" camunda:elementVariable="don_vi"'
MULTI = f"<multiInstanceLoopCharacteristics {LIST}><completionCondition>{{}}</completionCondition></multiInstanceLoopCharacteristics>"
LOOP = "<standardLoopCharacteristics><loopCondition>{}</loopCondition></standardLoopCharacteristics>"
ASKED = {
    "forms/y-kien.form": json.dumps(
        {"type": "default", "components": [{"type": "checkbox", "key": "dong_y", "label": "Đồng ý"}]}
    ).encode()
}
MESSAGE = '<message id="M" name="Ý kiến" />'
AWAITED = (
    '<boundaryEvent id="Nghe" attachedToRef="Tham_dinh" cancelActivity="false"><messageEventDefinition messageRef="M"/>'
    '</boundaryEvent><endEvent id="Da_nghe"/><sequenceFlow id="N1" sourceRef="Nghe" targetRef="Da_nghe"/>'
)
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="hoso">
<decision id="Phi" name="Phí"><decisionTable id="t"><input id="i"><inputExpression id="e"><text>1</text></inputExpression></input>
<output id="o" name="muc" /><rule id="r"><inputEntry id="r1"><text>-</text></inputEntry><outputEntry id="r2"><text>5</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
DECIDED = (
    '<businessRuleTask id="Tinh" name="Tính" camunda:decisionRef="Phi"/><sequenceFlow id="F2" sourceRef="Tiep_nhan" targetRef="Tinh"/>'
    '<sequenceFlow id="F9" sourceRef="Tinh" targetRef="Tham_dinh"/>'
)


def repeated(condition: str, marker: str = MULTI) -> str:
    text = condition.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<userTask id="Tham_dinh" name="Lấy ý kiến" limit="2 ngày làm việc">{marker.format(text)}</userTask>'
    )


def unknown(change: str, files: Mapping[str, bytes] | None = None) -> list[str]:
    """Messages of the findings of the rule."""
    found = inspection.inspect_package(packages.package(change, files=files)).errors
    return [finding.message for finding in found if finding.rule == "completion-unknown"]


@pytest.mark.parametrize(
    ("condition", "name", "hint"),
    [
        ("${nrOfCompletedInstance > 1}", "nrOfCompletedInstance", " Is 'nrOfCompletedInstances' meant?"),
        ("=numberOfFinishedInstances > 1", "numberOfFinishedInstances", " Is 'numberOfInstances' meant?"),
        ("loopCounter > 1", "loopCounter", ""),
        ("khong_ai_hoi > 1", "khong_ai_hoi", ""),
        ("don_vi == 'H27.1'", "don_vi", ""),
    ],
)
def test_a_name_that_nobody_gives_is_found_before_every_dossier_stops_at_it(
    condition: str, name: str, hint: str
) -> None:
    said = f"The completion of 'Lấy ý kiến' reads {name!r}, which is no counter and given by no form or table.{hint}"
    assert unknown(repeated(condition)) == [said]
    walk = Walk(
        specification(user("a", MULTI.format(condition.replace("<", "&lt;"))), "start>a a>end"),
        cac_don_vi=["A", "B"],
    )
    incident = walk.do("a").incident
    assert incident is not None
    assert name in incident.message


@pytest.mark.parametrize(
    "condition",
    [
        "${nrOfCompletedInstances == nrOfInstances - nrOfActiveInstances}",
        "=numberOfCompletedInstances + numberOfTerminatedInstances = numberOfInstances - numberOfActiveInstances",
        "nrOfCompletedInstances * 2 > len(cac_don_vi)",
    ],
)
def test_counters_and_the_list_itself_are_known(condition: str) -> None:
    assert unknown(repeated(condition)) == []


@pytest.mark.parametrize("marker", [MULTI, LOOP])
def test_what_a_form_asks_for_is_known(marker: str) -> None:
    change = repeated("dong_y == false", marker)
    assert (len(unknown(change)), unknown(change, ASKED)) == (1, [])


def test_what_a_table_answers_is_known() -> None:
    change = DECIDED + repeated("muc > 1")
    assert unknown(change, {"phi.dmn": TABLE.encode()}) == []


def test_a_loop_that_reads_counters_is_found() -> None:
    assert len(unknown(repeated("nrOfInstances > 1", LOOP))) == 1


def test_a_name_that_may_come_with_a_message_is_left_to_whoever_sends_it() -> None:
    assert unknown(MESSAGE + AWAITED + repeated("dong_y == false")) == []
    assert len(unknown(MESSAGE + AWAITED + repeated("nrOfCompletedInstance > 1"))) == 1


def test_a_name_that_a_system_may_answer_is_left_to_it() -> None:
    change = repeated("dong_y == false").replace("userTask", "serviceTask")
    assert unknown(change) == []


def test_of_a_diagram_alone_only_slips_of_counters_are_found() -> None:
    def found(condition: str) -> list[str]:
        report = inspection.inspect_diagram(packages.drawing(repeated(condition)), "a.bpmn")
        return [finding.rule for finding in report.errors]

    assert (found("dong_y == false"), found("nrOfCompletedInstance > 1")) == ([], ["completion-unknown"])
