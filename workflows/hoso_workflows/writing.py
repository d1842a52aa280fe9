"""What an act writes: the parameters of the one statement that stores it, and the answer that its caller gets."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_workflows import clock, events, notices
from hoso_workflows.events import Event, Kind, Link
from hoso_workflows.lifecycle import portal_code
from hoso_workflows.projections import Mark, Projection
from hoso_workflows.state import State


def answer(projection: Projection, dates: clock.Dates, version: int) -> dict[str, Any]:
    """What the caller is told of the dossier after an act; JSON-safe."""
    state = projection.state
    return {
        "reference": state.reference,
        "code": state.code,
        "status": state.status.value,
        "portal_code": portal_code(state),
        "outcome": state.outcome.value if state.outcome else None,
        "version": version,
        "due_legal": _iso(dates.due_legal),
        "due_promised": _iso(dates.due_promised),
        "verdict": dates.verdict.value if dates.verdict else None,
        "incident": projection.incident,
        "tasks": [_task(task, state, dates) for task in state.tasks],
    }


def _task(task: UUID, state: State, dates: clock.Dates) -> dict[str, Any]:
    open_task = state.tasks[task]
    return {
        "id": str(task),
        "element": open_task.element,
        "name": open_task.name,
        "role": open_task.role,
        "unit": open_task.unit,
        "milestone": open_task.milestone,
        "limit": open_task.limit,
        "outcomes": list(open_task.outcomes),
        "assignee": str(open_task.assignee) if open_task.assignee else None,
        "due": _iso(dates.steps[task].own or dates.steps[task].plan),
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def parameters(
    dossier: UUID,
    version: int,
    projection: Projection,
    dates: clock.Dates,
    mark: Mark,
    links: Sequence[Link],
    engine: tuple[bytes, bytes, bool],
    idempotency: tuple[UUID, str | None, bytes, Mapping[str, Any]],
) -> list[Any]:
    """The parameters of `statements.SAVE` for what the projection heard behind the mark."""
    told = [link.event for link in links]
    touched = {UUID(event.payload["task"]) for event in told if "task" in event.payload}
    timers = {event.payload["id"] for event in told if event.kind is Kind.TIMER_SET}
    return [
        dossier,
        version,
        *engine,
        told[-1].at if told else projection.state.last_at,
        *projected(projection, dates, mark, tasks=touched | projection.state.tasks.keys(), timers=timers),
        _json([_event(link) for link in links]),
        [event.payload["id"] for event in told if event.kind is Kind.TIMER_DROPPED],
        notices.of(projection.state, links),
        [component for event in told for component in event.payload.get("components", ())],
        *idempotency,
    ]


def projected(
    projection: Projection,
    dates: clock.Dates,
    mark: Mark,
    tasks: Iterable[UUID] | None = None,
    timers: Iterable[str] | None = None,
) -> list[bytes]:
    """The projections as five JSON documents: columns, tasks, appointments and letters behind the mark, timers."""
    tasks = projection.tasks if tasks is None else tasks
    timers = projection.timers if timers is None else timers
    return [
        _json(projection.dossier(dates)),
        _json([projection.task(task, dates) for task in tasks]),
        _json(projection.appointments(dates)[mark.promises :]),
        _json([projection.timers[timer] for timer in timers if timer in projection.timers]),
        _json(projection.letters[mark.letters :]),
    ]


def _json(rows: Any) -> bytes:
    """Rows as JSON; the encoder knows instants, but not those of a class of its own."""
    return orjson.dumps(rows, default=datetime.isoformat)


def _event(link: Link) -> dict[str, Any]:
    event = link.event
    return {
        "seq": link.seq,
        "at": event.at,
        "kind": event.kind,
        "actor_id": event.actor,
        "on_behalf_of": event.on_behalf_of,
        "automatic": event.automatic,
        "salt": link.salt.hex() if link.salt else None,
        "payload": dict(event.payload),
        "digest": link.digest.hex(),
        "previous": link.previous.hex(),
        "hash": link.hash.hex(),
    }


def read(entry: Sequence[Any]) -> Event:
    """The event of one entry of `statements.LOAD`."""
    _, at, kind, actor, on_behalf_of, automatic, payload = entry
    return Event(
        Kind(kind),
        datetime.fromisoformat(at),
        UUID(actor),
        payload or {},
        UUID(on_behalf_of) if on_behalf_of else None,
        automatic,
    )


def chained(told: Sequence[Event], head: bytes, mark: Mark) -> tuple[tuple[Link, ...], bytes]:
    """The events behind the head, and the new head."""
    links = events.chain(told, head, mark.seq)
    return links, links[-1].hash if links else head
