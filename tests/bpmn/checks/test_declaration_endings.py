"""A dossier can always come to an end; where it cannot, the check names the cause and nothing behind it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hoso_bpmn.checks import inspection
from hoso_bpmn.engine import workflow
from hoso_bpmn.runs import run, specification
from hoso_bpmn.runs.run import Run
from hoso_bpmn.runs.specification import Specification
from support.builders.bpmn import CALENDAR, MONDAY, bpmn, packaged, user, users

#: Rules that say that a dossier would not end.
STAYS = {"join-starved", "split-endless", "end-unreachable"}
#: Rules of drawings about which the two cannot be compared: elements that nothing leads to, and what runs by itself.
ELSE = {"unreachable", "cycle-automatic", "gateway-no-decider", "engine", "ways-undecided"}


def gates(**kinds: str) -> str:
    """Gateways by the kind, each with its ids."""
    return "".join(f'<{kind}Gateway id="{one}"/>' for kind, ids in kinds.items() for one in ids.split())


def found(drawn: bytes) -> list[tuple[str, str | None]]:
    report = inspection.inspect_diagram(drawn, "")
    return [(f.rule, f.element) for f in report.findings if f.rule in STAYS | ELSE]


@pytest.mark.parametrize(
    ("elements", "way", "expected"),
    [
        (users("a") + gates(parallel="g"), "start>a a>g g>a g>end", [("split-endless", "f3")]),
        (
            users("a b") + gates(parallel="g"),
            "start>a a>g g>b b>a g>end",
            [("split-endless", "f3")],
        ),
        (
            users("a b c d") + gates(parallel="p j", exclusive="q x"),
            "start>p p>a p>b p>q b>x x>c[C] x>d[D] a>j c>j d>j j>end",
            [("join-starved", "j")],
        ),
        (
            users("a b") + gates(parallel="j", exclusive="x"),
            "start>j j>a a>x x>j[Lại] x>b[Xong] b>end",
            [("join-starved", "j")],
        ),
        (
            users("a") + gates(parallel="o p j", exclusive="m"),
            "start>o o>m o>j m>p p>a a>m p>j j>end",
            [("split-endless", "f5")],
        ),
    ],
    ids=[
        "a split that leads back",
        "a split that leads back past a step",
        "a gateway without a way out beside a join",
        "a join that waits for what comes after it",
        "a split that fills a join",
    ],
)  # fmt: skip
def test_what_never_ends_is_named_by_its_cause_alone(
    elements: str, way: str, expected: list[tuple[str, str]]
):
    assert found(bpmn(elements, way)) == expected


@pytest.mark.parametrize(
    ("elements", "way"),
    [
        (users("a b") + gates(parallel="p", exclusive="x m"), "start>m m>a a>x x>m[Lại] x>p[Tiếp] p>b p>end b>end"),
        (
            users("a b") + gates(parallel="g") + '<endEvent id="stop"><terminateEventDefinition/></endEvent>',
            "start>a a>g g>a g>b b>stop",
        ),
        (
            users("a") + gates(inclusive="g"),
            "start>a a>g g>a{x > 0} g>end{x < 1}",
        ),
    ],
    ids=["a way back before the split", "an end that stops all", "some of the ways"],
)  # fmt: skip
def test_what_can_end_is_left_alone(elements: str, way: str):
    assert found(bpmn(elements, way)) == []


def test_what_was_not_looked_at_is_said_of_the_scope_that_is_too_large():
    branches = [f"t{number}" for number in range(13)]
    gateways = gates(parallel="p", inclusive="j", exclusive=" ".join(f"g{each}" for each in branches))
    ways = " ".join(f"p>{each} {each}>g{each} g{each}>j[A] g{each}>j[B]" for each in branches)
    assert found(bpmn(users(" ".join(branches)) + gateways, f"start>p {ways} j>end")) == [
        ("ways-undecided", None)
    ]


# The law: the check says that a dossier may stay for ever where some run of the engine does, and nowhere else.

#: States of a run that are looked at; a drawing of more is left out.
MANY = 60
KINDS = ("task", "task", "choice", "parallel", "parallel", "inclusive", "merge")


@st.composite
def nets(draw: st.DrawFn) -> bytes:
    """Elements in a row with ways between them, forward and back, drawn without any order."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=7))
    number = len(kinds)
    goals = {at: {at + 1} for at in range(number)}
    for _ in range(draw(st.integers(1, 5))):
        source = draw(st.sampled_from([at for at in goals if kinds[at] not in ("task", "merge")] or [0]))
        goals[source].add(draw(st.integers(0, number)))
    elements, ways, inclusive = [], ["start>e0"], draw(st.integers(0, number))
    for at, kind in enumerate(kinds):
        several = sorted(goals[at]) if kind not in ("task", "merge") else [at + 1]
        if kind == "inclusive" and at < inclusive and len(several) > 1:
            kind = "parallel"  # conditions of one gateway only are tried in every combination
        target = [f"e{goal}" if goal < number else "end" for goal in several]
        gateway = {"merge": "exclusive", "choice": "exclusive"}.get(kind, kind)
        if kind == "task" or (kind == "choice" and len(several) < 2):
            elements.append(user(f"e{at}"))
            ways += [f"e{at}>{each}" for each in target]
        elif kind == "choice":
            elements.append(user(f"e{at}") + gates(exclusive=f"g{at}"))
            ways += [f"e{at}>g{at}", *(f"g{at}>{each}[{each}]" for each in target)]
        else:
            elements.append(gates(**{gateway: f"e{at}"}))
            asks = kind == "inclusive" and len(target) > 1
            ways += [f"e{at}>{t}" + (f"{{v{n} > 0}}" if asks else "") for n, t in enumerate(target)]
            inclusive = -1 if asks else inclusive
    tasks = [at for at, kind in enumerate(kinds) if kind == "task"]
    for at in draw(st.lists(st.sampled_from(tasks), max_size=2, unique=True)) if tasks else ():
        goal = draw(st.integers(0, number))
        elements.append(
            f'<boundaryEvent id="b{at}" attachedToRef="e{at}" cancelActivity="{str(draw(st.booleans())).lower()}">'
            "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        )
        ways.append(f"b{at}>e{goal}" if goal < number else f"b{at}>end")
    return bpmn("".join(elements), " ".join(ways))


def values(drawn: bytes) -> list[dict[str, int]]:
    """Answers of an officer to the conditions, all by which one of them holds."""
    names = [f"v{number}" for number in range(8) if f"v{number} ".encode() in drawn]
    chosen = product((0, 1), repeat=len(names))
    return [dict(zip(names, each, strict=True)) for each in chosen if any(each) or not names]


def always_ends(spec: Specification, answers: list[dict[str, int]]) -> bool | None:
    """True when from every state of the engine one is reached that has ended. None where there are too many."""
    begun = [run.start(spec, at=MONDAY, calendar=CALENDAR, variables=each) for each in answers]
    states = {key(each): each.dump() for each in begun}
    ended = {key(each) for each in begun if each.finished}
    before: dict[object, set[object]] = {}
    waiting = list(states)
    while waiting:
        this = waiting.pop(0)
        for step in after(spec, states[this], answers):
            that = key(step)
            before.setdefault(that, set()).add(this)
            if step.finished:
                ended.add(that)
            elif that not in states:
                waiting.append(that)
            states.setdefault(that, step.dump())
        if len(states) > MANY:
            return None
    leading = set[object]()
    pending = list(ended)
    while pending:
        this = pending.pop()
        if this not in leading:
            leading.add(this)
            pending += before.get(this, ())
    return leading == states.keys()


def after(spec: Specification, state: bytes, answers: list[dict[str, int]]) -> list[Run]:
    """States that follow: each task with each outcome and answer, and each timer."""
    now = run.resume(spec, state, calendar=CALENDAR)
    acts = [
        (task.id, outcome, each)
        for task in now.tasks
        for outcome in task.outcomes or (None,)
        for each in answers
    ]
    steps = []
    for task, outcome, each in acts:
        step = run.resume(spec, state, calendar=CALENDAR)
        assert step.complete(task, outcome, each, at=MONDAY).incident is None
        steps.append(step)
    for number in range(len(now.timers)):
        step = run.resume(spec, state, calendar=CALENDAR)
        task, slot = list(step._slots())[number]
        assert step._fire((task, slot.element), MONDAY).incident is None
        steps.append(step)
    return steps


def key(now: Run) -> object:
    tokens = (t for t in now._snapshot.workflow.tasks.values() if t._state & workflow.ACTIVE)
    return tuple(
        sorted(
            (t.task_spec.name, t.parent.task_spec.name if t.parent else "", sorted(t.data.items()))
            for t in tokens
        )
        .__repr__()
        .split("\n")
    )


@pytest.mark.slow
@settings(max_examples=settings.default.max_examples, deadline=None, suppress_health_check=list(HealthCheck))
@given(nets())
def test_the_check_says_what_every_run_of_the_engine_shows(drawn: bytes):
    said = {rule for rule, _ in found(drawn)}
    assume(not said & ELSE)
    ends = always_ends(specification.load(packaged(drawn)).specification, values(drawn))
    assume(ends is not None)
    assert (not said & STAYS) == ends
