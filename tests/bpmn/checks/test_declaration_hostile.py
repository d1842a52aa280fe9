"""Files made to do harm: nothing runs, nothing hangs, nothing dies, and each is told why."""

import itertools
from pathlib import Path

import pytest

import hoso_bpmn
from hoso_bpmn import conversion, errors, expressions
from hoso_bpmn.checks import inspection
from hoso_bpmn.drawing import svg
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import archive, package
from hoso_bpmn.runs import specification
from support import rotation
from support.builders import packages

#: Whatever would run one of these would leave the file behind.
EVIL = "__import__('pathlib').Path('{trace}').touch()"
ESCAPES = (
    EVIL,
    "().__class__.__base__.__subclasses__()",
    "''.__class__.__mro__",
    "'{0.__class__}'.format(1)",
    "lambda: 1",
    "[x for x in [1]]",
    "open('/etc/passwd')",
    "globals()",
    "9**9**9",
    "'a'*10**9",
    "(1).real",
    "x := 1",
    "f'{1}'",
    "len.__self__",
    "a.b",
    "a[0]",
    "min(*[1])",
    "\x00",
    "not " * 400 + "a",
    "a" * 501,
)

PLACES = {
    "condition": """<exclusiveGateway id="G" default="F7"/><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="G"/>
        <sequenceFlow id="F6" sourceRef="G" targetRef="Ky"><conditionExpression>{evil}</conditionExpression></sequenceFlow>
        <sequenceFlow id="F7" sourceRef="G" targetRef="Tham_dinh"/>""",
    "timer": """<boundaryEvent id="B" attachedToRef="Ky"><timerEventDefinition><timeDuration>={evil}</timeDuration>
        </timerEventDefinition></boundaryEvent><endEvent id="E" ends="stopped"/><sequenceFlow id="F6" sourceRef="B" targetRef="E"/>""",
    "cardinality": """<userTask id="Tham_dinh" name="T" limit="2 ngày làm việc"><multiInstanceLoopCharacteristics>
        <loopCardinality>{evil}</loopCardinality></multiInstanceLoopCharacteristics></userTask>""",
    "completion": """<userTask id="Tham_dinh" name="T" limit="2 ngày làm việc"><multiInstanceLoopCharacteristics>
        <loopCardinality>3</loopCardinality><completionCondition>{evil}</completionCondition>
        </multiInstanceLoopCharacteristics></userTask>""",
    "loop": """<userTask id="Tham_dinh" name="T" limit="2 ngày làm việc"><standardLoopCharacteristics>
        <loopCondition>{evil}</loopCondition></standardLoopCharacteristics></userTask>""",
}

SCRIPTS = {
    "script task": '<scriptTask id="Tham_dinh" name="T"><script>{evil}</script></scriptTask>',
    "spiff script": """<userTask id="Tham_dinh" name="T"><extensionElements><spiffworkflow:preScript>{evil}</spiffworkflow:preScript>
        </extensionElements></userTask>""",
    "camunda listener": """<userTask id="Tham_dinh" name="T"><extensionElements><camunda:executionListener event="start">
        <camunda:script scriptFormat="python">{evil}</camunda:script></camunda:executionListener></extensionElements></userTask>""",
    "camunda expression": '<serviceTask id="Tham_dinh" name="T" camunda:expression="{evil}"/>',
    "service operator": """<serviceTask id="Tham_dinh" name="T"><extensionElements>
        <spiffworkflow:serviceTaskOperator id="http/Get"/></extensionElements></serviceTask>""",
    "start listener": """<startEvent id="Nop" name="N"><extensionElements><camunda:executionListener class="Evil"/></extensionElements></startEvent>""",
}

#: Each escape in one place or more, each place with what leaves a trace: these do not take turns.
ALWAYS = {
    (place, escape)
    for row, place in enumerate(PLACES)
    for column, escape in enumerate(ESCAPES)
    if escape is EVIL or (row - column) % len(PLACES) == 0
}


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\x00", "?")


