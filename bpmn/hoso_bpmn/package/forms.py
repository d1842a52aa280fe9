"""Filing forms: questions of a form-js file, and validation of answers.

Form-js is the format that Camunda Modeler edits. Files are components of the dossier, not answers: a `filepicker`
asks for nothing here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from hoso_bpmn import errors, expressions, text_safety
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.package import patterns
from hoso_calendar.messages import say

#: No e-mail address and no telephone number is longer.
_LONGEST = 200

_SHOWN = frozenset({"text", "separator", "spacer", "button", "html", "image", "filepicker"})


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
    #: `validate` of the file: min, max, minLength, maxLength, pattern, validationType; and decimalDigits and subtype.
    bounds: Mapping[str, Any]
    #: The values that may be chosen; empty where any may be given.
    options: tuple[str, ...]
    #: Conditions under which it is not asked; those of the groups around it too.
    hidden_by: tuple[expressions.Expression, ...] = ()
    #: None where the file has none, or one that is not accepted.
    pattern: patterns.Pattern | None = None
    #: True where the code of an administrative area is asked for: the place of the matter.
    area: bool = False

    def asked(self, answers: Mapping[str, Any]) -> bool:
        """True when the question is shown for these answers."""
        return not any(_holds(condition, answers) for condition in self.hidden_by)

    def answer(self, text: Any) -> Any:
        """Parse the posted text of an answer: `24/11/2026`, `1.250,5`, `on`.

        A text that cannot be read stays as it is.
        """
        reader = _READERS.get(self.kind)
        return reader(text) if reader is not None else text

    def faults(self, answer: Any) -> Iterator[FieldFault]:
        """Faults of an answer; an empty one is missing, never wrong."""
        if answer is None or answer is False or answer in ("", []):
            if self.required:
                yield self._fault("required", say("is missing"))
            return
        judge = _JUDGES.get(self.kind)
        for rule, message in judge(self, answer) if judge else ():
            yield self._fault(rule, message)

    def _fault(self, rule: str, message: str) -> FieldFault:
        return FieldFault(self.key, rule, say("{label} {message}.", label=self.label, message=message))


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of one form, in its order."""

    fields: tuple[Field, ...]
    #: The form-js file, for whoever shows it.
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def areas(self) -> tuple[Field, ...]:
        """The questions that ask for an area."""
        return tuple(asked for asked in self.fields if asked.area)

    def faults(self, answers: Mapping[str, Any]) -> tuple[FieldFault, ...]:
        """Faults of the answers in the order of the form. Then the answers that nobody asked for."""
        asked = [field for field in self.fields if field.asked(answers)]
        found = [fault for field in asked for fault in field.faults(answers.get(field.key))]
        known = {field.key for field in asked}
        strange = [
            FieldFault(key, "unknown", say("{key} is not a question of the form.", key=key))
            for key in answers
            if key not in known
        ]
        return (*found, *strange)

    def answers(self, posted: Mapping[str, Any]) -> dict[str, Any]:
        """Parse the posted texts into answers that `faults` validates. Empty and hidden ones are left out."""
        read = {field.key: field.answer(posted[field.key]) for field in self.fields if field.key in posted}
        given = {key: answer for key, answer in read.items() if answer not in (None, "", [])}
        return {
            field.key: given[field.key] for field in self.fields if field.key in given and field.asked(given)
        }


def read(document: bytes) -> Form:
    """The form in a form-js file; raises `RefusedFile` with rule `form-broken` or `form-pattern`."""
    form = stored(document)
    for asked in form.fields:
        if asked.bounds.get("pattern") and asked.pattern is None:
            _refuse_pattern(asked)
    places = sum(asked.pattern.places for asked in form.fields if asked.pattern)
    if places > patterns.PLACES_OF_FORM:
        said = say(
            "Written out, the patterns of the form have {places:,} places; {most:,} are matched.",
            places=places,
            most=patterns.PLACES_OF_FORM,
        )
        raise RefusedFile("form-pattern", said, remedy="Count to less in braces, or split the form.")
    return form


def _refuse_pattern(asked: Field) -> None:
    try:
        patterns.compiled(asked.bounds["pattern"])
    except patterns.BadPattern as bad:
        said = say("The pattern of the field {key} is not accepted: {why}.", key=asked.key, why=bad.why)
        raise RefusedFile("form-pattern", said, remedy=bad.remedy) from None


