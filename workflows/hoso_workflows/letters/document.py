"""Values of a letter from `letter.data` and back: JSON that has every key that the form needs and none that it lacks.

Instants are ISO 8601 with an offset, dates ISO 8601; texts are composed (NFC). What is written is what is read.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_workflows.letters import amounts, forms, qr
from hoso_workflows.letters.refusals import ValuesRefused
from hoso_workflows.letters.values import Values

#: JSON as it comes from the database.
Json = Any
#: The longest list and the longest text of a letter.
MOST_ROWS = 5_000
LONGEST = 20_000
#: Address of the public check: it becomes a link and a QR code, so it is short and of the web.
_ADDRESS = re.compile(rf"https?://[!-~]{{1,{qr.LONGEST}}}")
#: Years that a date may have.
YEARS = range(1971, 9999)


def read(document: Mapping[str, Json]) -> Values:
    """The values of a letter. Raises ValuesRefused for the first key that is wrong, and FormUnknown."""
    if not isinstance(document, Mapping):
        raise ValuesRefused("letter", say("is no table of values"))
    form = forms.titled(_text("form", document.get("form", "")))
    foreign = sorted(str(key) for key in document if key not in form.takes)
    if foreign:
        raise ValuesRefused(foreign[0], say("is not one of the form {form}", form=form.code))
    found = cast("Values", _table("", Values, document))
    _complete(form, found)
    return found


def _complete(form: forms.Form, found: Values) -> None:
    missing = sorted(name for name in form.wants if getattr(found, name) in (None, ()))
    if missing:
        raise ValuesRefused(missing[0], say("is missing"))
    if form.has_code and found.code is None and found.reference is None:
        raise ValuesRefused("code", say("is missing"))
    if found.check_address is not None and not _ADDRESS.fullmatch(found.check_address):
        raise ValuesRefused("check_address", say("is no address that begins with https:// or http://"))
    if sum(each.amount for each in found.amounts) > amounts.LARGEST:
        raise ValuesRefused("amounts", say("is more than can be written out"))


def write(values: Values) -> dict[str, Json]:
    """The JSON document that `read` reads back. Fields without a value are left out."""
    return cast("dict[str, Json]", _plain(values))


def _plain(value: object) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        named = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(inside) for name, inside in named if inside not in (None, ())}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _shape(kind: type) -> Mapping[str, tuple[Any, bool]]:
    """The fields of a dataclass: type, and whether a value has to be given."""
    hints = get_type_hints(kind)
    return {field.name: (hints[field.name], field.default is MISSING) for field in fields(kind)}


def _table(place: str, kind: type, given: Json) -> object:
    if not isinstance(given, Mapping):
        raise ValuesRefused(place, say("is no table of values"))
    shape = _shape(kind)
    foreign = sorted(str(key) for key in given if key not in shape)
    if foreign:
        raise ValuesRefused(_within(place, foreign[0]), say("is not known"))
    for name, (_, needed) in shape.items():
        if needed and given.get(name) is None:
            raise ValuesRefused(_within(place, name), say("is missing"))
    named = {name: each for name, each in given.items() if each is not None}
    return kind(**{name: _value(_within(place, name), shape[name][0], each) for name, each in named.items()})


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _value(place: str, kind: Any, given: Json) -> object:
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(each for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is tuple:
        return _list(place, get_args(kind)[0], given)
    if is_dataclass(kind) and isinstance(kind, type):
        return _table(place, kind, given)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _chosen(place, kind, given)
    return _SIMPLE[kind](place, given)


def _list(place: str, kind: Any, given: Json) -> tuple[object, ...]:
    if not isinstance(given, list | tuple):
        raise ValuesRefused(place, say("is no list"))
    if len(given) > MOST_ROWS:
        raise ValuesRefused(place, say("has more than {most} lines", most=MOST_ROWS))
    return tuple(_value(f"{place}[{number}]", kind, each) for number, each in enumerate(given))


def _chosen(place: str, kind: type[StrEnum], given: Json) -> StrEnum:
    known = {member.value: member for member in kind}
    if not isinstance(given, str) or given not in known:
        raise ValuesRefused(place, say("is none of {known}", known=", ".join(known)))
    return known[given]


def _text(place: str, given: Json) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValuesRefused(place, say("is no text"))
    if len(given) > LONGEST:
        raise ValuesRefused(place, say("has more than {most} characters", most=LONGEST))
    return text_safety.text(given)


def _count(place: str, given: Json) -> int:
    if type(given) is not int or not 0 <= given <= amounts.LARGEST:
        raise ValuesRefused(place, say("is no whole number from 0 on"))
    return given


def _day(place: str, given: Json) -> date:
    try:
        day = date.fromisoformat(given)
    except (TypeError, ValueError):
        day = None
    if day is None or day.year not in YEARS:
        raise ValuesRefused(place, say("is no date such as 2026-03-05"))
    return day


def _instant(place: str, given: Json) -> datetime:
    try:
        instant = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        instant = None
    if instant is None or instant.utcoffset() is None or instant.year not in YEARS:
        raise ValuesRefused(place, say("is no instant with an offset, such as 2026-03-05T14:30:00+07:00"))
    return instant


_SIMPLE: Mapping[type, Callable[[str, Json], object]] = {
    str: _text,
    int: _count,
    date: _day,
    datetime: _instant,
}
