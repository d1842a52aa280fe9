"""Dossier repository: one SELECT loads a dossier, one statement saves a command.

    found = await repository.find(subject, asker)
    before = await repository.load(found)
    answer = await repository.save(found, before, changes)

The projection of a history is cached as an immutable value, under the head of the chain up to which it is folded. Events are
append-only and chained, so the cached value never becomes wrong. If the stored head does not follow from it (a database restored
from a copy), the whole history is read again.

What a saved command has left of a dossier is remembered for whoever acts on one of its open tasks next, and spares that act its
SELECT. It may be outdated: the statement that saves compares version, head, rights and competence with what is stored by then, and
what a remembered dossier does not bear is decided again on what is read (`Outdated`, ADR 0033).
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import events
from hoso_workflows.dossiers import erased_payloads, save_statement, statements
from hoso_workflows.dossiers.save_statement import Also, Changeset, Position, Prepared
from hoso_workflows.events import Erased, Event, Kind
from hoso_workflows.frozen import changed
from hoso_workflows.lifecycle import corrections
from hoso_workflows.lifecycle.projection import Mark, Projection
from hoso_workflows.procedures.reference_data import ReferenceData

#: How many projections are cached; one takes some tens of kilobytes. As many principals' rights are remembered.
CAPACITY = 1_000
#: For how many open tasks it is known which dossier is theirs.
TASKS = 2 * CAPACITY

K = TypeVar("K")
V = TypeVar("V")


class Outdated(Exception):
    """A command cannot be decided on a remembered dossier; it is to be read."""


@dataclass(frozen=True)
class Read:
    """A dossier with a readable history; all its fields come from one statement.

    A driver's row with columns of these names serves as well, here and below.
    """

    id: UUID
    filed_at: datetime
    #: When its newest event happened.
    updated_at: datetime
    last_seq: int
    head: bytes


@dataclass(frozen=True)
class Stored(Read):
    """A dossier that may be saved."""

    version: int


@dataclass(frozen=True)
class Resumable:
    """A dossier whose run may be resumed."""

    workflow_version_id: UUID
    case_id: str
    #: The engine's.
    state: bytes


@dataclass(frozen=True, slots=True)
class Asker:
    """The caller of a request, its instant, and its idempotency key."""

    principal: UUID
    #: The local date of the instant.
    day: date
    at: datetime
    key: str | None = None
    #: Somebody else whose rights matter.
    other: UUID | None = None


@dataclass(frozen=True)
class Found(Stored, Resumable):
    """A dossier as a principal's command found it, with what authorises the command."""

    reference: str
    receiving_unit: str
    handling_unit: str
    deciding_unit: str
    #: Its applicant's principal, if they have one.
    applicant_id: UUID | None
    #: Which of its units are competent for its procedure: `part unit`, in order.
    competent: list[str]
    #: The field of its procedure.
    field: str | None
    #: Those of who asks, and of the other one who matters, as `permissions.RIGHTS` tells them.
    rights: Any
    other_rights: Any
    #: What was answered under the idempotency key.
    answered: dict[str, Any] | None
    #: True where it was not read now, but left by the command before.
    remembered: bool = False

    def require_read(self) -> None:
        """Raise Outdated for a remembered dossier."""
        if self.remembered:
            raise Outdated


@dataclass(frozen=True, slots=True)
class _Cached:
    """A folded projection, its head, and the dossier as a command has left it."""

    projection: Projection
    head: bytes
    left: Found | None = None


