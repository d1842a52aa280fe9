"""Sides of the in-memory part of `completion.py`: each runs in a process of its own, `python bench/sides/in_memory.py engine`.

hoso puts its own task class into SpiffWorkflow, so SpiffWorkflow alone (`bare_engine.py`) must not share a process with it.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import hoso_bpmn
from hoso_workflows import events, localtime
from hoso_workflows.dossiers import save_statement, statements
from hoso_workflows.frozen import changed
from hoso_workflows.lifecycle import commands, transitions
from hoso_workflows.lifecycle import projection as projections
from support import in_memory as memory
from support.builders import bpmn
from support.procedures import permit

#: Seconds of CPU of a run.
SECONDS = 0.8
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


class Engine:
    """Load, complete, save through `hoso_bpmn`."""

    def __init__(self) -> None:
        self._spec = hoso_bpmn.load(permit.drawn(by_expression=True)).specification

    def start(self) -> Any:
        """A state with its first task open."""
        return hoso_bpmn.start(self._spec, at=bpmn.MONDAY, calendar=bpmn.CALENDAR, variables={"ok": 1}).dump()

    def complete(self, state: Any) -> Any:
        """The state after its first task; None at the end."""
        run = hoso_bpmn.resume(self._spec, state, calendar=bpmn.CALENDAR)
        if not run.tasks:
            return None
        task = run.tasks[0]
        run.complete(task.id, "accept" if task.milestone == "accept" else None, {"ok": 1}, at=bpmn.MONDAY)
        return run.dump()


class Decision:
    """Everything that an act is but for the database: engine, rules, clock, chain, projections, answer."""

    def __init__(self) -> None:
        self._loaded = hoso_bpmn.load(permit.drawn(by_expression=True))
        self._filing = transitions.Filing(
            reference="r-1",
            loaded=self._loaded,
            version=1,
            channel="desk",
            units=memory.UNITS,
            calendars=memory.CALENDARS,
            applicant=UUID(int=9),
            form_sha256="0" * 64,
        )

    def start(self) -> Any:
        """A projection with its engine's state, version and head."""
        told, run = transitions.file(self._filing, AT, memory.DESK)
        calendars = {(each.id, each.version): each for each in memory.CALENDARS.values()}
        projection = projections.Projection.of(told, lambda calendar, version: calendars[calendar, version])
        return self._written(projections.Mark(), projection, told, run, 0, events.GENESIS)

    def complete(self, before: Any) -> Any:
        """The same after its first task; None at the end."""
        projection, state, version, head = before
        if not projection.state.tasks:
            return None
        task, found = next(iter(projection.state.tasks.items()))
        outcome = "accept" if found.milestone == "accept" else None
        lanes = transitions.calendar_of_lane(self._loaded, projection.state.units, memory.CALENDARS)
        run = hoso_bpmn.resume(self._loaded.specification, state, calendar=lanes)
        resumed = changed(projection.state, run=run, loaded=self._loaded, calendars=memory.CALENDARS)
        result = commands.Result.GRANTED if found.milestone == "result" else None
        command = transitions.interpret(projection.state, commands.Complete(task, outcome, {"ok": 1}, result))
        told = transitions.decide(resumed, command, AT, memory.DESK)
        return self._written(projection.mark(), projection.after(told), told, run, version, head)

    def _written(self, since: Any, projection: Any, told: Any, run: Any, version: int, head: bytes) -> Any:
        position = save_statement.Position(UUID(int=1), version, head)
        guard = statements.Guard(head, localtime.local_date(AT), AT, {}, self._loaded.package.code, [])
        changes = save_statement.Changeset(told, run, guard, (memory.DESK.principal, "key", b""))
        prepared = save_statement.prepare(position, since, projection, changes)
        _, parameters = prepared.statement
        return projection, parameters[3], version + 1, prepared.head


SIDES: Mapping[str, Callable[[], Any]] = {"engine": Engine, "decision": Decision}


def walked(side: Any) -> float:
    """Completions of whole walks for each second of CPU."""
    completions, spent = 0, 0.0
    while spent < SECONDS:
        state = side.start()
        while state is not None:
            begun = time.process_time()
            state = side.complete(state)
            spent += time.process_time() - begun
            completions += state is not None
    return completions / spent


if __name__ == "__main__":
    # As the API does once it has started: what is imported is not looked through again.
    gc.collect()
    gc.freeze()
    for name in sys.argv[1:]:
        print(json.dumps({"walk": walked(SIDES[name]())}))
