"""Propagation of errors and escalations: the innermost enclosing event catches them, and no other."""

import pytest

from support.builders.bpmn import Walk, specification, users

DECLARED = (
    '<error id="E1" errorCode="1" name="Lỗi"/><error id="E2" errorCode="2" name="Lỗi khác"/>'
    '<escalation id="S1" escalationCode="1" name="Báo"/><escalation id="S2" escalationCode="2" name="Báo khác"/>'
)


def thrown(kind: str) -> str:
    ref = {"error": "E1", "escalation": "S1"}[kind]
    return f'<{kind}EventDefinition {kind}Ref="{ref}"/>'


def subprocess(identity: str, kind: str, inner: str = "") -> str:
    """One task and an end that throws."""
    return (
        f'<subProcess id="{identity}"><startEvent id="{identity}_s"/><userTask id="{identity}_t"/>'
        f'<endEvent id="{identity}_e">{thrown(kind)}</endEvent>{inner}'
        f'<sequenceFlow id="{identity}1" sourceRef="{identity}_s" targetRef="{identity}_t"/>'
        f'<sequenceFlow id="{identity}2" sourceRef="{identity}_t" targetRef="{identity}_e"/></subProcess>'
    )


def boundary(identity: str, host: str, definition: str) -> str:
    return f'<boundaryEvent id="{identity}" attachedToRef="{host}">{definition}</boundaryEvent>'


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_what_is_thrown_in_one_subprocess_does_not_interrupt_the_one_beside_it(kind: str) -> None:
    spec = specification(
        users("x y bx by")
        + '<parallelGateway id="p"/>'
        + subprocess("a", kind)
        + subprocess("b", kind)
        + boundary("on_a", "a", thrown(kind))
        + boundary("on_b", "b", thrown(kind)),
        "start>p p>a p>b a>x b>y x>end y>end on_a>bx on_b>by bx>end by>end",
        DECLARED,
    )
    walk = Walk(spec)
    walk.do("a_t")
    assert walk.open == ["b_t", "bx"]
    walk.do("b_t")
    assert walk.open == ["bx", "by"]


@pytest.mark.parametrize("kind", ["error", "escalation"])
@pytest.mark.parametrize("first", ["named", "all"])
def test_of_two_events_on_one_activity_the_one_that_names_the_code_takes_it(kind: str, first: str) -> None:
    drawn = [
        boundary("named", "a", thrown(kind)),
        boundary("all", "a", f"<{kind}EventDefinition/>"),
    ]
    spec = specification(
        users("x n y")
        + subprocess("a", kind)
        + "".join(sorted(drawn, key=lambda each: f'id="{first}"' not in each)),
        "start>a a>x x>end named>n n>end all>y y>end",
        DECLARED,
    )
    walk = Walk(spec)
    walk.do("a_t")
    assert walk.open == ["n"]


@pytest.mark.parametrize(("kind", "left"), [("error", []), ("escalation", ["a_t"])])
def test_what_the_process_throws_is_not_taken_by_an_event_on_one_of_its_activities(
    kind: str, left: list[str]
) -> None:
    spec = specification(
        users("x y b")
        + f'<parallelGateway id="p"/><endEvent id="thrown">{thrown(kind)}</endEvent>'
        + subprocess("a", kind)
        + boundary("on_a", "a", thrown(kind)),
        "start>p p>a p>x x>thrown a>y y>end on_a>b b>end",
        DECLARED,
    )
    walk = Walk(spec)
    walk.do("x")
    assert (walk.open, walk.run.finished) == (left, not left)


def test_an_error_goes_on_outwards_until_an_event_names_its_code() -> None:
    inner = subprocess("t", "error") + boundary("other", "t", '<errorEventDefinition errorRef="E2"/>')
    inner += '<userTask id="u"/><sequenceFlow id="o1" sourceRef="other" targetRef="u"/>'
    spec = specification(
        users("x b")
        + f'<subProcess id="a"><startEvent id="s"/>{inner}<sequenceFlow id="i1" sourceRef="s" targetRef="t"/></subProcess>'
        + boundary("on_a", "a", thrown("error")),
        "start>a a>x x>end on_a>b b>end",
        DECLARED,
    )
    walk = Walk(spec)
    walk.do("t_t")
    assert walk.open == ["b"]


def handler(identity: str, kind: str, behind: str) -> str:
    """An event sub-process that accompanies the process: a start that takes what is thrown, and a step or an end."""
    return (
        f'<subProcess id="{identity}" triggeredByEvent="true"><startEvent id="{identity}_s" isInterrupting="false">{kind}'
        f'</startEvent>{behind}<sequenceFlow id="{identity}1" sourceRef="{identity}_s" targetRef="{identity}_b"/></subProcess>'
    )


def test_an_escalation_of_a_handler_goes_past_it_to_the_one_beside_it() -> None:
    message = '<messageEventDefinition messageRef="M"/>'
    spec = specification(
        users("x")
        + handler("a", message, f'<endEvent id="a_b">{thrown("escalation")}</endEvent>')
        + handler("b", thrown("escalation"), '<userTask id="b_b"/>'),
        "start>x x>end",
        DECLARED + '<message id="M" name="Hỏi"/>',
    )
    walk = Walk(spec)
    walk.send("Hỏi")
    assert walk.open == ["b_b", "x"]


def test_a_handler_does_not_set_itself_off() -> None:
    throw = f'<intermediateThrowEvent id="x">{thrown("escalation")}</intermediateThrowEvent>'
    spec = specification(
        users("y")
        + throw
        + handler("a", thrown("escalation"), f'<endEvent id="a_b">{thrown("escalation")}</endEvent>'),
        "start>x x>y y>end",
        DECLARED,
    )
    walk = Walk(spec)
    assert walk.open == ["y"]
    walk.do("y")
    assert walk.run.finished


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_what_is_declared_without_a_code_catches_all(kind: str) -> None:
    spec = specification(
        users("x b")
        + subprocess("a", kind)
        + boundary("on_a", "a", f'<{kind}EventDefinition {kind}Ref="all"/>'),
        "start>a a>x x>end on_a>b b>end",
        f'{DECLARED}<{kind} id="all" name="Bất kỳ"/>',
    )
    walk = Walk(spec)
    walk.do("a_t")
    assert walk.open == ["b"]


def test_escalations_of_one_step_are_each_caught() -> None:
    ends = "".join(f'<endEvent id="e{n}">{thrown("escalation")}</endEvent>' for n in (1, 2))
    inside = '<startEvent id="s"/><userTask id="t"/><parallelGateway id="p"/>' + ends
    ways = "".join(
        f'<sequenceFlow id="{one}-{other}" sourceRef="{one}" targetRef="{other}"/>'
        for one, other in (("s", "t"), ("t", "p"), ("p", "e1"), ("p", "e2"))
    )
    beside = boundary("on_a", "a", thrown("escalation")).replace(
        "attachedToRef", 'cancelActivity="false" attachedToRef'
    )
    spec = specification(
        users("x b") + f'<subProcess id="a">{inside}{ways}</subProcess>' + beside,
        "start>a a>x x>end on_a>b b>end",
        DECLARED,
    )
    walk = Walk(spec)
    walk.do("t")
    assert walk.open == ["b", "b", "x"]
