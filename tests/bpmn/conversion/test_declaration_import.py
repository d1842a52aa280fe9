"""Foreign diagrams: what must be changed is changed by a named rule and told; what the engine supports stays."""

import re
from pathlib import Path

import pytest

import hoso_bpmn
from hoso_bpmn import conversion
from hoso_bpmn.checks import inspection
from hoso_bpmn.conversion import Change, scaffold
from hoso_bpmn.conversion.imported import Kept
from hoso_bpmn.document import diagram
from hoso_bpmn.drawing import interchange, layout, svg
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import package
from hoso_bpmn.runs import specification
from support import automatic_officer, shared
from support.builders import packages

FOREIGN = sorted(shared.path("miwg").glob("*.bpmn"))


def converted(change: str) -> tuple[diagram.Process, list[Change]]:
    """The sound procedure with a change, imported, and what the import changed beside drawing it."""
    imported = conversion.convert(packages.drawing(change))
    (process,) = diagram.read(imported.xml).executable
    return process, [change for change in imported.changes if change.rule != "layout"]


def walked(imported: conversion.Imported) -> automatic_officer.Officer:
    read = package.read({"procedure.toml": packages.manifest(), "process.bpmn": imported.xml})
    return automatic_officer.walk(specification.load(read).specification)


ABSENT = [pytest.param(None, marks=shared.absent("miwg"))]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in FOREIGN] or ABSENT)
def test_every_tools_file_is_imported_and_finished_by_an_officer(path: Path):
    officer = walked(conversion.convert(path.read_bytes()))
    assert (officer.trouble, officer.run.finished) == ("", True)


@pytest.mark.parametrize("code", hoso_bpmn.bundled())
def test_a_diagram_that_needs_no_change_is_not_changed(code: str):
    read = package.bundled(code)
    for case in read.cases:
        imported = conversion.convert(read.process(case))
        assert imported.changes == ()
        assert {counts.replaced for counts in imported.kept.values()} == {0}


def test_an_import_changes_nothing_the_second_time():
    first = conversion.convert(packages.drawing('<scriptTask id="Tham_dinh" name="Tính"/><task id="Le"/>'))
    second = conversion.convert(first.xml)
    assert (second.changes, second.xml) == ((), first.xml)


def test_the_import_in_the_limited_child_gives_the_same():
    data = packages.drawing('<scriptTask id="Tham_dinh" name="Tính"/>')
    assert hoso_bpmn.import_bpmn(data) == conversion.convert(data)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"<a>", "xml-broken"),
        (b"<!DOCTYPE a><a/>", "xml-doctype"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-bpmn"),
        (packages.HEAD.encode() + b"<collaboration id='C'/></definitions>", "import-empty"),
        (b" " * 5_000_001, "xml-size"),
    ],
)
def test_what_cannot_be_imported_is_refused_for_what_it_is(data: bytes, rule: str):
    with pytest.raises(RefusedFile) as refused:
        hoso_bpmn.import_bpmn(data)
    assert refused.value.rule == rule


def test_a_gateway_without_words_gets_those_of_what_follows():
    process, changes = converted("""<exclusiveGateway id="Chon" name="Đạt?"/>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Chon"/>
        <sequenceFlow id="F6" sourceRef="Chon" targetRef="Ky"/>
        <sequenceFlow id="F7" sourceRef="Chon" targetRef="Tham_dinh"/>""")
    assert [process.flows[flow].name for flow in ("F6", "F7")] == ["Ký kết quả", "Thẩm định"]
    assert changes == [
        Change("gateway-label", "F6", "no name", "Ký kết quả"),
        Change("gateway-label", "F7", "no name", "Thẩm định"),
    ]


def test_conditions_that_compile_go_on_deciding_and_the_bare_way_becomes_the_default():
    process, changes = converted("""<exclusiveGateway id="Chon"/>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Chon"/>
        <sequenceFlow id="F6" sourceRef="Chon" targetRef="Ky"><conditionExpression>${diem &gt; 5}</conditionExpression></sequenceFlow>
        <sequenceFlow id="F7" sourceRef="Chon" targetRef="Tham_dinh"/>""")
    assert (process.flows["F6"].condition, process.elements["Chon"].default_flow) == ("${diem > 5}", "F7")
    assert changes == [Change("gateway-default", "Chon", "no default", "the way F7")]


