"""Mutations of a source text, one place at a time.

A comparison, sum, condition, constant or answer is made wrong.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
_SIGNS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.And: "and",
    ast.Or: "or",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
#: Of calls whose arguments are of the same length where all is well.
_WITHOUT_EFFECT = frozenset(["strict"])

Function = ast.FunctionDef | ast.AsyncFunctionDef
#: Name and first line of a function that stands in no other.
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Variant:
    """A node that takes the place of another, and the change in words."""

    change: str
    node: ast.AST


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change, compiled when it is asked for."""

    module: str
    path: str
    place: Place
    change: str
    #: The text of the line that is changed.
    line: str
    tree: ast.Module
    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST

    def __str__(self) -> str:
        """Its name on the list of survivors: it stays the same when lines move."""
        return " | ".join((self.module, self.place[0], self.change, self.line))

    def compiled(self) -> CodeType:
        """The code of the whole module."""
        before = self._put(self.node)
        try:
            return compile(self.tree, self.path, "exec", dont_inherit=True)
        finally:
            self._put(before)

    def _put(self, node: ast.AST) -> ast.AST:
        held = getattr(self.parent, self.field)
        if self.index is None:
            setattr(self.parent, self.field, node)
            return held  # type: ignore[no-any-return]  # a field of a syntax tree has no type
        before, held[self.index] = held[self.index], node
        return before  # type: ignore[no-any-return]  # the same


def mutants(module: str, path: str) -> Iterator[Mutant]:
    """Every mutant of a module's functions, in the order of the text."""
    text = Path(path).read_text(encoding="utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    for name, function in functions(tree):
        place = name, first_line(function)
        for parent, field, index, node in _nodes(function):
            for variant in _variants(node, parent, field):
                line = lines[node.lineno - 1].strip()
                yield Mutant(
                    module, path, place, variant.change, line, tree, parent, field, index, variant.node
                )


def functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """The functions of a module and its classes by name; none within another."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, Function):
            yield f"{prefix}{child.name}", child
        elif isinstance(child, ast.If | ast.Try | ast.With):
            yield from functions(child, prefix)


def first_line(function: Function) -> int:
    """The line at which its code begins: that of its first decorator."""
    return min(each.lineno for each in (function, *function.decorator_list))


def _nodes(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, Any]]:
    """Every expression and statement of a function, with its place in the tree."""
    for field, held in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "args") and not isinstance(node, ast.Call):
            continue
        for index, child in enumerate(held) if isinstance(held, list) else ((None, held),):
            if isinstance(child, ast.expr | ast.stmt) or (isinstance(child, ast.AST) and child._fields):
                if isinstance(child, ast.expr | ast.stmt):
                    yield node, field, index, child
                if not (isinstance(child, ast.keyword) and child.arg in _WITHOUT_EFFECT):
                    yield from _nodes(child)


def _variants(node: ast.AST, parent: ast.AST, field: str) -> Iterator[Variant]:
    match node:
        case ast.Compare():
            for number, operator in enumerate(node.ops):
                changed = copy.copy(node)
                changed.ops = [*node.ops]
                changed.ops[number] = _COMPARISONS[type(operator)]()
                yield Variant(_told(operator, changed.ops[number]), changed)
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _SUMS:
            yield _operator(node, _SUMS[type(node.op)]())
        case ast.BoolOp():
            yield _operator(node, ast.And() if isinstance(node.op, ast.Or) else ast.Or())
        case ast.Constant(value=bool() as value):
            yield Variant(f"{value} → {not value}", ast.copy_location(ast.Constant(not value), node))
        case ast.Constant(value=int() as value):
            yield Variant(f"{value} → {value + 1}", ast.copy_location(ast.Constant(value + 1), node))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield Variant("return → return None", ast.copy_location(ast.Return(_none(value)), node))
    if _is_condition(node, parent, field):
        negated = ast.copy_location(ast.UnaryOp(ast.Not(), node), node)
        yield Variant("condition → not condition", negated)


def _none(value: ast.expr) -> ast.expr:
    """None, after the value was made.

    A function that leaves out a name of an outer one cannot take its place.
    """
    both = ast.Tuple([value, ast.Constant(None)], ast.Load())
    last = ast.Subscript(both, ast.Constant(1), ast.Load())
    return ast.fix_missing_locations(ast.copy_location(last, value))


def _is_condition(node: ast.AST, parent: ast.AST, field: str) -> bool:
    """True for what decides a branch, unless its comparison is turned already."""
    decides = (field == "test" and not isinstance(parent, ast.Assert)) or field in ("ifs", "guard")
    orders = ast.Lt | ast.LtE | ast.Gt | ast.GtE
    turned = isinstance(node, ast.Compare) and len(node.ops) == 1 and not isinstance(node.ops[0], orders)
    return decides and not turned and not (isinstance(node, ast.Constant) and isinstance(node.value, bool))


def _operator(node: Any, operator: ast.AST) -> Variant:
    changed = copy.copy(node)
    changed.op = operator
    return Variant(_told(node.op, operator), changed)


def _told(before: ast.AST, after: ast.AST) -> str:
    return f"{_SIGNS[type(before)]} → {_SIGNS[type(after)]}"
