"""Tests that documents name as evidence: each is there, and each claim names one."""

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from documents import markdown
from findings import Finding

REQUIREMENTS = Path("docs/asvs.csv")
COMPARISON = Path("docs/design.md")
JOURNEYS = Path("tests/api/journeys/README.md")
#: Pages that claim what is met of ASVS, in one sentence.
CLAIMS = (Path("CHANGELOG.md"), Path("docs/security.md"))
#: How many requirements of each chapter of ASVS 5.0 have a row: all of levels 1 and 2, and some of level 3.
CHAPTERS = {
    f"V{chapter}": size
    for chapter, size in enumerate((30, 12, 19, 11, 13, 37, 19, 8, 7, 29, 14, 9, 13, 12, 14, 17, 7), start=1)
}
#: Of these chapters no requirement of level 1 stays open: encoding, files, authentication, authorisation.
CLOSED = ("V1", "V5", "V6", "V8")
MOST_OPEN = 25
#: A verdict, whether it names a test, and whether it has a note.
VERDICTS = {("met", True, False), ("met", True, True), ("open", False, True), ("n/a", False, True)}
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
    """Faults of the rows; where there are none, pages that claim other numbers."""
    rows = list(csv.DictReader(text.splitlines()))
    faults = list(_of_rows(root, rows))
    yield from faults
    said = claim(rows)
    for page in () if faults else CLAIMS:
        if said not in " ".join((root / page).read_text(encoding="utf-8").split()):
            yield "verdict", f"{page} does not say: {said}"


def _of_rows(root: Path, rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Rows without what their verdict needs, missing ones, double ones, too many open ones."""
    for row in rows:
        tests = row["test"].split()
        if (row["verdict"], bool(tests), bool(row["note"])) not in VERDICTS:
            yield (
                row["id"],
                "met needs a test, open and n/a have a note and no test, and no other verdict is known",
            )
        yield from ((row["id"], f"no such test: {test}") for test in tests if not is_test(root, test))
        if not (_REQUIREMENT.fullmatch(row["id"]) and row["level"] in ("1", "2", "3") and row["requirement"]):
            yield row["id"], "no number of a requirement, no level, or no words"
        if (row["verdict"], row["level"]) == ("open", "1") and row["id"].partition(".")[0] in CLOSED:
            yield row["id"], "open, at level 1 of a chapter that has none open there"
    ids = Counter(row["id"] for row in rows)
    yield from ((name, "stands in two rows") for name, count in ids.items() if count > 1)
    sizes = Counter(name.partition(".")[0] for name in ids)
    for chapter in CHAPTERS | sizes:
        if sizes[chapter] != CHAPTERS.get(chapter, 0):
            yield chapter, f"{sizes[chapter]} requirements of {CHAPTERS.get(chapter, 0)}"
    count = Counter(row["verdict"] for row in rows)["open"]
    if count > MOST_OPEN:
        yield "verdict", f"{count} are open, more than {MOST_OPEN}"


def claim(rows: Sequence[Mapping[str, str]]) -> str:
    """The sentence about the table, with its numbers."""
    levels, verdicts = Counter(row["level"] for row in rows), Counter(row["verdict"] for row in rows)
    return (
        f"Of the {levels['1']} + {levels['2']} requirements of levels 1 and 2 of OWASP ASVS 5.0 and {levels['3']} of level 3,"
        f" {verdicts['met']} are met, {verdicts['open']} are open and {verdicts['n/a']} do not apply"
    )


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
