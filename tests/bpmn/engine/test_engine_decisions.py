"""Decision tables as Camunda Modeler writes them, behind business rule tasks."""

from xml.sax.saxutils import escape

import pytest

import hoso_bpmn
from hoso_bpmn import errors
from hoso_bpmn.engine import dmn
from hoso_bpmn.findings import RefusedFile
from support.builders.bpmn import Walk, specification, users

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'


def table(
    rules: list[tuple[str, ...]],
    policy: str = "UNIQUE",
    inputs: tuple[str, ...] = ("amount",),
    name: str = "level",
) -> bytes:
    """A decision `fee` with these rules: cells of the inputs, then the cell of the output."""
    cells = "".join(
        f'<input id="i{n}"><inputExpression id="e{n}"><text>{escape(text)}</text></inputExpression></input>'
        for n, text in enumerate(inputs)
    )
    rows = "".join(
        f'<rule id="r{n}">'
        + "".join(
            f'<inputEntry id="c{n}_{m}"><text>{escape(cell)}</text></inputEntry>'
            for m, cell in enumerate(rule[:-1])
        )
        + f'<outputEntry id="o{n}"><text>{escape(rule[-1])}</text></outputEntry></rule>'
        for n, rule in enumerate(rules)
    )
    return (
        f'{HEAD}<decision id="fee" name="Mức"><decisionTable id="t" hitPolicy="{policy}">{cells}'
        f'<output id="o" name="{name}"/>{rows}</decisionTable></decision></definitions>'
    ).encode()


TASK = '<businessRuleTask id="rule" camunda:decisionRef="fee"/>'
ZEEBE = (
    '<businessRuleTask id="rule"><extensionElements><z:calledDecision xmlns:z="http://camunda.org/schema/zeebe/1.0" '
    'decisionId="fee" resultVariable="level"/></extensionElements></businessRuleTask>'
)
SPIFF = (
    '<businessRuleTask id="rule"><extensionElements><s:calledDecisionId '
    'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core">fee</s:calledDecisionId></extensionElements></businessRuleTask>'
)


def process(dmn: bytes, task: str = TASK) -> hoso_bpmn.Specification:
    return specification(
        users("a b c") + task + '<exclusiveGateway id="g" default="f5"/>',
        "start>a a>rule rule>g g>b{level == 'cao'} g>c b>end c>end",
        fee_dmn=dmn,
    )


SIMPLE = table([("< 100", '"thấp"'), (">= 100", '"cao"')])


@pytest.mark.parametrize("task", [TASK, ZEEBE, SPIFF])
def test_a_business_rule_task_decides_by_its_table_whichever_modeller_drew_it(task: str) -> None:
    spec = process(SIMPLE, task)
    assert {"amount", "level"} <= spec.variables
    walk = Walk(spec)
    walk.do("a", amount=100)
    assert walk.open == ["b"]
    walk = Walk(spec)
    walk.do("a", amount=99)
    assert walk.open == ["c"]


def decided(
    rules: list[tuple[str, ...]], policy: str = "UNIQUE", inputs: tuple[str, ...] = ("x",), **given: object
) -> object:
    task = process(table(rules, policy, inputs)).parsed.spec.task_specs["rule"]
    return task.table.decide(given)["level"]


@pytest.mark.parametrize(
    ("cell", "holding", "failing"),
    [
        ("-", [1, "a", None], []),
        ("", [1], []),
        ("5", [5], [4]),
        ('"a"', ["a"], ["b"]),
        ('"a", "b"', ["a", "b"], ["c"]),
        ('"a, b"', ["a, b"], ["a"]),
        ("not(1, 2)", [3], [1, 2]),
        ("[1..5]", [1, 3, 5], [0, 6]),
        ("]1..5[", [2, 4], [1, 5]),
        ("(1..5]", [5], [1]),
        ("[1..3], [7..9]", [2, 8], [5]),
        ("> 5", [6], [5]),
        ("< 5, > 10", [4, 11], [7]),
        ("!= 5", [4], [5]),
        ("true", [True], [False]),
        ("limit", [7], [8]),
        ("? > 3 and ? < 9", [4], [9]),
    ],
)
def test_cells_say_what_modellers_mean(cell: str, holding: list[object], failing: list[object]) -> None:
    for value in holding:
        assert decided([(cell, "1")], x=value, limit=7) == 1
    for value in failing:
        assert decided([(cell, "1")], x=value, limit=7) is None


BOTH = [("> 1", '"a"'), ("> 2", '"b"'), ("> 9", '"c"')]


def test_hit_policies() -> None:
    assert decided(BOTH, "FIRST", x=3) == "a"
    assert decided(BOTH, "COLLECT", x=3) == ["a", "b"]
    assert decided(BOTH, "RULE ORDER", x=0) == []
    assert decided([("> 1", '"a"'), ("> 2", '"a"')], "ANY", x=3) == "a"
    for policy in ("UNIQUE", "ANY"):
        with pytest.raises(dmn.AmbiguousDecision) as refused:
            decided(BOTH, policy, x=3)
        assert refused.value.rules == (1, 2)


def test_two_inputs_must_both_hold() -> None:
    rules = [("> 1", '"a"', "1"), ("-", '"b"', "2")]
    assert decided(rules, inputs=("x", "y"), x=2, y="a") == 1
    assert decided(rules, inputs=("x", "y"), x=0, y="b") == 2


def test_a_missing_variable_is_an_incident_at_the_rule_task() -> None:
    walk = Walk(process(SIMPLE))
    change = walk.do("a")
    assert change.incident is not None
    assert change.incident.element == "rule"
    assert walk.open == ["a"]


@pytest.mark.parametrize(
    "cell", ["__import__('os').system('true')", "x.__class__", "9**9**9", "(lambda: 1)()"]
)
def test_no_cell_can_be_code(cell: str) -> None:
    with pytest.raises(RefusedFile, match="does not compile"):
        process(table([(cell, "1")]))
    with pytest.raises(RefusedFile, match="does not compile"):
        process(table([("-", cell)]))


@pytest.mark.parametrize(
    ("dmn", "task", "named"),
    [
        (SIMPLE, '<businessRuleTask id="rule"/>', "without a decision"),
        (SIMPLE, TASK.replace('"fee"', '"other"'), "other"),
    ],
)
def test_a_rule_task_without_its_table_is_refused(dmn: bytes, task: str, named: str) -> None:
    with pytest.raises(errors.UnsupportedElement, match=named):
        process(dmn, task)


@pytest.mark.parametrize(
    "dmn",
    [
        table([("1", "1")], "OUTPUT ORDER"),
        table([("1", "2", "3")]),
        f'{HEAD}<decision id="fee"><literalExpression><text>1</text></literalExpression></decision></definitions>'.encode(),
        b"<!DOCTYPE x><definitions/>",
        b"no xml",
    ],
)
def test_a_table_that_cannot_be_decided_is_refused_with_its_file(dmn: bytes) -> None:
    with pytest.raises(RefusedFile):
        process(dmn)


def test_an_input_without_an_expression_is_refused() -> None:
    with pytest.raises(RefusedFile, match="does not compile"):
        process(SIMPLE.replace(b"inputExpression", b"inputNothing"))
