"""Facts of a declared task, in one shape for events, state and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import hoso_bpmn

#: Columns of a task's row that have another name than the fact.
_COLUMNS = {"unit": "unit_code", "limit": "limit_text"}
#: Facts that the engine and the clock use; no list shows them.
_UNSTORED = ("plan",)
#: Facts that a migration leaves as they were when the task was opened.
_KEPT = ("limit", "plan", "clock")


@dataclass(frozen=True, kw_only=True)
class TaskFacts:
    """A human task as its procedure declares it."""

    element: str
    name: str
    lane: str | None = None
    role: str | None = None
    #: Code of the unit that plays the lane's part.
    unit: str
    #: `accept`, `result`, `return` or None.
    milestone: str | None = None
    outcomes: tuple[str, ...] = ()
    #: `user`, `manual`, or `external` for one that waits for a call or a person.
    kind: str = "user"
    form: str | None = None
    #: The step's limit as written, None where it has none.
    limit: str | None = None
    #: The limits as written along the longest path from acceptance up to and including this step.
    plan: tuple[str, ...] = ()
    #: `excluded` where the step suspends the dossier's clock.
    clock: str | None = None


_FACTS = tuple(each.name for each in fields(TaskFacts))
_LISTS = frozenset(each.name for each in fields(TaskFacts) if each.default == ())
_STORED = {name: _COLUMNS.get(name, name) for name in _FACTS if name not in _UNSTORED}


def declared(task: hoso_bpmn.Task, unit: str) -> dict[str, Any]:
    """The facts of a run's open task, as a payload has them."""
    found = {name: getattr(task, name) for name in _FACTS if name != "unit"}
    found |= {name: list(found[name]) for name in _LISTS}
    return {**found, "unit": unit, "limit": str(task.limit) if task.limit else None}


def changed_by_migration(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a payload's facts that another version of the procedure changes."""
    return {name: fact for name, fact in facts.items() if name not in _KEPT}


def of_payload(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The facts in a payload. One of an earlier release may lack some."""
    return {
        name: tuple(payload[name]) if name in _LISTS else payload[name] for name in _FACTS if name in payload
    }


def columns(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a task's row that follow from the facts in a payload."""
    row = {column: payload[name] for name, column in _STORED.items() if name in payload}
    # A lane without a role is an empty text there.
    return {**row, "lane": row["lane"] or "", "role": row["role"] or ""}


def of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The facts in a task's row, as a payload has them, without the plan."""
    found = {name: row[column] for name, column in _STORED.items()}
    return {**found, "lane": row["lane"] or None, "role": row["role"] or None}
