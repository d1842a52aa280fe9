"""Sequences, choices, splits and joins: which tasks open behind which."""

import pytest

from hoso_bpmn import errors
from support.builders.bpmn import Walk, elements, specification, user, users


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
