"""Tests that take turns: each runs in one quarter, every quarter has some of each kind, and none is lost."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from support import rotation

ALIKE = [f"tests/test_alike.py::test_alike[{number}]" for number in range(9)]
WALKS = [f"tests/test_walks.py::test_walks[{number}]" for number in range(3)]
ALWAYS = ["tests/test_alike.py::test_always"]
MODULES = {
    "test_alike.py": """
import pytest
@pytest.mark.rotating
@pytest.mark.parametrize("number", range(9))
def test_alike(number): pass
def test_always(): pass
""",
    "test_walks.py": """
import pytest
@pytest.mark.rotating("pages/desk", "flows.py")
@pytest.mark.parametrize("number", range(3))
def test_walks(number): pass
""",
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house with twelve tests that take turns, one that does not, and no commit."""
    support = tmp_path / "tests" / "support"
    support.mkdir(parents=True)
    shutil.copy(rotation.__file__, support)
    for name, text in MODULES.items():
        (tmp_path / "tests" / name).write_text(text, encoding="utf-8")
    (tmp_path / "pages" / "desk").mkdir(parents=True)
    (tmp_path / "flows.py").write_text("", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = rotating\n", encoding="utf-8")
    return tmp_path


def run(house: Path, *words: str) -> tuple[list[str], str]:
    """Tests that a run there has passed, and all that it says."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "support.rotation", "-v", *words],
        cwd=house,
        env={
            **os.environ,
            "PYTHONPATH": "tests",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split()[0] for line in done.stdout.splitlines() if " PASSED" in line], done.stdout


def git(house: Path, *words: str) -> str:
    """Output of Git there, by an author of its own."""
    author = ["-c", "user.name=hoso", "-c", "user.email=hoso@hoso.test"]
    done = subprocess.run(
        ["git", *author, *words],  # noqa: S607 - whichever the caller uses
        cwd=house,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def turn(commit: str) -> list[str]:
    """Tests whose turn it is at that commit."""
    dealt = rotation.quarters([*ALIKE, *WALKS])
    return [name for name, found in dealt.items() if found == rotation.quarter(commit)]


def test_every_quarter_has_as_many_cases_of_a_function_as_the_others_or_one_more() -> None:
    dealt = rotation.quarters([*ALIKE, *WALKS])
    assert sorted(dealt) == sorted([*ALIKE, *WALKS])
    assert sorted(Counter(dealt[name] for name in ALIKE).values()) == [2, 2, 2, 3]
    assert len({dealt[name] for name in WALKS}) == len(WALKS)


def test_a_commit_draws_the_same_quarter_everywhere_and_commits_draw_all() -> None:
    assert rotation.quarter("0af5950c") == rotation.quarter("0af5950c")
    assert {rotation.quarter(str(commit)) for commit in range(100)} == set(range(rotation.QUARTERS))


@pytest.mark.slow
def test_without_the_option_everything_runs_and_with_it_the_quarter_that_the_run_names(house: Path) -> None:
    assert run(house)[0] == [*ALIKE, *ALWAYS, *WALKS]
    names, said = run(house, "--rotate")
    assert sorted(names) == sorted([*turn(""), *ALWAYS])
    assert f"rotating tests: quarter {rotation.quarter('') + 1} of 4; all run in `make proof`" in said
    assert f"rotating tests: {len(turn(''))} of {len(ALIKE) + len(WALKS)} run" in said


@pytest.mark.slow
@pytest.mark.parametrize("changed", ["pages/desk/queue.html", "flows.py", "tests/test_walks.py"])
def test_where_the_tests_own_file_or_what_is_named_has_changed_nothing_takes_turns(
    house: Path, changed: str
) -> None:
    place = house / changed
    place.touch()
    git(house, "init", "--quiet")
    git(house, "add", ".")
    for subject in ("First", "Second"):
        git(house, "commit", "--quiet", "--allow-empty", "--message", subject)
    due = turn(git(house, "rev-parse", "HEAD"))
    assert sorted(run(house, "--rotate")[0]) == sorted([*due, *ALWAYS])
    with place.open("a", encoding="utf-8") as written:
        written.write("# Hồ sơ\n")
    assert sorted(run(house, "--rotate")[0]) == sorted({*due, *WALKS, *ALWAYS})
    git(house, "commit", "--quiet", "--all", "--message", "Third")
    due = turn(git(house, "rev-parse", "HEAD"))
    assert sorted(run(house, "--rotate")[0]) == sorted({*due, *WALKS, *ALWAYS})


@pytest.mark.slow
def test_a_mark_that_names_what_is_not_there_is_refused(house: Path) -> None:
    (house / "flows.py").unlink()
    with pytest.raises(subprocess.CalledProcessError) as refused:
        run(house, "--rotate")
    assert "a mark `rotating` names what is not there: flows.py" in refused.value.stderr
