"""Comparison of a simulated dossier's state with a scenario's expectation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_bpmn import text_safety
from hoso_workflows.clock.due_dates import Dates
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle.decision import unit_of
from hoso_workflows.lifecycle.state import portal_code
from hoso_workflows.scenarios.scenario_file import Awaited, Held, OpenStep, Running, Then
from hoso_workflows.scenarios.simulation import Simulation

#: Key, expected, got.
Differing = tuple[str, str, str]
_OF_DATES = (
    *("running", "cycle", "provisional", "verdict", "reception_due"),
    *("due_first", "due_legal", "due_promised", "late_since"),
)
#: Lists of open things, each compared by the keys that are written down.
_OPEN = ("tasks", "messages", "incidents")
#: Keys about the step itself, not about the state after it.
_OF_THE_STEP = ("refused", "incident")


@dataclass(frozen=True, slots=True)
class Expectation:
    """A simulated dossier after a step, compared with the expected state."""

    simulation: Simulation
    #: Names of the principals in the scenario.
    names: Mapping[UUID, str]

    def differences(self, then: Then) -> Iterator[Differing]:
        """Each expectation that does not hold, in the order of the format."""
        found = self._found(self.simulation.dates)
        for key in Then.model_fields:
            if key not in then.model_fields_set or key in _OF_THE_STEP:
                continue
            expected = getattr(then, key)
            if key in _OPEN:
                yield from self._open(key, expected, found[key])
            elif key == "timers":
                yield from _differing(key, self._timers(expected), self._timers(found[key]))
            elif key in ("letters", "sent"):
                yield from _differing(key, list(expected), found[key])
            else:
                yield from _differing(key, expected, found[key])

    def _found(self, dates: Dates) -> dict[str, Any]:
        state = self.simulation.state
        found: dict[str, Any] = {
            "status": state.status,
            "portal": portal_code(state),
            "outcome": state.outcome,
            **{key: self._local(getattr(dates, key)) for key in _OF_DATES},
            "tasks": self._tasks(dates),
            "messages": self._messages(),
            "incidents": [{"step": held.element, "unit": held.unit} for held in state.incidents.values()],
            "timers": [
                _Timer(text_safety.text(timer.element), self._local(timer.due))
                for timer in self.simulation.run.timers
            ],
            "sent": self._said(Kind.MESSAGE_SENT, "message"),
            "letters": self._said(Kind.LETTER_ISSUED, "form"),
        }
        return dict(
            text_safety.composed(found)
        )  # ids of elements are as they were drawn, a scenario is composed

    def _timers(self, timers: Sequence[Running | _Timer]) -> list[tuple[str, datetime]]:
        return [
            (self.simulation.shown(step), due)
            for step, due in sorted((each.step, each.due) for each in timers)
        ]

    def _open(
        self, kind: str, expected: Sequence[OpenStep | Awaited | Held], found: Sequence[Mapping[str, Any]]
    ) -> Iterator[Differing]:
        """Mismatches between the open tasks and the expected ones, by step."""
        steps, open_steps = sorted(each.step for each in expected), sorted(each["step"] for each in found)
        if steps != open_steps:
            yield from _differing(
                kind, [*map(self.simulation.shown, steps)], [*map(self.simulation.shown, open_steps)]
            )
            return
        wanted = sorted(expected, key=lambda each: (each.step, each.unit or ""))
        ordered = sorted(found, key=lambda each: (each["step"], each["unit"]))
        for one, got in zip(wanted, ordered, strict=True):
            for key in sorted(one.model_fields_set):
                yield from self._compared(key, one, got)

    def _compared(
        self, key: str, wanted: OpenStep | Awaited | Held, got: Mapping[str, Any]
    ) -> Iterator[Differing]:
        """The mismatch of one key of an open task. Outcomes come in any order, which is that of drawing."""
        expected, came = getattr(wanted, key), got[key]
        if key == "outcomes":
            expected, came = sorted(expected or ()), sorted(came)
        yield from _differing(f"{key} of {self.simulation.shown(wanted.step)}", expected, came)

    def _said(self, kind: Kind, key: str) -> list[str]:
        return [event.payload[key] for event in self.simulation.new_events if event.kind is kind]

    def _messages(self) -> list[dict[str, Any]]:
        units = self.simulation.state.units
        return [
            {
                "step": each.element,
                "message": each.name,
                "unit": unit_of(units, each.unit or "handling"),
                "role": each.role,
            }
            for each in self.simulation.run.awaited
        ]

    def _tasks(self, dates: Dates) -> list[dict[str, Any]]:
        return [
            {
                "step": task.element,
                "unit": task.unit,
                "role": task.role,
                "name": task.name,
                "due": self._local(dates.steps[identity].own),
                "plan": self._local(dates.steps[identity].plan),
                "by": self.names.get(task.assignee) if task.assignee else None,
                "outcomes": task.outcomes,
            }
            for identity, task in self.simulation.state.tasks.items()
        ]

    def _local(self, value: Any) -> Any:
        """An instant as the scenario writes it: local, without an offset."""
        if not isinstance(value, datetime):
            return value
        local = value.astimezone(self.simulation.calendars["handling"].zone)
        return datetime.combine(local.date(), local.time())


@dataclass(frozen=True, slots=True)
class _Timer:
    """A timer that runs."""

    step: str
    due: datetime


def _differing(key: str, expected: Any, got: Any) -> Iterator[Differing]:
    if expected != got:
        yield key, _said(expected), _said(got)


def _said(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value)) or "none"
    return str(value)
