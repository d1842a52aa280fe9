"""Sub-processes, those that events trigger, and what errors and escalations do around them."""

import pytest

from support.builders.bpmn import MESSAGE, Walk, boundary, each, specification, user, users

SUB = '<subProcess id="p">{}<startEvent id="ps"/><endEvent id="pe">{}</endEvent>{}</subProcess>'


def subprocess(inner: str, way: str, end: str = "") -> str:
    from support.builders.bpmn import flows

    return SUB.format(inner, end, flows(way).replace('id="f', 'id="p'))


def test_a_subprocess_runs_inside_and_gives_back_its_variables() -> None:
    spec = specification(
        users("a b") + subprocess(user("i"), "ps>i i>pe") + '<exclusiveGateway id="g" default="f4"/>',
        "start>p p>g g>a{x == 1} g>b a>end b>end",
    )
    walk = Walk(spec, x=0)
    walk.do("i", x=1)
    assert walk.open == ["a"]
    walk.do("a")
    assert walk.run.finished


def test_a_boundary_timer_on_a_subprocess_closes_the_task_inside() -> None:
    timer = boundary(True, "P3D").replace('attachedToRef="a"', 'attachedToRef="p"')
    walk = Walk(
        specification(
            users("a b") + subprocess(users("i j"), "ps>i i>j j>pe") + timer, "start>p p>a t>b a>end b>end"
        )
    )
    walk.do("i")
    change = walk.wait(days=3)
    assert [(task.element, task.by) for task in change.closed] == [("j", "cancelled")]
    assert walk.open == ["b"]
    walk.do("b")
    assert walk.run.finished


def test_an_error_end_inside_is_caught_at_the_boundary() -> None:
    caught = '<boundaryEvent id="t" attachedToRef="p"><errorEventDefinition errorRef="err"/></boundaryEvent>'
    spec = specification(
        users("a b") + subprocess(user("i"), "ps>i i>pe", '<errorEventDefinition errorRef="err"/>') + caught,
        "start>p p>a t>b a>end b>end",
        '<error id="err" name="Không đạt" errorCode="E1"/>',
    )
    walk = Walk(spec)
    walk.do("i")
    assert walk.open == ["b"]


def test_an_escalation_opens_beside_the_subprocess() -> None:
    throw = '<intermediateThrowEvent id="e"><escalationEventDefinition escalationRef="esc"/></intermediateThrowEvent>'
    caught = (
        '<boundaryEvent id="t" attachedToRef="p" cancelActivity="false">'
        '<escalationEventDefinition escalationRef="esc"/></boundaryEvent>'
    )
    spec = specification(
        users("a b") + subprocess(users("i j") + throw, "ps>i i>e e>j j>pe") + caught,
        "start>p p>a t>b a>end b>end",
        '<escalation id="esc" escalationCode="X"/>',
    )
    walk = Walk(spec)
    walk.do("i")
    assert walk.open == ["b", "j"]


EVENT_SUB = (
    '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs" isInterrupting="{}">{}</startEvent>'
    '<userTask id="handle"/><endEvent id="he"/><sequenceFlow id="h1" sourceRef="hs" targetRef="handle"/>'
    '<sequenceFlow id="h2" sourceRef="handle" targetRef="he"/></subProcess>'
)


def test_an_interrupting_event_subprocess_closes_the_process_it_interrupts() -> None:
    handler = EVENT_SUB.format("true", '<messageEventDefinition messageRef="msg"/>')
    walk = Walk(specification(users("a b") + handler, "start>a a>b b>end", MESSAGE))
    change = walk.send("Đã nộp tiền")
    assert [(task.element, task.by) for task in change.closed] == [("a", "cancelled")]
    assert walk.open == ["handle"]
    walk.do("handle")
    assert walk.run.finished


def test_an_event_subprocess_that_is_never_triggered_does_not_keep_the_process_open() -> None:
    handler = EVENT_SUB.format(
        "false", "<timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition>"
    )
    walk = Walk(specification(user("a") + handler, "start>a a>end"))
    assert set(walk.due) == {"hs"}
    walk.do("a")
    assert walk.run.finished


def test_an_accompanying_event_subprocess_may_be_triggered_again_and_again() -> None:
    handler = EVENT_SUB.format("false", '<messageEventDefinition messageRef="msg"/>')
    walk = Walk(specification(user("a") + handler, "start>a a>end", MESSAGE))
    walk.send("Đã nộp tiền")
    walk.send("Đã nộp tiền")
    assert walk.open == ["a", "handle", "handle"]
    walk.do("a")
    walk.do("handle")
    assert not walk.run.finished
    walk.do("handle")
    assert walk.run.finished


def test_an_error_that_nothing_around_a_subprocess_catches_is_an_incident() -> None:
    spec = specification(
        user("a") + subprocess(user("i"), "ps>i i>pe", '<errorEventDefinition errorRef="err"/>'),
        "start>p p>a a>end",
        '<error id="err" name="Không đạt"/>',
    )
    walk = Walk(spec)
    change = walk.do("i")
    assert change.incident is not None
    assert change.incident.element == "pe"
    assert walk.open == ["i"]


def test_an_error_that_ends_the_process_ends_all_of_it() -> None:
    spec = specification(
        users("a b") + '<endEvent id="bad"><errorEventDefinition errorRef="err"/></endEvent>',
        "start>a start>b a>bad b>end",
        '<error id="err" name="Không đạt"/>',
    )
    walk = Walk(spec)
    change = walk.do("a")
    assert [(task.element, task.by) for task in change.closed] == [("a", "completed"), ("b", "cancelled")]
    assert walk.run.finished


