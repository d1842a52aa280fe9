"""The map of the code and the glossary: rooms, paths and modules."""

import re
from collections.abc import Iterator
from pathlib import Path

from documents import markdown
from findings import Finding

MAP, GLOSSARY = Path("docs/architecture.md"), Path("docs/glossary.md")
#: Lines that a way to add something takes at most.
LONGEST = 10
_ROOM = re.compile(r"^\| `([\w/]+)` \|", re.MULTILINE)
#: A path in back quotes, with names in it behind a colon.
_QUOTED = re.compile(r"`([\w./]+?)(?:: [\w, ]+)?`")


def findings(root: Path) -> Iterator[Finding]:
    """Every breach of the map and the glossary."""
    text = (root / MAP).read_text(encoding="utf-8")
    packages = sorted(path.parent for path in root.glob("*/hoso_*/__init__.py"))
    for why, name in [
        *_of_rooms(root, text, packages),
        *_of_paths(text, [root, *packages]),
        *_of_ways(text),
    ]:
        yield Finding(root / MAP, markdown.line_of(text, name), f"{why}: {name}")
    yield from _of_modules((root / GLOSSARY).read_text(encoding="utf-8"), packages)


def _of_rooms(root: Path, text: str, packages: list[Path]) -> Iterator[tuple[str, str]]:
    lines = _ROOM.findall(text)
    rooms = {
        path.parent.relative_to(root).as_posix()
        for package in packages
        for path in package.glob("*/__init__.py")
    }
    yield from (("a room has no line", name) for name in sorted(rooms - set(lines)))
    yield from (("a line is of no room", name) for name in sorted(set(lines) - rooms))
    yield from (("a room has two lines", name) for name in sorted(rooms) if lines.count(name) > 1)


def _of_paths(text: str, roots: list[Path]) -> Iterator[tuple[str, str]]:
    """Paths that are not there; those of the chains leave out their package."""
    for path in sorted(set(_QUOTED.findall(text))):
        if "/" in path and path != "/v1" and not any((root / path).exists() for root in roots):
            yield "a path leads nowhere", path


def _of_ways(text: str) -> Iterator[tuple[str, str]]:
    """Ways to add something that are too long to be read before one begins."""
    for section in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        title, *lines = (line for line in section.split("\n## ")[0].splitlines() if line)
        if title.startswith("…") and len(lines) > LONGEST:
            yield f"{len(lines)} lines", title


def _of_modules(glossary: str, packages: list[Path]) -> Iterator[Finding]:
    words = set(re.findall(r"[a-z]+", glossary.lower()))
    words |= {f"{word}s" for word in words} | {word.removesuffix("s") for word in words}
    for path in (path for package in packages for path in sorted(package.rglob("*.py"))):
        unknown = set(path.stem.split("_")) - words
        if unknown and not path.stem.startswith("_") and "versions" not in path.parts:
            yield Finding(path, 1, f"the glossary has no word for: {', '.join(sorted(unknown))}")
