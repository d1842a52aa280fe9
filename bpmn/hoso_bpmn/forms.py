"""Filing forms: what a form-js file (the format Camunda Modeler edits) asks for, and what is wrong with an answer.

Files are components of the dossier, not answers: a `filepicker` asks for nothing here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from hoso_bpmn.findings import RefusedFile

#: A value that a pattern judges is at most so long, and a pattern varies at most so often: together they bound the
#: time that a stranger's pattern can take.
LONGEST, VARYING = 200, 3

_SHOWN = frozenset({"text", "separator", "spacer", "button", "html", "image", "filepicker"})
_VARIES = re.compile(r"[*+?]|\{\d*,\d*\}")
_LITERALS = re.compile(r"\\[^0-9]|\[\^?\]?[^\]]*\]")


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One answer that is missing, wrong or not asked for."""

    field: str
    #: `required`, `unknown`, `type`, `range`, `length`, `pattern` or `option`.
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form."""

    key: str
    kind: str
    label: str
    required: bool
    #: `validate` of the file: min, max, minLength, maxLength, pattern.
    bounds: Mapping[str, Any]
    #: The values that may be chosen; empty where any may be given.
    options: tuple[str, ...]

    def faults(self, answer: Any) -> Iterator[FieldFault]:
        """What is wrong with an answer; an empty one is missing, never wrong."""
        if answer is None or answer is False or answer in ("", []):
            if self.required:
                yield self._fault("required", "is missing")
            return
        judge = _JUDGES.get(self.kind)
        for rule, message in judge(self, answer) if judge else ():
            yield self._fault(rule, message)

    def _fault(self, rule: str, message: str) -> FieldFault:
        return FieldFault(self.key, rule, f"{self.label} {message}.")


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of one form, in its order."""

    fields: tuple[Field, ...]

    def faults(self, answers: Mapping[str, Any]) -> tuple[FieldFault, ...]:
        """What is wrong with the answers, in the order of the form; then the answers that nobody asked for."""
        found = [fault for field in self.fields for fault in field.faults(answers.get(field.key))]
        known = {field.key for field in self.fields}
        strange = [
            FieldFault(key, "unknown", f"{key} is not a question of the form.")
            for key in answers
            if key not in known
        ]
        return (*found, *strange)


@lru_cache(maxsize=256)
def read(document: bytes) -> Form:
    """The form in a form-js file; raises `RefusedFile` with rule `form-broken` or `form-pattern`."""
    try:
        components = json.loads(document)["components"]
        return Form(tuple(_fields(components)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        if isinstance(broken, RefusedFile):
            raise
        raise RefusedFile(
            "form-broken",
            f"This is not a form of form-js ({type(broken).__name__}: {broken}).",
            remedy="Open it in Camunda Modeler and save it again.",
        ) from broken


def _fields(components: Sequence[Mapping[str, Any]]) -> Iterator[Field]:
    for component in components:
        if component["type"] == "group":
            yield from _fields(component.get("components", ()))
        elif component["type"] not in _SHOWN:
            yield _field(component)


def _field(component: Mapping[str, Any]) -> Field:
    bounds = component.get("validate") or {}
    for bound in ("min", "max", "minLength", "maxLength"):
        if not isinstance(bounds.get(bound, 0), int | float):
            raise TypeError(f"{bound} of {component['key']} is no number")
    if "pattern" in bounds:
        _bounded(component["key"], bounds["pattern"])
    return Field(
        key=component["key"],
        kind=component["type"],
        label=component.get("label") or component["key"],
        required=bool(bounds.get("required")),
        bounds=bounds,
        options=tuple(str(option["value"]) for option in component.get("values") or ()),
    )


def _bounded(key: str, pattern: str) -> None:
    """Refuse a pattern that could take long: repeated groups, look-around, back references, much variation."""
    bare = _LITERALS.sub("x", pattern)
    repeated = re.search(r"\)(?:[*+]|\{\d*,)", bare)
    strange = re.search(r"\(\?(?!:)|\\\d", bare)
    try:
        re.compile(pattern)
    except re.error as broken:
        raise _pattern_refused(key, str(broken)) from broken
    if repeated or strange or len(_VARIES.findall(bare.replace("(?:", "("))) > VARYING:
        raise _pattern_refused(key, "it repeats groups, looks around or varies too often")


def _pattern_refused(key: str, why: str) -> RefusedFile:
    return RefusedFile(
        "form-pattern",
        f"The pattern of the field {key} is not accepted: {why}.",
        remedy=f"Use at most {VARYING} of * + ? {{m,n}}, none of them on a group except ?.",
    )


_Judgement = Iterator[tuple[str, str]]


def _text(field: Field, answer: Any) -> _Judgement:
    if not isinstance(answer, str):
        yield "type", "must be a text"
        return
    least, most = field.bounds.get("minLength", 0), field.bounds.get("maxLength")
    if len(answer) < least or (most is not None and len(answer) > most):
        yield "length", f"must have {least} to {most} characters" if most else f"needs {least} characters"
    pattern = field.bounds.get("pattern")
    if pattern and (len(answer) > LONGEST or not re.search(pattern, answer)):
        yield "pattern", f"does not match {pattern}"


def _number(field: Field, answer: Any) -> _Judgement:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        yield "type", "must be a number"
        return
    least, most = field.bounds.get("min"), field.bounds.get("max")
    if (least is not None and answer < least) or (most is not None and answer > most):
        yield "range", f"must lie between {least} and {most}"


def _instant(field: Field, answer: Any) -> _Judgement:
    del field
    for reader in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            reader(answer)
        except (ValueError, TypeError):
            continue
        return
    yield "type", "must be a date or time as in 2026-11-24, 2026-11-24T16:30+07:00 or 16:30"


def _choice(field: Field, answer: Any) -> _Judgement:
    if isinstance(answer, list | dict) or (field.options and str(answer) not in field.options):
        yield "option", f"must be one of {', '.join(field.options)}"


def _choices(field: Field, answer: Any) -> _Judgement:
    if not isinstance(answer, list):
        yield "type", "must be a list"
    elif field.options and not {str(each) for each in answer} <= set(field.options):
        yield "option", f"must be chosen from {', '.join(field.options)}"


def _box(field: Field, answer: Any) -> _Judgement:
    del field
    if not isinstance(answer, bool):
        yield "type", "must be true or false"


_JUDGES: Mapping[str, Callable[[Field, Any], _Judgement]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _instant,
    "select": _choice,
    "radio": _choice,
    "checklist": _choices,
    "taglist": _choices,
    "checkbox": _box,
}
