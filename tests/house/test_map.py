"""The map of the code tells the truth: every room stands in it, every file that it names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
PACKAGES = {
    "calendar": "hoso_calendar",
    "bpmn": "hoso_bpmn",
    "models": "hoso_models",
    "workflows": "hoso_workflows",
    "api": "hoso_api",
}
#: Where a path in the six chains begins: they leave out the package.
ROOTS = [ROOT, *(ROOT / root / package for root, package in PACKAGES.items())]


def rooms() -> set[str]:
    """Every folder of modules directly below a package."""
    return {
        f"{root}/{package}/{each.parent.name}"
        for root, package in PACKAGES.items()
        for each in (ROOT / root / package).glob("*/__init__.py")
    }


def named() -> list[str]:
    """Every path in back quotes: it has a slash or ends as a file does."""
    quoted = re.findall(r"`([\w./]+?)(?:: [\w, ]+)?`", MAP)
    return sorted({each for each in quoted if "/" in each and each != "/v1"})


def test_every_room_stands_in_the_map_with_one_line() -> None:
    lines = re.findall(r"^\| `([\w/]+)` \|", MAP, re.MULTILINE)
    assert sorted(lines) == sorted(rooms())


@pytest.mark.parametrize("path", named())
def test_what_the_map_names_exists(path: str) -> None:
    assert [root for root in ROOTS if (root / path).exists()] != []


def test_each_way_to_add_something_takes_at_most_ten_lines() -> None:
    sections = re.split(r"^### ", MAP.split("## How to add …")[1], flags=re.MULTILINE)[1:]
    assert [section.splitlines()[0] for section in sections] == [
        "… a command",
        "… an act on the register",
        "… a list",
        "… a page",
        "… a letter",
        "… a table",
        "… a rule of the check",
    ]
    assert [s.splitlines()[0] for s in sections if len([x for x in s.splitlines()[1:] if x]) > 10] == []


def test_every_module_has_a_word_in_the_glossary() -> None:
    words = set(re.findall(r"[a-z]+", GLOSSARY.lower()))
    words |= {f"{word}s" for word in words} | {word.removesuffix("s") for word in words}
    unknown = {
        f"{root}/{path.relative_to(ROOT / root)}"
        for root, package in PACKAGES.items()
        for path in (ROOT / root / package).rglob("*.py")
        if "versions" not in path.parts
        for part in [path.stem]
        if not part.startswith("_") and not set(part.split("_")) <= words
    }
    assert sorted(unknown) == []
