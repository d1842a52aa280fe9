"""Commands on a run: what they change, what they refuse, and that a refused one changes nothing."""

from datetime import timedelta
from uuid import UUID

import pytest

import hoso_bpmn
from hoso_bpmn import errors
from hoso_bpmn.package import package
from support.builders.bpmn import CALENDAR, MONDAY, Walk, packaged, specification, user, users

DESK = user("desk", milestone="accept") + users("work back")
DESK_WAY = "start>desk desk>work work>back back>end"


def test_the_desk_has_three_outcomes_and_only_accept_completes_it() -> None:
    walk = Walk(specification(DESK, DESK_WAY))
    assert walk.task("desk").outcomes == ("accept", "refuse", "supplement")
    task = walk.task("desk").id
    assert walk.do("desk", "supplement") == hoso_bpmn.Change()
    assert walk.task("desk").id == task
    change = walk.do("desk", "accept")
    assert [(closed.id, closed.outcome) for closed in change.closed] == [(task, "accept")]
    assert walk.open == ["work"]


def test_refusal_at_the_desk_ends_the_run_as_refused() -> None:
    walk = Walk(specification(DESK, DESK_WAY))
    task = walk.task("desk").id
    change = walk.do("desk", "refuse")
    assert [(closed.id, closed.outcome, closed.by) for closed in change.closed] == [
        (task, "refuse", "completed")
    ]
    assert (walk.run.finished, walk.run.ended, walk.run.tasks) == (True, "refused", ())


def test_cancel_closes_tasks_and_timers_and_says_why() -> None:
    timer = (
        '<boundaryEvent id="t" attachedToRef="work"><timerEventDefinition>'
        "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    walk = Walk(specification(DESK + timer, DESK_WAY + " t>back"))
    walk.do("desk", "accept")
    [running] = walk.run.timers
    change = walk.cancel("withdrawn")
    assert [(closed.element, closed.outcome, closed.by) for closed in change.closed] == [
        ("work", None, "cancelled")
    ]
    assert change.timers_dropped == (running.id,)
    assert (walk.run.finished, walk.run.ended, walk.run.timers) == (True, "withdrawn", ())


def test_nothing_happens_to_a_run_that_has_ended() -> None:
    walk = Walk(specification(user("a"), "start>a a>end"))
    task = walk.task("a").id
    walk.do("a")
    for act in (
        lambda: walk.run.complete(task, at=MONDAY),
        lambda: walk.run.send("m", at=MONDAY),
        lambda: walk.run.cancel("withdrawn", at=MONDAY),
    ):
        with pytest.raises(errors.RunFinished):
            act()
    assert walk.run.advance(at=MONDAY) == hoso_bpmn.Change(), "a sweep that comes late finds nothing to do"


@pytest.mark.parametrize("task", ["", "nonsense", str(UUID(int=1)), None])
def test_an_unknown_task_is_refused_whatever_was_sent_for_its_id(task: str) -> None:
    walk = Walk(specification(users("a b"), "start>a a>b b>end"))
    with pytest.raises(errors.UnknownTask):
        walk.run.complete(task, at=MONDAY)


def test_a_task_is_completed_once() -> None:
    walk = Walk(specification(users("a b"), "start>a a>b b>end"))
    task = walk.task("a").id
    walk.do("a")
    with pytest.raises(errors.UnknownTask):
        walk.run.complete(task, at=MONDAY)


def test_a_task_of_another_run_is_unknown_here() -> None:
    spec = specification(users("a b"), "start>a a>b b>end")
    other = Walk(spec).task("a").id
    with pytest.raises(errors.UnknownTask):
        Walk(spec).run.complete(other, at=MONDAY)


def test_an_outcome_where_there_is_none_is_refused() -> None:
    walk = Walk(specification(user("a"), "start>a a>end"))
    with pytest.raises(errors.UnknownOutcome):
        walk.do("a", "Đạt")


def test_a_task_keeps_its_id_over_dump_and_resume() -> None:
    spec = specification(users("a b"), "start>a a>b b>end")
    run = hoso_bpmn.start(spec, at=MONDAY, calendar=CALENDAR)
    assert hoso_bpmn.resume(spec, run.dump(), calendar=CALENDAR).tasks == run.tasks


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {"a": 1},
        [[1]],
        [{}],
        float("nan"),
        float("inf"),
        2**80,
        "x" * 5_000,
        b"x",
        [1] * 5_000,
        "\ud800",
    ],
)
def test_a_variable_is_a_plain_value_or_a_list_of_them(value: object) -> None:
    spec = specification(
        users("a b c") + '<exclusiveGateway id="g" default="f4"/>', "start>a a>g g>b{x == 1} g>c b>end c>end"
    )
    walk = Walk(spec)
    with pytest.raises(errors.BadVariable) as refused:
        walk.do("a", x=value)
    assert refused.value.name == "x"
    assert walk.open == ["a"]
    walk.do("a", x=1, unused=value)
    assert walk.open == ["b"]


