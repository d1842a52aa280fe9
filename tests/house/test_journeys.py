"""The table of journeys names tests that are there, and every walk."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
FOLDER = TESTS / "api" / "journeys"
OF_OFFICES = {"H": "abcde", "M": "abcde", "A": "abc", "R": "abcde", "F": "ab", "U": "ab"}
#: Those of citizens and companies, the desk, officers, heads, modellers, approvers, administrators, the coordinator and auditors.
JOURNEYS = [
    *(f"C{number}" for number in range(1, 10)),
    *(f"D{number}" for number in range(1, 8)),
    *(f"O{number}" for number in range(1, 9)),
    *(f"{who}-{letter}" for who, letters in OF_OFFICES.items() for letter in letters),
]


def _lines() -> dict[str, list[tuple[str, str]]]:
    """Each journey with the files and names of its tests."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1:-1] for line in text.splitlines() if re.match(r"\| [A-Z](-[a-z]|\d)", line)]
    named = [(name.split()[0], walked + held) for name, walked, held, _ in cells]
    return {name: re.findall(r"`([^`]+)::([^`]+)`", tests) for name, tests in named}


def _there(path: str, name: str) -> bool:
    file = TESTS / path
    return file.exists() and f"def {name}(" in file.read_text(encoding="utf-8")


def test_each_journey_names_tests_that_are_there() -> None:
    lines = _lines()
    assert list(lines) == JOURNEYS
    assert [name for name, tests in lines.items() if not tests] == []
    assert [each for tests in lines.values() for each in tests if not _there(*each)] == []


def test_each_walk_stands_in_the_table() -> None:
    named = {path for tests in _lines().values() for path, _ in tests}
    walks = {f"api/journeys/{each.name}" for each in FOLDER.glob("test_journey_*.py")}
    assert walks - named == set()
