"""A rule on letters: what an officer reads is what stands there."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

from hoso_bpmn import text_safety
from hoso_bpmn.checks.rules.context import Contents, Subject
from hoso_bpmn.checks.rules.rule import Fault, Faults, package_rule, process_rule
from hoso_calendar.messages import say

_RULE = "letter-hidden"
_REMEDY = say(
    "Write the text anew; such a sign is pasted along from elsewhere, and a terminal or a page obeys it instead of showing it."
)


@process_rule(_RULE, remedy=_REMEDY)
def hidden_in_names(subject: Subject) -> Faults:
    places: Iterator[Any] = iter((subject.process, *subject.process.lanes, *subject.elements, *subject.flows))
    for place in places:
        if sign := text_safety.hidden(place.name):
            yield Fault(
                place,
                say(
                    "The name {shown} of {id!r} has the sign {sign}.",
                    shown=_shown(place.name),
                    id=place.id,
                    sign=sign,
                ),
            )


@package_rule(_RULE, remedy=_REMEDY)
def hidden_in_files(contents: Contents) -> Faults:
    for path, data in sorted(contents.package.files.items()):
        for place, text in _texts(_read(path, data), ""):
            if sign := text_safety.hidden(text):
                yield Fault(
                    None,
                    say("{place}: {shown} has the sign {sign}.", place=place, shown=_shown(text), sign=sign),
                    file=path,
                    line=1,
                )


def _shown(text: str) -> str:
    return f"{text!r:.80}"


def _read(path: str, data: bytes) -> object:
    """Content of a manifest, a scenario or a form. None for a file that other rules report."""
    try:
        if path.endswith(".toml"):
            return tomllib.loads(data.decode("utf-8-sig"))
        return json.loads(data) if path.endswith(".form") else None
    except (ValueError, RecursionError):
        return None


def _texts(node: object, place: str) -> Iterator[tuple[str, str]]:
    """Texts and keys in it, with their places. Patterns are left out: a program reads them, not people."""
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield place or "a key", key
            if key != "pattern":
                yield from _texts(value, f"{place}.{key}".removeprefix("."))
    elif isinstance(node, list):
        for number, value in enumerate(node, start=1):
            yield from _texts(value, f"{place}[{number}]")
