"""The statement that saves a command, with its parameters."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_bpmn.runs.run import Run
from hoso_bpmn.runs.specification import Specification
from hoso_models.storage.database import Transaction
from hoso_workflows import events
from hoso_workflows.clock import clock
from hoso_workflows.dossiers import response, statements
from hoso_workflows.events import Event, Kind, Link
from hoso_workflows.lifecycle import seals
from hoso_workflows.lifecycle.projection import Mark, Projection
from hoso_workflows.notifications import rules

#: SQL with its parameters.
Statement = tuple[str, Sequence[Any]]
#: What is written beside a command in its transaction: a statement, or what reads before it writes.
Also = Statement | Callable[[Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Position:
    """A dossier's id, with its version and chain head as they were read."""

    dossier: UUID
    version: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Changeset:
    """A decided command with everything that is saved of it."""

    #: At least one.
    events: Sequence[Event]
    #: The engine, which has gone along.
    run: Run
    #: What the act was decided on.
    guard: statements.Guard
    #: Who asked, under which idempotency key, with which digest of the request.
    once: tuple[UUID, str | None, bytes]
    #: What of the dossier is told to who asked.
    answer: response.Answer = response.answer


@dataclass(frozen=True, slots=True)
class Prepared:
    """A command ready to be saved: statement, next chain head, engine state, response."""

    statement: Statement
    head: bytes
    state: bytes
    answer: dict[str, Any]
    #: What is written in the same transaction, where an act changes rows of the past.
    behind: tuple[Statement, ...] = ()


def prepare(position: Position, since: Mark, after: Projection, changes: Changeset) -> Prepared:
    """Build the save statement of a command.

    `after` is the projection after it, `since` marks how far the projection before it had come.
    """
    new_events, run, dates = changes.events, changes.run, after.clock.dates()
    answer, state = changes.answer(after, dates, position.version + 1), run.dump()
    seal = seals.answer(*changes.once, answer)
    sealed = seals.sealed(new_events, position.version + 1, state, seal)
    links = events.chain(sealed, position.dossier, position.head, since.seq)
    seldom = {kind: rows for kind, rows in _seldom(after, dates, since, new_events, links).items() if rows}
    parameters = [
        position.dossier,
        position.version,
        links[-1].hash,
        state,
        run.finished,
        new_events[-1].at,
        _json(after.dossier(dates, run.specification)),
        _tasks(after, dates, {*_touched(new_events), *after.moved(since)}),
        _json([_event(link) for link in links]),
        *changes.once,
        answer,
        *changes.guard.parameters,
        *seldom.values(),
    ]
    behind: tuple[Statement, ...] = ()
    if new_events[-1].kind in (Kind.CORRECTED, Kind.ERASED):
        behind = (everything(position.dossier, after, run.specification),)
    statement = statements.save(*seldom, guard=changes.guard), parameters
    return Prepared(statement, links[-1].hash, state, answer, behind)


def everything(dossier: UUID, projection: Projection, specification: Specification) -> Statement:
    """The statement that rewrites all projections of a dossier."""
    dates = projection.clock.dates()
    documents = [
        _json(projection.dossier(dates, specification)),
        _tasks(projection, dates, projection.tasks),
        _json(projection.appointments(dates)),
        _json(projection.stops()),
        _json(list(projection.timers.values())),
        _json(projection.letters),
        _json(list(projection.consultations.values())),
        _json(projection.disclosures),
        _json(list(projection.attachments.values())),
        _json(projection.fee_rows()),
        _json(projection.payment_rows()),
        _json(projection.refund_rows()),
    ]
    return statements.REBUILD, [dossier, *documents]


def _seldom(
    projection: Projection,
    dates: clock.Dates,
    since: Mark,
    new_events: Sequence[Event],
    links: Sequence[Link],
) -> dict[str, Any]:
    """Optional rows, which few commands write, by their kind in `statements.save`."""
    set_now = {event.payload["id"] for event in new_events if event.kind is Kind.TIMER_SET}
    return {
        "appointments": _rows(projection.appointments(dates, since.promises)),
        "stops": _rows(projection.stops(since.stops)),
        "timers": _rows([row for timer, row in projection.timers.items() if timer in set_now]),
        "letters": _rows(projection.letters[since.letters :]),
        "consultations": _rows(
            [row for row in projection.consultations.values() if row not in since.consultations]
        ),
        "disclosures": _rows(projection.disclosures[since.disclosures :]),
        "attachments": _rows(
            [row for row in projection.attachments.values() if row not in since.attachments]
        ),
        "fees": _rows(projection.fee_rows(since.account)),
        "payments": _rows(projection.payment_rows(since.account)),
        "refunds": _rows(projection.refund_rows(since.account)),
        "timers_dropped": [event.payload["id"] for event in new_events if event.kind is Kind.TIMER_DROPPED],
        "messages": _rows(
            [
                *rules.of(projection.state, links),
                *rules.floors(projection.state, since.clock, projection.clock, links[-1].seq),
            ]
        ),
        "units": _units(projection) if any(e.kind is Kind.UNIT_REPLACED for e in new_events) else None,
        "components": [code for event in new_events for code in event.payload.get("components", ())],
    }


def _units(projection: Projection) -> list[str]:
    """The units by which the dossier is searched."""
    return [projection.state.units[part] for part in ("receiving", "handling", "deciding")]


def _touched(new_events: Iterable[Event]) -> set[UUID]:
    return {event.task for event in new_events if "task" in event.payload}


def _tasks(projection: Projection, dates: clock.Dates, tasks: Iterable[UUID]) -> bytes:
    return _json([projection.task(task, dates) for task in tasks])


def _rows(rows: Sequence[Any]) -> bytes | None:
    return _json(rows) if rows else None


def _json(rows: Any) -> bytes:
    """Rows as JSON.

    The encoder knows instants and ids, but not those of a calendar's or a driver's own class; `_plain` converts them.
    """
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