@pytest.mark.parametrize(
    ("place", "escape"),
    rotation.rotated(itertools.product(PLACES, ESCAPES), ALWAYS.__contains__, unless=["bpmn/hoso_bpmn"]),
    ids=lambda text: text[:24].replace("\x00", "nul"),
)
def test_no_expression_gets_out_of_its_small_name_space(place: str, escape: str, tmp_path: Path):
    trace = tmp_path / "trace"
    change = PLACES[place].format(evil=escaped(escape.format(trace=trace) if escape is EVIL else escape))
    report = inspection.inspect_package(packages.package(change))
    assert {finding.rule for finding in report.errors} & {"expression", "timer"}
    with pytest.raises((errors.EngineError, RefusedFile)):
        specification.load(package.read(packages.package(change)))
    assert not trace.exists()


@pytest.mark.parametrize("place", SCRIPTS)
def test_no_script_runs_wherever_it_stands(place: str, tmp_path: Path):
    trace = tmp_path / "trace"
    change = SCRIPTS[place].format(evil=escaped(EVIL.format(trace=trace)))
    report = inspection.inspect_package(packages.package(change))
    assert "script" in {finding.rule for finding in report.errors}
    assert conversion.convert(conversion.convert(packages.drawing(change)).xml).changes == ()
    assert not trace.exists()


@pytest.mark.parametrize("text", ["'a' * 1000000000", "[1] * 1000000000"])
def test_a_text_or_list_is_not_multiplied(text: str):
    with pytest.raises(errors.ExpressionFailed):
        expressions.compiled(text).evaluate({})


def test_a_loop_that_turns_by_itself_is_refused():
    change = """<exclusiveGateway id="G"/><parallelGateway id="P"/><sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="G"/>
        <sequenceFlow id="F6" sourceRef="G" targetRef="P"/><sequenceFlow id="F7" sourceRef="P" targetRef="G"/>
        <sequenceFlow id="F8" sourceRef="P" targetRef="Ky"/>"""
    assert "cycle-automatic" in {
        finding.rule for finding in inspection.inspect_package(packages.package(change)).errors
    }


def test_a_procedure_that_calls_itself_is_refused():
    change = '<callActivity id="Tham_dinh" name="Gọi" calledElement="9.000001"/>'
    report = inspection.inspect_package(packages.package(change))
    assert [finding.rule for finding in report.errors] == ["engine"]
    assert "from within itself" in report.errors[0].message


def chain(number: int) -> str:
    tasks = "".join(f'<userTask id="T{n}" name="T{n}"/>' for n in range(number))
    flows = "".join(
        f'<sequenceFlow id="G{n}" sourceRef="T{n}" targetRef="T{n + 1}"/>' for n in range(number - 1)
    )
    ends = f'<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="T0"/><sequenceFlow id="GX" sourceRef="T{number - 1}" targetRef="Ky"/>'
    return tasks + flows + ends


def nested(depth: int) -> str:
    inner = '<userTask id="Sau" name="Sâu"/>'
    for level in range(depth):
        inner = f'<subProcess id="S{level}" name="S{level}">{inner}</subProcess>'
    return f'{inner}<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="S{depth - 1}"/><sequenceFlow id="F6" sourceRef="S{depth - 1}" targetRef="Ky"/>'


def lattice(rows: int) -> str:
    """Gateways with two ways each, one after the other: 2 to the power of rows ways in all."""
    parts = []
    for n in range(rows):
        parts.append(
            f'<parallelGateway id="A{n}"/><parallelGateway id="B{n}"/><userTask id="L{n}" name="L{n}"/><userTask id="R{n}" name="R{n}"/>'
        )
        for source, target in (("A", "L"), ("A", "R"), ("L", "B"), ("R", "B")):
            parts.append(
                f'<sequenceFlow id="{source}{target}{n}" sourceRef="{source}{n}" targetRef="{target}{n}"/>'
            )
        following = f"A{n + 1}" if n + 1 < rows else "Ky"
        parts.append(f'<sequenceFlow id="N{n}" sourceRef="B{n}" targetRef="{following}"/>')
    return "".join(parts) + '<sequenceFlow id="F3" sourceRef="Tham_dinh" targetRef="A0"/>'


