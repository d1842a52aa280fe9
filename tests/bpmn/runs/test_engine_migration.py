"""Running dossiers move to another version: ids, timers and what they count stay, and nothing is guessed."""

from datetime import timedelta

import pytest

import hoso_bpmn
from hoso_bpmn import errors
from hoso_bpmn.runs import migration
from hoso_bpmn.runs.migration import Verdict
from support.builders.bpmn import CALENDAR, MONDAY, Walk, specification, user, users

LATER = MONDAY + timedelta(days=3)


def timer(identity: str, host: str, text: str, interrupting: str = "true") -> str:
    return (
        f'<boundaryEvent id="{identity}" attachedToRef="{host}" cancelActivity="{interrupting}"><timerEventDefinition>'
        f"<timeDuration>{text}</timeDuration></timerEventDefinition></boundaryEvent>"
    )


def moved(walk: Walk, new: hoso_bpmn.Specification, **mapping: str) -> migration.Migration:
    return migration.migrate(walk.spec, walk.run.dump(), new, at=LATER, calendar=CALENDAR, mapping=mapping)


def after(walk: Walk, new: hoso_bpmn.Specification, **mapping: str) -> Walk:
    """The walk in the new version, which must be safe."""
    result = moved(walk, new, **mapping)
    assert (result.verdict, result.reasons) == (Verdict.SAFE, ())
    assert result.state is not None
    walk.spec, walk.at = new, LATER
    walk.run = hoso_bpmn.resume(new, result.state, calendar=CALENDAR)
    return walk


def test_a_step_added_behind_the_open_one_is_met_on_the_way() -> None:
    walk = Walk(specification(users("a b"), "start>a a>b b>end"))
    task = walk.task("a").id
    after(walk, specification(users("a x b"), "start>a a>x x>b b>end"))
    assert walk.task("a").id == task
    walk.do("a")
    walk.do("x")
    walk.do("b")
    assert walk.run.finished


def test_a_step_added_before_the_open_one_is_not_caught_up() -> None:
    walk = Walk(specification(users("a b"), "start>a a>b b>end"))
    walk.do("a")
    after(walk, specification(users("a x b"), "start>a a>x x>b b>end"))
    assert walk.open == ["b"]


def test_a_finished_step_may_be_gone() -> None:
    walk = Walk(specification(users("a b c"), "start>a a>b b>c c>end"), x=1)
    walk.do("a")
    after(walk, specification(users("b c"), "start>b b>c c>end"))
    walk.do("b")
    assert walk.open == ["c"]


def test_a_new_name_and_lane_show_at_once() -> None:
    lanes = '<laneSet id="l"><lane id="l1" name="Một cửa"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    walk = Walk(specification(user("a"), "start>a a>end"))
    after(walk, specification(lanes + '<userTask id="a" name="Tên mới"/>', "start>a a>end"))
    assert (walk.task("a").name, walk.task("a").role) == ("Tên mới", "reception")


def test_an_open_step_with_another_id_needs_a_mapping_and_keeps_its_task_id() -> None:
    walk = Walk(specification(users("a b"), "start>a a>b b>end"))
    task = walk.task("a").id
    new = specification(users("verify b"), "start>verify verify>b b>end")
    result = moved(walk, new)
    assert (result.verdict, result.state) == (Verdict.NEEDS_MAPPING, None)
    assert [reason.element for reason in result.reasons] == ["a"]
    after(walk, new, a="verify")
    assert walk.task("verify").id == task
    walk.do("verify")
    assert walk.open == ["b"]


def test_an_open_step_that_became_something_else_blocks() -> None:
    walk = Walk(specification(user("a"), "start>a a>end"))
    result = moved(walk, specification('<serviceTask id="a"/>', "start>a a>end"))
    assert result.verdict is Verdict.BLOCKED
    assert moved(walk, specification('<receiveTask id="a"/>', "start>a a>end")).verdict is Verdict.BLOCKED


def test_trap_migration_a_running_timer_keeps_its_due_instant() -> None:
    old = specification(users("a b c") + timer("t", "a", "P10D"), "start>a a>b t>c b>end c>end")
    walk = Walk(old)
    timers = walk.run.timers
    new = specification(users("a b c d") + timer("t", "a", "P10D"), "start>a a>b t>c b>d c>end d>end")
    result = moved(walk, new)
    assert result.change == hoso_bpmn.Change()
    after(walk, new)
    assert walk.run.timers == timers
    walk.wait(days=7)
    assert walk.open == ["c"]


def test_a_timer_that_the_new_version_adds_counts_from_the_migration() -> None:
    walk = Walk(specification(users("a b c"), "start>a a>b b>end c>end"))
    new = specification(users("a b c") + timer("t", "a", "P1D"), "start>a a>b t>c b>end c>end")
    result = moved(walk, new)
    assert [(one.element, one.due) for one in result.change.timers_set] == [("t", LATER + timedelta(days=1))]
    after(walk, new)
    walk.wait(days=1)
    assert walk.open == ["c"]
    walk.do("c")
    assert walk.run.finished