def test_conditions_in_words_become_the_officers_choices():
    process, _ = converted("""<exclusiveGateway id="Chon"/>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Chon"/>
        <sequenceFlow id="F6" sourceRef="Chon" targetRef="Ky"><conditionExpression>hồ sơ đạt</conditionExpression></sequenceFlow>
        <sequenceFlow id="F7" sourceRef="Chon" targetRef="Tham_dinh"><conditionExpression>chưa đạt!</conditionExpression></sequenceFlow>""")
    assert [(f.name, f.condition) for f in map(process.flows.get, ("F6", "F7"))] == [
        ("hồ sơ đạt", None),
        ("chưa đạt!", None),
    ]


def test_a_choice_that_nobody_makes_gets_a_task_before_it():
    process, changes = converted("""<exclusiveGateway id="Chon" name="Khẩn?"/>
        <sequenceFlow id="F1" sourceRef="Nop" targetRef="Chon"/>
        <sequenceFlow id="F6" name="Khẩn" sourceRef="Chon" targetRef="Tiep_nhan"/>
        <sequenceFlow id="F7" name="Thường" sourceRef="Chon" targetRef="Tham_dinh"/>""")
    assert changes == [Change("gateway-decider", "Chon", "nobody decides", "the user task Decision_import_1")]
    assert process.elements["Decision_import_1"].name == "Khẩn?"
    assert process.flows["F1"].target == "Decision_import_1"


@pytest.mark.parametrize("text", ["5 ngày làm việc", "PT4H", "${han}", "=han", "P1M"])
def test_a_timer_that_can_be_read_stays(text: str):
    process, changes = converted(f"""<intermediateCatchEvent id="Cho" name="Chờ"><timerEventDefinition>
        <timeDuration>{text}</timeDuration></timerEventDefinition></intermediateCatchEvent>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Cho"/><sequenceFlow id="F6" sourceRef="Cho" targetRef="Ky"/>""")
    assert changes == []
    assert process.elements["Cho"].event_definitions[0].text == text


@pytest.mark.parametrize("time", ["", "<timeDuration/>", "<timeDuration>every Monday</timeDuration>"])
def test_a_timer_without_a_time_waits_for_a_message_of_its_name(time: str):
    change = f"""<intermediateCatchEvent id="Cho" name="Chờ"><timerEventDefinition>{time}</timerEventDefinition></intermediateCatchEvent>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Cho"/><sequenceFlow id="F6" sourceRef="Cho" targetRef="Ky"/>"""
    imported = conversion.convert(packages.drawing(change))
    (process,) = diagram.read(imported.xml).processes
    assert [(d.kind, d.name) for d in process.elements["Cho"].event_definitions] == [("message", "Chờ")]
    assert imported.kept["timers"] == Kept(0, 1)


def test_elements_that_the_engine_supports_are_never_replaced():
    change = """<subProcess id="Nhom" name="Lấy ý kiến"><startEvent id="N1"/><userTask id="N2" name="Cho ý kiến">
            <multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>
            <endEvent id="N3"/><sequenceFlow id="G1" sourceRef="N1" targetRef="N2"/><sequenceFlow id="G2" sourceRef="N2" targetRef="N3"/></subProcess>
        <boundaryEvent id="Han" name="Quá hạn" attachedToRef="Nhom" cancelActivity="false"><timerEventDefinition>
            <timeCycle>R3/P1D</timeCycle></timerEventDefinition></boundaryEvent>
        <endEvent id="Nhac" name="Đã nhắc"/><sequenceFlow id="F8" sourceRef="Han" targetRef="Nhac"/>
        <parallelGateway id="Tach"/><parallelGateway id="Gop"/><sendTask id="Gui" name="Gửi"/>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Tach"/><sequenceFlow id="F6" sourceRef="Tach" targetRef="Nhom"/>
        <sequenceFlow id="F7" sourceRef="Tach" targetRef="Gui"/><sequenceFlow id="F9" sourceRef="Nhom" targetRef="Gop"/>
        <sequenceFlow id="F10" sourceRef="Gui" targetRef="Gop"/><sequenceFlow id="F11" sourceRef="Gop" targetRef="Ky"/>"""
    process, changes = converted(change)
    assert changes == []
    assert {e.tag for e in process.elements.values()} >= {
        "subProcess",
        "boundaryEvent",
        "parallelGateway",
        "sendTask",
    }


