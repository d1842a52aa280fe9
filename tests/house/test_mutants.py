"""The trial of mutants finds what the tests leave open in a planted module, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.rotating("tools/mutants", "tests/support/workers.py")]

ROOT = Path(__file__).parents[2]
PLANTED = """
from functools import lru_cache


@lru_cache
def late(minute: int, closing: int = 1020) -> bool:
    while minute < 0:
        minute += 1440
    return minute > closing


def unread(minute: int) -> int:
    return minute + 1
"""
WEAK = """
import planted


def test_an_evening_is_late_and_a_morning_is_not():
    assert (planted.late(1300), planted.late(500), planted.late(-140)) == (True, False, True)
"""
AT_THE_BOUNDARIES = """

def test_the_closing_minute_is_not_late_and_a_day_begins_at_midnight():
    assert [planted.late(minute) for minute in (1020, -421, -420, -419)] == [False, False, False, True]
    assert not planted.late(0, 0)
"""
OPEN = {
    "planted | late | 1440 → 1441 | minute += 1440",
    "planted | late | < → <= | while minute < 0:",
    "planted | late | 0 → 1 | while minute < 0:",
    "planted | late | > → >= | return minute > closing",
}


def tried(folder: Path, test: str, *listed: str) -> tuple[int, set[str]]:
    """Exit code of a trial of the planted module, and all that it says about mutants by name."""
    (folder / "planted.py").write_text(PLANTED)
    (folder / "test_planted.py").write_text(test)
    (folder / "known.txt").write_text("\n".join(listed))
    ours = ("--code", "planted.py", "--tests", "test_planted.py", "--known", "known.txt")
    run = subprocess.run(
        [sys.executable, ROOT / "tools/mutants", *ours], cwd=folder, capture_output=True, text=True
    )
    return run.returncode, {line for line in run.stdout.splitlines() if " | " in line}


def test_a_weak_test_leaves_the_boundaries_open(tmp_path: Path) -> None:
    assert tried(tmp_path, WEAK) == (1, {f"new: {each}" for each in OPEN})


def test_survivors_that_are_listed_are_no_news(tmp_path: Path) -> None:
    assert tried(tmp_path, WEAK, *OPEN) == (0, set())


def test_a_test_of_the_boundaries_leaves_nothing_and_says_what_comes_off_the_list(tmp_path: Path) -> None:
    caught = {f"caught, to be taken off the list: {each}" for each in OPEN}
    assert tried(tmp_path, WEAK + AT_THE_BOUNDARIES, *OPEN) == (0, caught)


def test_tests_that_fail_as_they_are_catch_nothing(tmp_path: Path) -> None:
    assert tried(tmp_path, WEAK.replace("True)", "False)"))[0] == 2
