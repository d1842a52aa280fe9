"""An inclusive join that does not wait for all is said to before anybody runs it, and the engine agrees in every order."""

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoso_bpmn.checks import inspection
from hoso_bpmn.engine import workflow
from hoso_bpmn.runs import run, specification
from hoso_bpmn.runs.specification import Specification
from support.builders import packages
from support.builders.bpmn import CALENDAR, MONDAY, Walk, boundary, bpmn, packaged, users

GATEWAYS = '<inclusiveGateway id="tach"/><inclusiveGateway id="gop"/>'
PAGE = Path(__file__).parents[3] / "docs" / "rules" / "join-early.md"
#: Acts of officers that are tried in every order.
DEEP = 6


def warned(drawn: bytes) -> list[str]:
    return [f.element for f in inspection.inspect_diagram(drawn, "").findings if f.rule == "join-early"]


def early(drawn: bytes, names: str) -> bool:
    """True when, in some run, the step behind the join opens while another step that leads only to the join is open."""
    spec = specification.load(packaged(drawn)).specification
    values = [dict(zip(names, chosen, strict=True)) for chosen in product((0, 1), repeat=len(names))]
    return any(_early(spec, each) for each in values if any(each.values()) or not names)


def _early(spec: Specification, values: dict[str, int]) -> bool:
    begun = run.start(spec, at=MONDAY, calendar=CALENDAR, variables=values)
    waiting = [(begun.dump(), 0)]
    seen = set[tuple[object, ...]]()
    while waiting:
        state, acts = waiting.pop(0)
        now = run.resume(spec, state, calendar=CALENDAR)
        for task, outcome in [(each, label) for each in now.tasks for label in each.outcomes or (None,)]:
            step = run.resume(spec, state, calendar=CALENDAR)
            change = step.complete(task.id, outcome, at=MONDAY)
            assert change.incident is None
            if any(each.element == "sau" for each in change.opened) and {t.element for t in step.tasks} != {
                "sau"
            }:
                return True
            key = tokens(step)
            if acts < DEEP and key not in seen:
                seen.add(key)
                waiting.append((step.dump(), acts + 1))
    return False


def tokens(now: run.Run) -> tuple[object, ...]:
    tasks = now._snapshot.workflow.tasks.values()
    return tuple(
        sorted((t.task_spec.name, t.parent.task_spec.name) for t in tasks if t._state & workflow.ACTIVE)
    )


@pytest.mark.parametrize(
    ("elements", "way", "expected"),
    [
        (users("a b"), "tach>a{x > 0} tach>b{y > 0} a>gop b>gop", False),
        (
            users("a b c") + '<exclusiveGateway id="n"/>',
            "tach>a{x > 0} tach>b{y > 0} a>n b>n n>gop tach>c{z > 0} c>gop",
            True,
        ),
        (
            users("a b c") + '<exclusiveGateway id="g"/><exclusiveGateway id="n"/>',
            "tach>a{x > 0} tach>b{y > 0} a>n n>gop b>g g>n[Như trái] g>c[Riêng] c>gop",
            True,
        ),
        (
            users("a b") + '<exclusiveGateway id="g"/><exclusiveGateway id="n"/>',
            "tach>a{x > 0} tach>n{y > 0} n>b b>g g>gop[Đạt] g>n[Làm lại] a>gop",
            False,
        ),
    ],
    ids=["a flow for each branch", "two branches by one flow", "a branch that may take another's flow", "a way back within a branch"],
)  # fmt: skip
def test_the_warning_tells_the_truth(elements: str, way: str, expected: bool):
    drawn = bpmn(GATEWAYS + users("dau sau") + elements, f"start>dau dau>tach {way} gop>sau sau>end")
    names = "".join(name for name in "xyz" if f"{{{name} > 0}}" in way)
    assert (early(drawn, names), warned(drawn)) == (expected, ["gop"] if expected else [])


KINDS = ("own", "shared", "either", "again", "all again")


