"""The ways that tokens take are recorded while somebody asks."""

from hoso_bpmn.engine import token_trace
from support.builders.bpmn import Walk, specification, user, users

GATEWAY = '<exclusiveGateway id="g"/>'


def test_moves_are_those_of_the_tokens_and_of_no_predicted_step() -> None:
    spec = specification(users("a b c") + GATEWAY, "start>a a>g g>b[Đạt] g>c[Không đạt] b>end c>a")
    with token_trace.recorded() as moves:
        walk = Walk(spec)
        walk.do("a", "Không đạt")
        assert moves == {("Start", "start"), ("start", "a"), ("a", "g"), ("g", "c")}
        walk.do("c")
        walk.do("a", "Đạt")
        walk.do("b")
    assert {("c", "a"), ("g", "b"), ("b", "end")} <= moves


def test_a_finished_loop_that_left_the_tree_makes_up_no_move() -> None:
    spec = specification(users("a b") + GATEWAY, "start>a a>g g>b[Tiếp] g>end[Xong] b>a")
    with token_trace.recorded() as moves:
        walk = Walk(spec)
        for _ in range(3):
            walk.do("a", "Tiếp")
            walk.do("b")
        walk.do("a", "Xong")
    drawn = {("start", "a"), ("a", "g"), ("g", "b"), ("b", "a"), ("g", "end")}
    assert moves - {("Start", "start"), ("end", ""), ("", "End")} == drawn


def test_of_several_awaited_events_only_the_one_that_came_is_a_move() -> None:
    spec = specification(
        users("a b c")
        + '<eventBasedGateway id="g"/>'
        + '<intermediateCatchEvent id="paid"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
        + '<intermediateCatchEvent id="late"><timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition></intermediateCatchEvent>',
        "start>a a>g g>paid g>late paid>b late>c b>end c>end",
        declarations='<message id="m" name="paid"/>',
    )
    with token_trace.recorded() as moves:
        walk = Walk(spec)
        walk.do("a")
        walk.send("paid")
    assert ("g", "paid") in moves
    assert ("g", "late") not in moves


def test_ways_into_and_out_of_a_guarded_activity_are_the_drawn_ones() -> None:
    boundary = (
        '<boundaryEvent id="slow" attachedToRef="a" cancelActivity="false">'
        "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    spec = specification(user("a") + users("b c") + boundary, "start>a a>b slow>c b>end c>end")
    with token_trace.recorded() as moves:
        walk = Walk(spec)
        walk.wait(hours=3)
        walk.do("a")
    assert {("start", "a"), ("slow", "c"), ("a", "b")} <= moves


def test_nothing_is_recorded_outside_of_the_block() -> None:
    spec = specification(users("a"), "start>a a>end")
    with token_trace.recorded() as moves:
        walk = Walk(spec)
    before = set(moves)
    walk.do("a")
    assert moves == before
