"""The rules on prose and rooms find what breaks them, and nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import prose

ROOT = Path(__file__).parents[2]
FIFTEEN = "Count the words of this sentence which has one more than the rule allows us."


@pytest.mark.parametrize(
    ("docstring", "found"),
    [
        ("Return the dates.", []),
        ("What a command needs.", ["begins with a relative pronoun: What a command needs."]),
        ("By which it is known.", ["begins with a relative pronoun: By which it is known."]),
        ("`whose`: a name.", ["begins with a relative pronoun: `whose`: a name."]),
        (FIFTEEN, [f"15 words in the first sentence: {FIFTEEN}"]),
        (f"Short enough. {FIFTEEN}", []),
        (f"Short enough.\n\n{FIFTEEN}", []),
    ],
)
def test_a_first_sentence_is_short_and_begins_with_no_relative_pronoun(
    docstring: str, found: list[str]
) -> None:
    tree = ast.parse(f'def work() -> None:\n    """{docstring}"""\n')
    assert [each.message for each in prose.of_docstrings(Path("work.py"), tree)] == found


def test_in_tests_only_the_beginning_of_a_sentence_is_judged(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_work.py").write_text(f'"""{FIFTEEN}"""\n# Days\ndef rows():\n    """What is kept."""\n')
    assert [each.message for each in prose.findings(folder)] == [
        "begins with a relative pronoun: What is kept."
    ]


@pytest.mark.parametrize("name", prose.PUBLISHED)
def test_a_published_sentence_may_be_long(name: str) -> None:
    tree = ast.parse(f'class Report:\n    """{FIFTEEN}"""\n')
    assert list(prose.of_docstrings(Path(name), tree)) == []


def test_the_help_of_a_command_may_be_long() -> None:
    tree = ast.parse(f'@app.command("work")\ndef work() -> None:\n    """{FIFTEEN}"""\n')
    assert list(prose.of_docstrings(Path("work.py"), tree)) == []


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("# Days", 1),
        ("# -----", 1),
        ("    # Why it is so: the law says it.", 0),
        ("#: How many.", 0),
        ("days = 1", 0),
    ],
)
def test_a_comment_is_no_heading(line: str, count: int) -> None:
    assert len(list(prose.of_comments(Path("work.py"), line))) == count


def test_a_room_has_at_most_sixteen_modules(tmp_path: Path) -> None:
    for room, modules in (("full", 16), ("crowded", 17), ("cli", 40)):
        (tmp_path / room).mkdir()
        for number in range(modules):
            (tmp_path / room / f"module_{number}.py").touch()
        (tmp_path / room / "__init__.py").touch()
    assert [(each.path.name, each.message) for each in prose.of_rooms(tmp_path)] == [
        ("crowded", "17 modules in a room")
    ]


def test_the_program_ends_with_one_where_it_finds_something(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text('"""Who works."""\n')
    ran = subprocess.run(
        [sys.executable, "tools/prose.py", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (
        1,
        f"{tmp_path}/work.py:1: begins with a relative pronoun: Who works.\n1 findings\n",
    )
