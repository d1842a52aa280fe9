"""What an act writes: the parameters of the one statement that stores it, and the answer that its caller gets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_bpmn.run import Run
from hoso_bpmn.specification import Specification
from hoso_models.database import Database, Rows
from hoso_workflows import clock, events, notices, seals, statements
from hoso_workflows.events import Event, Kind, Link
from hoso_workflows.lifecycle import portal_code
from hoso_workflows.projections import Mark, Projection
from hoso_workflows.state import State

#: What somebody is told of a dossier with these dates, at this version.
Answer = Callable[[Projection, clock.Dates, int], dict[str, Any]]


def answer(projection: Projection, dates: clock.Dates, version: int) -> dict[str, Any]:
    """The answer to an officer after an act; JSON-safe. Its applicant is told `applicant.answer`."""
    state = projection.state
    return {
        "view": "officer",
        "reference": state.reference,
        "code": state.code,
        "status": state.status.value,
        "portal_code": portal_code(state),
        "outcome": state.outcome.value if state.outcome else None,
        "version": version,
        "due_legal": _iso(dates.due_legal),
        "due_promised": _iso(dates.due_promised),
        "verdict": dates.verdict.value if dates.verdict else None,
        "incident": stepped(projection.incident) if projection.incident else None,
        "tasks": [_task(task, state, dates) for task in state.tasks],
    }


def stepped(incident: Mapping[str, Any]) -> dict[str, Any]:
    """An incident as answers word it: the element of the drawing at which it is, is a step to those who work on it."""
    return {"step" if name == "element" else name: said for name, said in incident.items()}


def _task(task: UUID, state: State, dates: clock.Dates) -> dict[str, Any]:
    open_task = state.tasks[task]
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
        "due": _iso(dates.steps[task].own or dates.steps[task].plan),
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act is written: a dossier with its version and the head of its chain, as they were read."""

    dossier: UUID
    version: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Work:
    """An act ready to be stored: the head of the chain and the engine's state after it, the statement with its parameters,
    the answer."""

    head: bytes
    state: bytes
    statement: str
    parameters: list[Any]
    answer: dict[str, Any]
    #: What is written behind it, where an act changes rows of the past: all projections.
    everything: list[Any] | None = None


async def stored(db: Database, work: Work) -> Rows:
    """Store an act that is decided; one row says whether nobody was faster."""
    if work.everything is None:
        return await db.one_statement(work.statement, work.parameters)
    async with db.transaction() as tx:
        (won,) = rows = await tx.rows(work.statement, work.parameters)
        if won.won:
            await tx.rows(statements.REBUILD, work.everything)
        return rows


def work(
    place: Place,
    since: Mark,
    projection: Projection,
    told: Sequence[Event],
    run: Run,
    once: tuple[UUID, str | None, bytes],
    guard: statements.Guard,
    answered: Answer = answer,
) -> Work:
    """Have the projection hear what an act tells, and word everything that is stored of it.

    `once`: who asked, under which idempotency key, with which digest of the request. `guard`: what the act was decided on.
    `answered`: what of the dossier is told to who asked.
    """
    dates = projection.clock.dates()
    said, state = answered(projection, dates, place.version + 1), run.dump()
    sealed = seals.sealed(told, place.version + 1, state, seals.answer(*once, said))
    links = events.chain(sealed, place.dossier, place.head, since.seq)
    seldom = {kind: rows for kind, rows in _seldom(projection, dates, since, told, links).items() if rows}
    parameters = [
        place.dossier,
        place.version,
        links[-1].hash,
        state,
        run.finished,
        told[-1].at,
        _json(projection.dossier(dates, run.specification)),
        _tasks(projection, dates, _touched(told) | projection.state.tasks.keys()),
        _json([_event(link) for link in links]),
        *once,
        said,
        *guard.parameters,
        *seldom.values(),
    ]
    everything = None
    if told[-1].kind is Kind.CORRECTED:
        everything = [place.dossier, *projected(projection, dates, run.specification)]
    return Work(links[-1].hash, state, statements.save(*seldom, guard=guard), parameters, said, everything)


def _seldom(
    projection: Projection,
    dates: clock.Dates,
    since: Mark,
    told: Sequence[Event],
    links: Sequence[Link],
) -> dict[str, Any]:
    """What few acts write, by its kind in `statements.save`."""
    set_now = {event.payload["id"] for event in told if event.kind is Kind.TIMER_SET}
    return {
        "appointments": _rows(projection.appointments(dates, since.promises)),
        "timers": _rows([row for timer, row in projection.timers.items() if timer in set_now]),
        "letters": _rows(projection.letters[since.letters :]),
        "timers_dropped": [event.payload["id"] for event in told if event.kind is Kind.TIMER_DROPPED],
        "messages": _rows(notices.of(projection.state, links)),
        "components": [code for event in told for code in event.payload.get("components", ())],
    }


def _touched(told: Iterable[Event]) -> set[UUID]:
    return {UUID(event.payload["task"]) for event in told if "task" in event.payload}


def projected(projection: Projection, dates: clock.Dates, specification: Specification) -> list[bytes]:
    """All projections as five JSON documents: columns, tasks, appointments, timers and letters."""
    return [
        _json(projection.dossier(dates, specification)),
        _tasks(projection, dates, projection.tasks),
        _json(projection.appointments(dates)),
        _json(list(projection.timers.values())),
        _json(projection.letters),
    ]


def _tasks(projection: Projection, dates: clock.Dates, tasks: Iterable[UUID]) -> bytes:
    return _json([projection.task(task, dates) for task in tasks])


def _rows(rows: Sequence[Any]) -> bytes | None:
    return _json(rows) if rows else None


def _json(rows: Any) -> bytes:
    """Rows as JSON; the encoder knows instants and ids, but not those of a calendar's or a driver's own class."""
    return orjson.dumps(rows, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


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
        "header_version": link.version,
    }