@pytest.mark.parametrize(
    "change",
    [chain(1_000), nested(180), lattice(200)],
    ids=["a thousand in a row", "180 deep", "2 to the 200 ways"],
)
def test_a_large_process_is_checked_and_imported_in_the_limited_child(change: str, tmp_path: Path):
    path = tmp_path / "a.bpmn"
    path.write_bytes(packages.drawing(change))
    assert "sandbox" not in {finding.rule for finding in hoso_bpmn.check(path).findings}
    assert hoso_bpmn.import_bpmn(path.read_bytes()).process == "Process_1"


def test_a_package_of_files_that_mean_nothing_is_told_so_one_by_one(tmp_path: Path):
    files = packages.package(files={"forms/a.form": b"[" * 100_000, "b.dmn": b"<a>", "c.bpmn": b"\xff"})
    path = tmp_path / "a.zip"
    path.write_bytes(archive.to_zip(files))
    assert [finding.rule for finding in hoso_bpmn.check(path).errors] == ["form-broken"]


def test_a_manifest_nested_without_end_is_refused(tmp_path: Path):
    (tmp_path / "procedure.toml").write_bytes(b"a = " + b"[" * 50_000)
    (tmp_path / "process.bpmn").write_bytes(packages.drawing())
    assert [finding.rule for finding in hoso_bpmn.check(tmp_path).findings] == ["manifest-broken"]


def test_what_stands_where_it_cannot_is_drawn_and_built_without_it():
    shape = """<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">
        <bpmndi:BPMNPlane bpmnElement="Process_1"><bpmndi:BPMNShape bpmnElement="E"><dc:Bounds x="1" y="1" width="36" height="36"/>
        </bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"""
    change = (
        """<userTask id="Tham_dinh" name="Thẩm định" attachedToRef="Ky"><startEvent id="E"/></userTask>"""
    )
    data = packages.drawing(change).replace(b"</definitions>", shape.encode() + b"</definitions>")
    assert '<g id="E">' in svg.draw(data)
    assert conversion.convert(data).changes == ()
    assert inspection.inspect_package({**packages.package(), "process.bpmn": data}).ok


@pytest.mark.parametrize(
    "drawn",
    [
        "",
        '<userTask id="A" name="A"/>',
        '<sendTask id="A" name="A"/>',
        '<endEvent id="A" name="A"/>',
        (
            '<receiveTask id="A" name="A"/><boundaryEvent id="B" attachedToRef="A"><timerEventDefinition><timeDuration>P1D</timeDuration>'
            '</timerEventDefinition></boundaryEvent><sequenceFlow id="F9" sourceRef="B" targetRef="Ky"/>'
        ),
        '<receiveTask id="A" name="A"/><sequenceFlow id="F9" sourceRef="G" targetRef="A"/>',
    ],
)
def test_an_event_gateway_that_awaits_no_events_is_refused_by_name_and_imported_as_a_choice(drawn: str):
    way = '<sequenceFlow id="F7" sourceRef="G" targetRef="A"/>' if drawn else ""
    change = f"""<subProcess id="Tham_dinh" name="Nhóm"><startEvent id="S"/><userTask id="U" name="U"/><eventBasedGateway id="G" name="G"/>
        <sequenceFlow id="F6" sourceRef="S" targetRef="U"/><sequenceFlow id="F8" sourceRef="U" targetRef="G"/>{way}
        {drawn.replace('targetRef="Ky"', 'targetRef="U"')}</subProcess>"""
    (found,) = inspection.inspect_package(packages.package(change)).errors
    assert (found.rule, found.element, found.remedy) == (
        "engine",
        "G",
        "Lead it to events that wait, or to receive tasks.",
    )
    (changed,) = (
        c for c in conversion.convert(packages.drawing(change)).changes if c.rule == "event-gateway"
    )
    assert (changed.element, changed.before, changed.after) == ("G", "eventBasedGateway", "exclusiveGateway")
