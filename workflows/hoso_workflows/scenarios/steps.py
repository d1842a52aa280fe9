"""Steps of a scenario, found by id or drawn name, and their display names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hoso_bpmn import text_safety
from hoso_bpmn.findings import RefusedFile
from hoso_bpmn.runs.specification import Specification
from hoso_calendar.messages import say
from hoso_workflows.scenarios.scenario_file import Action, Scenario, Then, When

#: What of `then` has steps, and whether they are tasks.
_LISTS = {"tasks": True, "timers": False, "messages": False, "incidents": False}
#: Acts that may be about another element than a task.
_ANYWHERE = frozenset((Action.RETRY,))


def shown(specification: Specification, element: str) -> str:
    """The name with the id, as in `'Thẩm định' (Activity_10aw1l4)`. The id alone where no name is drawn beside it."""
    identity = text_safety.text(element)
    names = {text_safety.text(known): name for known, name in specification.names.items()}
    if identity not in names:
        return f"{identity} (not drawn)"
    return identity if names[identity] == identity else f"{names[identity]!r} ({identity})"


def resolved(scenario: Scenario, specification: Specification, file: str) -> Scenario:
    """The scenario with every step by its id. Raises `RefusedFile` for a name that several elements have."""
    reading = _Reading(specification, file)
    return scenario.model_copy(
        update={
            "when": tuple(reading.when(number, step) for number, step in enumerate(scenario.when, start=1))
        }
    )


class _Reading:
    """Reads the steps of one scenario against one specification."""

    def __init__(self, specification: Specification, file: str) -> None:
        names = {text_safety.text(e): text_safety.text(n) for e, n in specification.names.items()}
        tasks = {text_safety.text(element) for element in specification.steps}
        self._file = file
        self._ids = frozenset(names)
        self._anything = _by_name(names.items())
        self._tasks = _by_name((e, n) for e, n in names.items() if e in tasks)

    def when(self, number: int, step: When) -> When:
        changes: dict[str, Any] = {"then": self._then(f"when[{number}].then", step.then)}
        if step.step is not None:
            changes["step"] = self._step(f"when[{number}].step", step.step, tasks=step.do not in _ANYWHERE)
        return step.model_copy(
            update={key: value for key, value in changes.items() if value != getattr(step, key)}
        )

    def _then(self, place: str, then: Then) -> Then:
        changes: dict[str, Any] = {}
        for key in _LISTS.keys() & then.model_fields_set:
            changes[key] = tuple(self._rows(f"{place}.{key}", getattr(then, key), tasks=_LISTS[key]))
        if then.incident is not None:
            changes["incident"] = self._step(f"{place}.incident", then.incident, tasks=False)
        return then.model_copy(update=changes)

    def _rows(self, place: str, rows: Iterable[Any], *, tasks: bool) -> Iterator[Any]:
        for number, row in enumerate(rows, start=1):
            yield row.model_copy(
                update={"step": self._step(f"{place}[{number}].step", row.step, tasks=tasks)}
            )

    def _step(self, place: str, payload: str, *, tasks: bool) -> str:
        """The id of a step. An unknown name is returned unchanged, and nothing is open there."""
        if payload in self._ids:
            return payload
        name = " ".join(payload.split())
        called = (self._tasks.get(name) if tasks else None) or self._anything.get(name, ())
        if len(called) > 1:
            raise RefusedFile(
                "scenario-key",
                say(
                    "{place}: several elements are called {name!r}: {known}.",
                    place=place,
                    name=name,
                    known=", ".join(called),
                ),
                file=self._file,
                remedy="Write the id of the one that is meant; the modeller shows it under General → ID.",
            )
        return called[0] if called else payload


def _by_name(named: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for element, name in named:
        found[name] = (*found.get(name, ()), element)
    return found
