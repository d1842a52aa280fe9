"""Markdown as far as the checks read it: pages, code blocks, headings."""

import re
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^ *```")
_HEADING = re.compile(r"^#+ (.*)$")


def pages(root: Path) -> list[Path]:
    """Every page of the repository; folders of tools, which are hidden, left out."""
    folders = [each for each in root.iterdir() if each.is_dir() and not each.name.startswith(".")]
    found = [*root.glob("*.md"), *(path for folder in folders for path in folder.rglob("*.md"))]
    return sorted(path for path in found if "node_modules" not in path.parts)


def lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines outside of code blocks, with their numbers."""
    code = False
    for number, line in enumerate(text.splitlines(), 1):
        fence = bool(_FENCE.match(line))
        if not (code or fence):
            yield number, line
        code ^= fence


def anchors(text: str) -> set[str]:
    """The names by which links reach the headings of a page."""
    titles = [found[1] for _, line in lines(text) if (found := _HEADING.match(line))]
    return {_anchor(title) for title in titles}


def _anchor(title: str) -> str:
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
    return re.sub(r"[^\w\- ]", "", shown.strip().lower()).replace(" ", "-")


def line_of(text: str, part: str) -> int:
    """The number of the first line that holds a part; 1 where none does."""
    return text[: max(text.find(part), 0)].count("\n") + 1
