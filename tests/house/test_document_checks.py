"""The checks of documents find what they say of the repository and is not so, in a small one with a single fault."""

import csv
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from documents import __main__ as program
from documents import evidence
from support import shared

ROOT = Path(__file__).parents[2]
WALKED = "`api/journeys/test_journey_of_all.py::test_all`"
MILESTONE = '<camunda:property name="milestone" value="result" />'
RULE = """# `timer`

{other}

{text}

```xml refused
<userTask id="A">
  <camunda:property name="milestone" value="result" />
</userTask>
```

> `{quoted}`
"""
INDEX = """# Index

{other}

| rule | weight |
|---|---|
| [`timer`](timer.md) | {weight} | … |
"""


def journeys() -> str:
    every = [f"{who}{each}" for who, named in evidence.WALKS.items() for each in named]
    return "".join(f"| {each} of somebody | {WALKED} | | |\n" for each in every)


ROW = "V1.1.0,2,is not so,,open,to be done"


def requirements() -> str:
    rows = [
        f"{chapter}.1.{number},2,is so,tests/test_all.py::test_all,met,"
        for chapter, size in evidence.CHAPTERS.items()
        for number in range(size)
    ]
    return "\n".join(["id,level,requirement,test,verdict,note", ROW, *rows[1:]])


CLAIM = evidence.claim(list(csv.DictReader(requirements().splitlines())))