@lru_cache(maxsize=256)
def stored(document: bytes) -> Form:
    """Form of a published version.

    It may use patterns that were accepted then. Raises `RefusedFile` as `read` does. A pattern that is no longer
    accepted judges no answer: dossiers of the version go on, and officers look at them.
    """
    try:
        told = text_safety.composed(json.loads(document))
        return Form(tuple(_fields(told["components"])), told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise RefusedFile(
            "form-broken",
            say(
                "This is not a form of form-js ({kind}: {broken}).",
                kind=type(broken).__name__,
                broken=str(broken),
            ),
            remedy="Open it in Camunda Modeler and save it again.",
        ) from broken


def _fields(
    components: Sequence[Mapping[str, Any]], around: tuple[expressions.Expression, ...] = ()
) -> Iterator[Field]:
    for component in components:
        if fault := misshapen(component):
            raise TypeError(fault)
        hidden_by = (*around, *_conditions(component))
        if component["type"] == "group":
            yield from _fields(component.get("components", ()), hidden_by)
        elif component["type"] not in _SHOWN:
            yield _field(component, hidden_by)


def misshapen(component: Mapping[str, Any]) -> str | None:
    """Description of a component's first value of a wrong type, or None."""
    for key, kind in (("type", str), ("conditional", dict), ("properties", dict), ("components", list)):
        if component.get(key) is not None and not isinstance(component[key], kind):
            return f"{key} is {component[key]!r:.60}"
    asked = (component.get("properties") or {}).get("hoso:component", "")
    return None if isinstance(asked, str) else f"hoso:component is {asked!r:.60}"


def _conditions(component: Mapping[str, Any]) -> Iterator[expressions.Expression]:
    """The condition that hides a component. One that does not compile hides nothing; the check of a package names it."""
    text = (component.get("conditional") or {}).get("hide")
    if text:
        with suppress(errors.BadExpression):
            yield expressions.compiled(str(text))


def _holds(condition: expressions.Expression, answers: Mapping[str, Any]) -> bool:
    """True when the condition holds.

    An unanswered question is null, and a comparison that is impossible does not hold.
    """
    try:
        return bool(condition.evaluate({name: answers.get(name) for name in condition.names}))
    except errors.ExpressionFailed:
        return False


def _field(component: Mapping[str, Any], hidden_by: tuple[expressions.Expression, ...]) -> Field:
    besides = {key: component[key] for key in ("decimalDigits", "subtype") if component.get(key) is not None}
    bounds = {**(component.get("validate") or {}), **besides}
    for bound in ("min", "max", "minLength", "maxLength", "decimalDigits"):
        if not isinstance(bounds.get(bound, 0), int | float):
            raise TypeError(f"{bound} of {component['key']} is no number")
    if not isinstance(bounds.get("pattern", ""), str):
        raise TypeError(f"pattern of {component['key']} is no text")
    return Field(
        key=component["key"],
        kind=component["type"],
        label=component.get("label") or component.get("dateLabel") or component["key"],
        required=bool(bounds.get("required")),
        bounds=bounds,
        options=tuple(str(option["value"]) for option in component.get("values") or ()),
        hidden_by=hidden_by,
        pattern=_pattern(bounds.get("pattern", "")),
        area=asks_for_area(component),
    )


def asks_for_area(component: Mapping[str, Any]) -> bool:
    """True where the custom property `area` of a component says so."""
    return str((component.get("properties") or {}).get("area", "")).strip().lower() == "true"


def _pattern(text: str) -> patterns.Pattern | None:
    with suppress(patterns.BadPattern):
        return patterns.compiled(text) if text else None
    return None


_Judgement = Iterator[tuple[str, str]]
#: What the kinds of text of form-js look like, and how that is said.
_SHAPES = {
    "email": (re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"), say("an e-mail address")),
    "phone": (re.compile(r"\+?[\d .()-]{6,20}"), say("a telephone number")),
}


def _text(field: Field, answer: Any) -> _Judgement:
    if not isinstance(answer, str):
        yield "type", say("must be a text")
        return
    least, most = field.bounds.get("minLength", 0), field.bounds.get("maxLength")
    if len(answer) < least or (most is not None and len(answer) > most):
        yield (
            "length",
            (
                say("must have {least} to {most} characters", least=least, most=most)
                if most
                else say("needs {least} characters", least=least)
            ),
        )
    if field.pattern is not None and len(answer) > patterns.LONGEST:
        yield (
            "length",
            say(
                "has more than {most:,} characters, which is all that a pattern judges", most=patterns.LONGEST
            ),
        )
    elif field.pattern is not None and not field.pattern.found_in(answer):
        yield "pattern", say("does not match {pattern}", pattern=field.pattern.text)
    shape, wanted = _SHAPES.get(str(field.bounds.get("validationType")), (None, ""))
    if shape is not None and (len(answer) > _LONGEST or not shape.fullmatch(answer.strip())):
        yield "pattern", say("must be {wanted}", wanted=wanted)


def _number(field: Field, answer: Any) -> _Judgement:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        yield "type", say("must be a number")
        return
    if isinstance(answer, float) and not math.isfinite(answer):
        yield "type", say("must be a number that can be written down")
        return
    digits = field.bounds.get("decimalDigits")
    if isinstance(answer, float) and digits is not None and round(answer, int(digits)) != answer:
        yield (
            "type",
            (
                say("must have at most {digits} decimals", digits=digits)
                if digits
                else say("must be a whole number")
            ),
        )
    least, most = field.bounds.get("min"), field.bounds.get("max")
    if (least is not None and answer < least) or (most is not None and answer > most):
        yield "range", say("must lie {between}", between=_between(least, most))


def _between(least: float | None, most: float | None) -> str:
    if most is None:
        return say("at or above {least}", least=least)
    return (
        say("at or below {most}", most=most)
        if least is None
        else say("between {least} and {most}", least=least, most=most)
    )


def _instant(field: Field, answer: Any) -> _Judgement:
    readers, wanted = _INSTANTS.get(str(field.bounds.get("subtype")), _ANY_INSTANT)
    for reader in readers:
        try:
            reader(answer)
        except (ValueError, TypeError):
            continue
        return
    yield "type", say("must be {wanted}", wanted=wanted)


def _both(answer: str) -> None:
    """A date with an hour; raises `ValueError` for a date alone."""
    datetime.fromisoformat(answer)
    if "T" not in answer and " " not in answer:
        raise ValueError(answer)


def _choice(field: Field, answer: Any) -> _Judgement:
    if isinstance(answer, list | dict) or (field.options and str(answer) not in field.options):
        yield "option", say("must be one of {known}", known=", ".join(field.options))


def _choices(field: Field, answer: Any) -> _Judgement:
    if not isinstance(answer, list):
        yield "type", say("must be a list")
    elif field.options and not {str(each) for each in answer} <= set(field.options):
        yield "option", say("must be chosen from {known}", known=", ".join(field.options))


def _box(field: Field, answer: Any) -> _Judgement:
    del field
    if not isinstance(answer, bool):
        yield "type", say("must be true or false")


_NUMBER = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
_INSTANT = re.compile(r"(?:(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))?\s*(\d{1,2}:\d{2})?")


def _read_number(text: Any) -> Any:
    """Vietnamese figures: points between thousands, a comma before decimals."""
    plain = text.strip() if isinstance(text, str) else ""
    if not _NUMBER.fullmatch(plain):
        return text
    figure = plain.replace(".", "").replace(",", ".")
    return float(figure) if "." in figure else int(figure)


def _read_instant(text: Any) -> Any:
    """Parse day, month and year with an optional hour before or after. Also ISO 8601."""
    match = _INSTANT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or not any(match.groups()):
        return text
    day, month, year, hour = match.groups()
    written = f"{year}-{month:0>2}-{day:0>2}" if year else ""
    return "T".join(filter(None, (written, hour and hour.rjust(5, "0"))))


def _read_box(text: Any) -> Any:
    return (
        {"on": True, "true": True, "false": False, "": False}.get(text, text)
        if isinstance(text, str)
        else text
    )


def _read_choices(text: Any) -> Any:
    return [text] if isinstance(text, str) and text else text


#: How the kinds of `datetime` are written, and how that is said.
_INSTANTS: Mapping[str, tuple[tuple[Callable[[str], Any], ...], str]] = {
    "date": ((date.fromisoformat,), say("a date as in 2026-11-24")),
    "time": ((time.fromisoformat,), say("a time as in 16:30")),
    "datetime": ((_both,), say("a date with an hour as in 2026-11-24T16:30+07:00")),
}
_ANY_INSTANT = (
    (date.fromisoformat, datetime.fromisoformat, time.fromisoformat),
    say("a date or time as in 2026-11-24, 2026-11-24T16:30+07:00 or 16:30"),
)

_READERS: Mapping[str, Callable[[Any], Any]] = {
    "number": _read_number,
    "datetime": _read_instant,
    "checkbox": _read_box,
    "checklist": _read_choices,
    "taglist": _read_choices,
}

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
