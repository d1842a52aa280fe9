"""Spelling of answers: the texts that people type, and the answers that they mean.

For each answer that its question accepts, `answer(field, text(field, answer))` gives it back. What cannot be read stays the text
that was typed, for the judge to refuse and for the person to correct.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hoso_bpmn import text_safety
from hoso_bpmn.package.forms.components import Field

#: The offset from UTC of an hour that somebody types: Viet Nam has had no other since 1975.
OFFSET = "+07:00"
#: A figure of more signs is no number; nor is one that JSON does not keep exactly.
_LONGEST, _EXACT = 40, 2**53

_NUMBER = re.compile(r"-?(\d{1,3}([. \u00a0\u202f]\d{3})+|\d+)(,\d+)?")
_DAY = re.compile(r"(?P<day>\d{1,2}) ?(?P<sign>[/.\- ]) ?(?P<month>\d{1,2}) ?(?P=sign) ?(?P<year>\d{4})")
_RUN = re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})")
_MONTH = re.compile(r"(?P<month>\d{1,2})[/.\- ](?P<year>\d{4})")
_HOUR = re.compile(r"(?P<hour>\d{1,2})\s*(?::|h|giờ)\s*(?P<minute>\d{2})?(?: ?phút)?|(?P<run>\d{3,4})")
_INSTANT = re.compile(
    r"(?P<before>.*?)(?:(?:^|\s+)(?P<hour>\d{1,2}\s*(?::|h|giờ)\s*(?:\d{2})?(?:\s*phút)?))?"
)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:T(?P<hour>\d{2}:\d{2})(?:\+07:00)?)?")
_PARTIAL = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?")
#: Telephone numbers of this country after their 0: those of mobiles and fixed lines.
_PHONE = re.compile(r"(?:0|\+84|0084)([2-9]\d{8,9})")


def answer(field: Field, typed: Any) -> Any:
    """The answer in a typed text: `24/11/2026`, `1.250,5`, `on`. Other values stay as they are."""
    reader = _READERS.get(field.kind)
    plain = text_safety.cleaned(typed).strip() if isinstance(typed, str) else typed
    return reader(field, plain) if reader is not None else plain


def text(field: Field, answer: Any) -> str:
    """The text of an answer as people here write it; empty for none. Lists and objects have none of their own."""
    if answer is None or isinstance(answer, list | dict):
        return ""
    writer = _WRITERS.get(field.kind)
    return writer(field, answer) if writer is not None else str(answer)


def day(typed: str) -> dt.date | None:
    """The day in a typed text: `24/11/2026`, `24112026`, `2026-11-24`. None for what is no day."""
    found = _day(text_safety.cleaned(typed).strip(), partial=False)
    with suppress(ValueError):
        return dt.date.fromisoformat(found) if found else None
    return None


def number(figure: float | Decimal) -> str:
    """A number with points between thousands and a comma before decimals."""
    written = f"{Decimal(str(figure)):,f}"
    return written.translate(str.maketrans(",.", ".,"))


def date(written: str) -> str:
    """A date of ISO 8601 as day, month and year.

    A year or a month stays one; other texts stay as they are.
    """
    if re.fullmatch(r"\d{8}", written):  # ISO 8601 without hyphens, as programs may send it
        with suppress(ValueError):
            written = dt.date.fromisoformat(written).isoformat()
    found = _ISO.fullmatch(written) or _PARTIAL.fullmatch(written)
    parts = found.groupdict() if found else {}
    return "/".join(filter(None, (parts.get("day"), parts.get("month"), parts.get("year")))) or written


def apart(written: str) -> tuple[str, str]:
    """The date and the hour of an instant, as two texts that people type."""
    found = _ISO.fullmatch(written)
    if found:
        return date(written[:10]), found["hour"] or ""
    split = _INSTANT.fullmatch(written.strip())
    return (split["before"], (split["hour"] or "").strip()) if split else (written, "")


def together(day: str, hour: str) -> str:
    """The text of a date and an hour that were typed apart."""
    return f"{day.strip()} {_hour(hour) or hour.strip()}".strip()


def phone(number: str) -> str:
    """A telephone number of this country in groups: `0912 345 678`. Others stay."""
    found = _PHONE.fullmatch(number)
    digits = "0" + found[1] if found else ""
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}" if found else number


def _read_text(field: Field, typed: Any) -> Any:
    if not isinstance(typed, str):
        return typed
    if field.bounds.get("validationType") == "phone":
        found = _PHONE.fullmatch(re.sub(r"[\s.()-]", "", typed))
        return f"+84{found[1]}" if found else typed
    return typed


def _write_text(field: Field, answer: Any) -> str:
    return phone(str(answer)) if field.bounds.get("validationType") == "phone" else str(answer)


def _read_number(field: Field, typed: Any) -> Any:
    """Vietnamese figures: points or spaces between thousands, a comma before decimals."""
    if not isinstance(typed, str) or len(typed) > _LONGEST or not _NUMBER.fullmatch(typed):
        return typed
    figure = re.sub(r"[. \u00a0\u202f]", "", typed).replace(",", ".")
    if field.bounds.get("serializeToString"):
        return figure
    found = float(figure) if "." in figure else int(figure)
    return found if -_EXACT <= found <= _EXACT else typed


def _write_number(field: Field, answer: Any) -> str:
    del field
    if isinstance(answer, str):
        return number(Decimal(answer)) if re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?", answer) else answer
    return number(answer) if isinstance(answer, int | float) else str(answer)


def _read_instant(field: Field, typed: Any) -> Any:
    """Parse a date, an hour, or both, by the subtype. Also ISO 8601."""
    if not isinstance(typed, str):
        return typed
    subtype = field.bounds.get("subtype")
    if subtype == "date":
        return _day(typed, partial=field.bounds.get("partial") == "year") or typed
    if subtype == "time":
        return _hour(typed) or typed
    return _whole(typed, alone=subtype != "datetime") or typed


def _whole(typed: str, *, alone: bool) -> str | None:
    before, hour = apart(typed)
    day = _day(before, partial=False)
    if day and hour:
        return f"{day}T{found}{OFFSET}" if (found := _hour(hour)) else None
    return (day or _hour(typed)) if alone else None


def _day(typed: str, *, partial: bool) -> str | None:
    found = _DAY.fullmatch(typed) or _RUN.fullmatch(typed) or _ISO.fullmatch(typed)
    if found:
        return f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}"
    month = _MONTH.fullmatch(typed) if partial else None
    return f"{month['year']}-{month['month']:0>2}" if month else None


def _hour(typed: str) -> str | None:
    found = _HOUR.fullmatch(typed.strip().lower())
    if found is None:
        return None
    run = found["run"]
    hour, minute = (run[:-2], run[-2:]) if run else (found["hour"], found["minute"] or "00")
    return f"{hour:0>2}:{minute}"


def _write_instant(field: Field, answer: Any) -> str:
    if field.bounds.get("subtype") == "time" or not isinstance(answer, str):
        return str(answer)
    return " ".join(apart(answer)) if _ISO.fullmatch(answer) and "T" in answer else date(answer)


def _read_box(field: Field, typed: Any) -> Any:
    del field
    known = {"on": True, "true": True, "false": False, "": False}
    return known.get(typed, typed) if isinstance(typed, str) else typed


def _read_choice(field: Field, typed: Any) -> Any:
    """The value that was chosen, of the type that the form declares."""
    return next((option.value for option in field.options if str(option.value) == typed), typed)


def _read_choices(field: Field, typed: Any) -> Any:
    chosen = [typed] if isinstance(typed, str) and typed else typed
    return [_read_choice(field, each) for each in chosen] if isinstance(chosen, list) else chosen


def _write_box(field: Field, answer: Any) -> str:
    del field
    return "on" if answer is True else ""


_READERS: Mapping[str, Callable[[Field, Any], Any]] = {
    "textfield": _read_text,
    "number": _read_number,
    "datetime": _read_instant,
    "checkbox": _read_box,
    "select": _read_choice,
    "radio": _read_choice,
    "checklist": _read_choices,
    "taglist": _read_choices,
}
_WRITERS: Mapping[str, Callable[[Field, Any], str]] = {
    "textfield": _write_text,
    "number": _write_number,
    "datetime": _write_instant,
    "checkbox": _write_box,
}