def test_the_end_event_says_how_the_run_ended() -> None:
    end = (
        '<endEvent id="no"><extensionElements><camunda:properties><camunda:property name="ends" value="stopped"/>'
        "</camunda:properties></extensionElements></endEvent>"
    )
    spec = specification(user("a") + end + '<exclusiveGateway id="g"/>', "start>a a>g g>end[Đạt] g>no[Dừng]")
    walk = Walk(spec)
    walk.do("a", "Dừng")
    assert (walk.run.finished, walk.run.ended) == (True, "stopped")
    walk = Walk(spec)
    walk.do("a", "Đạt")
    assert (walk.run.finished, walk.run.ended) == (True, None)


def test_a_process_that_cannot_reach_its_first_task_does_not_start() -> None:
    spec = specification(
        users("b c") + '<exclusiveGateway id="g" default="f3"/>', "start>g g>b{x == 1} g>c b>end c>end"
    )
    with pytest.raises(errors.CannotStart) as refused:
        hoso_bpmn.start(spec, at=MONDAY, calendar=CALENDAR)
    assert refused.value.element == "g"
    assert Walk(spec, x=1).open == ["b"]


def test_each_lane_counts_in_its_own_calendar() -> None:
    import hoso_calendar as wt

    timer = (
        '<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition>'
        "<timeDuration>1 ngày làm việc</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="Một cửa"><flowNodeRef>\n  a\n</flowNodeRef></lane></laneSet>'
    )
    spec = specification(lanes + users("a b") + timer, "start>a a>end t>b b>end")
    asked: list[str | None] = []

    def calendar(lane: str | None) -> wt.WorkCalendar:
        asked.append(lane)
        return CALENDAR

    run = hoso_bpmn.start(spec, at=MONDAY, calendar=calendar)
    assert asked == ["Một cửa"]
    assert run.timers[0].due == MONDAY + timedelta(days=1, hours=9)
    assert (run.tasks[0].role, run.tasks[0].unit) == ("reception", "receiving")


CALLER = user("a") + '<callActivity id="tax" name="Liên thông thuế" calledElement="9.000002"/>' + user("z")
CALLER_WAY = "start>a a>tax tax>z z>end"
CALLEE_LANES = (
    '<laneSet id="ls"><lane id="l1" name="Một cửa"><flowNodeRef>desk</flowNodeRef></lane></laneSet>'
)


def callee(_code: str) -> package.Package:
    from support.builders.bpmn import bpmn

    return packaged(
        bpmn(
            CALLEE_LANES
            + user("desk", milestone="accept", limit="4 giờ làm việc")
            + users("b c")
            + '<exclusiveGateway id="g"/>',
            "start>desk desk>b b>g g>end[Xong] g>c[Tiếp] c>end",
        ),
        code="9.000002",
    )


def test_a_call_activity_runs_another_procedure_in_its_place() -> None:
    spec = specification(CALLER, CALLER_WAY, resolve=callee)
    assert sorted(spec.steps) == ["a", "tax/b", "tax/c", "tax/desk", "z"]
    assert (spec.steps["tax/desk"].role, spec.steps["tax/desk"].milestone) == ("reception", None)
    assert spec.total_limit.limits == ("4 giờ làm việc",)
    walk = Walk(spec)
    walk.do("a")
    walk.do("tax/desk")
    walk.do("tax/b", "Tiếp")
    walk.do("tax/c")
    assert walk.open == ["z"]
    walk.do("z")
    assert walk.run.finished


def test_a_procedure_that_calls_itself_is_refused() -> None:
    from support.builders.bpmn import bpmn

    def again(code: str) -> package.Package:
        return packaged(bpmn(CALLER, CALLER_WAY), code=code)

    with pytest.raises(errors.UnsupportedElement, match="within itself"):
        specification(CALLER, CALLER_WAY, resolve=again)


def test_a_call_without_a_published_procedure_is_refused() -> None:
    with pytest.raises(errors.UnsupportedElement, match="call of 9"):
        specification(CALLER, CALLER_WAY)


def test_another_version_of_what_is_called_makes_another_specification() -> None:
    from support.builders.bpmn import bpmn

    def other(code: str) -> package.Package:
        return packaged(bpmn(user("only"), "start>only only>end"), code=code)

    assert (
        specification(CALLER, CALLER_WAY, resolve=callee).key
        != specification(CALLER, CALLER_WAY, resolve=other).key
    )
    assert specification(CALLER, CALLER_WAY, resolve=callee) is specification(
        CALLER, CALLER_WAY, resolve=callee
    )
