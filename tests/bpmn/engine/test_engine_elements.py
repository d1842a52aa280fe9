"""Supported elements run, others are refused by name; every run is dumped and resumed after each command."""

from itertools import pairwise

import pytest

from hoso_bpmn import errors
from support.builders.bpmn import Walk, catch, specification, user, users


def test_a_service_task_waits_for_a_call_or_a_person() -> None:
    walk = Walk(
        specification('<serviceTask id="s" name="Liên thông thuế"/>' + user("b"), "start>s s>b b>end")
    )
    [task] = walk.run.tasks
    assert (task.element, task.kind) == ("s", "external")
    walk.do("s")
    assert walk.open == ["b"]


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


def test_decisions_that_nobody_could_read_are_refused() -> None:
    row = [f"g{number}" for number in range(40)]
    gateways = "".join(f'<exclusiveGateway id="{gateway}"/>' for gateway in row)
    way = "start>a a>g0 " + " ".join(f"{one}>{two}[A] {one}>{two}[B]" for one, two in pairwise(row))
    with pytest.raises(errors.UnsupportedElement, match="row of more"):
        specification(user("a") + gateways, way + " g39>end[A] g39>end[B]")
    many = "".join(f"g0>end[{number}] " for number in range(100))
    with pytest.raises(errors.UnsupportedElement, match="outcomes"):
        specification(user("a") + '<exclusiveGateway id="g0"/>', "start>a a>g0 " + many)
