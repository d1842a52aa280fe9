"""Judgement of answers by the kind of their question."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from hoso_bpmn.package import patterns
from hoso_bpmn.package.forms.answers import empty
from hoso_bpmn.package.forms.components import Field, Group, List, Shown
from hoso_bpmn.package.forms.faults import FieldFault, Rule
from hoso_calendar.messages import say

#: No e-mail address and no telephone number is longer.
_LONGEST = 200

_Judgement = Iterator[tuple[Rule, dict[str, Any]]]


def faults(shown: Shown) -> Iterator[FieldFault]:
    """Faults of one component that is shown; an empty answer is missing, never wrong."""
    component = shown.component
    if isinstance(component, Field):
        found = _question(component, shown.answer)
    elif isinstance(component, List):
        found = _list(component, shown.answer)
    elif isinstance(component, Group) and shown.path:
        found = _object(shown.answer)
    else:
        return
    for rule, data in found:
        yield FieldFault(shown.path, rule, {"label": component.label, **data})


def _question(field: Field, answer: Any) -> _Judgement:
    if empty(answer):
        if field.required:
            yield Rule.REQUIRED, {}
    elif judge := _JUDGES.get(field.kind):
        yield from judge(field, answer)


def _list(asked: List, answer: Any) -> _Judgement:
    if answer is not None and not isinstance(answer, list):
        yield Rule.TYPE, {"wanted": say("a list")}
        return
    count = len(answer or ())
    if count == 0 < asked.least:
        yield Rule.REQUIRED, {}
    elif not asked.least <= count <= asked.most:
        yield Rule.ITEMS, {"least": asked.least, "most": asked.most, "count": count}


def _object(answer: Any) -> _Judgement:
    if answer is not None and not isinstance(answer, Mapping):
        yield Rule.TYPE, {"wanted": say("an object")}


#: What the kinds of text of form-js look like, and how that is said.
_SHAPES = {
    "email": (Rule.EMAIL, re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"), say("an e-mail address")),
    "phone": (Rule.PHONE, re.compile(r"\+?[\d .()-]{6,20}"), say("a telephone number")),
}


def _text(field: Field, answer: Any) -> _Judgement:
    if not isinstance(answer, str):
        yield Rule.TYPE, {"wanted": say("a text")}
        return
    least, most = field.bounds.get("minLength", 0), field.bounds.get("maxLength")
    if len(answer) < least or (most is not None and len(answer) > most):
        yield Rule.LENGTH, {"least": least, "most": most, "length": len(answer)}
    if field.pattern is not None and len(answer) > patterns.LONGEST:
        yield Rule.UNJUDGED, {"most": patterns.LONGEST, "length": len(answer)}
    elif field.pattern is not None and not field.pattern.found_in(answer):
        yield Rule.PATTERN, {"pattern": field.pattern.text}
    shaped = _SHAPES.get(str(field.bounds.get("validationType")))
    if shaped is not None:
        rule, shape, wanted = shaped
        if len(answer) > _LONGEST or not shape.fullmatch(answer.strip()):
            yield rule, {"wanted": wanted}


def _number(field: Field, answer: Any) -> _Judgement:
    number = _written_out(answer) if field.bounds.get("serializeToString") else answer
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        yield Rule.NUMBER, {"wanted": say("a number")}
        return
    if not isinstance(number, int) and not math.isfinite(number):
        yield Rule.NUMBER, {"wanted": say("a number that can be written down")}
        return
    exact = Decimal(str(number)) if isinstance(number, float) else Decimal(number)
    digits, step = field.bounds.get("decimalDigits"), field.bounds.get("increment")
    if digits is not None and _decimals(exact) > digits:
        yield Rule.DIGITS, {"digits": int(digits)}
    elif step:
        yield from _stepped(exact, step)
    least, most = field.bounds.get("min"), field.bounds.get("max")
    if (least is not None and number < least) or (most is not None and number > most):
        yield Rule.RANGE, {"least": least, "most": most}


def _written_out(answer: Any) -> Any:
    """The number in a text as `serializeToString` keeps it, else the answer itself."""
    if isinstance(answer, str) and re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?", answer):
        return Decimal(answer)
    return answer


def _decimals(exact: Decimal) -> int:
    exponent = 0 if exact == exact.to_integral_value() else exact.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _stepped(exact: Decimal, step: float) -> _Judgement:
    width = Decimal(str(step))
    with suppress(
        InvalidOperation
    ):  # a quotient of more digits than are counted with: any number is near enough
        below = (exact // width) * width
        below -= width if below > exact else 0
        if below != exact:
            yield Rule.INCREMENT, {"step": step, "below": _plain(below), "above": _plain(below + width)}


def _plain(exact: Decimal) -> int | float:
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _instant(field: Field, answer: Any) -> _Judgement:
    readers, wanted = _INSTANTS.get(str(field.bounds.get("subtype")), _ANY_INSTANT)
    if _partial(field, answer) or any(_reads(reader, answer) for reader in readers):
        yield from _bounded(field, answer)
        return
    impossible = _ISO.match(answer) if isinstance(answer, str) else None
    if impossible and not _reads(date.fromisoformat, impossible[0]):
        year, month, day = map(int, impossible[0].split("-"))
        yield Rule.DAY, {"wanted": wanted, "year": year, "month": month, "day": day}
    elif isinstance(answer, str) and _SHORT.fullmatch(answer.strip()):
        yield Rule.YEAR, {"wanted": wanted}
    else:
        yield Rule.INSTANT, {"wanted": wanted}


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHORT = re.compile(r"\d{1,2}([/. -])\d{1,2}\1\d{2}|\d{6}")
_PARTIAL = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


def _partial(field: Field, answer: Any) -> bool:
    return (
        field.bounds.get("partial") == "year"
        and isinstance(answer, str)
        and _PARTIAL.fullmatch(answer) is not None
    )


def _bounded(field: Field, answer: str) -> _Judgement:
    """Faults of a date against its bounds, as far as it is said."""
    earliest, latest = field.bounds.get("earliest"), field.bounds.get("latest")
    said = answer if _PARTIAL.fullmatch(answer) else answer[:10]
    if said == answer or _reads(date.fromisoformat, said):
        if earliest and said < earliest[: len(said)]:
            yield Rule.EARLY, {"earliest": earliest}
        if latest and said > latest[: len(said)]:
            yield Rule.LATE, {"latest": latest}


def _reads(reader: Callable[[Any], Any], answer: Any) -> bool:
    try:
        reader(answer)
    except (ValueError, TypeError):
        return False
    return True


def _both(answer: str) -> None:
    """A date with an hour; raises `ValueError` for a date alone."""
    datetime.fromisoformat(answer)
    if "T" not in answer and " " not in answer:
        raise ValueError(answer)


def _choice(field: Field, answer: Any) -> _Judgement:
    if isinstance(answer, list | dict) or (field.options and str(answer) not in field.values):
        yield Rule.OPTION, {"known": field.values, "several": False}


def _choices(field: Field, answer: Any) -> _Judgement:
    if not isinstance(answer, list):
        yield Rule.TYPE, {"wanted": say("a list")}
    elif field.options and not {str(each) for each in answer} <= set(field.values):
        yield Rule.OPTION, {"known": field.values, "several": True}


def _box(field: Field, answer: Any) -> _Judgement:
    del field
    if not isinstance(answer, bool):
        yield Rule.TYPE, {"wanted": say("true or false")}


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
