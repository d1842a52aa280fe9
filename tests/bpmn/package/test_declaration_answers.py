"""Forms and decision tables made to do harm: whatever stands where, they are read or refused by name, never raised."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from hoso_bpmn.checks import inspection
from hoso_calendar.messages import translated
from support.builders import packages

COMPONENTS = [
    {
        "type": "textfield",
        "key": "a",
        "id": "Field_1",
        "label": "A",
        "conditional": {"hide": "=a > 1"},
        "validate": {"required": True, "min": 1, "pattern": "a+", "maxLength": 3},
        "values": [{"value": "x", "label": "X"}],
        "properties": {"hoso:component": "TP01"},
    },
    {"type": "group", "components": [{"type": "number", "key": "b"}]},
    {"type": "filepicker", "id": "Field_2", "properties": {"hoso:component": "TP01"}},
]
FORM = {"type": "default", "components": COMPONENTS}
ODD = (
    None,
    True,
    0,
    -1,
    1e308,
    "",
    "x" * 10_000,
    [],
    [1],
    {},
    {"a": 1},
    [[]],
    10**400,
    "(a+)+$",
    "=__import__('os')",
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document."""
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in below:
        yield from places(inner, (*path, key))


def with_odd(path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    document = copy.deepcopy(FORM)
    target: Any = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = odd
    return document


@pytest.mark.parametrize("path", [pytest.param(path, id=".".join(map(str, path))) for path in places(FORM)])
def test_whatever_stands_in_a_form_it_is_read_or_refused(path: tuple[Any, ...]):
    known = {"form-broken", "form-pattern", "form-unknown", "form-order", "form-component", "form-area"}
    for odd in ODD:
        files = {"forms/a.form": json.dumps(with_odd(path, odd)).encode()}
        report = inspection.inspect_package(packages.package(files=files))
        assert {finding.rule for finding in report.findings} <= known


@pytest.mark.parametrize("key", ["valuesKey", "valuesExpression", "disallowPassedDates"])
def test_what_is_not_judged_in_a_form_is_said(key: str):
    told = {"type": "select", "id": "F1", "key": "loai", "label": "Loại", key: "x"}
    files = {"forms/a.form": json.dumps({"type": "default", "components": [told]}).encode()}
    report = inspection.inspect_package(packages.package(files=files))
    assert [(f.rule, f.message) for f in report.findings] == [
        ("form-unknown", f"The component 'loai' has {key}, which is not evaluated.")
    ]


EVIL = "__import__('os').system('id')"
TABLE = """<decisionTable hitPolicy="FIRST"><input id="i"><inputExpression {language}><text>{asked}</text></inputExpression></input>
    <output id="o" name="r"/><rule id="r1"><inputEntry><text>{cell}</text></inputEntry>
    <outputEntry><text>{answer}</text></outputEntry></rule></decisionTable>"""
SOUND = {"language": "", "asked": "a", "cell": "1", "answer": "1"}


@pytest.mark.parametrize(
    "change",
    [
        {"asked": EVIL},
        {"cell": EVIL},
        {"answer": EVIL},
        {"answer": "9**9**9"},
        {"answer": "for x in y return x"},
        {"answer": "function(x) x"},
        {"answer": "a.b"},
        {"cell": "[" + " " * 480},
        {"cell": "[" + "." * 480 + "]"},
        {"cell": "x" * 501},
        {"language": 'expressionLanguage="javascript"'},
    ],
    ids=lambda change: next(iter(change.values()))[:24],
)
def test_no_cell_of_a_decision_table_computes_more_than_a_comparison(change: dict[str, str]):
    assert refused(TABLE.format(**{**SOUND, **change})) == REFUSED


@pytest.mark.parametrize(
    "drawn",
    [
        f"<literalExpression><text>{EVIL}</text></literalExpression>",
        "<context><contextEntry/></context>",
        "<invocation/>",
        TABLE.format(**SOUND).replace('"FIRST"', '"COLLECT" aggregation="SUM"'),
        TABLE.format(**SOUND).replace('"FIRST"', '"PRIORITY"'),
    ],
    ids=["literal", "context", "invocation", "sum", "priority"],
)
def test_a_decision_that_is_no_plain_table_is_refused(drawn: str):
    assert refused(drawn) == REFUSED


#: Rule and file; whether the line is told, the decision named, and the remedy translated.
REFUSED = ("decision-table", "phi.dmn", True, True, True)


def refused(drawn: str) -> tuple[object, ...]:
    """The only finding of a package whose process asks this decision."""
    table = f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="phi">{drawn}</decision></definitions>'
    task = (
        '<businessRuleTask id="Tham_dinh" name="Phí" camunda:decisionRef="phi" camunda:resultVariable="r"/>'
    )
    report = inspection.inspect_package(packages.package(task, files={"phi.dmn": table.encode()}))
    (finding,) = report.errors
    named = translated(finding.message, "vi").startswith("Quyết định ")
    remedied = translated(finding.remedy, "vi") != finding.remedy
    return finding.rule, finding.file, finding.line > 0, named, remedied
