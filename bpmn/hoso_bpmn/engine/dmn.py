"""Decision tables (DMN 1.1–1.5) as Camunda Modeler writes them, for business rule tasks.

An input cell is a list of tests, one of which must hold: a value, a comparison (`> 5`), an interval (`[1..5]`, `]1..5)`),
`not(…)`, or nothing (`-`). Cells are compiled by `expressions`, so no cell can do what a condition could not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lxml import etree

from hoso_bpmn import errors, expressions
from hoso_bpmn.document import xml
from hoso_bpmn.document.diagram import Element, Process
from hoso_bpmn.findings import RefusedFile
from hoso_calendar import messages
from hoso_calendar.messages import say

#: The name under which a cell reads the value of its input.
_INPUT = "cellInput"
_INTERVAL = re.compile(r"([\[\](])\s*(.+?)\s*\.\.\s*(.+?)\s*([\[\])])")
_COMPARISON = re.compile(r"(<=|>=|!=|<|>|=)\s*(.+)", re.DOTALL)
_NOT = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_PART = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\([^()]*\)|[\[\](][^\[\]()]*\.\.[^\[\]()]*[\[\])]|[^,"])+')


class HitPolicy(StrEnum):
    """Hit policy of a decision table."""

    #: One rule holds; two are an error in the table.
    UNIQUE = "UNIQUE"
    #: The first in the order of the table.
    FIRST = "FIRST"
    #: Any, as all must say the same.
    ANY = "ANY"
    #: All of them, each answer a list.
    COLLECT = "COLLECT"
    #: All of them in the order of the table, each answer a list.
    RULE_ORDER = "RULE ORDER"


class AmbiguousDecision(errors.EngineError):
    """Several rules hold where the hit policy allows one answer."""

    def __init__(self, table: str, rules: Iterable[int]) -> None:
        self.table = table
        self.rules = tuple(rules)
        super().__init__(f"Rules {', '.join(map(str, self.rules))} of the table {table!r} hold at once.")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test per input (None: anything), a value per output."""

    tests: tuple[expressions.Expression | None, ...]
    values: tuple[expressions.Expression | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A compiled decision table. `names` are the variables it reads, `outputs` those it gives."""

    id: str
    policy: HitPolicy
    inputs: tuple[expressions.Expression, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def names(self) -> frozenset[str]:
        cells = [cell for rule in self.rules for cell in (*rule.tests, *rule.values) if cell is not None]
        return frozenset().union(*(one.names for one in (*self.inputs, *cells))) - {_INPUT}

    def decide(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs for these variables, None where no rule holds; raises `ExpressionFailed` or `AmbiguousDecision`."""
        given = [one.evaluate(variables) for one in self.inputs]
        holding = [number for number, rule in enumerate(self.rules, 1) if _holds(rule, given, variables)]
        answers = [_answer(self.rules[number - 1], variables) for number in holding]
        if self.policy in (HitPolicy.COLLECT, HitPolicy.RULE_ORDER):
            return {name: [answer[place] for answer in answers] for place, name in enumerate(self.outputs)}
        if self.policy is HitPolicy.UNIQUE and len(answers) > 1:
            raise AmbiguousDecision(self.id, holding)
        if self.policy is HitPolicy.ANY and any(answer != answers[0] for answer in answers):
            raise AmbiguousDecision(self.id, holding)
        return dict(zip(self.outputs, answers[0] if answers else [None] * len(self.outputs), strict=True))


def _holds(rule: Rule, given: list[Any], variables: Mapping[str, Any]) -> bool:
    tests = zip(rule.tests, given, strict=True)
    return all(test is None or test.evaluate({**variables, _INPUT: value}) for test, value in tests)


def _answer(rule: Rule, variables: Mapping[str, Any]) -> list[Any]:
    return [value.evaluate(variables) if value is not None else None for value in rule.values]


def tables(process: Process, files: Mapping[str, tuple[tuple[str, bytes], ...]]) -> dict[str, Table]:
    """Decision table of each business rule task.

    It is found in the files of the task's own package, by the prefix of its id. Raises `UnsupportedElement`,
    `RefusedFile` or `BadExpression`.
    """
    found = {}
    for element in process.elements.values():
        if element.tag == "businessRuleTask":
            prefix = max((prefix for prefix in files if element.id.startswith(prefix)), key=len, default="")
            found[element.id] = _table(element, files.get(prefix, ()))
    return found


def sole(path: str, content: bytes) -> Table:
    """The one decision table of a file. Raises `RefusedFile`."""
    found = list(_decisions(_root(path, content)))
    if len(found) != 1:
        raise RefusedFile(
            "decision-table",
            say("The file has {count} decisions, not one.", count=len(found)),
            file=path,
            remedy=say("Keep one decision table in it."),
        )
    return _sound(path, found[0], None)


def at_hand(element: Element, files: Mapping[str, bytes]) -> bool:
    """True when one of the files has the decision of a business rule task. Raises `RefusedFile` for a broken file."""
    wanted, _ = _asked(element)
    named = {node.get("id") for file in files.items() for node in _decisions(_root(*file))}
    return wanted is not None and wanted in named


def _root(path: str, content: bytes) -> etree._Element:
    try:
        return xml.safe_root(content)
    except RefusedFile as refused:
        raise RefusedFile(**{**refused.to_json(), "file": path}) from None


def _table(element: Element, files: Iterable[tuple[str, bytes]]) -> Table:
    wanted, result = _asked(element)
    if wanted is None:
        raise errors.unsupported(
            element, "a business rule task without a decision", "Name a decision of a .dmn file."
        )
    for path, content in files:
        for decision in _decisions(xml.safe_root(content)):
            if decision.get("id") == wanted:
                return _sound(path, decision, result)
    raise errors.unsupported(
        element, f"the decision {wanted}", "Add the .dmn file that has it to the package."
    )


def _sound(path: str, decision: etree._Element, result: str | None) -> Table:
    """The compiled table of a decision. Raises `RefusedFile`."""
    try:
        return _compiled(path, decision, result)
    except errors.BadExpression as error:
        remedy = say("Write values, comparisons and intervals; docs/rules/expression.md has the grammar.")
        fault = say("does not compile: {error}", error=messages.sentence(error))
        raise _refused(path, decision, fault, remedy) from None


def _asked(element: Element) -> tuple[str | None, str | None]:
    """Decision and result variable, as Camunda 7, Zeebe or SpiffWorkflow write them."""
    words = dict(element.properties)
    for child in element.node.iter():
        name = etree.QName(child).localname
        if name == "calledDecision":
            words.update((str(key), str(value)) for key, value in child.attrib.items())
        elif name == "calledDecisionId" and child.text:
            words["decisionId"] = child.text.strip()
    return words.get("decisionRef") or words.get("decisionId"), words.get("resultVariable") or None


def _decisions(root: etree._Element) -> Iterator[etree._Element]:
    return (node for node in root.iter() if etree.QName(node).localname == "decision")


def _children(node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in node.iterchildren() if etree.QName(child).localname == name]


def _text(node: etree._Element) -> str:
    return "".join(text for child in _children(node, "text") for text in child.itertext()).strip()


def _compiled(path: str, decision: etree._Element, result: str | None) -> Table:
    drawn = _children(decision, "decisionTable")
    if len(drawn) != 1:
        raise _refused(path, decision, say("is no decision table."), say("Draw it as one decision table."))
    table = drawn[0]
    for node in table.iter():
        written = node.get("expressionLanguage", "")
        if written and "feel" not in written.lower():
            raise _refused(
                path, node, say("is written in {written}.", written=written), say("Write it in FEEL.")
            )
    asked = [_children(node, "inputExpression") for node in _children(table, "input")]
    inputs = [_text(found[0]) if found else "" for found in asked]
    outputs = [
        node.get("name") or node.get("label") or node.get("id") or "" for node in _children(table, "output")
    ]
    rules = tuple(_rule(node) for node in _children(table, "rule"))
    if any((len(rule.tests), len(rule.values)) != (len(inputs), len(outputs)) for rule in rules):
        raise _refused(
            path,
            table,
            say("has a rule with too few or too many cells."),
            say("Open and save it in a modeller."),
        )
    return Table(
        decision.get("id", ""),
        _policy(path, table),
        tuple(expressions.compiled(text) for text in inputs),
        (result,) if result is not None and len(outputs) == 1 else tuple(outputs),
        rules,
    )


def _rule(node: etree._Element) -> Rule:
    return Rule(
        tuple(_test(_text(cell)) for cell in _children(node, "inputEntry")),
        tuple(_value(_text(cell)) for cell in _children(node, "outputEntry")),
    )


def _policy(path: str, table: etree._Element) -> HitPolicy:
    words = " ".join(table.get("hitPolicy", "UNIQUE").split()).upper()
    added = table.get("aggregation")
    if words not in list(HitPolicy) or added:
        named = say("{policy} with the aggregation {added}", policy=words, added=added) if added else words
        remedy = say("Use one of {known}, none of them aggregated.", known=", ".join(HitPolicy))
        raise _refused(path, table, say("has the hit policy {named}.", named=named), remedy)
    return HitPolicy(words)


def _refused(path: str, node: etree._Element, fault: str, remedy: str) -> RefusedFile:
    identity = next(
        filter(None, (each.get("id") for each in (node, *node.iterancestors()))), say("without id")
    )
    return RefusedFile(
        "decision-table",
        say("The decision {identity} {fault}", identity=identity, fault=fault),
        line=node.sourceline or 0,
        file=path,
        remedy=remedy,
    )


def _value(text: str) -> expressions.Expression | None:
    return expressions.compiled(text) if text else None


def _test(text: str) -> expressions.Expression | None:
    if text in ("", "-"):
        return None
    if len(text) > expressions.MAX_LENGTH:
        return expressions.compiled(text)  # which refuses it, before any pattern looks at it
    negated = _NOT.fullmatch(text)
    parts = [_part(part.strip()) for part in _PART.findall(negated[1] if negated else text)]
    joined = " or ".join(f"({part})" for part in parts)
    return expressions.compiled(f"not ({joined})" if negated else joined)


def _part(text: str) -> str:
    interval = _INTERVAL.fullmatch(text)
    if interval:
        low, high = "<=" if interval[1] == "[" else "<", "<=" if interval[4] == "]" else "<"
        return f"{interval[2]} {low} {_INPUT} and {_INPUT} {high} {interval[3]}"
    comparison = _COMPARISON.fullmatch(text)
    if comparison:
        return f"{_INPUT} {comparison[1]} ({comparison[2]})"
    if "?" in text:
        return text.replace("?", _INPUT)
    return f"{_INPUT} == ({text})"
