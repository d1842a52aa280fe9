"""Words that stand in one language only: of templates in their source, of pages as they are sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser

from jinja2 import Environment

from hoso_calendar import messages
from support.markup import VOID

#: Attributes that people read or hear.
READ = frozenset({"alt", "aria-label", "data-label", "label", "placeholder", "title"})
#: What stands in every language alike, and why.
ALIKE: Mapping[str, str] = {
    "hồ sơ": "the product's name; a title has no part that could be marked",
    "Tiếng Việt": "the language, in its own words",
    "English": "the language, in its own words",
    "PDF": "the name of a format",
    "Excel": "the name of a program",
    "KB": "a unit",
    "MB": "a unit",
    "sha256": "the name of a digest",
}
#: What a macro or a block gives for a tag: attributes, and addresses in them.
_ATTRIBUTE = re.compile(r'([\w:\0-]+)="([^"]*)"|\bdata-[\w-]+')
_ADDRESS = re.compile(r"(/[\w/-]+)?[?&]\w+=")
#: In the place of an expression.
_GAP = "\0"
_WORD = re.compile(r"[^\W\d_]{2,}")
_VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)
_LEXER = Environment(autoescape=True).lexer


def unspoken(source: str) -> list[str]:
    """The words of a template in one language.

    Those that `_("…")` says are none, nor those of elements that name their language.
    """
    return [*_strings(source), *_Texts(_markup(source), lambda language: _GAP not in language, _words).found]


def vietnamese(page: str) -> list[str]:
    """The Vietnamese of a page, outside of elements that say so."""

    def judged(text: str) -> Iterator[str]:
        for part in " ".join(text.split()).split(" · "):
            if _VIETNAMESE.search(part) and part not in ALIKE:
                yield part

    return _Texts(page, lambda language: language == messages.VIETNAMESE, judged).found


def _words(text: str) -> Iterator[str]:
    """The parts of a text of a template that hold words."""
    for part in text.split(_GAP):
        plain = " ".join(part.split()).strip(" ·:(),.")
        if _WORD.search(plain) and plain not in ALIKE:
            yield plain


def _markup(source: str) -> str:
    """The markup with a gap for each expression. Both ways of a condition stay."""
    said = []
    for _, kind, text in _LEXER.tokeniter(source, None):
        if kind == "data":
            said.append(text)
        elif kind == "variable_begin":
            said.append(_GAP)
    return "".join(said)


def _strings(source: str) -> Iterator[str]:
    """Vietnamese strings of expressions that no `_(` says."""
    before = ("", "")
    for _, kind, text in _LEXER.tokeniter(source, None):
        if kind == "whitespace":
            continue
        said = text[1:-1]
        if kind == "string" and before != ("_", "(") and said not in ALIKE and _VIETNAMESE.search(said):
            yield said
        before = (before[1], text)


class _Texts(HTMLParser):
    """Texts and read attributes of markup, judged outside of elements of a language that is set aside, and of code."""

    def __init__(
        self, markup: str, aside: Callable[[str], bool], judged: Callable[[str], Iterator[str]]
    ) -> None:
        super().__init__()
        self.found: list[str] = []
        self._aside, self._judged = aside, judged
        #: Each open element, and whether it is set aside.
        self._open: list[tuple[str, bool]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge the attributes of an element, and set it aside where it says so."""
        said = {name: value or "" for name, value in attrs}
        apart = bool(self._open) and self._open[-1][1]
        if "lang" in said:
            apart = self._aside(said["lang"])
        apart = apart or "code" in said.get("class", "").split() or tag in ("script", "style")
        if not apart:
            for name in READ & said.keys():
                self.found += self._judged(said[name])
        if tag not in VOID:
            self._open.append((tag, apart))

    def handle_endtag(self, tag: str) -> None:
        """Close an element; one that both ways of a condition have opened closes with the other."""
        while any(name == tag for name, _ in self._open) and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Judge a text."""
        if self._open and self._open[-1][1]:
            return
        for name, value in _ATTRIBUTE.findall(data):
            if name in READ:
                self.found += self._judged(value)
        self.found += self._judged(_ADDRESS.sub(_GAP, _ATTRIBUTE.sub(_GAP, data)))