def test_an_error_may_trigger_an_event_subprocess() -> None:
    handler = EVENT_SUB.format("true", '<errorEventDefinition errorRef="err"/>')
    spec = specification(
        users("a b") + '<endEvent id="bad"><errorEventDefinition errorRef="err"/></endEvent>' + handler,
        "start>a start>b a>bad b>end",
        '<error id="err" name="Không đạt"/>',
    )
    walk = Walk(spec)
    walk.do("a")
    assert walk.open == ["handle"]
    walk.do("handle")
    assert walk.run.finished


def test_a_terminate_end_also_ends_what_accompanies_the_process() -> None:
    handler = EVENT_SUB.format("false", '<messageEventDefinition messageRef="msg"/>')
    spec = specification(
        user("a") + '<endEvent id="stop"><terminateEventDefinition/></endEvent>' + handler,
        "start>a a>stop",
        MESSAGE,
    )
    walk = Walk(spec)
    walk.send("Đã nộp tiền")
    assert walk.open == ["a", "handle"]
    walk.do("a")
    assert walk.run.finished
    assert walk.open == []


def test_a_boundary_event_on_a_subprocess_sees_what_was_learned_inside() -> None:
    timer = boundary(True, "P3D").replace('attachedToRef="a"', 'attachedToRef="p"')
    spec = specification(
        users("a b c")
        + subprocess(users("i j"), "ps>i i>j j>pe")
        + timer
        + '<exclusiveGateway id="g" default="f5"/>',
        "start>p p>a t>g g>b{x == 1} g>c a>end b>end c>end",
    )
    walk = Walk(spec, x=0)
    walk.do("i", x=1)
    walk.wait(days=3)
    assert walk.open == ["b"]


def test_an_event_subprocess_of_a_subprocess_interrupts_only_that() -> None:
    handler = EVENT_SUB.format("true", '<messageEventDefinition messageRef="msg"/>')
    spec = specification(
        users("a b") + subprocess(user("i") + handler, "ps>i i>pe"),
        "start>p start>b p>a a>end b>end",
        MESSAGE,
    )
    walk = Walk(spec)
    assert walk.open == ["b", "i"]
    walk.send("Đã nộp tiền")
    assert walk.open == ["b", "handle"]
    walk.do("handle")
    assert walk.open == ["a", "b"]


def test_an_error_that_nothing_catches_ends_what_accompanies_the_process_too() -> None:
    handler = EVENT_SUB.format("false", '<messageEventDefinition messageRef="msg"/>')
    spec = specification(
        users("a b") + '<endEvent id="bad"><errorEventDefinition errorRef="err"/></endEvent>' + handler,
        "start>a start>b a>bad b>end",
        MESSAGE + '<error id="err" name="Không đạt"/>',
    )
    walk = Walk(spec)
    walk.send("Đã nộp tiền")
    walk.do("a")
    assert (walk.open, walk.run.finished) == ([], True)


def test_an_interruption_beside_an_activity_does_not_pass_for_one_of_the_activity_itself() -> None:
    """A finished activity had left the tree, and an inner boundary event had taken the place of those of the outer task."""

    def timed(task: str, event: str, interrupts: str) -> str:
        return user(task) + (
            f'<boundaryEvent id="{event}" attachedToRef="{task}" cancelActivity="{interrupts}">'
            "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        )

    drawn = timed("a", "beside", "false") + timed("b", "instead", "true") + users("c d z")
    gateways = '<parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e1"/><endEvent id="e2"/>'
    way = "start>f f>a f>d a>j d>j j>z z>end beside>b b>e1 instead>c c>e2"
    walk = Walk(specification(drawn + gateways, way))
    walk.wait(hours=1)
    walk.wait(hours=1)
    assert walk.open == ["a", "c", "d"]
    walk.do("a")
    walk.do("d")
    assert walk.open == ["c", "z"]
    walk.do("c")
    walk.do("z")
    assert walk.run.finished


NESTED = (
    '<subProcess id="s">{}<startEvent id="si"/><subProcess id="t"><startEvent id="ti"/><userTask id="a"/>'
    '<boundaryEvent id="late" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeDuration>P9D</timeDuration>'
    '</timerEventDefinition></boundaryEvent><sequenceFlow id="i1" sourceRef="ti" targetRef="a"/></subProcess>'
    '<sequenceFlow id="i2" sourceRef="si" targetRef="t"/></subProcess>'
    '<boundaryEvent id="m" attachedToRef="s"><messageEventDefinition messageRef="M"/></boundaryEvent>'
)


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_an_event_on_a_multi_instance_subprocess_takes_away_all_that_is_open_within(sequential: str) -> None:
    spec = specification(
        NESTED.format(each("units", "unit", sequential)) + users("z"),
        "start>s s>end m>z z>end",
        '<message id="M" name="Dừng"/>',
    )
    walk = Walk(spec, units=["H27", "H28"])
    tasks, timers = walk.run.tasks, walk.run.timers
    change = walk.send("Dừng")
    assert [(task.id, task.by) for task in change.closed] == [(task.id, "cancelled") for task in tasks]
    assert sorted(change.timers_dropped) == sorted(timer.id for timer in timers)
    assert (walk.open, walk.due) == (["z"], {})
    walk.do("z")
    assert walk.run.finished
