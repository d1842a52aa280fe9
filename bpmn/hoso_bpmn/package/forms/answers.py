"""Answers by path: an object in an object for each point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def get(answers: Any, path: str) -> Any:
    """The answer at a path. None where there is none, or something else lies on the way."""
    for part in path.split("."):
        if isinstance(answers, Mapping):
            answers = answers.get(part)
        elif isinstance(answers, list) and part.isdecimal() and int(part) < len(answers):
            answers = answers[int(part)]
        else:
            return None
    return answers


def put(answers: dict[str, Any], path: str, answer: Any) -> None:
    """Set the answer at a path.

    Objects on the way are made, and take the place of what is none.
    """
    *around, last = path.split(".")
    holder: Any = answers
    for part in around:
        inner = holder.get(part)
        if not isinstance(inner, dict):
            inner = holder[part] = {}
        holder = inner
    holder[last] = answer


def drop(answers: Any, path: str) -> bool:
    """Take away the answer at a path, in an item of a list too.

    True when there was one. Objects around it stay.
    """
    head, _, last = path.rpartition(".")
    holder = get(answers, head) if head else answers
    if not isinstance(holder, dict) or last not in holder:
        return False
    del holder[last]
    return True


def copied(answers: Any) -> Any:
    """Copy objects and lists, as plain ones; what lies in them stays itself."""
    if isinstance(answers, Mapping):
        return {key: copied(answer) for key, answer in answers.items()}
    return [copied(answer) for answer in answers] if isinstance(answers, list | tuple) else answers


def empty(answer: Any) -> bool:
    """True for an answer that is missing, never wrong."""
    return answer is None or answer is False or answer in ("", [])
