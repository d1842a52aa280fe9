"""Faults of a page as it is sent: tags, ids, headings, and everything that its policy would block."""

from __future__ import annotations

from html.parser import HTMLParser

#: Tags without an end.
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


class Page(HTMLParser):
    """The tags of a page, and the faults found on the way."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.headings = 0
        self.titles = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> ends {self.open[-1:]} at {self.getpos()}")
        else:
            self.open.pop()

    def _look(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.headings += tag == "h1"
        # A drawing may have a title of its own.
        self.titles += tag == "title" and "svg" not in self.open
        if identity := attributes.get("id"):
            self.ids.append(identity)
        # A block of linked data is no script: `tools/seams.py` holds how it is written.
        data = attributes == {"type": "application/ld+json"}
        if tag == "style" or (tag == "script" and "src" not in attributes and not data):
            self.faults.append(f"<{tag}> inside the page")
        for name, value in attributes.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"{tag} has {name}")
            if (value or "").strip().lower().startswith(("javascript:", "js:")):
                self.faults.append(f"{tag} has {name}={value}")


def faults(text: str) -> list[str]:
    """Everything that is wrong with the markup of a page."""
    found = Page(text)
    twice = sorted({each for each in found.ids if found.ids.count(each) > 1})
    return [
        *found.faults,
        *(f"<{each}> does not end" for each in found.open),
        *(f"id {each} twice" for each in twice),
        *([] if found.headings == 1 else [f"{found.headings} h1"]),
        *([] if found.titles == 1 else [f"{found.titles} titles"]),
        *([] if text.startswith("<!doctype html>") else ["no doctype first"]),
    ]
