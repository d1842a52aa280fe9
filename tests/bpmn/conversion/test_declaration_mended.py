"""The import makes no errors of its own: what it adds is named for people, decided, and reached."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoso_bpmn import conversion
from hoso_bpmn.checks import inspection
from hoso_bpmn.document import diagram
from hoso_bpmn.document.diagram import Process
from hoso_bpmn.findings import RefusedFile
from support.builders.bpmn import bpmn, users


def imported(elements: str, way: str = "", declarations: str = "", name: str = "Thử") -> Process:
    drawn = bpmn(elements, way, declarations).replace('name="Thử"'.encode(), f'name="{name}"'.encode())
    (process,) = diagram.read(conversion.convert(drawn).xml).executable
    return process


def errors(process: Process) -> list[tuple[str, str | None]]:
    drawn = process.node.getroottree()
    report = inspection.inspect_diagram(diagram.etree.tostring(drawn), "")
    return [(f.rule, f.element) for f in report.errors if f.rule != "milestone-missing"]


def lanes(process: Process) -> dict[str, tuple[str, ...]]:
    return {lane.name: lane.elements for lane in process.lanes}


@pytest.mark.parametrize(
    ("name", "lane"), [("Thử", "Thử"), ("", "Cán bộ thụ lý"), ("process", "Cán bộ thụ lý")]
)
def test_the_lane_that_is_drawn_has_a_name_that_people_read(name: str, lane: str):
    process = imported(users("a"), "start>a a>end", name=name)
    assert ({key: sorted(inside) for key, inside in lanes(process).items()}, errors(process)) == (
        {lane: ["a", "end", "start"]},
        [],
    )


def test_tasks_that_name_their_groups_stand_in_lanes_of_these():
    group = '<userTask id="{}" name="{}" camunda:candidateGroups="{}"/>'.format
    drawn = group("a", "A", "Văn thư") + group("b", "B", "${nhom}") + group("c", "C", "Lãnh đạo")
    process = imported(drawn, "start>a a>b b>c c>end")
    assert {lane: sorted(inside) for lane, inside in lanes(process).items()} == {
        "Thử": ["b", "end", "start"],
        "Văn thư": ["a"],
        "Lãnh đạo": ["c"],
    }


def test_a_lane_without_a_name_is_named_after_its_pool():
    lane = '<lane id="l{0}"><flowNodeRef>{1}</flowNodeRef></lane>'.format
    drawn = f"<laneSet>{lane(1, 'a')}{lane(2, 'b')}</laneSet>" + users("a b")
    process = imported(drawn, "start>a a>b b>end")
    assert (lanes(process), errors(process)) == ({"Thử": ("a",), "Thử (2)": ("b",)}, [])


def test_a_choice_behind_a_merge_gets_a_decider_where_some_come_undecided():
    gateways = '<exclusiveGateway id="m"/><exclusiveGateway id="g" name="Đạt?"/>'
    process = imported(
        '<serviceTask id="v" name="V"/>' + users("a") + gateways, "start>v v>m m>g g>a[Sửa] a>m g>end[Xong]"
    )
    assert [(process.flows[f].source) for f in process.elements["g"].incoming] == ["Decision_import_1"]
    assert errors(process) == []


def test_code_becomes_no_button_and_is_kept_aside():
    code, words = "${execution.getVariable('ok') == true}", "hồ sơ đạt"
    process = imported(
        users("a b") + '<exclusiveGateway id="g"/>', f"start>a a>g g>b{{{code}}} g>end{{{words}}} b>end"
    )
    flows = [process.flows[flow] for flow in process.elements["g"].outgoing]
    assert [flow.name for flow in flows] == ["B", words]
    assert [flow.node.findtext("{*}documentation") for flow in flows] == [code, None]


def test_ways_of_an_inclusive_gateway_without_a_condition_are_always_taken():
    process = imported(
        users("a b c") + '<inclusiveGateway id="g"/>', "start>a a>g g>b{n > 1} g>c b>end c>end"
    )
    assert [process.flows[flow].condition for flow in process.elements["g"].outgoing] == ["n > 1", "true"]
    assert errors(process) == []


def test_an_event_sub_process_without_a_trigger_waits_for_a_message():
    inside = '<startEvent id="s" name="Rút hồ sơ"/><userTask id="t" name="T"/><sequenceFlow id="x" sourceRef="s" targetRef="t"/>'
    process = imported(
        users("a") + f'<subProcess id="h" name="Rút" triggeredByEvent="true">{inside}</subProcess>',
        "start>a a>end",
    )
    (trigger,) = process.elements["s"].event_definitions
    assert ((trigger.kind, trigger.name), errors(process)) == (("message", "Rút hồ sơ"), [])


def test_a_file_of_handlers_alone_is_refused_for_what_it_is():
    with pytest.raises(RefusedFile) as refused:
        imported('<subProcess id="h" triggeredByEvent="true"><startEvent id="s"/></subProcess>')
    assert (refused.value.rule, refused.value.message) == (
        "import-empty",
        "The file draws what interrupts a process, and no process that it interrupts.",
    )


def test_an_item_that_no_expression_can_name_gets_another_name():
    repeats = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
        '<inputDataItem id="i" name="input item"/></multiInstanceLoopCharacteristics>'
    )
    process = imported(f'<userTask id="a" name="A">{repeats}</userTask>', "start>a a>end")
    several = process.elements["a"].multi_instance
    assert (several.cardinality, several.item, errors(process)) == ("3", "item_input_item", [])


@pytest.mark.parametrize("lane", ["", '<laneSet><lane id="l" name="Văn thư">{}</lane></laneSet>'])
def test_several_starts_are_offered_as_a_choice(lane: str):
    inside = "".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in ("s1", "s2", "a", "b", "end"))
    starts = (
        lane.format(inside)
        + '<startEvent id="s1" name="Nộp tại quầy"/><startEvent id="s2" name="Nộp qua mạng"><messageEventDefinition/></startEvent>'
    )
    process = imported(starts + users("a b"), "s1>a s2>b a>end b>end")
    (start,) = process.starts
    choice = next(e for e in process.elements.values() if e.tag == "exclusiveGateway")
    flows = [process.flows[flow] for flow in choice.outgoing]
    assert [(flow.name, flow.target) for flow in flows] == [("Nộp tại quầy", "s1"), ("Nộp qua mạng", "s2")]
    (decider,) = (process.flows[flow].source for flow in choice.incoming)
    assert process.flows[process.elements[start].outgoing[0]].target == decider
    assert errors(process) == []


KINDS = (
    "userTask",
    "serviceTask",
    "scriptTask",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "subProcess",
)


@st.composite
def foreign(draw: st.DrawFn) -> bytes:
    """Elements of other tools with ways between them, drawn without lanes, labels or deciders, perhaps without a start."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8))
    elements = "".join(
        f'<{kind} id="e{at}" name="{draw(st.sampled_from(("", "Việc")))}"/>' for at, kind in enumerate(kinds)
    )
    ways = [f"e{at}>e{at + 1}" for at in range(len(kinds) - 1)] + [f"e{len(kinds) - 1}>end"]
    ways += draw(st.sampled_from(([], ["start>e0"])))
    numbers = st.integers(0, len(kinds) - 1)
    for source, target in draw(st.lists(st.tuples(numbers, numbers), max_size=4)):
        ways.append(f"e{source}>e{target}" + draw(st.sampled_from(("", "{n > 1}", "[Đi]", "{${f(x)}}"))))
    return bpmn(elements, " ".join(ways)).replace('name="Thử"'.encode(), b"")


#: Rules that an import answers for, whatever was drawn.
MENDED = {
    *(
        "start-missing",
        "lanes-missing",
        "task-no-lane",
        "name-only-id",
        "split-implicit",
        "gateway-no-decider",
    ),
    *("gateway-unlabelled", "gateway-mixed", "gateway-labels-equal", "gateway-no-default", "event-undefined"),
}


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(foreign())
def test_no_error_names_what_the_import_has_added_or_could_have_mended(drawn: bytes):
    report = inspection.inspect_diagram(conversion.convert(drawn).xml, "")
    own = [f for f in report.errors if f.rule in MENDED or "_import" in (f.element or "")]
    assert [f.message for f in own if f.rule != "milestone-missing"] == []
