"""The traps of SpiffWorkflow 3.2 that were found by measuring, one test each, named after the trap."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest
import zstandard
from SpiffWorkflow.util.task import TaskState

import hoso_bpmn
from hoso_bpmn.engine import execution_context, scripting
from hoso_bpmn.engine.workflow import Workflow
from hoso_bpmn.runs.automatic_steps import MAX_STEPS
from support.builders.bpmn import CALENDAR, MONDAY, Walk, bpmn, packaged, specification, user, users

LOOP = users("a b c") + '<exclusiveGateway id="m"/><exclusiveGateway id="g"/>'
LOOP_WAY = "start>a a>m m>b b>c c>g g>m[Bổ sung] g>end[Đạt]"
MESSAGE = '<message id="msg" name="Rút hồ sơ"/>'
WITHDRAWAL = (
    '<subProcess id="h" triggeredByEvent="true">'
    '<startEvent id="hs" isInterrupting="{}"><messageEventDefinition messageRef="msg"/></startEvent>'
    '<userTask id="handle"/><endEvent id="he"/><sequenceFlow id="h1" sourceRef="hs" targetRef="handle"/>'
    '<sequenceFlow id="h2" sourceRef="handle" targetRef="he"/></subProcess>'
)


def test_trap_depth_limit_a_thousand_supplement_rounds_stay_open_and_small() -> None:
    walk = Walk(specification(LOOP, LOOP_WAY))
    walk.do("a")
    walk.do("b")
    size = len(walk.run.dump())
    for _ in range(1_000):
        walk.do("c", "Bổ sung")
        walk.do("b")
    assert walk.open == ["c"]
    assert len(walk.run.dump()) < size + 32
    walk.do("c", "Đạt")
    assert walk.run.finished


def test_trap_depth_limit_an_endless_automatic_loop_is_an_incident() -> None:
    spec = specification(
        user("a") + '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="f4"/>',
        "start>a a>m m>g g>m g>end{done == 1}",
    )
    walk = Walk(spec)
    change = walk.do("a", done=0)
    assert change.incident is not None
    assert str(MAX_STEPS) in change.incident.message
    walk.do("a", done=1)
    assert walk.run.finished


def test_trap_depth_limit_a_long_sequence_runs_to_its_end() -> None:
    names = [f"t{number}" for number in range(1_200)]
    way = "start>t0 " + " ".join(f"{a}>{b}" for a, b in pairwise(names)) + " t1199>end"
    run = hoso_bpmn.start(specification(users(" ".join(names)), way), at=MONDAY, calendar=CALENDAR)
    for name in names:
        [task] = run.tasks
        assert task.element == name
        run.complete(task.id, at=MONDAY)
    assert run.finished


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    if isinstance(value, list):
        return [_shuffled(item, chance) for item in value]
    return value


def test_trap_key_order_a_state_whose_json_keys_were_sorted_keeps_its_variables() -> None:
    spec = specification(
        users("a b c d") + '<exclusiveGateway id="g" default="f4"/>',
        "start>a a>b b>g g>c g>d{x == 1 and y == 2} c>end d>end",
    )
    run = hoso_bpmn.start(spec, at=MONDAY, calendar=CALENDAR, variables={"y": 2})
    run.complete(run.tasks[0].id, variables={"x": 1}, at=MONDAY)
    state = run.dump()
    document = orjson.loads(zstandard.decompress(state[1:]))
    for seed in range(10):
        shuffled = _shuffled(document, random.Random(seed))  # noqa: S311 - an order, no secret
        other = state[:1] + zstandard.compress(orjson.dumps(shuffled))
        again = hoso_bpmn.resume(spec, other, calendar=CALENDAR)
        change = again.complete(again.tasks[0].id, at=MONDAY)
        assert [task.element for task in change.opened] == ["d"]


def test_trap_rewind_orphans_a_rewound_run_goes_on() -> None:
    timer = (
        '<boundaryEvent id="t" attachedToRef="b"><timerEventDefinition>'
        "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    parsed = specification(users("a b c") + timer, "start>a a>b b>end t>c c>end").parsed
    with execution_context.within(execution_context.Moment(MONDAY, execution_context.calendars(CALENDAR), 0)):
        workflow = Workflow(parsed.spec, parsed.subprocesses, scripting.ENGINE)
        workflow.do_engine_steps()
        first = workflow.get_next_task(state=TaskState.READY, manual=True)
        first.run()
        workflow.do_engine_steps()
        assert len(workflow.event_manager.tasks) == 1
        workflow.reset_from_task_id(first.id)
        assert set(workflow.event_manager.tasks) <= set(workflow.tasks)
        workflow.do_engine_steps()
        assert [task.task_spec.name for task in workflow.get_tasks(state=TaskState.READY)] == ["a"]


def test_trap_parser_hang_a_data_association_inside_a_subprocess_is_ignored() -> None:
    task = user(
        "i",
        '<dataOutputAssociation id="o"><sourceRef>i</sourceRef><targetRef>ref</targetRef></dataOutputAssociation>',
    )
    inner = (
        f'<startEvent id="ps"/>{task}<endEvent id="pe"/><dataObjectReference id="ref" dataObjectRef="nowhere"/>'
        '<sequenceFlow id="p1" sourceRef="ps" targetRef="i"/><sequenceFlow id="p2" sourceRef="i" targetRef="pe"/>'
    )
    walk = Walk(specification(f'<subProcess id="p">{inner}</subProcess>', "start>p p>end"))
    walk.do("i")
    assert walk.run.finished


def test_trap_unnamed_message_is_awaited_under_the_name_of_its_element() -> None:
    event = '<intermediateCatchEvent id="m" name="Chờ nộp"><messageEventDefinition messageRef="x"/></intermediateCatchEvent>'
    walk = Walk(specification(event + user("a"), "start>m m>a a>end", '<message id="x"/>'))
    assert walk.run.messages == ("x",)
    walk.send("x")
    assert walk.open == ["a"]


def test_trap_interrupting_event_subprocess_leaves_nothing_else_open() -> None:
    walk = Walk(specification(users("a b") + WITHDRAWAL.format("true"), "start>a a>b b>end", MESSAGE))
    walk.send("Rút hồ sơ")
    assert walk.open == ["handle"]


def test_trap_data_object_arrow_does_not_make_a_completion_fail() -> None:
    task = user(
        "a",
        '<dataOutputAssociation id="o"><sourceRef>a</sourceRef><targetRef>ref</targetRef></dataOutputAssociation>',
    )
    drawn = task + '<dataObject id="dossier"/><dataObjectReference id="ref" dataObjectRef="dossier"/>'
    walk = Walk(specification(drawn + user("b"), "start>a a>b b>end"))
    assert walk.do("a").incident is None
    assert walk.open == ["b"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_trap_encoding_files_are_read_as_bytes(encoding: str) -> None:
    text = bpmn('<userTask id="a" name="Thẩm định"/>', "start>a a>end").decode()
    data = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding, "xmlcharrefreplace")
    assert hoso_bpmn.load(packaged(data)).specification.steps["a"].name == "Thẩm định"


def _connections(spec: hoso_bpmn.Specification) -> list[Any]:
    processes = [spec.parsed.spec, *spec.parsed.subprocesses.values()]
    return [
        (process.name, task.name, tuple(task._inputs), tuple(task._outputs))
        for process in processes
        for task in process.task_specs.values()
    ]


def test_trap_shared_specification_is_the_same_after_messages_triggered_event_subprocesses() -> None:
    spec = specification(users("a b") + WITHDRAWAL.format("false"), "start>a a>b b>end", MESSAGE)
    before = _connections(spec)

    def walk(number: int) -> list[str]:
        run = Walk(spec)
        for _ in range(number % 3):
            run.send("Rút hồ sơ")
        run.do("a")
        return run.open

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(walk, range(24)))
    assert found == [["b", *["handle"] * (number % 3)] for number in range(24)]
    assert _connections(spec) == before


def test_trap_join_order_follows_what_happened_first_when_clocks_run_backwards() -> None:
    spec = specification(
        users("a b c d")
        + '<parallelGateway id="s"/><parallelGateway id="j"/><exclusiveGateway id="g" default="f7"/>',
        "start>s s>a s>b a>j b>j j>g g>c g>d{x == 2} c>end d>end",
    )
    walk = Walk(spec)
    walk.do("a", x=1)
    walk.at -= timedelta(days=400)
    walk.do("b", x=2)
    assert walk.open == ["d"], "the later answer must win, whatever the clock said"


#: Done twice at once until a day is over; inside, something listens and sends.
INTERRUPTED = """<subProcess id="sub"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>
    </multiInstanceLoopCharacteristics><startEvent id="s"/>{}<sequenceFlow id="i" sourceRef="s" targetRef="x"/></subProcess>
    <boundaryEvent id="b" attachedToRef="sub"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>
    </boundaryEvent>"""


def test_trap_interrupted_repetition_takes_the_events_inside_of_it_along() -> None:
    inside = user("x") + WITHDRAWAL.format("false")
    spec = specification(INTERRUPTED.format(inside) + users("z"), "start>sub sub>end b>z z>end", MESSAGE)
    walk = Walk(spec)
    walk.send("Rút hồ sơ")
    assert walk.open == ["handle", "handle", "x", "x"]
    walk.wait(days=2)
    assert (walk.open, walk.run.messages) == (["z"], ())


def test_trap_interrupted_repetition_hears_and_sends_no_more() -> None:
    inside = (
        '<intermediateCatchEvent id="x"><signalEventDefinition signalRef="sig"/></intermediateCatchEvent>'
        '<sendTask id="sent" messageRef="msg"/><sequenceFlow id="k" sourceRef="x" targetRef="sent"/>'
    )
    thrown = (
        '<intermediateThrowEvent id="t"><signalEventDefinition signalRef="sig"/></intermediateThrowEvent>'
    )
    spec = specification(
        INTERRUPTED.format(inside) + thrown + users("z"),
        "start>sub sub>end b>t t>z z>end",
        MESSAGE + '<signal id="sig" name="Xong"/>',
    )
    run = hoso_bpmn.start(spec, at=MONDAY, calendar=CALENDAR)
    change = run.advance(at=MONDAY + timedelta(days=2))
    assert ([task.element for task in change.opened], [m.name for m in change.messages]) == (["z"], ["Xong"])


def test_trap_message_that_interrupts_a_repetition_is_not_heard_inside_of_it() -> None:
    caught = '<{}Event id="{}"{}><messageEventDefinition messageRef="msg"/></{}Event>'
    inside = (
        caught.format("intermediateCatch", "x", "", "intermediateCatch")
        + '<receiveTask id="later" messageRef="msg"/><sequenceFlow id="k" sourceRef="x" targetRef="later"/>'
    )
    drawn = INTERRUPTED.format(inside).replace(
        "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>",
        '<messageEventDefinition messageRef="msg"/>',
    )
    spec = specification(drawn + users("z"), "start>sub sub>end b>z z>end", MESSAGE)
    run = hoso_bpmn.start(spec, at=MONDAY, calendar=CALENDAR)
    run.send("Rút hồ sơ", at=MONDAY)
    assert ([task.element for task in run.tasks], run.messages) == (["z"], ())