class Repository:
    """The dossiers of one service."""

    def __init__(self, db: Database, reference_data: ReferenceData) -> None:
        self._db = db
        self._reference_data = reference_data
        self._cache: OrderedDict[UUID, _Cached] = OrderedDict()
        #: The dossier of a task that was left open.
        self._tasks: OrderedDict[UUID, UUID] = OrderedDict()
        self._rights: OrderedDict[tuple[UUID, date], Any] = OrderedDict()

    async def find(self, subject: UUID | str, asker: Asker, *, read: bool = False) -> Found | None:
        """The dossier of a task, reference or code, with the caller's rights.

        The dossier of a task may be a remembered one unless it is to be `read`.
        """
        if isinstance(subject, UUID) and not read and (remembered := self._remembered(subject, asker)):
            return remembered
        parameters = [subject, asker.principal, asker.day, asker.at, asker.key]
        if asker.other is not None:
            parameters.append(asker.other)
        sql = statements.load(task=isinstance(subject, UUID), other=asker.other is not None)
        row = await self._db.row(sql, parameters)
        if row is None:
            return None
        _keep(self._rights, (asker.principal, asker.day), row.rights, CAPACITY)
        return Found(**row)

    async def load(self, dossier: Read) -> Projection:
        """The projection of a dossier's whole history, from the cache if possible."""
        cached = self._cache.get(dossier.id)
        if cached is None:
            projection = await self._folded(dossier)
        elif cached.head != dossier.head:
            projection = await self._caught_up(dossier, cached)
        else:
            _keep(self._cache, dossier.id, cached, CAPACITY)
            return cached.projection
        _keep(self._cache, dossier.id, _Cached(projection, dossier.head), CAPACITY)
        return projection

    async def history(self, dossier: Read) -> list[Event]:
        """All events of a dossier; caches the calendars that they name."""
        history, _ = await self.history_and_erased(dossier)
        return history

    async def history_and_erased(self, dossier: Read) -> tuple[list[Event], list[Erased]]:
        """All events of a dossier, and those with an erased payload.

        Erased payloads are replaced by substitutes from the remaining rows (`erased_payloads`).
        """
        rows = await self._since(dossier, dossier.filed_at, 0)
        history = corrections.applied([_event(row) for row in rows])
        gone = [Erased(row.seq, row.at, Kind(row.kind)) for row in rows if row.payload is None]
        if gone:
            remains = await erased_payloads.remains(self._db, self._reference_data, dossier.id)
            history = erased_payloads.filled(history, [row.payload is None for row in rows], remains)
            await self._reference_data.ensure_calendars(event.payload for event in history)
        return history, gone

    async def add(self, dossier: UUID, changes: Changeset, *also: Also) -> dict[str, Any] | None:
        """Save a new dossier and return its response; None where its guard does not hold.

        `also` is written in the same transaction.
        """
        after = Projection.of(changes.events, self._reference_data.calendars)
        prepared = save_statement.prepare(Position(dossier, 0, events.GENESIS), Mark(), after, changes)
        if not await self._stored(prepared, also):
            return None
        _keep(self._cache, dossier, _Cached(after, prepared.head), CAPACITY)
        return prepared.answer

    async def save(
        self, dossier: Stored, before: Projection, changes: Changeset, *also: Also
    ) -> dict[str, Any] | None:
        """Save a command on a dossier as it was loaded; return its response.

        None after a lost compare-and-set race or where the guard does not hold: nothing is stored then. `also` is written in the
        same transaction.
        """
        before = await self._before(dossier, before, changes.events)
        position = Position(dossier.id, dossier.version, dossier.head)
        after = before.after(changes.events)
        prepared = save_statement.prepare(position, before.mark(), after, changes)
        if not await self._stored(prepared, also):
            return None
        if changes.events[-1].kind is Kind.ERASED:
            self._cache.pop(dossier.id, None)
            return prepared.answer
        left = self._left(dossier, after, prepared) if isinstance(dossier, Found) else None
        _keep(self._cache, dossier.id, _Cached(after, prepared.head, left), CAPACITY)
        return prepared.answer

    async def foreseen(self, dossier: Read, before: Projection, new_events: Sequence[Event]) -> Projection:
        """The projection after events that are not stored."""
        return (await self._before(dossier, before, new_events)).after(new_events)

    async def _before(self, dossier: Read, before: Projection, new_events: Sequence[Event]) -> Projection:
        """The projection before new events; a correction among them changes it."""
        if new_events[-1].kind is Kind.CORRECTED:
            return await self._corrected(dossier, new_events)
        return before

    async def _stored(self, prepared: Prepared, also: Sequence[Also] = ()) -> bool:
        """Execute the save statement; True if the command is stored."""
        behind: tuple[Also, ...] = (*prepared.behind, *also)
        if not behind:
            (stored,) = await self._db.one_statement(*prepared.statement)
            return bool(stored.won)
        async with self._db.transaction() as tx:
            (stored,) = await tx.rows(*prepared.statement)
            for each in behind if stored.won else ():
                await (each(tx) if callable(each) else tx.rows(*each))
        return bool(stored.won)

    async def _corrected(self, dossier: Read, new_events: Sequence[Event]) -> Projection:
        """The projection after a correction event that is not stored yet."""
        history = corrections.applied([*await self.history(dossier), *new_events])
        return Projection.of(history[: -len(new_events)], self._reference_data.calendars)

    def _left(self, before: Found, after: Projection, prepared: Prepared) -> Found:
        """The dossier as the command has left it, found by its open tasks."""
        for task, opened in after.state.tasks.items():
            # Acceptance takes a number, so its dossier is read anyway.
            if opened.milestone != "accept":
                _keep(self._tasks, task, before.id, TASKS)
        return changed(
            before,
            **{f"{part}_unit": unit for part, unit in after.state.units.items()},
            updated_at=after.state.last_at,
            last_seq=after.last_seq,
            version=before.version + 1,
            head=prepared.head,
            state=prepared.state,
            rights=None,
            other_rights=None,
            answered=None,
            remembered=True,
        )

    def _remembered(self, task: UUID, asker: Asker) -> Found | None:
        """The dossier of a task, with the remembered rights of who asks; None if it must be read."""
        rights = self._rights.get((asker.principal, asker.day))
        cached = self._cache.get(self._tasks[task]) if task in self._tasks else None
        if not rights or asker.other is not None or cached is None or cached.left is None:
            return None
        return changed(cached.left, rights=rights)

    async def _folded(self, dossier: Read) -> Projection:
        return Projection.of(await self.history(dossier), self._reference_data.calendars)

    async def _caught_up(self, dossier: Read, cached: _Cached) -> Projection:
        """The cached projection after later events; folded anew if these do not follow."""
        projection = cached.projection
        rows = await self._since(dossier, projection.state.last_at, projection.last_seq)
        if not rows or rows[0].previous != cached.head or any(map(_changes_the_past, rows)):
            return await self._folded(dossier)
        return projection.after(map(_event, rows))

    async def _since(self, dossier: Read, at: datetime, seq: int) -> Sequence[Any]:
        rows = await self._db.rows(_SINCE, [dossier.id, at, dossier.updated_at, seq, dossier.last_seq])
        if len(rows) < dossier.last_seq - seq:
            # Somebody has altered an instant by which the months are found: all of them are looked into.
            rows = await self._db.rows(_ALL, [dossier.id, seq, dossier.last_seq])
        await self._reference_data.ensure_calendars(row.payload or {} for row in rows)
        return rows


def _keep(kept: OrderedDict[K, V], key: K, value: V, capacity: int) -> None:
    """Keep a value; the one that was kept longest ago goes."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > capacity:
        kept.popitem(last=False)


def _changes_the_past(row: Any) -> bool:
    """True for an event after which the whole history must be read again."""
    return row.payload is None or row.kind in (Kind.CORRECTED, Kind.ERASED)


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
