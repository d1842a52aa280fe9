"""Tests that take turns: with `--rotate` a quarter of those marked `rotating` runs, drawn by the commit.

What is drawn at random, is one of many alike, or starts a whole installation for the sake of a few folders, is marked, and
names folders and files: where one has changed, all of it runs.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

QUARTERS = 4
ROOT = Path(__file__).parents[2]
#: The tree of a commit without files, as Git calls it everywhere: all is new beside it.
NOTHING = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

_COUNTED = pytest.StashKey[list[str]]()


def rotated(
    cases: Iterable[Any], always: Callable[[Any], bool] = lambda _: False, unless: Iterable[str] = ()
) -> list[Any]:
    """Cases for `parametrize`, a tuple for several arguments; all take turns but those that always run.

    Nor do any take turns where a file of the folders in `unless` has changed.
    """
    turns = pytest.mark.rotating(*unless)
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=() if always(case) else turns)
        for case in cases
    ]


def quarters(names: Iterable[str]) -> dict[str, int]:
    """Quarter of each test; the cases of a function are dealt out in turn, so that each quarter has some."""
    functions = defaultdict(list)
    for name in names:
        functions[name.partition("[")[0]].append(name)
    return {
        name: turn % QUARTERS
        for function, cases in functions.items()
        for turn, name in enumerate(sorted(cases, key=_drawn), _drawn(function))
    }


def quarter(commit: str) -> int:
    """Quarter that runs at a commit."""
    return _drawn(commit) % QUARTERS


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make test` gives."""
    parser.addoption("--rotate", action="store_true", help="run a quarter of the tests marked `rotating`")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Name the quarter."""
    if not config.option.rotate:
        return None
    commit = _commit()
    by = f", by commit {commit[:8]}" if commit else ""
    return f"rotating tests: quarter {quarter(commit) + 1} of {QUARTERS}{by}; all run in `make proof`"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the rotating tests of the other quarters."""
    if not config.option.rotate:
        return
    rotating = [item for item in items if item.get_closest_marker("rotating")]
    if gone := {
        place for item in rotating for place in _named(item) if not (config.rootpath / place).exists()
    }:
        raise pytest.UsageError(f"a mark `rotating` names what is not there: {', '.join(sorted(gone))}")
    dealt, today, changed = quarters(item.nodeid for item in rotating), quarter(_commit()), _changed()
    left = {item for item in rotating if dealt[item.nodeid] != today and not _concerned(item, changed)}
    config.stash[_COUNTED] = [f"rotating tests: {len(rotating) - len(left)} of {len(rotating)} run"]
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say how many of them run."""
    return config.stash.get(_COUNTED, [])


def _concerned(item: pytest.Item, changed: list[str]) -> bool:
    """Say whether one of those files holds the test, is named by its marks, or lies in a folder that they name."""
    own = item.path.relative_to(item.config.rootpath).as_posix()
    places = [own, *_named(item)]
    return any(path == place or path.startswith(f"{place}/") for path in changed for place in places)


def _named(item: pytest.Item) -> list[str]:
    """Files and folders that the marks of a test name."""
    return [place for mark in item.iter_markers("rotating") for place in mark.args]


def _drawn(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _commit() -> str:
    """The commit of the working tree; empty where there is none."""
    return _git("rev-parse", "HEAD").strip()


def _changed() -> list[str]:
    """Files that differ from the commit before, or from what was last published where that is earlier."""
    base = _git("merge-base", "HEAD~1", "origin/HEAD") or _git("rev-parse", "HEAD~1") or NOTHING
    return _git("diff", "--name-only", "--no-renames", base.strip()).splitlines()


def _git(*words: str) -> str:
    """Output of Git; empty where it fails, or is not installed."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607 - whichever the caller uses
    except FileNotFoundError:
        return ""
    return done.stdout if done.returncode == 0 else ""
