"""One step for several units, and steps that are repeated."""

import pytest

from hoso_bpmn import errors
from support.builders.bpmn import Walk, boundary, each, elements, specification, user, users

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


@pytest.mark.parametrize("sequential", ["true", "false"])
@pytest.mark.parametrize(
    "enough",
    [
        "${nrOfCompletedInstances / nrOfInstances >= 0.5}",
        "=numberOfCompletedInstances / numberOfInstances >= 0.5",
        "=numberOfCompletedInstances = 2 and numberOfTerminatedInstances = 0",
        "=numberOfInstances - numberOfCompletedInstances <= 2 and numberOfActiveInstances <= 2",
    ],
)
def test_the_counters_of_both_camundas_say_when_enough_units_have_answered(
    sequential: str, enough: str
) -> None:
    condition = f"<completionCondition>{enough.replace('<', '&lt;')}</completionCondition>"
    walk = Walk(
        specification(user("a", MULTI.format(sequential, condition)) + user("b"), "start>a a>b b>end"),
        units=list("ABCD"),
    )
    walk.do("a")
    assert walk.open == (["a"] if sequential == "true" else ["a", "a", "a"])
    assert walk.do("a").incident is None
    assert walk.open == ["b"]


def test_a_loop_has_no_counters_so_their_names_are_variables_of_the_form() -> None:
    loop = "<standardLoopCharacteristics><loopCondition>nrOfInstances > 0</loopCondition></standardLoopCharacteristics>"
    walk = Walk(specification(user("a", loop.replace(" > ", " &gt; ")) + user("b"), "start>a a>b b>end"))
    walk.do("a", nrOfInstances=1)
    assert walk.open == ["a"]
    walk.do("a", nrOfInstances=0)
    assert walk.open == ["b"]


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


def test_each_instance_belongs_to_the_unit_it_asks() -> None:
    spec = specification(user("a", MULTI.format("false", ""), unit="item"), "start>a a>end")
    assert [task.unit for task in Walk(spec, units=["H27.01", "H27.02"]).run.tasks] == ["H27.01", "H27.02"]


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
