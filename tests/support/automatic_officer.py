"""An officer who takes every way: picks each label in turn, sends what is awaited, lets time pass, answers what is asked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import hoso_calendar as wt
from hoso_bpmn.runs import run as engine
from hoso_bpmn.runs.specification import Specification

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
#: Answers tried in turn where an expression asks for a variable.
ANSWERS: tuple[Any, ...] = (True, 1, ["a", "b"], "a", False, 0, 1_000_000)


@dataclass
class Officer:
    """Works on one run until it ends or the steps are used up."""

    run: engine.Run
    locks: Counter[str] = field(default_factory=Counter)
    at: datetime = AT
    #: Why the run stands still, where it does.
    trouble: str = ""

    def work(self, steps: int = 300) -> bool:
        """True when the run ended."""
        for _ in range(steps):
            if self.run.finished:
                return True
            if not self._act():
                return False
        self.trouble = f"still open after {steps} steps: {[task.name for task in self.run.tasks]}"
        return False

    def _act(self) -> bool:
        if self.run.tasks:
            task = min(self.run.tasks, key=lambda task: self.locks[task.element])
            return self._done(self._complete(task))
        if self.run.messages:
            message = min(self.run.messages, key=lambda name: self.locks[f"message {name}"])
            self.locks[f"message {message}"] += 1
            return self._done(self._send(message, values) for values in self._values())
        if self.run.timers:
            self.at = max(self.at, self.run.timers[0].due)
            return self._done([self.run.advance(at=self.at)])
        self.trouble = "nothing is open, awaited or timed"
        return False

    def _complete(self, task: engine.Task) -> Iterable[engine.Change]:
        turn = self.locks[task.element]
        self.locks[task.element] += 1
        outcome = task.outcomes[turn % len(task.outcomes)] if task.outcomes else None
        for values in self._values():
            yield self.run.complete(task.id, outcome, values, at=self.at)

    def _send(self, message: str, values: dict[str, Any]) -> engine.Change:
        return self.run.send(message, values, at=self.at)

    def _values(self) -> Iterable[dict[str, Any]]:
        turn = self.locks.total()
        for offset in range(len(ANSWERS)):
            answer = ANSWERS[(turn + offset) % len(ANSWERS)]
            yield dict.fromkeys(self.run.specification.variables, answer)

    def _done(self, changes: Iterable[engine.Change]) -> bool:
        for change in changes:
            if change.incident is None:
                return True
            self.trouble = f"{change.incident.element}: {change.incident.message}"
        return False


def walk(specification: Specification) -> Officer:
    """Start a run and work on it; the officer's `trouble` says why it did not end."""
    variables = dict.fromkeys(specification.variables, True)
    officer = Officer(engine.start(specification, at=AT, calendar=wt.load("vn"), variables=variables))
    officer.work()
    return officer
