"""What each element does, every run dumped and resumed after each command."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

import hoso_bpmn
from drawn import HANOI, MONDAY, Walk, specification, user, users
from hoso_bpmn import errors


def elements(tasks: tuple[hoso_bpmn.Task, ...]) -> list[str]:
    return sorted(task.element for task in tasks)


def test_a_sequence_opens_one_task_after_the_other_and_ends() -> None:
    walk = Walk(specification(users("a b"), "start>a a>b b>end"))
    assert walk.open == ["a"]
    change = walk.do("a")
    assert elements(change.opened) == ["b"]
    assert [(task.element, task.by) for task in change.closed] == [("a", "completed")]
    walk.do("b")
    assert walk.run.finished
    assert walk.run.tasks == ()


def test_the_labels_of_a_gateway_are_the_outcomes_of_the_task_before_it() -> None:
    spec = specification(
        users("a b c") + '<exclusiveGateway id="g"/>', "start>a a>g g>b[Đạt] g>c[Không đạt] b>end c>end"
    )
    assert spec.steps["a"].outcomes == ("Đạt", "Không đạt")
    walk = Walk(spec)
    with pytest.raises(errors.OutcomeRequired):
        walk.do("a")
    with pytest.raises(errors.UnknownOutcome):
        walk.do("a", "Có lẽ")
    assert elements(walk.do("a", "Không đạt").opened) == ["c"]


def test_two_named_gateways_in_a_row_combine_their_labels() -> None:
    spec = specification(
        users("a b c d") + '<exclusiveGateway id="g"/><exclusiveGateway id="h"/>',
        "start>a a>g g>b[Đạt] g>h[Không đạt] h>c[Bổ sung] h>d[Trả] b>end c>a d>end",
    )
    assert spec.steps["a"].outcomes == ("Đạt", "Không đạt › Bổ sung", "Không đạt › Trả")
    walk = Walk(spec)
    walk.do("a", "Không đạt › Bổ sung")
    walk.do("c")
    walk.do("a", "Không đạt › Trả")
    assert walk.open == ["d"]


def test_a_condition_chooses_and_the_default_takes_the_rest() -> None:
    spec = specification(
        users("a b c") + '<exclusiveGateway id="g" default="f4"/>',
        "start>a a>g g>b{${amount > 5 && kind == 'x'}} g>c b>end c>end",
    )
    assert spec.variables == {"amount", "kind"}
    walk = Walk(spec, unused="never enters")
    walk.do("a", amount=6, kind="x")
    assert walk.open == ["b"]
    walk = Walk(spec)
    walk.do("a", amount=6, kind="y")
    assert walk.open == ["c"]


def test_a_missing_variable_is_an_incident_and_the_task_stays_open() -> None:
    spec = specification(
        users("a b c") + '<exclusiveGateway id="g" default="f4"/>',
        "start>a a>g g>b{amount > 5} g>c b>end c>end",
    )
    walk = Walk(spec)
    before = walk.run.dump()
    change = walk.do("a")
    assert change.incident is not None
    assert change.incident.element == "g"
    assert "amount" in change.incident.message
    assert (change.opened, change.closed) == ((), ())
    assert walk.run.dump() == before
    assert elements(walk.do("a", amount=9).opened) == ["b"]


def test_no_branch_to_take_is_an_incident_at_the_gateway() -> None:
    spec = specification(
        users("a b c") + '<exclusiveGateway id="g"/>', "start>a a>g g>b{n > 5} g>c{n > 7} b>end c>end"
    )
    walk = Walk(spec)
    change = walk.do("a", n=1)
    assert change.incident is not None
    assert change.incident.element == "g"
    assert walk.open == ["a"]


def test_parallel_branches_join_and_each_keeps_what_it_changed() -> None:
    spec = specification(
        users("a b c d e")
        + '<parallelGateway id="s"/><parallelGateway id="j"/><exclusiveGateway id="g" default="f9"/>',
        "start>a a>s s>b s>c b>j c>j j>g g>d{x == 1 and y == 2} g>e d>end e>end",
    )
    walk = Walk(spec, x=0, y=0)
    walk.do("a")
    assert walk.open == ["b", "c"]
    walk.do("b", x=1)
    assert walk.open == ["c"]
    walk.do("c", y=2)
    assert walk.open == ["d"], "the branch that came later overwrote what the other had set"


def test_a_join_in_a_loop_waits_for_both_branches_in_every_round() -> None:
    spec = specification(
        users("b c d")
        + '<exclusiveGateway id="m"/><parallelGateway id="s"/><parallelGateway id="j"/><exclusiveGateway id="g"/>',
        "start>m m>s s>b s>c b>j c>j j>d d>g g>m[Lại] g>end[Xong]",
    )
    walk = Walk(spec)
    for first, second in ("bc", "cb", "cb", "bc"):
        walk.do(first)
        assert walk.open == [second]
        walk.do(second)
        assert walk.open == ["d"]
        walk.do("d", "Lại")
    walk.do("b")
    walk.do("c")
    walk.do("d", "Xong")
    assert walk.run.finished


def test_an_implicit_split_opens_all_branches_and_the_end_awaits_them() -> None:
    walk = Walk(specification(users("a b c"), "start>a a>b a>c b>end c>end"))
    walk.do("a")
    assert walk.open == ["b", "c"]
    walk.do("b")
    assert not walk.run.finished
    walk.do("c")
    assert walk.run.finished


def test_an_inclusive_gateway_takes_all_that_hold_and_joins_those() -> None:
    spec = specification(
        users("a b c d e") + '<inclusiveGateway id="s" default="f5"/><inclusiveGateway id="j"/>',
        "start>a a>s s>b{x > 0} s>c{y > 0} s>d b>j c>j d>j j>e e>end",
    )
    walk = Walk(spec)
    walk.do("a", x=1, y=1)
    assert walk.open == ["b", "c"]
    walk.do("b")
    assert walk.open == ["c"]
    walk.do("c")
    assert walk.open == ["e"]
    walk = Walk(spec)
    walk.do("a", x=0, y=0)
    walk.do("d")
    assert walk.open == ["e"]


def test_an_inclusive_join_waits_for_a_branch_that_is_inside_a_subprocess() -> None:
    inner = (
        '<startEvent id="is"/>'
        + user("i")
        + '<endEvent id="ie"/><sequenceFlow id="i1" sourceRef="is" targetRef="i"/>'
    )
    inner += '<sequenceFlow id="i2" sourceRef="i" targetRef="ie"/>'
    spec = specification(
        users("a b e x") + f'<subProcess id="p">{inner}</subProcess>'
        '<inclusiveGateway id="s"/><inclusiveGateway id="j"/>',
        "start>a a>s s>b{m > 0} s>p{n > 0} b>j p>x x>j j>e e>end",
    )
    walk = Walk(spec)
    walk.do("a", m=1, n=1)
    assert walk.open == ["b", "i"]
    walk.do("b")
    assert walk.open == ["i"]
    walk.do("i")
    walk.do("x")
    assert walk.open == ["e"]


BOUNDARY = '<boundaryEvent id="t" attachedToRef="a" cancelActivity="{}"><timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition></boundaryEvent>'


def boundary(interrupting: bool, text: str, kind: str = "timeDuration") -> str:
    return BOUNDARY.format(str(interrupting).lower(), kind=kind, text=text)


def test_a_working_time_boundary_timer_interrupts_its_task_on_the_due_day() -> None:
    walk = Walk(
        specification(users("a b c") + boundary(True, "5 ngày làm việc"), "start>a a>b t>c b>end c>end")
    )
    assert walk.due == {"t": datetime(2026, 11, 9, 17, 0, tzinfo=HANOI)}
    [timer] = walk.run.timers
    assert timer.armed == MONDAY
    walk.wait(days=7)
    assert walk.open == ["a"]
    change = walk.wait(hours=10)
    assert elements(change.opened) == ["c"]
    assert [(task.element, task.by) for task in change.closed] == [("a", "cancelled")]
    assert change.timers_dropped == (timer.id,)
    walk.do("c")
    assert walk.run.finished


def test_a_timer_that_does_not_interrupt_opens_beside_its_task() -> None:
    walk = Walk(specification(users("a b c") + boundary(False, "PT4H"), "start>a a>b t>c b>end c>end"))
    assert walk.due == {"t": MONDAY + timedelta(hours=4)}
    walk.wait(hours=5)
    assert walk.open == ["a", "c"]
    assert walk.run.timers == ()
    walk.do("a")
    walk.do("c")
    assert walk.open == ["b"]


def test_completing_the_task_drops_its_timer() -> None:
    walk = Walk(specification(users("a b c") + boundary(True, "P1D"), "start>a a>b t>c b>end c>end"))
    [timer] = walk.run.timers
    assert walk.do("a").timers_dropped == (timer.id,)
    walk.wait(days=30)
    assert walk.open == ["b"]


def test_a_cycle_reminds_three_times_and_every_missed_time_counts() -> None:
    walk = Walk(
        specification(users("a b c") + boundary(False, "R3/P1D", "timeCycle"), "start>a a>b t>c b>end c>end")
    )
    [timer] = walk.run.timers
    change = walk.wait(days=1)
    assert walk.open == ["a", "c"]
    assert change.timers_dropped == (timer.id,)
    assert [new.due for new in change.timers_set] == [MONDAY + timedelta(days=2)]
    walk.wait(days=20)
    assert walk.open == ["a", "c", "c", "c"]
    assert walk.run.timers == ()
    walk.do("a")
    for _ in range(3):
        walk.do("c")
    walk.do("b")
    assert walk.run.finished


CATCH = '<intermediateCatchEvent id="{}"><{kind}EventDefinition {ref}>{inner}</{kind}EventDefinition></intermediateCatchEvent>'


def catch(identity: str, kind: str, ref: str = "", inner: str = "") -> str:
    return CATCH.format(identity, kind=kind, ref=f'{kind}Ref="{ref}"' if ref else "", inner=inner)


def test_an_intermediate_timer_waits_until_its_date() -> None:
    spec = specification(
        user("a") + catch("t", "timer", inner="<timeDate>2026-11-20T09:00:00</timeDate>"), "start>t t>a a>end"
    )
    walk = Walk(spec)
    assert walk.open == []
    assert walk.due == {"t": datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)}
    walk.wait(days=18, hours=1)
    assert walk.open == ["a"]


def test_a_timer_may_take_its_time_from_a_variable() -> None:
    spec = specification(
        users("a b") + catch("t", "timer", inner="<timeDuration>${span}</timeDuration>"),
        "start>a a>t t>b b>end",
    )
    walk = Walk(spec)
    change = walk.do("a", span="nonsense")
    assert change.incident is not None
    assert "nonsense" in change.incident.message
    walk.do("a", span="2 ngày làm việc")
    assert walk.due == {"t": datetime(2026, 11, 4, 17, 0, tzinfo=HANOI)}


GATEWAY = (
    users("a b c d")
    + '<eventBasedGateway id="g"/>'
    + catch("early", "timer", inner="<timeDuration>P2D</timeDuration>")
    + catch("late", "timer", inner="<timeDuration>P5D</timeDuration>")
    + catch("m", "message", "msg")
)
GATEWAY_WAY = "start>a a>g g>late g>early g>m late>c early>b m>d b>end c>end d>end"
MESSAGE = '<message id="msg" name="Đã nộp tiền"/>'


def test_an_event_gateway_keeps_one_slot_per_timer_and_the_earliest_wins() -> None:
    walk = Walk(specification(GATEWAY, GATEWAY_WAY, MESSAGE))
    walk.do("a")
    assert walk.due == {"early": MONDAY + timedelta(days=2), "late": MONDAY + timedelta(days=5)}
    assert walk.run.messages == ("Đã nộp tiền",)
    walk.wait(days=30)
    assert walk.open == ["b"]
    assert walk.run.timers == ()


def test_a_message_at_an_event_gateway_drops_its_timers() -> None:
    walk = Walk(specification(GATEWAY, GATEWAY_WAY, MESSAGE))
    walk.do("a")
    change = walk.send("Đã nộp tiền")
    assert walk.open == ["d"]
    assert len(change.timers_dropped) == 2


def test_a_message_that_nobody_awaits_is_refused() -> None:
    walk = Walk(specification(GATEWAY, GATEWAY_WAY, MESSAGE))
    with pytest.raises(errors.NobodyWaits):
        walk.send("Đã nộp tiền")


def test_a_message_brings_variables_and_a_send_task_sends_them_out() -> None:
    spec = specification(
        users("a b") + '<sendTask id="s" messageRef="out"/><receiveTask id="r" messageRef="msg"/>'
        '<exclusiveGateway id="g" default="f5"/>',
        "start>s s>r r>g g>a{paid > 0} g>b a>end b>end",
        MESSAGE + '<message id="out" name="Thông báo"/>',
    )
    run = hoso_bpmn.start(spec, at=MONDAY, calendar=Walk(spec).run._calendars(None))
    assert run.messages == ("Đã nộp tiền",)
    walk = Walk(spec)
    walk.send("Đã nộp tiền", paid=5, other="dropped")
    assert walk.open == ["a"]


SUB = '<subProcess id="p">{}<startEvent id="ps"/><endEvent id="pe">{}</endEvent>{}</subProcess>'


def subprocess(inner: str, way: str, end: str = "") -> str:
    from drawn import flows

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


def test_a_signal_thrown_in_one_branch_interrupts_the_other() -> None:
    spec = specification(
        users("a b c d") + '<parallelGateway id="s"/>'
        '<intermediateThrowEvent id="x"><signalEventDefinition signalRef="sig"/></intermediateThrowEvent>'
        '<boundaryEvent id="t" attachedToRef="b"><signalEventDefinition signalRef="sig"/></boundaryEvent>',
        "start>s s>a s>b a>x x>c b>end t>d c>end d>end",
        '<signal id="sig" name="Rút hồ sơ"/>',
    )
    walk = Walk(spec)
    walk.do("a")
    assert walk.open == ["c", "d"]


def test_a_terminate_end_closes_everything_else() -> None:
    spec = specification(
        users("a b") + '<parallelGateway id="s"/><endEvent id="stop"><terminateEventDefinition/></endEvent>',
        "start>s s>a s>b a>stop b>end",
    )
    walk = Walk(spec)
    change = walk.do("a")
    assert [(task.element, task.by) for task in change.closed] == [("a", "completed"), ("b", "cancelled")]
    assert walk.run.finished


MULTI = '<multiInstanceLoopCharacteristics isSequential="{}" camunda:collection="units" camunda:elementVariable="unit">{}</multiInstanceLoopCharacteristics>'


def test_a_parallel_multi_instance_task_asks_every_unit_at_once() -> None:
    walk = Walk(
        specification(user("a", MULTI.format("false", "")) + user("b"), "start>a a>b b>end"),
        units=["A", "B", "C"],
    )
    assert [(task.element, task.item) for task in walk.run.tasks] == [("a", "A"), ("a", "B"), ("a", "C")]
    walk.do("a")
    walk.do("a")
    assert walk.open == ["a"]
    walk.do("a")
    assert walk.open == ["b"]


def test_a_sequential_multi_instance_task_asks_one_unit_after_the_other() -> None:
    walk = Walk(
        specification(user("a", MULTI.format("true", "")) + user("b"), "start>a a>b b>end"), units=["A", "B"]
    )
    assert [task.item for task in walk.run.tasks] == ["A"]
    walk.do("a")
    assert [task.item for task in walk.run.tasks] == ["B"]
    walk.do("a")
    assert walk.open == ["b"]


def test_instances_keep_what_each_of_them_changed() -> None:
    spec = specification(
        user("a", MULTI.format("false", "")) + users("b c") + '<exclusiveGateway id="g" default="f4"/>',
        "start>a a>g g>b{x == 1 and y == 1} g>c b>end c>end",
    )
    walk = Walk(spec, units=["A", "B"], x=0, y=0)
    walk.do("a", x=1)
    walk.do("a", y=1)
    assert walk.open == ["b"]


def test_half_of_the_answers_may_be_enough() -> None:
    condition = "<completionCondition>${nrOfCompletedInstances / nrOfInstances >= 0.5}</completionCondition>"
    walk = Walk(
        specification(user("a", MULTI.format("false", condition)) + user("b"), "start>a a>b b>end"),
        units=list("ABCD"),
    )
    walk.do("a")
    change = walk.do("a")
    assert elements(change.opened) == ["b"]
    assert sorted(task.by for task in change.closed) == ["cancelled", "cancelled", "completed"]


def test_no_unit_to_ask_means_nothing_to_wait_for() -> None:
    walk = Walk(
        specification(user("a", MULTI.format("false", "")) + user("b"), "start>a a>b b>end"), units=[]
    )
    assert walk.open == ["b"]


def test_instances_in_a_loop_are_asked_again_in_every_round() -> None:
    spec = specification(
        user("a", MULTI.format("true", ""))
        + user("b")
        + '<exclusiveGateway id="m"/><exclusiveGateway id="g"/>',
        "start>m m>a a>b b>g g>m[Lại] g>end[Xong]",
    )
    walk = Walk(spec, units=["A", "B"])
    for _ in range(3):
        walk.do("a")
        walk.do("a")
        walk.do("b", "Lại")
    assert [task.item for task in walk.run.tasks] == ["A"]


def test_a_timer_on_a_multi_instance_task_closes_all_instances() -> None:
    walk = Walk(
        specification(
            user("a", MULTI.format("false", "")) + users("b c") + boundary(True, "12 ngày"),
            "start>a a>b t>c b>end c>end",
        ),
        units=["A", "B"],
    )
    walk.do("a")
    change = walk.wait(days=15)
    assert [(task.element, task.by) for task in change.closed] == [("a", "cancelled")]
    assert walk.open == ["c"]


def test_a_drawn_loop_marker_repeats_a_number_of_times() -> None:
    walk = Walk(
        specification(
            user("a", '<standardLoopCharacteristics loopMaximum="3"/>') + user("b"), "start>a a>b b>end"
        )
    )
    for _ in range(3):
        assert walk.open == ["a"]
        walk.do("a")
    assert walk.open == ["b"]


def test_a_service_task_waits_for_a_call_or_a_person() -> None:
    walk = Walk(
        specification('<serviceTask id="s" name="Liên thông thuế"/>' + user("b"), "start>s s>b b>end")
    )
    [task] = walk.run.tasks
    assert (task.element, task.kind) == ("s", "external")
    walk.do("s")
    assert walk.open == ["b"]


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


@pytest.mark.parametrize(
    ("drawn", "way", "named"),
    [
        ('<scriptTask id="s"><script>1</script></scriptTask>', "start>s s>end", "scriptTask"),
        ('<adHocSubProcess id="s"/>', "start>s s>end", "adHocSubProcess"),
        ('<transaction id="s"/>', "start>s s>end", "transaction"),
        ('<complexGateway id="s"/>', "start>s s>end", "complexGateway"),
        ('<subProcess id="s"/>', "start>s s>end", "empty"),
        (catch("s", "conditional", inner="<condition>x</condition>"), "start>s s>end", "conditional"),
        (catch("s", "link"), "start>s s>end", "link"),
        (users("s t"), "start>s s>t{x > 1} t>end", "condition"),
    ],
)
def test_what_would_run_wrongly_is_refused_by_name(drawn: str, way: str, named: str) -> None:
    with pytest.raises(errors.UnsupportedElement) as refused:
        specification(drawn, way)
    assert refused.value.element == "s"
    assert named in str(refused.value)


def test_ids_that_the_engine_uses_itself_are_free_for_drawings() -> None:
    spec = specification('<startEvent id="Start"/><endEvent id="End"/>' + user("a"), "Start>a a>End")
    walk = Walk(spec)
    walk.do("a")
    assert walk.run.finished


def test_a_signal_may_come_from_outside() -> None:
    spec = specification(
        user("a") + catch("s", "signal", "sig"), "start>s s>a a>end", '<signal id="sig" name="Có văn bản"/>'
    )
    walk = Walk(spec)
    assert walk.run.messages == ("Có văn bản",)
    walk.send("Có văn bản")
    assert walk.open == ["a"]


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


def test_each_instance_belongs_to_the_unit_it_asks() -> None:
    spec = specification(user("a", MULTI.format("false", ""), unit="item"), "start>a a>end")
    assert [task.unit for task in Walk(spec, units=["H27.01", "H27.02"]).run.tasks] == ["H27.01", "H27.02"]


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


def test_decisions_that_nobody_could_read_are_refused() -> None:
    row = [f"g{number}" for number in range(40)]
    gateways = "".join(f'<exclusiveGateway id="{gateway}"/>' for gateway in row)
    way = "start>a a>g0 " + " ".join(f"{one}>{two}[A] {one}>{two}[B]" for one, two in pairwise(row))
    with pytest.raises(errors.UnsupportedElement, match="row of more"):
        specification(user("a") + gateways, way + " g39>end[A] g39>end[B]")
    many = "".join(f"g0>end[{number}] " for number in range(100))
    with pytest.raises(errors.UnsupportedElement, match="outcomes"):
        specification(user("a") + '<exclusiveGateway id="g0"/>', "start>a a>g0 " + many)


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


def test_a_year_of_reminders_leaves_the_state_small() -> None:
    spec = specification(
        users("a b") + boundary(False, "R/P1D", "timeCycle") + '<sendTask id="s" name="Nhắc"/>',
        "start>a a>b t>s s>end b>end",
    )
    walk = Walk(spec)
    walk.wait(days=1)
    size = len(walk.run.dump())
    reminders = [message.name for message in walk.wait(days=365).messages]
    assert reminders == ["Nhắc"] * 365
    assert len(walk.run.dump()) < size + 64
    walk.do("a")
    walk.do("b")
    assert walk.run.finished


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


@pytest.mark.parametrize(
    "text", ["R/PT0S", "R5/PT1S", "R/PT59S", "every day", "R/", "R0/P1D", "R00/PT1H", "0 0 * * *"]
)
def test_a_cycle_that_is_none_or_never_rests_is_refused(text: str) -> None:
    with pytest.raises((errors.BadTimer, errors.BadExpression)):
        specification(users("a b c") + boundary(False, text, "timeCycle"), "start>a a>b t>c b>end c>end")


def test_an_interruption_beside_an_activity_does_not_pass_for_one_of_the_activity_itself() -> None:
    """What was finished left the tree, and an inner boundary event came to stand where those of the outer task stand."""

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


def each(collection: str, item: str, sequential: str = "false") -> str:
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}" camunda:collection="{collection}" '
        f'camunda:elementVariable="{item}"/>'
    )


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_an_item_hides_a_variable_of_its_name_until_all_instances_are_done(sequential: str) -> None:
    """As in repetitions within repetitions that call their items alike."""
    inside = (
        f'<subProcess id="s">{each("units", "who", sequential)}<startEvent id="si"/>'
        f'<userTask id="a">{each("people", "who", sequential)}</userTask><exclusiveGateway id="g" default="g2"/><userTask id="b"/>'
        '<userTask id="c"/><sequenceFlow id="i1" sourceRef="si" targetRef="a"/><sequenceFlow id="i2" sourceRef="a" targetRef="g"/>'
        '<sequenceFlow id="g1" sourceRef="g" targetRef="b"><conditionExpression>who == "H27"</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="g2" sourceRef="g" targetRef="c"/></subProcess>'
    )
    walk = Walk(
        specification(inside + users("z"), "start>s s>z z>end"), units=["H27"], people=["An"], who="nobody"
    )
    assert [task.item for task in walk.run.tasks] == ["An"]
    walk.do("a")
    assert walk.open == ["b"]
    walk.do("b")
    assert walk.open == ["z"]


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_a_list_with_nothing_in_it_is_refused_instead_of_waiting_for_ever(sequential: str) -> None:
    spec = specification(f'<userTask id="a">{each("units", "unit", sequential)}</userTask>', "start>a a>end")
    with pytest.raises(errors.CannotStart, match="holds an item that is nothing"):
        Walk(spec, units=["H27", None])


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
