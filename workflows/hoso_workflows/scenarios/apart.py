"""Scenarios of a stranger's package, run in a limited child process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso_bpmn import sandbox
from hoso_bpmn.package.bundle import Parcel
from hoso_calendar.messages import sentence
from hoso_workflows.scenarios import runner
from hoso_workflows.scenarios.coverage import Coverage, UntakenFlow
from hoso_workflows.scenarios.mismatch import Difference
from hoso_workflows.scenarios.runner import Results, ScenarioResult


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scenario as its child tells of it."""

    file: str
    name: str
    steps: int
    ok: bool
    #: The reason why the file could not be read, as a sentence; empty where it could.
    unread: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """All scenarios of a package, and the flows that none of them takes."""

    scenarios: tuple[Outcome, ...]
    #: One for each process file.
    coverage: tuple[Coverage, ...]

    @property
    def failed(self) -> int:
        """The number of scenarios in which something else happened than they expect."""
        return sum(not each.ok for each in self.scenarios)


@dataclass(frozen=True, slots=True)
class _Told:
    """Results on their way out of the child."""

    results: Results

    def to_json(self) -> Mapping[str, Any]:
        """JSON-safe, sentences with what they are made of."""
        told = [
            one | {"unread": _unread(each)}
            for one, each in zip(self.results.to_json()["scenarios"], self.results.scenarios, strict=True)
        ]
        return self.results.to_json() | {"scenarios": told}


def play(parcel: bytes) -> Played:
    """Run the scenarios of a packed `Parcel` in a child. Raises `RefusedFile` with rule `sandbox`."""
    told = sandbox.run(play_parcel, parcel)
    return Played(
        tuple(_outcome(each) for each in told["scenarios"]),
        tuple(_coverage(each) for each in told["coverage"]),
    )


def play_parcel(data: bytes) -> _Told:
    """Run the scenarios of a parcel; called in the child."""
    return _Told(runner.run_parcel(Parcel.unpacked(data)))


def read_ahead() -> None:
    """Load what scenarios need, for a process that is about to lose file access."""
    runner.read_ahead()


def _unread(result: ScenarioResult) -> str:
    return sentence(result.unread) if result.unread else ""


def _outcome(told: Mapping[str, Any]) -> Outcome:
    differences = tuple(
        Difference(
            each["step"],
            datetime.fromisoformat(each["at"]),
            each["do"],
            each["key"],
            each["expected"],
            each["got"],
        )
        for each in told["differences"]
    )
    return Outcome(told["file"], told["name"], told["steps"], told["ok"], told["unread"], differences)


def _coverage(told: Mapping[str, Any]) -> Coverage:
    untaken = tuple(
        UntakenFlow(each["flow"], each["name"], each["source"], each["target"]) for each in told["untaken"]
    )
    return Coverage(told["process"], told["flows"], untaken)
