"""Expressions: what people write is understood, what would be code is refused, and nothing takes long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoso_bpmn
from hoso_bpmn import errors, expressions
from support.builders.bpmn import Walk, specification, user, users


@pytest.mark.parametrize(
    ("text", "variables", "value"),
    [
        ("amount > 5", {"amount": 6}, True),
        ("${amount > 5}", {"amount": 6}, True),
        ("#{amount > 5}", {"amount": 5}, False),
        ("=amount > 5", {"amount": 6}, True),
        ("=amount = 5", {"amount": 5}, True),
        ('${amount > 5 && kind == "a"}', {"amount": 6, "kind": "a"}, True),
        ("${amount > 5 || !ok}", {"amount": 1, "ok": False}, True),
        ("${amount gt 5 and kind ne 'b'}", {"amount": 6, "kind": "a"}, True),
        ("kind in ['a', 'b']", {"kind": "b"}, True),
        ("kind not in ('a', 'b')", {"kind": "c"}, True),
        ("n < max((m, 2))", {"n": 1, "m": 0}, True),
        ("=ok = true", {"ok": True}, True),
        ("value == null", {"value": None}, True),
        ("name == 'a && b = c'", {"name": "a && b = c"}, True),
        ("len(units) >= 2", {"units": ["A", "B"]}, True),
        ("(a + b * 2) / 4 - 1", {"a": 2, "b": 3}, 1.0),
        ("'có' if ok else 'không'", {"ok": True}, "có"),
        ("1 < n <= 3", {"n": 3}, True),
        ("số_tiền > 5", {"số_tiền": 6}, True),
        ("amount > 5\n  and kind == 'a\u00a0b'", {"amount": 6, "kind": "a\u00a0b"}, True),
        ("${amount > 5 &&\r\n\tok}", {"amount": 6, "ok": True}, True),
    ],
)
def test_the_ways_in_which_people_write_conditions(
    text: str, variables: dict[str, object], value: object
) -> None:
    expression = expressions.compiled(text)
    assert expression.names == set(variables)
    assert expression.evaluate(variables) == value


HOSTILE = [
    "__import__('os').system('true')",
    "().__class__.__base__.__subclasses__()",
    "x.y",
    "x['__class__']",
    "'{0.__class__}'.format(x)",
    "f'{x.__class__}'",
    "open('/etc/passwd')",
    "eval('1')",
    "getattr(x, 'y')",
    "lambda: 1",
    "[y for y in x]",
    "{y: 1 for y in x}",
    "(y for y in x)",
    "9**9**9",
    "2 << 99999999",
    "x := 5",
    "x = 5; y",
    "import os",
    "_private > 1",
    "len(*x)",
    "print(1)",
    "x.__globals__",
    "b'bytes'",
    "1j",
    "...",
    "",
    "   ",
    "${}",
    "amount >",
    "(" * 240 + "1" + ")" * 240,
    "not " * 120 + "x",
    "x" + " + x" * 110,
    "'" + "a" * 300 + "'",
    "x" * 600,
    "if a then b else c",
    "date('2026-01-01') > today",
]


@pytest.mark.parametrize(
    "text",
    [
        *("amount > 2,5", "${2,5 < amount}", "=amount > 2,5 and ok", "(amount > 2,5) and ok"),
        *("ok || (amount > 2,5)", "not (amount > 2,5)", "1 if (2,5) else 0", "amount > (2,5)", "[(2,5)]"),
    ],
)
def test_a_decimal_comma_is_refused_as_it_would_always_hold(text: str) -> None:
    with pytest.raises(errors.BadExpression, match=r"write 2\.5"):
        expressions.compiled(text)


def test_a_comment_hides_nothing() -> None:
    with pytest.raises(errors.BadExpression):
        expressions.compiled("amount > 5 # tạm\n and ok")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_comparison_of_variables_is_refused(text: str) -> None:
    with pytest.raises(errors.BadExpression):
        expressions.compiled(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_process_with_a_hostile_condition_does_not_load(text: str) -> None:
    if not text.strip():
        return
    from xml.sax.saxutils import escape

    import hoso_bpmn
    from support.builders.bpmn import bpmn, packaged

    drawn = bpmn(
        users("a b c") + '<exclusiveGateway id="g" default="f4"/>', "start>a a>g g>b{PLACE} g>c b>end c>end"
    )
    data = drawn.replace(b"PLACE", escape(text).encode())
    with pytest.raises(errors.BadExpression):
        hoso_bpmn.load(packaged(data))


@pytest.mark.parametrize("text", ["'a' * 1000000000", "x * 1000000000", "x + x", "-x", "x % 2"])
def test_arithmetic_is_for_numbers(text: str) -> None:
    with pytest.raises(errors.ExpressionFailed):
        expressions.compiled(text).evaluate({"x": "abc"})


def test_division_by_zero_and_wrong_types_are_failures_with_a_reason() -> None:
    with pytest.raises(errors.ExpressionFailed, match="zero"):
        expressions.compiled("1 / n > 2").evaluate({"n": 0})
    with pytest.raises(errors.ExpressionFailed, match="not supported"):
        expressions.compiled("n > 2").evaluate({"n": None})


@given(st.text(max_size=60))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        compiled = expressions.compiled(text)
    except errors.BadExpression:
        return
    assert expressions.compiled(text).names == compiled.names


@given(st.text(alphabet="abx01 ()[]'\"<>=!&|+-*/%,.{}$_", max_size=40))
def test_any_accepted_text_evaluates_or_fails_with_a_reason(text: str) -> None:
    try:
        expression = expressions.compiled(text)
        found = expression.evaluate(dict.fromkeys(expression.names, 1))
    except (errors.BadExpression, errors.ExpressionFailed):
        return
    assert expression.evaluate(dict.fromkeys(expression.names, 1)) == found


def test_only_variables_that_expressions_read_enter_the_engine() -> None:
    spec = specification(
        users("a b c") + '<exclusiveGateway id="g" default="f4"/>', "start>a a>g g>b{x == 1} g>c b>end c>end"
    )
    walk = Walk(spec, x=0, citizen="never stored")
    walk.do("a", x=1, phone="never stored")
    import zstandard

    assert b"never stored" not in zstandard.decompress(walk.run.dump()[1:])


def test_the_script_engine_executes_nothing() -> None:
    from hoso_bpmn.engine import scripting

    with pytest.raises(scripting.Refused):
        scripting.ENGINE.execute(None, "x = 1")
    with pytest.raises(scripting.Refused):
        scripting.ENGINE.call_service(None)
    with pytest.raises(scripting.Refused):
        scripting.ENGINE.environment.execute("x = 1", {})


CODE = "__import__('os').system('true')"
TIMED = "<timerEventDefinition><{0}>{1}</{0}></timerEventDefinition>"


@pytest.mark.parametrize(
    ("drawn", "way"),
    [
        (user("a", f"<multiInstanceLoopCharacteristics><loopCardinality>{CODE}</loopCardinality></multiInstanceLoopCharacteristics>"), "start>a a>end"),
        (user("a", f'<multiInstanceLoopCharacteristics camunda:collection="{CODE}"/>'), "start>a a>end"),
        (user("a", f'<multiInstanceLoopCharacteristics camunda:collection="u"><completionCondition>{CODE}</completionCondition></multiInstanceLoopCharacteristics>'), "start>a a>end"),
        (user("a", f"<standardLoopCharacteristics><loopCondition>{CODE}</loopCondition></standardLoopCharacteristics>"), "start>a a>end"),
        (f'<intermediateCatchEvent id="a">{TIMED.format("timeDuration", CODE)}</intermediateCatchEvent>', "start>a a>end"),
        (f'<intermediateCatchEvent id="a">{TIMED.format("timeDate", "${" + CODE + "}")}</intermediateCatchEvent>', "start>a a>end"),
        (f'<intermediateCatchEvent id="a">{TIMED.format("timeCycle", "=" + CODE)}</intermediateCatchEvent>', "start>a a>end"),
        ('<inclusiveGateway id="a" default="f3"/>', "start>a a>end{" + CODE + "} a>end"),
        (f'<scriptTask id="a"><script>{CODE}</script></scriptTask>', "start>a a>end"),
    ],
)  # fmt: skip
def test_code_in_any_place_that_takes_an_expression_does_not_load(drawn: str, way: str) -> None:
    with pytest.raises(errors.EngineError):
        specification(drawn, way)


SPIFF = 'xmlns="http://spiffworkflow.org/bpmn/schema/1.0/core"'


@pytest.mark.parametrize("code", ["preScript", "postScript", "serviceTaskOperator", "script"])
def test_an_extension_by_which_another_engine_runs_code_is_refused_by_name(code: str) -> None:
    extension = f"<extensionElements><{code} {SPIFF}>{CODE}</{code}></extensionElements>"
    with pytest.raises(errors.UnsupportedElement, match=code):
        specification(user("a", extension), "start>a a>end")


def test_a_delegate_of_another_engine_is_not_called_the_task_waits() -> None:
    walk = Walk(specification('<serviceTask id="a" camunda:class="java.lang.Runtime"/>', "start>a a>end"))
    assert walk.open == ["a"]


@pytest.mark.parametrize("items", ["x" * 10, 5, None, list(range(1_000)), [1] * 1_001])
def test_a_list_that_is_none_or_too_long_is_refused_and_the_task_stays_open(items: object) -> None:
    multi = '<multiInstanceLoopCharacteristics camunda:collection="units"/>'
    walk = Walk(specification(user("a") + user("b", multi), "start>a a>b b>end"))
    if items == list(range(1_000)):
        assert walk.do("a", units=items).incident is None
        assert len(walk.run.tasks) == 1_000
        return
    try:
        incident = walk.do("a", units=items).incident
    except errors.BadVariable as refused:
        incident = hoso_bpmn.Incident("b", str(refused))
    assert incident is not None
    assert incident.element == "b"
    assert walk.open == ["a"]
