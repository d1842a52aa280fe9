"""Tables as TOML text: what is read from it again is equal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(document: Mapping[str, Any]) -> str:
    """The text of tables that `tomllib` has read. Comments are no part of them."""
    return "\n".join(_table((), document)).lstrip("\n") + "\n"


def _table(path: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    """The values of a table, then the tables inside, which would end it."""
    inside = {key: value for key, value in table.items() if isinstance(value, dict) or _tables(value)}
    for key, value in table.items():
        if key not in inside:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in inside.items():
        name = (*path, _key(key))
        head = "[{}]" if isinstance(value, dict) else "[[{}]]"
        for each in [value] if isinstance(value, dict) else value:
            yield ""
            yield head.format(".".join(name))
            yield from _table(name, each)


def _tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + "}"
    return repr(value)


def _text(text: str) -> str:
    # JSON's escapes are TOML's; only DEL stands bare in JSON and may not in TOML.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