def test_what_stands_in_a_removed_element_is_told_and_not_counted_as_preserved():
    change = """<subProcess id="Boi_hoan" name="Bồi hoàn" triggeredByEvent="true"><startEvent id="B1"><compensateEventDefinition/></startEvent>
            <parallelGateway id="B2"/><callActivity id="B3" calledElement="1.014464"/><sequenceFlow id="G1" sourceRef="B1" targetRef="B2"/>
            <sequenceFlow id="G2" sourceRef="B2" targetRef="B3"/></subProcess>"""
    imported = conversion.convert(packages.drawing(change))
    assert [c for c in imported.changes if c.rule != "layout"] == [
        Change("compensation", "Boi_hoan", "what undoes the work", "removed"),
        Change("inside", "B1", "startEvent", "removed with Boi_hoan"),
        Change("inside", "B2", "parallelGateway", "removed with Boi_hoan"),
        Change("inside", "B3", "callActivity", "removed with Boi_hoan"),
        Change("inside", "G1", "sequenceFlow", "removed with Boi_hoan"),
        Change("inside", "G2", "sequenceFlow", "removed with Boi_hoan"),
    ]
    assert (imported.kept["gateways"], imported.kept["call activities"]) == (Kept(0, 1), Kept(0, 1))


def test_what_stood_in_a_removed_element_is_drawn_no_more():
    change = """<subProcess id="Boi_hoan" name="Bồi hoàn" triggeredByEvent="true"><startEvent id="B1"><signalEventDefinition/></startEvent>
            <task id="B2" name="Làm lại"/><sequenceFlow id="G1" sourceRef="B1" targetRef="B2"/></subProcess>"""
    drawn = conversion.convert(packages.drawing(change)).xml
    assert {"Boi_hoan", "B1", "B2", "G1"} <= seen(drawn)
    undoing = re.sub(rb"<signalEventDefinition[^>]*>", b"<compensateEventDefinition/>", drawn)
    assert seen(conversion.convert(undoing).xml) == seen(drawn) - {"Boi_hoan", "B1", "B2", "G1"}


def seen(data: bytes) -> set[str]:
    """Everything that a file draws."""
    placed = interchange.read(diagram.read(data).root)
    return {*placed.shapes, *placed.lines}


def test_a_timer_that_is_only_referred_to_keeps_its_time():
    change = """<intermediateCatchEvent id="Cho" name="Chờ"><eventDefinitionRef>Dinh_ky</eventDefinitionRef></intermediateCatchEvent>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Cho"/><sequenceFlow id="F6" sourceRef="Cho" targetRef="Ky"/>"""
    timer = '<timerEventDefinition id="Dinh_ky"><timeDuration>P5D</timeDuration></timerEventDefinition>'
    data = packages.drawing(change).replace(b"<process ", f"{timer}<process ".encode(), 1)
    imported = conversion.convert(data)
    (process,) = diagram.read(imported.xml).executable
    assert [(d.kind, d.text) for d in process.elements["Cho"].event_definitions] == [("timer", "P5D")]
    assert imported.kept["timers"] == Kept(1, 0)


def test_a_subprocess_in_which_nothing_begins_becomes_a_task_whose_inside_is_told():
    process, changes = (
        converted("""<subProcess id="Tham_dinh" name="Nhóm"><task id="A" name="A"/><task id="B" name="B"/>
        <sequenceFlow id="G1" sourceRef="A" targetRef="B"/><sequenceFlow id="G2" sourceRef="B" targetRef="A"/></subProcess>""")
    )
    assert process.elements["Tham_dinh"].tag == "userTask"
    assert changes == [
        Change("unsupported", "Tham_dinh", "subProcess", "userTask"),
        *(Change("inside", each, "task", "removed with Tham_dinh") for each in "AB"),
        *(Change("inside", each, "sequenceFlow", "removed with Tham_dinh") for each in ("G1", "G2")),
    ]


def test_what_becomes_a_task_is_done_as_often_as_before():
    repeated = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    process, changes = converted(f'<scriptTask id="Tham_dinh" name="Tính">{repeated}</scriptTask>')
    assert changes == [Change("script", "Tham_dinh", "scriptTask", "userTask")]
    repeats = process.elements["Tham_dinh"].multi_instance
    assert repeats is not None
    assert (repeats.kind, repeats.cardinality) == ("parallel", "3")


