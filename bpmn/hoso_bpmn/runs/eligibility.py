"""Eligibility to file: a procedure's own questions, judged by its own decision table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hoso_bpmn import errors
from hoso_bpmn.engine import dmn
from hoso_bpmn.package import forms
from hoso_bpmn.package.package import Eligibility, Package

#: Outputs of the table: whether one may file, why not, and for which case.
ELIGIBLE, REASON, CASE = OUTPUTS = ("eligible", "reason", "case")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to whether one may file."""

    #: None where no rule of the table holds.
    eligible: bool | None
    #: In the words of the table; empty where it says none.
    reason: str = ""
    #: The case that fits; None where the table names none that the procedure has.
    case: str | None = None


def form(package: Package) -> forms.Form | None:
    """The questions; None for a procedure without conditions of its own."""
    asked = package.eligibility
    return forms.stored(package.files[asked.form]) if asked else None


def table(package: Package, asked: Eligibility) -> dmn.Table:
    """The decision table. Raises `RefusedFile`."""
    return _table(asked.decision, package.files[asked.decision])


@lru_cache(maxsize=256)
def _table(path: str, content: bytes) -> dmn.Table:
    return dmn.sole(path, content)


def judge(package: Package, answers: Mapping[str, Any]) -> Verdict:
    """The verdict on answers without faults, as `Form.kept` gives them; nothing is stored.

    A question that is not answered is null. Where the table cannot decide, nobody is refused.
    """
    asked = package.eligibility
    if asked is None:
        return Verdict(True)
    decision = table(package, asked)
    try:
        said = decision.decide({name: answers.get(name) for name in decision.names})
    except (errors.ExpressionFailed, dmn.AmbiguousDecision):
        return Verdict(None)
    eligible, case = said.get(ELIGIBLE), said.get(CASE)
    known = {each.id for each in package.cases}
    return Verdict(
        eligible if isinstance(eligible, bool) else None,
        str(said.get(REASON) or ""),
        case if case in known else None,
    )
