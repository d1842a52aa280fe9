"""Costs of tests in wall and CPU seconds, by test and by folder, and the budgets.

A run writes them where `tools/costs.py` finds them. CPU seconds are those of the worker and of all that it started. Machines
differ, and neighbours slow a core down, so a folder is held to its budget at the pace of the run: the part of their budgets
that three of four folders keep to.
"""

from __future__ import annotations

import json
import os
import statistics
import time
import tomllib
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from support import processor

BUDGETS = Path(__file__).parents[1] / "budgets.toml"
#: Where a run writes its costs, below the root of the project.
RECORD = Path(".pytest_cache/d/costs/record.json")
#: What is set up once a worker, by whichever test comes first; and what another commit may not run.
SESSION, ROTATING = "set up once a worker", "what rotates"
#: A folder may take so much more than its budget: no two runs are alike to the last second.
TOLERANCE = 1.2
#: CPU seconds that any folder may take.
LEAST = 40
#: A run names the folders that take more than this part of the whole, with their CPU seconds.
DEAR = 1 / 100


class Meter:
    """CPU seconds of this process since they were last taken, and what of them was no test's own."""

    def __init__(self) -> None:
        self._before = processor.used()
        self._session = 0.0

    def set_apart(self, seconds: float) -> None:
        """Count seconds for the session, not for the test that comes first."""
        # What a process used that ends unseen is gone from the sum.
        self._session += max(seconds, 0.0)

    def take(self) -> dict[str, float]:
        """CPU seconds of the test that ends, and of the session's fixtures."""
        before, self._before = self._before, processor.used()
        session, self._session = self._session, 0.0
        return {"cpu": max(self._before - before - session, 0.0), "session": session}


class Costs:
    """Seconds that the tests of a run take, by test and by folder."""

    def __init__(self) -> None:
        self.begun = time.time()
        self.collected = 0.0
        self.tests: dict[str, dict[str, float]] = defaultdict(lambda: {"wall": 0.0, "cpu": 0.0})
        self.folders: dict[str, float] = defaultdict(float)

    def add(self, report: pytest.TestReport) -> None:
        """Add what the report of a phase tells."""
        self.tests[report.nodeid]["wall"] += report.duration
        told = dict(report.user_properties).get("cost") if report.when == "teardown" else None
        if told is None:
            return
        self.tests[report.nodeid]["cpu"] += told["cpu"]
        self.folders[ROTATING if "rotating" in report.keywords else folder(report.nodeid)] += told["cpu"]
        self.folders[SESSION] += told["session"]

    def passed(self, budgets: dict[str, float]) -> list[str]:
        """Folders that cost more than their budget at the pace of the run by a fifth, each with its seconds.

        How much of what rotates runs is the commit's matter.
        """
        pace = find_pace(self.folders, budgets)
        allowed = {
            name: max(budgets.get(name, 0) * pace, LEAST)
            for name in self.folders
            if pace and name != ROTATING
        }
        return [
            f"{name}: {self.folders[name]:.0f} CPU-s, its budget is {most:.0f} at the pace of this run"
            for name, most in sorted(allowed.items())
            if self.folders[name] > most * TOLERANCE
        ]


def find_pace(folders: dict[str, float], budgets: dict[str, float]) -> float | None:
    """Part of their budgets that three of four folders keep to; a run of a few folders has none."""
    parts = [folders[name] / budget for name, budget in budgets.items() if name in folders]
    if len(parts) * 2 < len(budgets):
        return None
    return statistics.quantiles(parts, n=4, method="inclusive")[-1]


def read_budgets() -> dict[str, float]:
    """CPU seconds that each folder may take, in proportion to the others."""
    return dict(tomllib.loads(BUDGETS.read_text(encoding="utf-8"))["folders"])


def folder(nodeid: str) -> str:
    """The folder of a test."""
    return nodeid.partition("::")[0].rpartition("/")[0]


_meter = pytest.StashKey[Meter]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the wish to be held to the budgets."""
    parser.getgroup("costs").addoption(
        "--budget", action="store_true", help="fail where a folder costs too much"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[_meter] = Meter()
    budgets = read_budgets() if config.getoption("budget") else {}
    config.pluginmanager.register(Accountant(config.rootpath, budgets), "accountant")


@pytest.hookimpl(optionalhook=True)
def pytest_worker_begin(config: pytest.Config) -> None:
    """Begin to count anew in a worker; who forked it adds up."""
    config.pluginmanager.unregister(name="accountant")
    config.stash[_meter] = Meter()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Tell what is set up once a worker from what a test costs."""
    before = processor.used() if fixturedef.scope == "session" else 0.0
    try:
        return (yield)
    finally:
        if before:
            request.config.stash[_meter].set_apart(processor.used() - before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write the cost of a test upon the report of its end."""
    report = yield
    if call.when == "teardown":
        report.user_properties.append(("cost", item.config.stash[_meter].take()))
    return report


class Accountant:
    """Adds up what the reports of a run tell, and holds it to the budgets."""

    def __init__(self, root: Path, budgets: dict[str, float]) -> None:
        self._record = root / RECORD
        self._budgets = budgets
        self._costs = Costs()

    def pytest_collection_finish(self) -> None:
        """Count what is done before the first test for the collection."""
        self._costs.collected = processor.used()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a report."""
        self._costs.add(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the costs down, and fail where a budget is passed. A run within a test leaves the record of its own."""
        if not self._costs.tests or "PYTEST_CURRENT_TEST" in os.environ:
            return
        self._write()
        if self._passed() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell what the run cost, the load of the machine, and which folders cost too much."""
        costs, load = self._costs, os.getloadavg()
        pace = find_pace(costs.folders, self._budgets) if self._budgets else None
        terminalreporter.section("costs")
        terminalreporter.line(
            f"{time.time() - costs.begun:.0f} s of wall, {processor.used():.0f} CPU-s, {costs.collected:.0f} of them to"
            f" collect, {costs.folders[SESSION]:.0f} {SESSION}; load {load[0]:.1f} {load[1]:.1f} {load[2]:.1f}"
            + (f"; {pace:.2f} of the budgets" if pace else "")
        )
        dear = sorted(costs.folders.items(), key=lambda folder: -folder[1])
        terminalreporter.line(
            ", ".join(
                f"{name} {spent:.0f}" for name, spent in dear if spent > DEAR * sum(costs.folders.values())
            )
        )
        for line in self._passed():
            terminalreporter.line(f"over budget: {line}", red=True)

    def _passed(self) -> list[str]:
        return self._costs.passed(self._budgets) if self._budgets else []

    def _write(self) -> None:
        self._record.parent.mkdir(parents=True, exist_ok=True)
        kept = {"folders": self._costs.folders, "tests": self._costs.tests}
        self._record.write_text(json.dumps(kept), encoding="utf-8")