def test_a_call_of_a_published_procedure_stays_and_one_in_the_file_is_drawn_in_its_place():
    call = '<callActivity id="Tham_dinh" name="Gọi" calledElement="1.014464"/>'
    process, changes = converted(call)
    assert (process.elements["Tham_dinh"].tag, changes) == ("callActivity", [])
    other = """<process xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="Phu"><startEvent id="Nop"/>
        <userTask id="Viec" name="Việc phụ"/><sequenceFlow id="F1" sourceRef="Nop" targetRef="Viec"/></process>"""
    data = packages.drawing('<callActivity id="Tham_dinh" name="Gọi" calledElement="Phu"/>')
    imported = conversion.convert(data.replace(b"</definitions>", other.encode() + b"</definitions>"))
    (process,) = diagram.read(imported.xml).executable
    assert process.elements["Tham_dinh"].tag == "subProcess"
    assert [e.name for e in process.within("Tham_dinh") if e.tag == "userTask"] == ["Việc phụ"]
    assert imported.kept["call activities"] == Kept(1, 0)


def test_processes_that_call_each_other_come_to_an_end():
    process = """<process xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="Phu">
        <callActivity id="Lai" calledElement="Phu"/><callActivity id="Ve" calledElement="Process_1"/></process>"""
    data = packages.drawing('<callActivity id="Tham_dinh" name="Gọi" calledElement="Phu"/>')
    imported = conversion.convert(data.replace(b"</definitions>", process.encode() + b"</definitions>"))
    assert walked(imported).run.finished


@pytest.mark.parametrize(
    ("change", "element", "tag", "rule"),
    [
        (
            '<scriptTask id="Tham_dinh" name="Tính"><script>import os</script></scriptTask>',
            "Tham_dinh",
            "userTask",
            "script",
        ),
        ('<businessRuleTask id="Tham_dinh" name="Tính phí"/>', "Tham_dinh", "userTask", "business-rule"),
        (
            '<callActivity id="Tham_dinh" name="Gọi" calledElement="x"/>',
            "Tham_dinh",
            "userTask",
            "call-activity",
        ),
        ('<subProcess id="Tham_dinh" name="Nhóm"/>', "Tham_dinh", "userTask", "sub-process"),
        (
            '<transaction id="Tham_dinh" name="Nhóm"><task id="T" name="T"/></transaction>',
            "Tham_dinh",
            "subProcess",
            "sub-process",
        ),
        (
            '<adHocSubProcess id="Tham_dinh" name="Nhóm"><task id="T" name="T"/></adHocSubProcess>',
            "Tham_dinh",
            "subProcess",
            "sub-process",
        ),
    ],
)
def test_what_the_engine_does_not_run_becomes_what_comes_nearest(
    change: str, element: str, tag: str, rule: str
):
    process, changes = converted(change)
    assert process.elements[element].tag == tag
    assert [c.rule for c in changes] == [rule]


RULE = '<businessRuleTask id="Tham_dinh" name="Tính phí" camunda:decisionRef="phi"/>'
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="phi"><decisionTable>
<input><inputExpression><text>so_ban</text></inputExpression></input><output name="muc"/>
<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_a_rule_whose_decision_came_along_stays_one_and_runs():
    decisions = {"phi.dmn": TABLE.encode()}
    imported = hoso_bpmn.import_bpmn(packages.drawing(RULE), decisions=decisions)
    assert imported == conversion.convert(packages.drawing(RULE), decisions)
    assert {c.rule for c in imported.changes} == {"layout"}
    assert imported.kept["business rules"] == Kept(1, 0)
    files = {**scaffold.package(imported, decisions), "procedure.toml": packages.manifest()}
    officer = automatic_officer.walk(specification.load(package.read(files)).specification)
    assert (officer.trouble, officer.run.finished) == ("", True)


def test_a_rule_whose_decision_is_another_one_becomes_a_task():
    decisions = {"khac.dmn": TABLE.replace("phi", "khac").encode()}
    assert conversion.convert(packages.drawing(RULE), decisions).kept["business rules"] == Kept(0, 1)


def test_a_decision_table_that_cannot_be_read_is_refused_by_its_name():
    with pytest.raises(RefusedFile) as refused:
        hoso_bpmn.import_bpmn(packages.drawing(RULE), decisions={"phi.dmn": b"<definitions>"})
    assert (refused.value.rule, refused.value.file) == ("xml-broken", "phi.dmn")