#: A repository whose documents say what is so.
SOUND: Mapping[str, str] = {
    "README.md": "# Hồ sơ\n[map](docs/architecture.md#the-rooms) and [host](https://example.org/none)\n"
    "[here](#hồ-sơ)\n```\n[code](none.md)\n```\n",
    "docs/architecture.md": "## The rooms\n| `api/hoso_api/dates` | dates |\n\n`dates/terms.py: Term`\n\n"
    "## How to add …\n### … a date\n1. Here.\n",
    "docs/glossary.md": "A date, a term.\n",
    "docs/design.md": "| | ours | held by | others |\n|---|---|---|---|\n| quick | yes | `tests/test_all.py` | no |\n",
    "docs/asvs.csv": requirements(),
    "CHANGELOG.md": f"{CLAIM}.\n",
    "docs/security.md": CLAIM.replace(" are met", "\nare met"),
    "docs/rules/README.md": INDEX.format(other="Tiếng Việt: [Quy tắc công bố](vi/README.md)", weight="error"),
    "docs/rules/vi/README.md": INDEX.format(
        other="English: [Rules of publication](../README.md)", weight="lỗi"
    ),
    "docs/rules/timer.md": RULE.format(other="Tiếng Việt: [`timer`](vi/timer.md)", text="It is.", quoted=""),
    "docs/rules/vi/timer.md": RULE.format(
        other="English: [`timer`](../timer.md)", text="Là thế.", quoted="Sai."
    ),
    "api/hoso_api/__init__.py": "",
    "api/hoso_api/dates/__init__.py": "",
    "api/hoso_api/dates/terms.py": "",
    "api/hoso_api/locale/vi/LC_MESSAGES/hoso_api.po": 'msgid ""\n"docs/rules/timer.md says."\n'
    'msgstr "docs/rules/vi/timer.md nói."\n',
    "tests/test_all.py": "def test_all(): ...\n",
    "tests/api/journeys/README.md": journeys(),
    "tests/api/journeys/test_journey_of_all.py": "async def test_all(): ...\n",
}
WALKS = ", ".join(f"{who}{each}" for who, named in evidence.WALKS.items() for each in named)
#: A fault: its file, what stands there, what is written in its place, and what is found.
FAULTS = [
    (
        "README.md",
        "docs/architecture.md#",
        "docs/map.md#",
        "README.md:2: a link leads to no file: docs/map.md#the-rooms",
    ),
    (
        "README.md",
        "#the-rooms",
        "#rooms",
        "README.md:2: a link leads to no heading: docs/architecture.md#rooms",
    ),
    ("README.md", "[here](#hồ-sơ)", "[`x`](none.md) `x`", "README.md:3: a link leads to no file: none.md"),
    ("docs/rules/timer.md", "It is.", "[It](#is).", "docs/rules/timer.md:5: a link leads to no heading: #is"),
    (
        "api/hoso_api/terms/__init__.py",
        "",
        "",
        "docs/architecture.md:1: a room has no line: api/hoso_api/terms",
    ),
    (
        "docs/architecture.md",
        "| dates |\n",
        "| dates |\n| `api/hoso_api` | all |\n",
        "docs/architecture.md:2: a line is of no room: api/hoso_api",
    ),
    (
        "docs/architecture.md",
        "| dates |\n",
        "| dates |\n| `api/hoso_api/dates` | dates |\n",
        "docs/architecture.md:2: a room has two lines: api/hoso_api/dates",
    ),
    (
        "docs/architecture.md",
        "`dates/terms.py: Term`",
        "`dates/days.py: Day`",
        "docs/architecture.md:4: a path leads nowhere: dates/days.py",
    ),
    ("docs/architecture.md", "1. Here.", "1.\n" * 11, "docs/architecture.md:7: 11 lines: … a date"),
    (
        "docs/glossary.md",
        "a term",
        "a day",
        "api/hoso_api/dates/terms.py:1: the glossary has no word for: terms",
    ),
    (
        "docs/rules/vi/script.md",
        "",
        "# `script`\n",
        "docs/rules/vi/script.md:1: the page is there in one language only",
    ),
    (
        "docs/rules/timer.md",
        "Tiếng Việt: ",
        "",
        "docs/rules/vi/timer.md:1: the English page does not begin with its rule and the Vietnamese page",
    ),
    (
        "docs/rules/vi/timer.md",
        "# `timer`",
        "# `tính giờ`",
        "docs/rules/vi/timer.md:1: the page does not begin with its rule and the English page",
    ),
    (
        "docs/rules/vi/timer.md",
        'id="A"',
        'id="B"',
        "docs/rules/vi/timer.md:1: its examples are not those of the English page",
    ),
    (
        "docs/rules/vi/timer.md",
        "Là thế.",
        "Là\n\nthế.",
        "docs/rules/vi/timer.md:1: 4 paragraphs and 0 rows, in English 3 and 0",
    ),
    (
        "docs/rules/timer.md",
        "It is.",
        "It is.\n| a |",
        "docs/rules/vi/timer.md:1: 3 paragraphs and 0 rows, in English 3 and 1",
    ),
    (
        "docs/rules/README.md",
        "Tiếng Việt: [Q",
        "[Q",
        "docs/rules/vi/README.md:1: the indexes do not lead to each other before anything else",
    ),
    (
        "docs/rules/vi/README.md",
        "| [`timer`](timer.md)",
        "| `timer`",
        "docs/rules/vi/README.md:1: its rules are not those of the English index, in their order",
    ),
    (
        "docs/rules/vi/README.md",
        "| lỗi |",
        "| cảnh báo |",
        "docs/rules/vi/README.md:1: timer has the weight `cảnh báo`, in English `error`",
    ),
    (
        "api/hoso_api/locale/vi/LC_MESSAGES/hoso_api.po",
        "rules/vi/",
        "rules/",
        "api/hoso_api/locale/vi/LC_MESSAGES/hoso_api.po:3: names other pages: docs/rules/timer.md nói.",
    ),
    (
        "docs/design.md",
        "",
        '```xml\n<userTask id="A" milestone="result">\n```\n',
        'docs/design.md:5: a property is an attribute: <userTask id="A" milestone="result">',
    ),
    ("docs/design.md", "`tests/test_all.py`", "us", "docs/design.md:3: quick: no test is named"),
    (
        "docs/design.md",
        "test_all.py",
        "test_none.py",
        "docs/design.md:3: tests/test_none.py: no such test",
    ),
    *(
        ("docs/asvs.csv", ",,open,to be done", said, f"docs/asvs.csv:2: V1.1.0: {why}")
        for said, why in {
            **dict.fromkeys(
                [
                    ",,met,",
                    ",tests/test_all.py::test_all,open,to be done",
                    ",,open,",
                    ",,n/a,",
                    ",,partial,to be done",
                ],
                "met needs a test, open and n/a have a note and no test, and no other verdict is known",
            ),
            ",tests/none.py::test_all,met,": "no such test: tests/none.py::test_all",
            ",tests/test_all.py::test_all tests/test_all.py::test_none,met,": "no such test: tests/test_all.py::test_none",
        }.items()
    ),
    *(
        ("docs/asvs.csv", "V1.1.0,2,is not so", said, f"docs/asvs.csv:2: {name}: {why}")
        for name, said, why in (
            ("V1.1.0", "V1.1.0,2,", "no number of a requirement, no level, or no words"),
            ("V1.1.0", "V1.1.0,4,is not so", "no number of a requirement, no level, or no words"),
            ("V1.1", "V1.1,2,is not so", "no number of a requirement, no level, or no words"),
            ("V1.1.0", "V1.1.0,1,is not so", "open, at level 1 of a chapter that has none open there"),
            ("V1.1.0", f"{ROW}\n{ROW}".removesuffix(",,open,to be done"), "stands in two rows"),
        )
    ),
    (
        "docs/asvs.csv",
        "V10.1.0,2,is so,tests/test_all.py::test_all,met,\n",
        "",
        "docs/asvs.csv:158: V10: 28 requirements of 29",
    ),
    (
        "docs/asvs.csv",
        "tests/test_all.py::test_all,met,",
        ",open,to be done",
        "docs/asvs.csv:1: verdict: 271 are open, more than 25",
    ),
    *(
        (page, "Of the", "Of", f"docs/asvs.csv:1: verdict: {page} does not say: {CLAIM}")
        for page in map(str, evidence.CLAIMS)
    ),
    (
        "tests/api/journeys/README.md",
        f"| C3 of somebody | {WALKED} | | |\n",
        "",
        f"tests/api/journeys/README.md:1: journey: the lines are not those of {WALKS}",
    ),
    (
        "tests/api/journeys/README.md",
        f"| C3 of somebody | {WALKED} |",
        "| C3 of somebody | |",
        "tests/api/journeys/README.md:3: C3: no test is named",
    ),
    (
        "tests/api/journeys/README.md",
        f"| C3 of somebody | {WALKED} | |",
        "| C3 of somebody | | `a.py::b` |",
        "tests/api/journeys/README.md:3: a.py::b: no such test",
    ),
    (
        "tests/api/journeys/test_journey_of_none.py",
        "",
        "",
        "tests/api/journeys/README.md:1: test_journey_of_none.py: no journey names it",
    ),
]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    for name, text in SOUND.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def found(root: Path) -> list[str]:
    every = [finding for check in program.CHECKS for finding in check.findings(root)]
    return [str(finding).removeprefix(f"{root}/") for finding in every]


def test_documents_that_say_what_is_so_have_no_finding(sound: Path) -> None:
    assert found(sound) == []


@pytest.mark.parametrize(("name", "old", "new", "finding"), FAULTS, ids=[finding for *_, finding in FAULTS])
def test_a_document_that_says_what_is_not_so_is_found(
    sound: Path, name: str, old: str, new: str, finding: str
) -> None:
    path = sound / name
    text = SOUND.get(name, "")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    assert found(sound) == [finding]


def test_the_table_of_requirements_has_each_row_of_the_collected_list() -> None:
    listed, ours = (
        [(row["id"], row["level"]) for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
        for path in (shared.required("asvs.csv"), ROOT / evidence.REQUIREMENTS)
    )
    assert sorted(ours) == sorted(listed)


def test_the_program_ends_with_one_where_it_finds_something(sound: Path) -> None:
    (sound / "docs" / "glossary.md").write_text("A date.\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "documents", str(sound)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tools")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (
        1,
        f"{sound}/api/hoso_api/dates/terms.py:1: the glossary has no word for: terms\n1 findings\n",
    )
