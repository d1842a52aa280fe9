"""Make one line wrong at a time, and ask the tests without a server.

A mutant that none of them catches survives.

The tests run once in this process, which notes the functions that each enters. Each mutant is a copy of the process in which
one function has been exchanged; the tests that enter it run until one fails. Functions that no such test enters have no mutants.

`survivors.txt` has those that are known, one a line: module, function, change, the line's text. The list may only shrink.

Usage: python tools/mutants [--module NAME] [--sample N [--seed S]]    exit 0 none new, 1 new survivors, 2 failing tests
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from mutations import Mutant
from trials import Trials

CODE = (
    "calendar/hoso_calendar",
    *(f"workflows/hoso_workflows/{room}" for room in ("clock", "lifecycle", "organisation", "payments")),
    "workflows/hoso_workflows/notifications/quiet_hours.py",
)
TESTS = (
    "tests/calendar",
    *(f"tests/workflows/{room}" for room in ("clock", "lifecycle", "organisation", "payments")),
    "tests/workflows/notifications",
)
KNOWN = Path(__file__).with_name("survivors.txt")


def main() -> int:
    """Try the mutants and tell those that are not on the list."""
    asked = _arguments()
    trials = Trials([Path(each) for each in asked.code], asked.module, asked.sample, asked.seed)
    chosen = ["-q", "-p", "no:cacheprovider", "-m", "not server and not slow and not proof"]
    pytest.main([*chosen, *asked.tests], plugins=[trials])
    if trials.failed or not trials.dead + trials.survivors:
        print(*(f"fails as it is: {test}" for test in trials.failed), "no mutant was tried", sep="\n")
        return 2
    return _tell(trials, asked.known)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/mutants", description="Try mutants of what is pure.")
    parser.add_argument("--module", default="", help="beginning of the names of the modules")
    parser.add_argument("--sample", type=int, help="how many mutants are tried; all if not said")
    parser.add_argument("--seed", type=int, default=32, help="which ones these are")
    parser.add_argument("--code", nargs="+", default=CODE, help="folders and files that are made wrong")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="folders and files of tests")
    parser.add_argument("--known", type=Path, default=KNOWN, help="the list of known survivors")
    return parser.parse_args()


def _tell(trials: Trials, known: Path) -> int:
    listed = set(known.read_text(encoding="utf-8").splitlines())
    survived = _names(trials.survivors)
    new = [name for name in survived if name not in listed]
    died = [name for name in _names(trials.dead) if name in listed and name not in survived]
    print(
        f"\n{len(trials.dead)} caught, {len(trials.survivors)} survived; {trials.unreached} that no test here enters"
    )
    print(
        *(f"new: {name}" for name in new),
        *(f"caught, to be taken off the list: {name}" for name in died),
        sep="\n",
    )
    return bool(new)


def _names(mutants: Sequence[Mutant]) -> list[str]:
    """The names, each once."""
    return list(dict.fromkeys(map(str, mutants)))


if __name__ == "__main__":
    sys.exit(main())
