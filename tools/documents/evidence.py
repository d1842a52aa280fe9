"""Tests that documents name as evidence: each is there, and each claim names one."""

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from documents import markdown
from findings import Finding

REQUIREMENTS = Path("docs/asvs.csv")
COMPARISON = Path("docs/design.md")
JOURNEYS = Path("tests/api/journeys/README.md")
#: Chapters of ASVS of which every requirement that applies has a row, with their sizes: authentication, sessions,
#: authorisation, OpenID Connect.
WHOLE = {"V6": 33, "V7": 19, "V8": 8, "V10": 11}
#: The journeys to be walked: of citizens and companies, the desk, officers, heads, modellers, approvers, administrators,
#: the coordinator and auditors.
WALKS = {
    "C": "123456789",
    "D": "1234567",
    "O": "12345678",
    "H-": "abcde",
    "M-": "abcde",
    "A-": "abc",
    "R-": "abcde",
    "F-": "ab",
    "U-": "ab",
}
_REQUIREMENT = re.compile(r"V\d+\.\d+\.\d+\+?")
_JOURNEY = re.compile(r"^\| ([A-Z](?:-[a-z]|\d)) .*$", re.MULTILINE)


def findings(root: Path) -> Iterator[Finding]:
    """Every claim without a test, and every test that is named and not there."""
    for check, page in (
        (of_requirements, REQUIREMENTS),
        (of_comparison, COMPARISON),
        (of_journeys, JOURNEYS),
    ):
        text = (root / page).read_text(encoding="utf-8")
        for name, why in check(root, text):
            yield Finding(root / page, markdown.line_of(text, name), f"{name}: {why}")


def of_requirements(root: Path, text: str) -> Iterator[tuple[str, str]]:
    """Requirements whose verdict and test do not go together; rows missing or double."""
    rows = list(csv.DictReader(text.splitlines()))
    for row in rows:
        if (row["verdict"], bool(row["test"])) not in (("met", True), ("open", False)):
            yield row["id"], "met needs a test, open has none, and no other verdict is known"
        elif row["test"] and not is_test(root, row["test"]):
            yield row["id"], f"no such test: {row['test']}"
        if not (_REQUIREMENT.fullmatch(row["id"]) and row["requirement"]):
            yield row["id"], "no number of a requirement, or no words"
    ids = Counter(row["id"] for row in rows)
    yield from ((name, "stands in two rows") for name, count in ids.items() if count > 1)
    chapters = Counter(name.partition(".")[0] for name in ids)
    for chapter, size in WHOLE.items():
        if chapters[chapter] != size:
            yield chapter, f"{chapters[chapter]} requirements of {size}"


def of_comparison(root: Path, text: str) -> Iterator[tuple[str, str]]:
    """Claims of the comparison with other systems."""
    lines = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    for claim, _, held, _ in lines:
        named = re.findall(r"`(tests/[^`]+)`", held)
        if claim.strip() and not named:
            yield claim.strip(), "no test is named"
        yield from ((path, "no such test") for path in named if not (root / path).exists())


def of_journeys(root: Path, text: str) -> Iterator[tuple[str, str]]:
    """Journeys without a line or a test, and walks that no line names."""
    walks = [f"{who}{each}" for who, every in WALKS.items() for each in every]
    lines = {found[1]: _named(found[0]) for found in _JOURNEY.finditer(text)}
    if list(lines) != walks:
        yield "journey", f"the lines are not those of {', '.join(walks)}"
    for name, tests in lines.items():
        if not tests:
            yield name, "no test is named"
        yield from ((test, "no such test") for test in tests if not is_test(root / "tests", test))
    named = {test.partition("::")[0] for tests in lines.values() for test in tests}
    for path in sorted((root / JOURNEYS).parent.glob("test_journey_*.py")):
        if path.relative_to(root / "tests").as_posix() not in named:
            yield path.name, "no journey names it"


def _named(line: str) -> list[str]:
    """Tests in the second and third cell of a line."""
    _, walked, held, _ = line.split("|")[1:-1]
    return re.findall(r"`([^`]+::[^`]+)`", walked + held)


def is_test(root: Path, name: str) -> bool:
    """True for a function of a file below a folder, as `file::function`."""
    path, _, function = name.partition("::")
    return (root / path).is_file() and function in _functions(root / path)


@cache
def _functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
