"""A table that `make bench` prints still runs when what it fills has changed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_sizes_of_a_country_are_filled_and_asked_in_small() -> None:
    done = subprocess.run(
        [sys.executable, "bench/sweep.py", "--part", "1000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    budgets = ("steady sweep", "overdue steps,", "report of")
    assert [budget for budget in budgets if not any(line.startswith(budget) for line in lines)] == []
