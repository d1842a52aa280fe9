"""The list of security requirements tells the truth: a verdict "met" names a test, and every named test exists."""

import ast
import csv
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = list(csv.DictReader((ROOT / "docs" / "asvs.csv").read_text(encoding="utf-8").splitlines()))
#: Chapters of which every requirement that applies has a row: authentication, sessions, authorisation, OpenID Connect.
WHOLE = {"V6": 33, "V7": 19, "V8": 8, "V10": 11}


def exists(name: str) -> bool:
    """True for a test function, as `file::name`."""
    place, _, function = name.partition("::")
    path = ROOT / place
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(
        isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == function
        for each in tree.body
    )


def faults(rows: list[dict[str, str]]) -> list[str]:
    """The rows that say what is not so."""
    return [
        row["id"]
        for row in rows
        if (row["verdict"], bool(row["test"])) not in (("met", True), ("open", False))
        or (row["test"] and not exists(row["test"]))
    ]


def test_what_is_met_names_a_test_that_exists_and_what_is_open_names_none() -> None:
    assert faults(ROWS) == []


def test_a_row_that_says_what_is_not_so_is_found() -> None:
    here = "tests/docs/test_asvs.py::"
    wrong = [
        {"id": "no test", "test": "", "verdict": "met"},
        {"id": "no such test", "test": f"{here}test_nothing", "verdict": "met"},
        {"id": "no such file", "test": "tests/docs/nothing.py::test_x", "verdict": "met"},
        {
            "id": "open with a test",
            "test": f"{here}{test_every_row_is_one_requirement.__name__}",
            "verdict": "open",
        },
        {"id": "another word", "test": "", "verdict": "partial"},
    ]
    assert faults(wrong) == [row["id"] for row in wrong]


def test_every_row_is_one_requirement() -> None:
    ids = [row["id"] for row in ROWS]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if not re.fullmatch(r"V\d+\.\d+\.\d+\+?", each)] == []
    assert all(row["requirement"] for row in ROWS)
    counted = {chapter: sum(each.split(".")[0] == chapter for each in ids) for chapter in WHOLE}
    assert counted == WHOLE
