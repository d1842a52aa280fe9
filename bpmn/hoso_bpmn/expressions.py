"""Expressions of conditions, timers and tables, in a small name space.

They are compiled when a procedure is published. What Camunda Modeler, Zeebe, SpiffWorkflow and people write is
brought to one form: ``amount > 5``, ``${amount > 5 && kind == "a"}`` and ``=amount = 5`` all compile. There is no
attribute access, no power, no comprehension, no call but to the few functions below, and nothing long; `simpleeval`
then evaluates what is left.
"""

from __future__ import annotations

import ast
import operator
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import simpleeval

from hoso_bpmn import errors
from hoso_calendar.messages import say

MAX_LENGTH = 500
MAX_NODES = 100
MAX_STRING = 200

FUNCTIONS: Mapping[str, Callable[..., Any]] = {"len": len, "count": len, "min": min, "max": max, "abs": abs}

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.In: lambda item, container: item in container,
    ast.NotIn: lambda item, container: item not in container,
}
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.USub, ast.UAdd)
_NODES = (
    *_OPERATORS,
    *(ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.BinOp, ast.Compare, ast.IfExp),
    *(ast.Constant, ast.Name, ast.Load, ast.List, ast.Tuple, ast.Call),
)

_WRAPPED = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|&&|\|\||[!=<>]=|!|=|\b[a-z]+\b|.', re.DOTALL)
_WORDS = {
    "&&": " and ",
    "||": " or ",
    "!": " not ",
    "=": "==",
    "true": "True",
    "false": "False",
    "null": "None",
}
# A line may be broken anywhere; what Python would take for a comment must not swallow the rest, so it does not compile.
_WORDS |= {"\n": " ", "\r": " ", "#": "$"}
_WORDS |= {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; `names` are the variables that it reads."""

    text: str
    names: frozenset[str]
    _tree: ast.expr = field(repr=False, compare=False)

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """The value; raises `MissingVariable` or `ExpressionFailed`."""
        for name in self.names:
            if name not in variables:
                raise errors.MissingVariable(self.text, name)
        try:
            return _evaluator(variables).eval(self.text, self._tree)
        except (simpleeval.InvalidExpression, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise errors.ExpressionFailed(self.text, str(error) or type(error).__name__) from None


@lru_cache(maxsize=4096)
def compiled(text: str) -> Expression:
    """The expression of a text; raises `BadExpression` with the reason."""
    if len(text) > MAX_LENGTH:
        raise errors.BadExpression(
            text[:40] + "…", say("it is longer than {most} characters", most=MAX_LENGTH)
        )
    plain = _plain(text)
    try:
        tree = ast.parse(plain, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise errors.BadExpression(
            text, say("it is not written as a comparison such as amount > 5")
        ) from None
    names = _checked(tree, text)
    return Expression(text, names, tree.body)


def _plain(text: str) -> str:
    stripped = text.strip()
    wrapped = _WRAPPED.fullmatch(stripped)
    inner = (
        wrapped[1] if wrapped else stripped.removeprefix("=") if not stripped.startswith("==") else stripped
    )
    return "".join(_WORDS.get(token, token) for token in _TOKEN.findall(inner)).strip()


def _checked(tree: ast.Expression, text: str) -> frozenset[str]:
    nodes = list(ast.walk(tree))
    if len(nodes) > MAX_NODES:
        raise errors.BadExpression(text, say("it has more than {most} parts", most=MAX_NODES))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    lists = {id(each) for node in nodes for each in _lists(node)}
    for node in nodes:
        if isinstance(node, ast.Tuple) and id(node) not in lists:
            raise errors.BadExpression(
                text, say("a comma parts two values; write 2.5 for a number, [1, 2] for a list")
            )
        fault = _fault(node)
        if fault:
            raise errors.BadExpression(text, fault)
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called)


def _lists(node: ast.AST) -> list[ast.expr]:
    """Nodes that may be a list in round brackets. Anywhere else a pair of values would be true whatever they are."""
    if isinstance(node, ast.Compare):
        compared = zip(node.ops, node.comparators, strict=True)
        return [each for sign, each in compared if isinstance(sign, ast.In | ast.NotIn)]
    return node.args if isinstance(node, ast.Call) else []


def _fault(node: ast.AST) -> str | None:
    if not isinstance(node, _NODES):
        return say("{kind} is not allowed; compare variables with values", kind=type(node).__name__)
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
            return say("only {known} may be called", known=", ".join(FUNCTIONS))
    elif isinstance(node, ast.Name):
        if node.id.startswith("_"):
            return say("the name {name} begins with an underscore", name=node.id)
    elif isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | None):
        return say("{value!r} is no number, text, true, false or null", value=node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > MAX_STRING:
        return say("a text is longer than {most} characters", most=MAX_STRING)
    return None


def _numeric(function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*operands: Any) -> Any:
        for operand in operands:
            if not isinstance(operand, int | float):
                raise TypeError(f"{operand!r} is not a number")
        return function(*operands)

    return checked


class _Evaluator(simpleeval.SimpleEval):  # type: ignore[misc]  # simpleeval has no types
    def __init__(self) -> None:
        operators = {
            node: _numeric(function) if node in _ARITHMETIC else function
            for node, function in _OPERATORS.items()
        }
        super().__init__(operators=operators, functions=dict(FUNCTIONS), names={})
        self.nodes[ast.List] = self.nodes[ast.Tuple] = self._eval_list

    def _eval_list(self, node: ast.List | ast.Tuple) -> list[Any]:
        return [self._eval(item) for item in node.elts]


_local = threading.local()


def _evaluator(variables: Mapping[str, Any]) -> _Evaluator:
    # Building one costs more than evaluating; it keeps the names of the evaluation, so each thread has its own.
    evaluator: _Evaluator | None = getattr(_local, "evaluator", None)
    if evaluator is None:
        evaluator = _local.evaluator = _Evaluator()
    evaluator.names = variables
    return evaluator
