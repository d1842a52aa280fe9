"""Variables of the engine: only used ones, and only plain values."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from typing import Any

from hoso_bpmn import errors, text_safety

MAX_TEXT = 2_000
MAX_ITEMS = 1_000
_INTEGERS = range(-(2**53), 2**53 + 1)


def checked(given: Mapping[str, Any], used: Container[str]) -> dict[str, Any]:
    """Filter the given variables to those in use. Raises `BadVariable` for what is no JSON scalar or list of them."""
    kept = {
        key: text_safety.composed(value)
        for name, value in given.items()
        if (key := text_safety.text(name)) in used
    }
    for name, value in kept.items():
        if isinstance(value, list | tuple):
            if len(value) > MAX_ITEMS:
                raise errors.BadVariable(name, f"has more than {MAX_ITEMS} items")
            kept[name] = [_scalar(name, item) for item in value]
        else:
            _scalar(name, value)
    return kept


def _scalar(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and value in _INTEGERS:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, str) and len(value) <= MAX_TEXT and _is_whole(value):
        return value
    raise errors.BadVariable(
        name, "is no text of at most 2,000 characters, finite number, true, false or null"
    )


def _is_whole(text: str) -> bool:
    """True when a state can store it. JSON may carry half of a character (`"\\ud800"`), a state cannot."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
