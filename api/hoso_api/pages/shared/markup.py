"""Markdown and HTML of forms as HTML that may stand in our pages.

Neither holds a script, a style or a picture of elsewhere.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

# Only who reads a form or a guide needs them; loaded with the first one.
if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: Addresses to which a text may lead.
SCHEMES = ("http://", "https://", "mailto:")
_TAGS = {
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "b",
    "i",
    "br",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).disable("image")
    reader.validateLink = lambda url: url.lower().startswith(SCHEMES)  # type: ignore[method-assign]  # the way the library offers
    return reader


@lru_cache(maxsize=512)
def markdown(text: str) -> Markup:
    """A text as HTML, its headings one level lower: `#` is an h2, since a page has one h1."""
    reader = _reader()
    tokens = reader.parse(text)
    for token in tokens:
        _lower(token)
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - html=False escapes what was typed


def _lower(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(6, int(token.tag[1:]) + 1)}"


@lru_cache(maxsize=512)
def html(source: str) -> Markup:
    """The HTML of a component, cleaned by an allow-list."""
    import nh3

    schemes = {scheme.rstrip(":/") for scheme in SCHEMES}
    clean = nh3.clean(source, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=schemes)
    return Markup(clean)  # noqa: S704 - cleaned by an allow-list
