"""Decisions of gateways, and the length of the longest path."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hoso_bpmn.document import critical_path, gateways, loops
from hoso_bpmn.document.diagram import Process
from hoso_bpmn.package import calls
from support.builders.bpmn import Walk, bpmn, specification, user, users

GATEWAY = '<exclusiveGateway id="g"/>'


def process(elements: str, way: str) -> Process:
    return calls.drawn(bpmn(elements, way))


def deciders(drawn: Process, gateway: str = "g") -> list[str]:
    return sorted(one.id for one in gateways.deciders(drawn, drawn.elements[gateway]))


def test_the_task_before_the_gateway_decides_it_through_merges() -> None:
    drawn = process(
        users("a b c d") + GATEWAY + '<exclusiveGateway id="m"/>',
        "start>a a>m b>m m>g g>c[Có] g>d[Không] c>end d>b",
    )
    assert deciders(drawn) == ["a", "b"]
    assert {
        element: [choice.label for choice in found] for element, found in gateways.choices(drawn).items()
    } == {
        "a": ["Có", "Không"],
        "b": ["Có", "Không"],
    }


LISTED = """<exclusiveGateway id="g"><incoming>f2</incoming>
  <outgoing> f4 </outgoing><outgoing>tns:f3</outgoing><outgoing>gone</outgoing></exclusiveGateway>"""


def test_choices_come_in_the_order_in_which_the_gateway_lists_its_ways_out() -> None:
    drawn = process(
        users("a c d e") + LISTED, "start>a a>g g>c[Không đạt] g>d[Đạt] g>e[Khác] c>end d>end e>end"
    )
    assert [choice.label for choice in gateways.choices(drawn)["a"]] == ["Đạt", "Không đạt", "Khác"]


def test_conditions_are_asked_in_the_order_of_the_file_whatever_the_gateway_lists() -> None:
    drawn = process(users("a c d") + LISTED, "start>a a>g g>c{n > 1} g>d{n > 2} c>end d>end")
    assert drawn.elements["g"].outgoing == ("f3", "f4")


@pytest.mark.parametrize(
    ("elements", "way", "decider"),
    [
        ("", "start>g", "start"),
        ('<serviceTask id="s"/>', "start>s s>g", "s"),
        ('<parallelGateway id="p"/>' + users("x y"), "start>x start>y x>p y>p p>g", "p"),
        (
            user(
                "x",
                "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>",
            ),
            "start>x x>g",
            "x",
        ),
        (
            user("x")
            + '<boundaryEvent id="e" attachedToRef="x"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>',
            "start>x x>end e>g",
            "e",
        ),
        (user("x") + '<exclusiveGateway id="h" default="f3"/>', "start>x x>h h>g h>end{n > 1}", "h"),
    ],
)
def test_anything_but_one_task_of_one_person_is_no_decider(elements: str, way: str, decider: str) -> None:
    drawn = process(users("c d") + GATEWAY + elements, way + " g>c[Có] g>d[Không] c>end d>end")
    [found] = gateways.deciders(drawn, drawn.elements["g"])
    assert found.id == decider
    assert not gateways.decides(found)


def test_a_named_default_flow_is_a_button_too() -> None:
    spec = specification(
        users("a b c") + '<exclusiveGateway id="g" default="f4"/>',
        "start>a a>g g>b[Đạt] g>c[Khác] b>end c>end",
    )
    assert spec.steps["a"].outcomes == ("Đạt", "Khác")
    walk = Walk(spec)
    walk.do("a", "Khác")
    assert walk.open == ["c"]


def test_parallel_branches_make_their_own_choices() -> None:
    spec = specification(
        users("a b c d e f")
        + '<parallelGateway id="s"/><exclusiveGateway id="g"/><exclusiveGateway id="h"/>',
        "start>s s>a s>b a>g g>c[Có] g>d[Không] b>h h>e[Có] h>f[Không] c>end d>end e>end f>end",
    )
    walk = Walk(spec)
    walk.do("a", "Không")
    walk.do("b", "Có")
    assert walk.open == ["d", "e"]


def test_two_gateways_that_lead_to_each_other_do_not_hang_the_analysis() -> None:
    drawn = process(
        users("a b") + GATEWAY + '<exclusiveGateway id="h"/>',
        "start>a a>g g>h[Tới] g>b[Xong] h>g[Lui] h>b[Thôi] b>end",
    )
    labels = [choice.label for choice in gateways.choices(drawn)["a"]]
    assert labels == ["Tới › Lui", "Tới › Thôi", "Xong"]


LIMITED = (
    user("desk", milestone="accept", limit="2 giờ làm việc")
    + user("quick", limit="1 ngày làm việc")
    + user("slow", limit="3 ngày làm việc")
    + user("posting", limit="15 ngày", clock="excluded", clock_basis="Điều 1")
    + user("sign", limit="0,5 ngày làm việc", milestone="result")
)
BRANCHES = '<parallelGateway id="s"/><parallelGateway id="j"/>' + GATEWAY
LIMITED_WAY = (
    "start>desk desk>s s>quick s>slow quick>j slow>j j>posting posting>sign sign>g g>slow[Lại] g>end[Xong]"
)


def test_the_longest_way_takes_the_slower_branch_each_loop_once_and_no_excluded_step() -> None:
    way = critical_path.longest(process(LIMITED + BRANCHES, LIMITED_WAY))
    assert way.limits == ("2 giờ làm việc", "3 ngày làm việc", "0,5 ngày làm việc")
    assert way.hours == Fraction(2 + 24 + 4)
    assert [element for element in way.elements if element in ("quick", "slow")] == ["slow"]


def test_each_step_knows_the_limits_up_to_and_including_itself() -> None:
    steps = specification(LIMITED + BRANCHES, LIMITED_WAY).steps
    assert {element: step.plan for element, step in steps.items()} == {
        "desk": ("2 giờ làm việc",),
        "quick": ("2 giờ làm việc", "1 ngày làm việc"),
        "slow": ("2 giờ làm việc", "3 ngày làm việc"),
        "posting": ("2 giờ làm việc", "3 ngày làm việc"),
        "sign": ("2 giờ làm việc", "3 ngày làm việc", "0,5 ngày làm việc"),
    }


def test_what_lies_before_the_acceptance_does_not_count() -> None:
    drawn = process(
        user("early", limit="9 ngày làm việc")
        + user("desk", milestone="accept")
        + user("work", limit="1 ngày làm việc"),
        "start>early early>desk desk>work work>end",
    )
    assert critical_path.longest(drawn).hours == 8


def test_steps_inside_a_subprocess_count_once() -> None:
    inner = (
        '<subProcess id="p" limit="20 ngày làm việc"><startEvent id="ps"/>'
        + user("i", limit="2 ngày làm việc")
        + '<endEvent id="pe"/><sequenceFlow id="p1" sourceRef="ps" targetRef="i"/>'
        '<sequenceFlow id="p2" sourceRef="i" targetRef="pe"/></subProcess>'
    )
    drawn = process(
        user("a", limit="1 ngày làm việc") + inner + user("z", limit="1 giờ làm việc"),
        "start>a a>p p>z z>end",
    )
    assert critical_path.longest(drawn).elements == ("start", "a", "p", "ps", "i", "pe", "z")
    assert critical_path.longest(drawn).hours == 8 + 16 + 1


@settings(max_examples=3 * settings.default.max_examples // 2, deadline=None)
@given(st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=24))
@example(set(zip("aabcdeef", "deffbcde", strict=True)))
def test_without_the_flows_that_lead_back_everything_is_still_reached_and_nothing_goes_round(
    edges: set[tuple[str, str]],
) -> None:
    after = {node: sorted(target for source, target in edges if source == node) for node in "abcdefgh"}
    graph = loops.forward(after, ["a"])
    place = {node: number for number, node in enumerate(graph)}
    assert all(place[node] < place[target] for node, targets in graph.items() for target in targets)
    reached, waiting = {"a"}, ["a"]
    while waiting:
        for target in after[waiting.pop()]:
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    assert set(graph) == reached
    assert {"a"} | {target for targets in graph.values() for target in targets} == reached


def test_two_flows_between_the_same_gateways_are_two_tokens() -> None:
    gates = '<parallelGateway id="p"/><parallelGateway id="q"/>'
    walk = Walk(specification(users("a b") + gates, "start>a a>p p>q p>q q>b b>end"))
    walk.do("a")
    assert walk.open == ["b"]
    walk.do("b")
    assert walk.run.finished


def test_one_of_two_flows_into_a_parallel_join_is_not_enough() -> None:
    gates = '<exclusiveGateway id="g"/><parallelGateway id="q"/>'
    walk = Walk(specification(users("a b") + gates, "start>a a>g g>q[Một] g>q[Hai] q>b b>end"))
    walk.do("a", "Hai")
    assert (walk.open, walk.run.finished) == ([], False)


def test_one_of_two_conditions_to_the_same_element_leads_there() -> None:
    gate = '<exclusiveGateway id="g" default="f4"/>'
    walk = Walk(specification(users("a b c") + gate, "start>a a>g g>b{n = 1} g>c g>b{n = 2} b>end c>end"))
    walk.do("a", n=2)
    assert walk.open == ["b"]