def test_everything_that_could_run_as_code_is_taken_out():
    process, changes = (
        converted("""<userTask id="Tham_dinh" name="Thẩm định" camunda:class="Evil"><extensionElements>
        <camunda:taskListener event="create"><camunda:script scriptFormat="groovy">x</camunda:script></camunda:taskListener>
        <spiffworkflow:preScript>import os</spiffworkflow:preScript></extensionElements></userTask>""")
    )
    text = process.node.getroottree().getroot()
    assert {c.rule for c in changes} == {"script"}
    assert not [node for node in text.iter() if "cript" in str(node.tag)]


def test_links_become_the_flow_that_they_stand_for():
    process, _ = (
        converted("""<intermediateThrowEvent id="Di"><linkEventDefinition name="A"/></intermediateThrowEvent>
        <intermediateCatchEvent id="Den"><linkEventDefinition name="A"/></intermediateCatchEvent>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Di"/><sequenceFlow id="F6" sourceRef="Den" targetRef="Ky"/>""")
    )
    assert [(f.source, f.target) for f in process.flows.values() if "import" in f.id] == [("Di", "Den")]


def test_lane_references_lose_their_white_space_and_lanes_are_kept():
    lanes = """<laneSet id="L"><lane id="L1" name="Sở"><flowNodeRef>
        Tham_dinh
    </flowNodeRef></lane></laneSet>"""
    process, changes = converted(lanes)
    assert changes == [Change("white-space", "Tham_dinh", repr("\n        Tham_dinh\n    "), "'Tham_dinh'")]
    assert process.elements["Tham_dinh"].lane == "Sở"


@pytest.mark.parametrize("declared_as", ["utf-16", "us-ascii", "utf-8"])
def test_bytes_win_over_the_encoding_that_the_file_declares(declared_as: str):
    text = (
        packages.drawing()
        .decode()
        .replace('encoding="UTF-8"', f'encoding="{declared_as}"')
        .replace("encoding='UTF-8'", f"encoding='{declared_as}'")
    )
    imported = conversion.convert(text.encode())
    (process,) = diagram.read(imported.xml).processes
    assert process.elements["Tham_dinh"].name == "Thẩm định"


def test_a_diagram_without_coordinates_is_drawn():
    imported = conversion.convert(packages.drawing())
    boxes = interchange.boxes(diagram.read(imported.xml).root)
    assert {"Nop", "Tiep_nhan", "Tham_dinh", "Ky", "Tra", "Xong", "Lane_1", "Lane_2"} <= boxes.keys()


def test_the_scaffold_names_every_gap_and_nothing_else_is_wrong_with_it():
    files = scaffold.package(conversion.convert(packages.drawing()))
    findings = inspection.inspect_package(files).findings
    written = files["procedure.toml"].decode().splitlines()
    gaps = [number for number, line in enumerate(written, start=1) if '= ""' in line or "= []" in line]
    assert {(finding.rule, finding.file) for finding in findings} == {("manifest-key", "procedure.toml")}
    assert [finding.line for finding in findings] == gaps


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in FOREIGN] or ABSENT)
def test_every_tools_file_is_checked_drawn_and_laid_out_as_it_stands(path: Path):
    data = path.read_bytes()
    assert "engine" not in {finding.rule for finding in inspection.inspect_diagram(data, path.name).findings}
    assert svg.draw(data).startswith("<svg")
    assert layout.place(diagram.read(data)).shapes


@pytest.mark.parametrize("kind", ["error", "escalation", "cancel"])
def test_what_nothing_can_throw_between_steps_waits_for_a_message_of_its_name(kind: str):
    change = f"""<intermediateCatchEvent id="Cho" name="Chờ ý kiến"><{kind}EventDefinition/></intermediateCatchEvent>
        <sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="Cho"/><sequenceFlow id="F6" sourceRef="Cho" targetRef="Ky"/>"""
    process, changes = converted(change)
    assert [(c.rule, c.element, c.after) for c in changes] == [
        ("event-trigger", "Cho", "the message 'Chờ ý kiến'")
    ]
    (waits,) = process.elements["Cho"].event_definitions
    assert (waits.kind, waits.name) == ("message", "Chờ ý kiến")
