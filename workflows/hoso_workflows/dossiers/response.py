"""Responses to officers after a command; applicants get `applicant_views.answer`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_workflows import localtime
from hoso_workflows.clock import clock
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.lifecycle.transitions import portal_code
from hoso_workflows.organisation.permissions import View

#: What somebody is told of a dossier with these dates, at this version; JSON-safe.
Answer = Callable[[Projection, clock.Dates, int], dict[str, Any]]


def answer(projection: Projection, dates: clock.Dates, version: int) -> dict[str, Any]:
    """The response to an officer after a command; JSON-safe."""
    return {
        **_standing(View.OFFICER, projection, dates, version),
        "incident": stepped(projection.incident) if projection.incident else None,
        "tasks": [_task(task, projection, dates) for task in projection.state.tasks],
    }


def tracked(projection: Projection, dates: clock.Dates, version: int) -> dict[str, Any]:
    """The response to who acts on a dossier without reading it, as an administrator; JSON-safe."""
    return _standing(View.TRACKER, projection, dates, version)


def stepped(incident: Mapping[str, Any]) -> dict[str, Any]:
    """An incident as JSON for responses. The diagram's element is called `step` there, the officers' term."""
    return {"step" if name == "element" else name: document for name, document in incident.items()}


def consultation(row: Mapping[str, Any]) -> dict[str, Any]:
    """A consultation as JSON, from its columns."""
    return {
        "id": str(row["id"]),
        "unit": row["unit_code"],
        "question": row["question"],
        "silence": row["silence"],
        "asked_at": localtime.isoformat(row["asked_at"]),
        "due": localtime.isoformat(row["due_at"]),
        "outcome": row["outcome"],
        "answer": row["answer"],
        "closed_at": localtime.isoformat(row["closed_at"]),
    }


def _standing(view: View, projection: Projection, dates: clock.Dates, version: int) -> dict[str, Any]:
    state = projection.state
    return {
        "view": view.value,
        "reference": state.reference,
        "code": state.code,
        "status": state.status.value,
        "portal_code": portal_code(state),
        "outcome": state.outcome.value if state.outcome else None,
        "version": version,
        "due_legal": _iso(dates.due_legal),
        "due_promised": _iso(dates.due_promised),
        "verdict": dates.verdict.value if dates.verdict else None,
    }


def _task(task: UUID, projection: Projection, dates: clock.Dates) -> dict[str, Any]:
    open_task = projection.state.tasks[task]
    return {
        "id": str(task),
        "step": open_task.element,
        "name": open_task.name,
        "kind": open_task.kind,
        "role": open_task.role,
        "unit": open_task.unit,
        "milestone": open_task.milestone,
        "limit": open_task.limit,
        "outcomes": list(open_task.outcomes),
        "assignee": str(open_task.assignee) if open_task.assignee else None,
        "due": _iso(projection.due(task, dates)),
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
