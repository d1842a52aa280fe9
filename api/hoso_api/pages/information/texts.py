"""Texts of the portal as Markdown files in two languages: guides and statements.

Beside those that are shipped an authority has a folder of its own (`[portal]`, `guides`); a guide of the same name there takes the place
of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from hoso_calendar.messages import ENGLISH, VIETNAMESE
from hoso_workflows import errors

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

FOLDER = Path(__file__).parent / "texts"
GUIDES, STATEMENTS = FOLDER / "guides", FOLDER / "statements"
#: `01-nop-ho-so.md`: the number is the place in the list, and not in the address.
_NAME = re.compile(r"(?:\d{1,3}-)?(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md")
#: Where a link of a text may lead: elsewhere, or to a page of ours.
_LINK = re.compile(r"(https?://|mailto:|/(?!/)|#)", re.I)
#: The longest text that is read, in bytes.
MOST = 200_000


@dataclass(frozen=True, slots=True)
class Text:
    """A text: its title, its first paragraph and the rest as HTML."""

    slug: str
    title: str
    opening: Markup
    html: Markup
    #: In what it is written; Vietnamese where nobody has translated it.
    language: str


def guides(language: str, own: Path | None = None) -> Sequence[Text]:
    """The guides in the order of their files.

    New ones of the authority's own stand behind ours.
    """
    found = dict.fromkeys(_files(GUIDES, VIETNAMESE))
    if own is not None:
        found |= dict.fromkeys(_files(own, VIETNAMESE))
    return [guide(slug, language, own) for slug in found]


def guide(slug: str, language: str, own: Path | None = None) -> Text:
    """A guide in a language, or in Vietnamese. Raises NotFound."""
    for folder in (own, GUIDES):
        if folder is not None and slug in _files(folder, VIETNAMESE):
            return _read(folder, slug, language)
    raise errors.NotFound("guide", slug)


def statement(slug: str, language: str) -> Text:
    """A statement of the portal about itself. Raises NotFound."""
    if slug not in _files(STATEMENTS, VIETNAMESE):
        raise errors.NotFound("statement", slug)
    return _read(STATEMENTS, slug, language)


def _read(folder: Path, slug: str, language: str) -> Text:
    for each in dict.fromkeys((language, VIETNAMESE)):
        place = _files(folder, each).get(slug)
        if place is not None:
            known = place.stat()
            return _text(place, slug, each, (known.st_mtime_ns, known.st_size))
    raise errors.NotFound("guide", slug)


def _files(folder: Path, language: str) -> dict[str, Path]:
    """The files of a language by slug, in the order of their names."""
    place = folder / (ENGLISH if language == ENGLISH else VIETNAMESE)
    named = ((_NAME.fullmatch(each.name), each) for each in sorted(place.glob("*.md")))
    return {found["slug"]: each for found, each in named if found}


@lru_cache(maxsize=256)
def _text(place: Path, slug: str, language: str, of: tuple[int, int]) -> Text:
    """The text of a file as it was changed last."""
    del of
    with place.open(encoding="utf-8", errors="replace") as file:
        head, body = _parts(file.read(MOST))
    # A heading opens nothing: then the text has no opening.
    opening, _, rest = ("", "", body) if body.startswith("#") else body.partition("\n\n")
    first, html = _reader().renderInline(opening.strip()), _reader().render(rest)
    return Text(slug, head or slug, Markup(first), Markup(html), language)  # noqa: S704 - html=False escapes what was typed


def _parts(text: str) -> tuple[str, str]:
    """The title, a first line with `#`, and the text below it."""
    lines: Iterator[str] = iter(text.splitlines())
    head = next((line for line in lines if line.strip()), "")
    return head.removeprefix("#").strip(), "\n".join(lines).strip()


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]  # the way the library offers
    return reader
