"""Dossiers' histories, folded once and kept at hand: whoever comes next folds only what has happened since.

Events are append-only and chained, so what was folded up to one head stays true for ever; a head that does not follow from
the one at hand (a database put back from a copy) makes the whole history be read again.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from hoso_models.database import Database
from hoso_workflows import corrections, erased
from hoso_workflows.cabinet import Cabinet
from hoso_workflows.events import Event, Kind
from hoso_workflows.projections import Projection

#: How many dossiers are kept at hand; one takes some tens of kilobytes.
CAPACITY = 1_000


class Dossier(Protocol):
    """What has to be known of a dossier to read its history; all of it read in one statement."""

    id: UUID
    filed_at: datetime
    #: When its newest event happened.
    updated_at: datetime
    last_seq: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Erased:
    """An event of which the law had the payload erased: what the chain still says of it."""

    seq: int
    at: datetime
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Known:
    """A projection and the head of the chain up to which it is folded."""

    projection: Projection
    head: bytes


class Histories:
    """The histories at hand of one office."""

    def __init__(self, db: Database, cabinet: Cabinet) -> None:
        self._db = db
        self._cabinet = cabinet
        self._known: OrderedDict[UUID, _Known] = OrderedDict()

    async def events(self, dossier: Dossier) -> list[Event]:
        """All events of a dossier, with the calendars that they name at hand."""
        events, _ = await self.told(dossier)
        return events

    async def told(self, dossier: Dossier) -> tuple[list[Event], list[Erased]]:
        """All events of a dossier, and those among them whose payload was erased: with what remains of it in its place."""
        rows = await self._since(dossier, dossier.filed_at, 0)
        events = corrections.applied([_event(row) for row in rows])
        gone = [Erased(row.seq, row.at, Kind(row.kind)) for row in rows if row.payload is None]
        if gone:
            remains = await erased.remains(self._db, self._cabinet, dossier.id)
            events = erased.filled(events, [row.payload is None for row in rows], remains)
            await self._cabinet.met(event.payload for event in events)
        return events, gone

    async def read(self, dossier: Dossier) -> Projection:
        """The dossier's projection."""
        known = self._known.get(dossier.id)
        if known is not None and known.head == dossier.head:
            projection = known.projection
        else:
            projection = await self._caught_up(dossier, known) if known else await self._folded(dossier)
        self.keep(dossier.id, dossier.head, projection)
        return projection

    async def corrected(self, dossier: Dossier, told: Sequence[Event]) -> Projection:
        """The projection as a correction, which is told and not heard yet, makes it."""
        history = corrections.applied([*await self.events(dossier), *told])
        return Projection.of(history[: -len(told)], self._cabinet.calendars)

    def keep(self, dossier: UUID, head: bytes, projection: Projection) -> None:
        """Have a projection at hand that is folded up to a head, which is stored."""
        self._known[dossier] = _Known(projection, head)
        self._known.move_to_end(dossier)
        if len(self._known) > CAPACITY:
            self._known.popitem(last=False)

    async def _folded(self, dossier: Dossier) -> Projection:
        return Projection.of(await self.events(dossier), self._cabinet.calendars)

    async def _caught_up(self, dossier: Dossier, known: _Known) -> Projection:
        projection = known.projection
        rows = await self._since(dossier, projection.state.last_at, projection.last_seq)
        if not rows or rows[0].previous != known.head or any(map(_changes_the_past, rows)):
            return await self._folded(dossier)
        return projection.after(map(_event, rows))

    async def _since(self, dossier: Dossier, at: datetime, seq: int) -> Sequence[Any]:
        rows = await self._db.rows(_SINCE, [dossier.id, at, dossier.updated_at, seq, dossier.last_seq])
        if len(rows) < dossier.last_seq - seq:
            # Somebody has altered an instant by which the months are found: all of them are looked into.
            rows = await self._db.rows(_ALL, [dossier.id, seq, dossier.last_seq])
        await self._cabinet.met(row.payload or {} for row in rows)
        return rows


def _changes_the_past(row: Any) -> bool:
    """An event behind which the whole history is to be read again."""
    return row.payload is None or row.kind == Kind.CORRECTED


def _event(row: Any) -> Event:
    return Event(Kind(row.kind), row.at, row.actor_id, row.payload or {}, row.on_behalf_of, row.automatic)


#: The bounds on the instant let the server look into the months in question only.
_SINCE = """
select seq, at, kind, actor_id, on_behalf_of, automatic, payload, previous from dossier_event
where dossier_id = $1 and at between $2 and $3 and seq > $4 and seq <= $5 order by seq
"""
_ALL = """
select seq, at, kind, actor_id, on_behalf_of, automatic, payload, previous from dossier_event
where dossier_id = $1 and seq > $2 and seq <= $3 order by seq
"""
