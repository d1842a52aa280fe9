"""Links of all pages, to files and to headings in them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from documents import markdown
from findings import Finding

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")
#: Addresses on other hosts, and those of the product's own pages, whose routes a test knows.
_ELSEWHERE = re.compile(r"[a-z]+:|/")


def findings(root: Path) -> Iterator[Finding]:
    """Every link that leads nowhere."""
    for page in markdown.pages(root):
        for number, line in markdown.lines(page.read_text(encoding="utf-8")):
            for link in _LINK.findall(_CODE.sub("", line)):
                if why := _fault(page, link):
                    yield Finding(page, number, f"{why}: {link}")


def _fault(page: Path, link: str) -> str | None:
    if _ELSEWHERE.match(link):
        return None
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists():
        return "a link leads to no file"
    if anchor and target.suffix == ".md" and anchor not in _anchors(target):
        return "a link leads to no heading"
    return None


@cache
def _anchors(page: Path) -> set[str]:
    return markdown.anchors(page.read_text(encoding="utf-8"))