def test_a_timer_that_the_new_version_takes_away_is_dropped() -> None:
    walk = Walk(specification(users("a b c") + timer("t", "a", "P1D"), "start>a a>b t>c b>end c>end"))
    [running] = walk.run.timers
    new = specification(users("a b"), "start>a a>b b>end")
    assert moved(walk, new).change.timers_dropped == (running.id,)
    after(walk, new)
    walk.wait(days=30)
    walk.do("a")
    walk.do("b")
    assert walk.run.finished


def test_a_reminder_that_has_fired_is_not_armed_again() -> None:
    old = specification(users("a b c") + timer("t", "a", "P1D", "false"), "start>a a>b t>c b>end c>end")
    walk = Walk(old)
    walk.wait(days=1)
    walk.do("c")
    new = specification(users("a b c d") + timer("t", "a", "P1D", "false"), "start>a a>b t>c b>d c>end d>end")
    after(walk, new)
    assert walk.run.timers == ()


PARALLEL = '<parallelGateway id="s"/><parallelGateway id="j"/>'


def test_open_parallel_branches_move_when_their_gateways_stay() -> None:
    walk = Walk(specification(users("a b c") + PARALLEL, "start>s s>a s>b a>j b>j j>c c>end"))
    walk.do("a")
    after(walk, specification(users("a b c d") + PARALLEL, "start>s s>a s>b a>j b>j j>d d>c c>end"))
    walk.do("b")
    assert walk.open == ["d"]


def test_open_parallel_branches_whose_join_changed_block() -> None:
    walk = Walk(specification(users("a b c") + PARALLEL, "start>s s>a s>b a>j b>j j>c c>end"))
    result = moved(walk, specification(users("a b c"), "start>a a>b b>c c>end"))
    assert result.verdict is Verdict.BLOCKED
    walk.do("a")
    walk.do("b")
    assert moved(walk, specification(users("a b c"), "start>a a>b b>c c>end")).verdict is Verdict.SAFE


def test_a_parallel_branch_becomes_longer_while_its_token_has_not_arrived() -> None:
    gateways = '<parallelGateway id="s"/><parallelGateway id="j"/>'
    walk = Walk(specification(users("a b c") + gateways, "start>s s>a s>b a>j b>j j>c c>end"))
    walk.do("a")
    longer = specification(users("a b x c") + gateways, "start>s s>a s>b a>j b>x x>j j>c c>end")
    after(walk, longer)
    walk.do("b")
    assert walk.open == ["x"]
    walk.do("x")
    assert walk.open == ["c"]


@pytest.mark.parametrize(
    "way",
    [
        "start>s s>a s>b a>x x>j b>j j>c c>end",  # the branch whose token waits at the join
        "start>s s>a s>b s>x a>j b>j x>j j>c c>end",  # a branch more
        "start>s s>a s>b s>x a>j x>j b>end j>c c>end",  # another branch in its place
    ],
)
def test_a_join_that_would_wait_for_a_token_that_never_comes_blocks(way: str) -> None:
    gateways = '<parallelGateway id="s"/><parallelGateway id="j"/>'
    walk = Walk(specification(users("a b c") + gateways, "start>s s>a s>b a>j b>j j>c c>end"))
    walk.do("a")
    assert moved(walk, specification(users("a b c x") + gateways, way)).verdict is Verdict.BLOCKED


def test_instances_of_a_multi_instance_step_move_with_it() -> None:
    multi = '<multiInstanceLoopCharacteristics camunda:collection="units" camunda:elementVariable="unit"/>'
    walk = Walk(specification(user("a", multi) + user("b"), "start>a a>b b>end"), units=["A", "B", "C"])
    walk.do("a")
    after(walk, specification(user("a", multi) + users("x b"), "start>a a>x x>b b>end"))
    assert [task.item for task in walk.run.tasks] == ["B", "C"]
    walk.do("a")
    walk.do("a")
    assert walk.open == ["x"]


SUB = '<subProcess id="p"><startEvent id="ps"/>{}<endEvent id="pe"/>{}</subProcess>'


def sub(tasks: str, way: str) -> str:
    from support.builders.bpmn import flows

    return SUB.format(users(tasks), flows(way).replace('id="f', 'id="p'))


def test_a_step_inside_a_subprocess_moves_with_it() -> None:
    walk = Walk(specification(sub("i k", "ps>i i>k k>pe") + user("b"), "start>p p>b b>end"))
    walk.do("i")
    after(walk, specification(sub("i k n", "ps>i i>k k>n n>pe") + user("b"), "start>p p>b b>end"))
    walk.do("k")
    walk.do("n")
    walk.do("b")
    assert walk.run.finished


def test_a_subprocess_that_is_gone_needs_a_mapping() -> None:
    walk = Walk(specification(sub("i", "ps>i i>pe") + user("b"), "start>p p>b b>end"))
    assert moved(walk, specification(users("b"), "start>b b>end")).verdict is Verdict.NEEDS_MAPPING


