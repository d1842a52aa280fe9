"""Rules of the check, as `docs/rules` describes them in two languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from hoso_calendar.messages import VIETNAMESE
from hoso_workflows import errors

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

ADDRESS = "/noi-bo/quy-tac"
#: In an installed package beside the pages, in a checkout among the documents.
_PLACES = (Path(__file__).parents[2] / "rules", Path(__file__).parents[4] / "docs" / "rules")
_ROW = re.compile(r"^\| \[`(?P<rule>[a-z-]+)`\]\([a-z-]+\.md\) \| (?P<weight>.+?) \| (?P<what>.+) \|$", re.M)
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^)]*/)?([a-z-]+)\.md\)")
_NAME = re.compile(r"[a-z-]{1,64}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a line of the list."""

    name: str
    weight: str
    what: Markup


def folder() -> Path:
    """The folder of the descriptions."""
    return next(each for each in _PLACES if each.is_dir())


@lru_cache(maxsize=2)
def rules(language: str) -> Sequence[Rule]:
    """Every rule, in the order of the list."""
    text = _text("README", language)
    return [
        Rule(each["rule"], each["weight"], Markup(_reader().renderInline(each["what"])))  # noqa: S704 - our own file, html=False
        for each in _ROW.finditer(text)
    ]


@lru_cache(maxsize=256)
def description(name: str, language: str) -> Markup:
    """The description of a rule, with what it refuses and accepts. Raises NotFound."""
    if not _NAME.fullmatch(name) or not (folder() / f"{name}.md").is_file():
        raise errors.NotFound("rule", name)
    lines = _text(name, language).splitlines()
    # The first lines are the title, and the way to the other language: the page has both.
    text = _LINK.sub(_linked, "\n".join(lines[4:]))
    return Markup(_reader().render(text))  # noqa: S704 - our own file, html=False


def _linked(found: re.Match[str]) -> str:
    """A link to the page of another rule; of any other document, its words."""
    said, name = found.groups()
    return f"[{said}]({ADDRESS}/{name})" if (folder() / f"{name}.md").is_file() else said


def _text(name: str, language: str) -> str:
    place = folder() / "vi" if language == VIETNAMESE else folder()
    return (place / f"{name}.md").read_text(encoding="utf-8")


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
