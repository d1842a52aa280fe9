"""Macros of questions, and the choices that these offer."""

from dataclasses import dataclass
from typing import Any

from hoso_api.pages.shared import question_words
from hoso_bpmn.package.forms import Field, Option, answers
from hoso_models import text_search

#: So many choices are shown as radios; so many more open as a list; beyond that they are searched.
RADIOS, LISTED = 7, 40
#: So many boxes are shown at once, and so many of what a search finds.
BOXES, HITS = 20, 20


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """The choices of a question, and what a search has found, in words."""

    choices: tuple[Choice, ...] = ()
    words: str = ""


_KINDS = {
    "textfield": "input",
    "textarea": "textarea",
    "number": "input",
    "checkbox": "box",
}


def macro(asked: Field) -> str:
    """The macro that shows a question."""
    if asked.kind == "datetime":
        return {"time": "hour", "datetime": "instant"}.get(str(asked.bounds.get("subtype")), "day")
    many = asked.look.searchable or len(asked.options) > (LISTED if asked.kind == "select" else BOXES)
    if asked.kind in ("checklist", "taglist") and asked.options:
        return "found_boxes" if many and asked.kind == "taglist" else "boxes"
    if asked.kind == "radio" and asked.options:
        return "radios"
    if asked.kind == "select" and asked.options:
        return "found_radios" if many else "radios" if len(asked.options) <= RADIOS else "select"
    if asked.kind in ("radio", "select", "checklist", "taglist"):  # its choices lie elsewhere
        return "input"
    return _KINDS.get(asked.kind, "unshown")


def of(asked: Field, answer: Any, sought: str, language: str) -> Offered:
    """The choices of a question, with those that are chosen.

    A chosen value that is no longer offered stands among them.
    """
    kind = macro(asked)
    if kind not in ("radios", "select", "boxes", "found_radios", "found_boxes"):
        return Offered()
    chosen = [
        str(each) for each in (answer if isinstance(answer, list) else [answer]) if not answers.empty(each)
    ]
    gone = tuple(
        Choice(each, label(asked, each, language), chosen=True) for each in chosen if each not in asked.values
    )
    if kind.startswith("found"):
        return _found(asked, chosen, sought, language, gone)
    listed = tuple(_choice(option, chosen) for option in asked.options)
    none = (Choice("", question_words.word("none", language), chosen=not chosen),)
    return Offered((*listed, *gone, *(none if kind == "radios" and not asked.required else ())))


def _found(asked: Field, chosen: list[str], sought: str, language: str, gone: tuple[Choice, ...]) -> Offered:
    """Choices that are chosen, then those that a search finds."""
    words = text_search.fold(sought).split()
    matching = [each for each in asked.options if words and _matches(each, words)]
    before = [each for each in asked.options if str(each.value) in chosen]
    shown = [each for each in matching if each not in before][:HITS]
    told = ""
    if words:
        name = "found" if len(matching) <= HITS else "found_some"
        told = question_words.word(name, language, n=len(matching), text=sought, shown=HITS)
    return Offered((*gone, *(_choice(each, chosen) for each in (*before, *shown))), told)


def _matches(option: Option, words: list[str]) -> bool:
    folded = text_search.fold(option.label).split()
    return all(any(part.startswith(word) for part in folded) for word in words)


def _choice(option: Option, chosen: list[str]) -> Choice:
    return Choice(str(option.value), option.label, str(option.value) in chosen)


def label(asked: Field, value: Any, language: str) -> str:
    """The label of a value; one that is no longer offered says so."""
    found = next((option.label for option in asked.options if str(option.value) == str(value)), None)
    if found is not None or not asked.options:
        return found if found is not None else str(value)
    return question_words.word("gone", language, value=value)
