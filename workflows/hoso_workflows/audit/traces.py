"""Traces: what is stored of a dossier, and none of its events speaks of.

An event may be missing, and its trace be all that is left of it; or somebody wrote a row that no act made. The chain does not
say which: one that was cut at its end, with its head, verifies. So a rebuild refuses, and a person takes the traces away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import Message, joined, say
from hoso_models.storage.database import Transaction
from hoso_workflows import errors
from hoso_workflows.audit import records, stored_dossier
from hoso_workflows.events import Link
from hoso_workflows.lifecycle import seals
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.organisation import administration


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that no event speaks of."""

    #: The table, and which of its rows.
    what: str
    #: The kind of event that it may be left of.
    proves: Message
    #: The SHA-256 of the row as JSON; None for what stays where it is.
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table of rows that events have made."""

    table: str
    #: The name of a row among those of its dossier.
    name: str
    #: Rows that no event speaks of; $2 are those that events do.
    stray: str
    proves: Message


_ANY = "id <> all($2::uuid[])"
_LETTER = "concat_ws('/', unit_code, form, year, number)"
#: In the order in which rows can be taken away.
TABLES = (
    _Rows("user_task", "id", _ANY, say("a step was opened")),
    _Rows("appointment", "number", "number > $2::int", say("a date was promised")),
    _Rows("clock_stop", "number", "number > $2::int", say("the clock stood still")),
    _Rows("timer", "id", "id <> all($2::text[])", say("the run waited for an hour")),
    _Rows("letter", _LETTER, f"{_LETTER} <> all($2::text[])", say("a letter was given its number")),
    _Rows("consultation", "id", _ANY, say("a unit was asked for its opinion")),
    _Rows("disclosure", "id", _ANY, say("data were given to a third party")),
    _Rows("attachment", "id", _ANY, say("a file was added")),
    _Rows("refund", "id", _ANY, say("a payment was given back")),
    _Rows("payment", "id", _ANY, say("a payment was recorded")),
    _Rows("fee", "number", "assessed_at is not null and number <> all($2::int[])", say("a fee was assessed")),
)


async def found(tx: Transaction, row: Any, links: Sequence[Link], projection: Projection) -> list[Trace]:
    """The traces of a dossier whose chain verifies; none on a sound database."""
    traces = [
        Trace(f"{rows.table} {stray.name}", rows.proves, stray.sha256)
        for rows, known in zip(TABLES, _known(projection), strict=True)
        for stray in await tx.rows(
            _STRAY.format(name=rows.name, table=rows.table, stray=rows.stray), [row.id, known]
        )
    ]
    (engine,) = await tx.rows("select version from engine_state where dossier_id = $1", [row.id])
    beyond = (await records.beyond(tx.rows, row.reference)).get(row.id)
    return [*traces, *map(_end, ends(links, engine.version, beyond))]


def ends(links: Sequence[Link], version: int, beyond: records.Beyond | None) -> list[tuple[str, Message]]:
    """The evidence that a chain went on behind its newest event.

    Each with the place where it lies.
    """
    number = seals.of(links[-1].event).get("number", len(links))
    evidence = list[tuple[str, Message]]()
    if version > number:
        evidence.append(("engine_state version", say("act {number} was done", number=version)))
    if beyond and beyond.act is not None and beyond.act > number:
        evidence.append(("idempotency", say("act {number} was answered", number=beyond.act)))
    if beyond and beyond.event is not None and beyond.event > links[-1].seq:
        evidence.append(("outbox", say("event {seq} was told", seq=beyond.event)))
    return evidence


async def take_away(
    tx: Transaction,
    row: Any,
    links: Sequence[Link],
    projection: Projection,
    *,
    reason: str,
    actor: UUID,
    at: datetime,
) -> list[Trace]:
    """Take the traces of a dossier away; return them.

    That is an act of administration. Kept answers and messages stay until they expire, and are not told any more.
    """
    if not (traces := await found(tx, row, links, projection)):
        return []
    for rows, known in reversed(list(zip(TABLES, _known(projection), strict=True))):
        await tx.rows(f"delete from {rows.table} where dossier_id = $1 and {rows.stray}", [row.id, known])  # noqa: S608 - fixed text of this module
    (engine,) = await tx.rows("select version from engine_state where dossier_id = $1", [row.id])
    beyond = (await records.beyond(tx.rows, row.reference)).get(row.id, records.Beyond())
    last = links[-1]
    number = seals.of(last.event).get("number", min(engine.version, len(links)))
    await tx.rows("update engine_state set version = $2 where dossier_id = $1", [row.id, number])
    await administration.record_of(
        tx,
        projection.state.units["handling"],
        records.TAKEN_AWAY,
        row.reference,
        Actor(actor),
        at,
        reason=reason,
        head=last.hash.hex(),
        act=max(engine.version, beyond.act or 0),
        event=max(last.seq, beyond.event or 0),
        traces=[{"what": trace.what, "sha256": trace.sha256} for trace in traces],
    )
    return traces


def require_none(traces: Sequence[Trace], reference: str) -> None:
    """Raise EventMissing where there are traces."""
    if traces:
        named = (say("{what} ({proves})", what=trace.what, proves=trace.proves) for trace in traces)
        raise errors.EventMissing(reference, joined("; ", named))


def _end(evidence: tuple[str, Message]) -> Trace:
    return Trace(*evidence)


def _known(projection: Projection) -> tuple[Any, ...]:
    """The rows that the events speak of, as `TABLES` asks for them."""
    letters = [f"{row['unit_code']}/{stored_dossier.letter_name(row)}" for row in projection.letters]
    promises, stops = len(projection.clock.promises), len(projection.clock.suspensions)
    others = list(projection.consultations), [each["id"] for each in projection.disclosures]
    account = projection.state.account
    accounted = list(account.refunds), list(account.payments), list(account.fees)
    known = list(projection.tasks), promises, stops, list(projection.timers), letters, *others
    return (*known, list(projection.attachments), *accounted)


#: $1 dossier, $2 what the events speak of.
_STRAY = """
select ({name})::text as name, encode(sha256(convert_to(to_jsonb(t)::text, 'UTF8')), 'hex') as sha256
from {table} t where dossier_id = $1 and {stray} order by 1
"""