@st.composite
def nets(draw: st.DrawFn) -> tuple[str, str]:
    """Two or three branches of a split that lead to a join: by a flow of their own, by a shared one, or back at first."""
    branches = st.lists(st.sampled_from(KINDS), min_size=2, max_size=3)
    kinds = draw(branches.filter(lambda chosen: set(chosen) != {"shared"}))  # by one flow nothing is joined
    split = draw(st.sampled_from(("inclusive", "parallel")))
    elements = f'<{split}Gateway id="tach"/><exclusiveGateway id="dau_vao"/><exclusiveGateway id="chung"/>'
    way = "dau_vao>tach chung>gop"
    for number, kind in enumerate(kinds):
        condition = f"{{{'xyz'[number]} > 0}}" if split == "inclusive" else ""
        elements += (
            users(f"t{number}") + f'<exclusiveGateway id="v{number}"/><exclusiveGateway id="g{number}"/>'
        )
        way += f" tach>v{number}{condition} v{number}>t{number} "
        way += {
            "own": f"t{number}>gop",
            "shared": f"t{number}>chung",
            "either": f"t{number}>g{number} g{number}>gop[A] g{number}>chung[B]",
            "again": f"t{number}>g{number} g{number}>gop[A] g{number}>v{number}[B]",
            "all again": f"t{number}>g{number} g{number}>gop[A] g{number}>dau_vao[B]",
        }[kind]
    return elements, way


@settings(
    max_examples=3 * settings.default.max_examples // 5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(nets())
def test_the_warning_and_every_order_of_the_engine_agree(net: tuple[str, str]):
    elements, way = net
    drawn = bpmn(
        '<inclusiveGateway id="gop"/>' + users("dau sau") + elements,
        f"start>dau dau>dau_vao {way} gop>sau sau>end",
    )
    names = "".join(name for name in "xyz" if f"{{{name} > 0}}" in way)
    assert (warned(drawn) == ["gop"]) == early(drawn, names)


def test_of_a_join_within_a_join_the_inner_one_acts_first_on_a_way_back_too():
    gateways = "".join(
        f'<inclusiveGateway id="{name}"/>' for name in ("gop", "tach", "tach_trong", "gop_trong")
    )
    drawn = bpmn(
        gateways + users("dau a b c sau") + '<exclusiveGateway id="n"/><exclusiveGateway id="g"/>',
        "start>dau dau>n n>tach tach>a{x > 0} a>gop tach>tach_trong{y > 0} tach_trong>b{x > 0} tach_trong>c{y > 0} "
        "b>gop_trong c>gop_trong gop_trong>gop gop>sau sau>g g>n[Lại] g>end[Xong]",
    )
    assert (early(drawn, "xy"), warned(drawn)) == (False, [])


def test_a_reminder_that_shares_a_flow_with_its_task_lets_the_join_go_on_early():
    drawn = bpmn(
        GATEWAYS + users("dau a b sau") + boundary(False, "PT1H") + '<exclusiveGateway id="n"/>',
        "start>dau dau>tach tach>a{x > 0} tach>b{y > 0} a>n t>n n>gop b>gop gop>sau sau>end",
    )
    walk = Walk(specification.load(packaged(drawn)).specification, x=1, y=1)
    walk.do("dau")
    walk.do("b")
    walk.wait(hours=2)
    assert (warned(drawn), walk.open) == (["gop"], ["a", "sau"])
    walk.do("a")
    assert walk.open == ["sau", "sau"]


def test_reminders_of_two_rounds_that_are_under_way_at_once_each_pass_their_join_once():
    drawn = bpmn(
        GATEWAYS
        + users("a b c d")
        + boundary(False, "PT1H")
        + '<exclusiveGateway id="m"/><exclusiveGateway id="g"/><endEvent id="het"/>',
        "start>m m>a a>d d>g g>m[Lại] g>end[Xong] t>tach tach>b{x > 0} tach>c{x > 0} b>gop c>gop gop>het",
    )
    assert warned(drawn) == []
    walk = Walk(specification.load(packaged(drawn)).specification, x=1)
    for outcome in ("Lại", "Xong"):
        walk.wait(hours=2)
        walk.do("a")
        walk.do("d", outcome)
    assert walk.open == ["b", "b", "c", "c"]
    for element in ("b", "b", "c", "c"):
        walk.do(element)
    assert walk.run.finished


@pytest.mark.parametrize(
    ("verdict", "halfway", "finally_"), [("refused", ["B", "Ky"], ["Ky", "Ky"]), ("accepted", ["B"], ["Ky"])]
)
def test_what_the_page_says_of_its_examples_is_what_a_dossier_does(
    verdict: str, halfway: list[str], finally_: list[str]
):
    (shown,) = re.findall(rf"```xml {verdict}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    walk = Walk(specification.load(packages.package(shown)).specification, muc=3)
    walk.do("Tiep_nhan", "accept")
    walk.do("Tham_dinh")
    walk.do("A")
    assert walk.open == halfway
    walk.do("B", "Rõ" if verdict == "accepted" else None)
    assert walk.open == finally_
