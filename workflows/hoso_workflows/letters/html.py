"""A letter as a page of its own: HTML that loads nothing, from the same table as the PDF."""

import base64
import hashlib
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from hoso_workflows.letters import display, qr
from hoso_workflows.letters.values import Copy, Values


def page(values: Values, template: str | None = None, copy: Copy | None = None) -> str:
    """The page of a letter, by our own template or by another one.

    The mark of a copy stands above whatever a template writes. Every value is escaped. Raises jinja2.TemplateError for a
    template that `template_check` would refuse.
    """
    inside = Markup(body(values, template))  # noqa: S704 - both environments escape
    found = _environment().get_template("page.html")
    mark = display.mark(copy) if copy else None
    return found.render(letter=display.shown(values), body=inside, mark=mark, style=Markup(style()))  # noqa: S704 - our own style sheet


def body(values: Values, template: str | None = None) -> str:
    """The same without the frame of the page."""
    code = qr.svg(values.check_address) if values.check_address else ""
    letter = {**display.shown(values), "qr": Markup(code)}  # noqa: S704 - drawn by us
    if template is None:
        return _environment().get_template(f"{values.form}.html").render(letter=letter)
    return strangers().from_string(template).render(letter=letter)


def text(page: str) -> str:
    """The words of a page, its head and its marks aside, in their order."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    return " ".join(reader.words)


@cache
def style() -> str:
    """The style sheet that stands in every page."""
    return _folder().joinpath("page.css").read_text(encoding="utf-8")


@cache
def style_digest() -> str:
    """Source of the style sheet for a content security policy: `'sha256-…'`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()}'"


@cache
def strangers() -> jinja2.Environment:
    """The environment of templates that are not ours: nothing to load, nothing to change."""
    return _Strangers(autoescape=True, undefined=jinja2.StrictUndefined)


class _Strangers(ImmutableSandboxedEnvironment):
    """A sandbox: `letter.items` is a value there, not a method of the table."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value of a table by its name, and nothing else of it."""
        return self.getitem(obj, attribute) if isinstance(obj, dict) else super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The value of a table by its name, and nothing else of it."""
        if not isinstance(obj, dict):
            return super().getitem(obj, argument)
        return obj[argument] if argument in obj else self.undefined(obj=obj, name=argument)


class _Words(HTMLParser):
    """Words between the marks, and the numbers and dashes of lists."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._aside = False
        self._places: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser names it
        """Take a mark: what the head says is no word of the letter."""
        self._aside |= tag in ("style", "title")
        if tag in ("ol", "ul"):
            self._places.append(0 if tag == "ol" else None)
        elif tag == "li" and self._places:
            self.words.append(self._marker())

    def handle_endtag(self, tag: str) -> None:
        """Take the end of an element."""
        self._aside &= tag not in ("style", "title")
        if tag in ("ol", "ul") and self._places:
            self._places.pop()

    def handle_data(self, data: str) -> None:
        """Take words."""
        if not self._aside:
            self.words.append(data)

    def _marker(self) -> str:
        place = self._places[-1]
        if place is None:
            return "-"
        self._places[-1] = place + 1
        return f"{place + 1}."


def _folder() -> resources.abc.Traversable:
    return resources.files("hoso_workflows.letters").joinpath("templates", "html")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _folder().joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
