"""The colours of the pages, told apart by everybody: text 4.5 : 1, marks and edges 3 : 1, in high contrast 7 : 1."""

import re

import pytest

from hoso_api.pages.shared import templating

SHEET = (templating.STATIC / "hoso.css").read_text(encoding="utf-8")
STATES = ("late", "soon", "fine", "wait", "other")
#: Text and the ground that it stands on, by their tokens.
PAIRS = (
    *(
        (ink, ground)
        for ink in ("ink", "ink-soft", "link")
        for ground in ("paper", "sheet", "hover", "rest-ground")
    ),
    *((state, f"{state}-ground") for state in STATES),
    *((state, "sheet") for state in STATES),
    *(("link", f"{state}-ground") for state in STATES),
    ("still", "rest-ground"),
    ("still", "sheet"),
    *(("brand-ink", ground) for ground in ("brand", "brand-deep")),
    ("ink", "fine-ground"),
)
#: Edges of fields, parts of bars, and the two rings of the focus.
MARKS = (
    ("edge", "sheet"),
    ("edge", "paper"),
    ("bar-late", "sheet"),
    ("bar-late", "bar"),
    ("bar-soon", "sheet"),
    ("bar-soon", "bar"),
    ("bar-edge", "sheet"),
    ("focus", "ink"),
    ("focus", "brand"),
    ("ink", "paper"),
)


def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme: those of `:root`, and what a class of the page changes."""
    found: dict[str, str] = {}
    for selector in (":root", scheme):
        block = re.search(re.escape(selector) + r" \{(.*?)\}", SHEET, re.DOTALL)
        assert block is not None, selector
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block[1]))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("scheme", "least"), [(":root", 4.5), ("html.tuong-phan", 7)])
def test_every_pair_of_text_and_ground_is_told_apart(scheme: str, least: float) -> None:
    colours = tokens(scheme)
    assert [pair for pair in PAIRS if contrast(*(colours[name] for name in pair)) < least] == []


@pytest.mark.parametrize("scheme", [":root", "html.tuong-phan"])
def test_marks_and_edges_are_seen_against_what_they_touch(scheme: str) -> None:
    colours = tokens(scheme)
    assert [pair for pair in MARKS if contrast(*(colours[name] for name in pair)) < 3] == []


def test_there_is_one_scheme_and_it_is_light() -> None:
    assert "prefers-color-scheme" not in SHEET
    assert "color-scheme: light;" in SHEET