def test_an_event_gateway_with_other_events_blocks() -> None:
    def drawn(second: str) -> hoso_bpmn.Specification:
        events = "".join(
            f'<intermediateCatchEvent id="{name}"><timerEventDefinition><timeDuration>P{days}D</timeDuration>'
            "</timerEventDefinition></intermediateCatchEvent>"
            for name, days in (("one", 1), (second, 2))
        )
        return specification(
            users("a b") + events + '<eventBasedGateway id="g"/>',
            f"start>g g>one g>{second} one>a {second}>b a>end b>end",
        )

    walk = Walk(drawn("two"))
    assert moved(walk, drawn("three")).verdict is Verdict.BLOCKED
    due = walk.due
    after(walk, drawn("two"))
    assert walk.due == due


def test_new_variables_are_named() -> None:
    walk = Walk(specification(users("a b c"), "start>a a>b b>end"))
    new = specification(
        users("a b c") + '<exclusiveGateway id="g" default="f4"/>',
        "start>a a>g g>b{amount > 1} g>c b>end c>end",
    )
    assert moved(walk, new).new_variables == {"amount"}


def test_the_given_state_is_not_changed_and_garbage_is_stale() -> None:
    walk = Walk(specification(users("a b"), "start>a a>b b>end"))
    before = walk.run.dump()
    new = specification(users("a x b"), "start>a a>x x>b b>end")
    moved(walk, new)
    assert walk.run.dump() == before
    with pytest.raises(errors.StaleState):
        migration.migrate(new, before, new, at=LATER, calendar=CALENDAR)


ANSWER = '<message id="M" name="Trả lời"/>'
MESSAGE = '<messageEventDefinition messageRef="M"/>'


def test_an_event_that_waits_for_something_else_now_blocks() -> None:
    drawn = '<intermediateCatchEvent id="t">{}</intermediateCatchEvent>' + users("a")
    duration = "<timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>"
    walk = Walk(specification(drawn.format(duration), "start>t t>a a>end"))
    result = moved(walk, specification(drawn.format(MESSAGE), "start>t t>a a>end", ANSWER))
    assert result.verdict is Verdict.BLOCKED
    assert [reason.message for reason in result.reasons] == ["t is something else in the new version"]


def test_an_event_gateway_whose_events_keep_their_ids_and_not_their_kind_blocks() -> None:
    drawn = (
        '<eventBasedGateway id="g"/><intermediateCatchEvent id="t">{}</intermediateCatchEvent>'
        f'<intermediateCatchEvent id="m">{MESSAGE}</intermediateCatchEvent>' + users("a b")
    )
    way = "start>g g>t g>m t>a m>b a>end b>end"
    duration = "<timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>"
    walk = Walk(specification(drawn.format(duration), way, ANSWER))
    signal = '<signalEventDefinition signalRef="S"/>'
    result = moved(walk, specification(drawn.format(signal), way, ANSWER + '<signal id="S" name="s"/>'))
    assert [reason.message for reason in result.reasons] == ["g waits for other events in the new version"]


def test_a_boundary_timer_that_became_a_message_is_dropped_and_the_message_awaited() -> None:
    way = "start>a a>end t>b b>end"
    walk = Walk(specification(users("a b") + timer("t", "a", "P5D"), way))
    message = f'<boundaryEvent id="t" attachedToRef="a">{MESSAGE}</boundaryEvent>'
    after(walk, specification(users("a b") + message, way, ANSWER))
    assert (walk.due, walk.run.messages) == ({}, ("Trả lời",))
    walk.send("Trả lời")
    assert walk.open == ["b"]


def test_a_reminder_that_is_no_cycle_any_more_fires_once() -> None:
    def reminder(kind: str, text: str) -> str:
        return (
            '<boundaryEvent id="t" attachedToRef="a" cancelActivity="false"><timerEventDefinition>'
            f"<{kind}>{text}</{kind}></timerEventDefinition></boundaryEvent>"
        )

    way = "start>a a>end t>b b>end"
    walk = Walk(specification(users("a b") + reminder("timeCycle", "R3/P5D"), way))
    after(walk, specification(users("a b") + reminder("timeDuration", "P9D"), way))
    assert walk.due == {"t": MONDAY + timedelta(days=5)}
    walk.wait(days=9)
    assert (walk.open, walk.due) == (["a", "b"], {})


def test_an_event_subprocess_that_begins_or_ceases_to_accompany_the_process_blocks() -> None:
    plain = specification(users("a b"), "start>a a>b b>end")
    accompanied = specification(
        users("a b")
        + '<subProcess id="e" triggeredByEvent="true"><startEvent id="s" isInterrupting="false">'
        + MESSAGE
        + '</startEvent><userTask id="c"/><sequenceFlow id="i1" sourceRef="s" targetRef="c"/></subProcess>',
        "start>a a>b b>end",
        ANSWER,
    )
    for old, new in ((plain, accompanied), (accompanied, plain)):
        result = moved(Walk(old), new)
        assert [(r.verdict, r.element, r.message) for r in result.reasons] == [
            (Verdict.BLOCKED, "process", "event sub-processes accompany it in one version only")
        ]
