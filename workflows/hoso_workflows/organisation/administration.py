"""Acts of administration as events: one hash chain for each authority (ADR 0035).

Whatever changes units, people, roles, competences, substitutions or calendars appends here, in the transaction that writes it.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import pagination
from hoso_workflows.events import ALGORITHM, GENESIS, canonical
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.operation import repeats
from hoso_workflows.organisation import units
from hoso_workflows.pagination import Conditions, Keyset, Page

EVENTS = Keyset(at=pagination.INSTANT, authority=pagination.TEXT, number=pagination.NUMBER)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of administration before it has its place in a chain."""

    #: The authority in whose chain it stands.
    authority: str
    #: As `unit_entered`.
    kind: str
    #: The code of a unit, or the id of the row that it is about.
    subject: str
    #: JSON-safe, without floats.
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An act in its place, as lists show it."""

    authority: str
    number: int
    at: datetime
    kind: str
    subject: str
    actor: UUID
    actor_name: str
    on_behalf_of: UUID | None
    on_behalf_name: str | None
    #: None after erasure.
    payload: Mapping[str, Any] | None
    #: What does not verify about it in its chain; None where it stands as it was written.
    fault: str | None


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """The first event of a chain that does not verify, with the reason."""

    authority: str
    number: int
    why: str


async def record(tx: Transaction, acts: Sequence[Act], actor: Actor, at: datetime) -> None:
    """Append acts to the chains of their authorities, locked until the transaction ends.

    Raises AlreadyDone for a form that was carried out before.
    """
    if acts:
        await repeats.note(tx, actor.principal, at)
    by_authority: dict[str, list[Act]] = {}
    for act in acts:
        by_authority.setdefault(act.authority, []).append(act)
    # In one order, so that two who append to the same chains wait for each other once.
    for authority in sorted(by_authority):
        await _append(tx, authority, by_authority[authority], actor, at)


async def record_of(
    tx: Transaction, unit: str, kind: str, subject: str, actor: Actor, at: datetime, /, **payload: Any
) -> Act:
    """Append one act to the chain of a unit's authority; the act."""
    (row,) = await tx.rows(f"select {units.authority_sql('$1::text')} as code", [unit])
    act = Act(row.code, kind, subject, payload)
    await record(tx, [act], actor, at)
    return act


async def _append(tx: Transaction, authority: str, acts: Sequence[Act], actor: Actor, at: datetime) -> None:
    await tx.rows(_OPEN, [authority, GENESIS])
    (chain,) = await tx.rows(_LOCK, [authority])
    links = list(_linked(acts, chain.number, chain.head, actor, at))
    columns: list[list[Any]] = [list(column) for column in zip(*links, strict=True)]
    await tx.rows(_APPEND, [authority, at, actor.principal, actor.on_behalf_of, *columns])
    number, *_, head = links[-1]
    await tx.rows(
        "update administration_chain set number = $2, head = $3 where authority = $1",
        [authority, number, head],
    )


def _linked(
    acts: Sequence[Act], last: int, head: bytes, actor: Actor, at: datetime
) -> Iterable[tuple[Any, ...]]:
    for number, act in enumerate(acts, start=last + 1):
        salt, previous = os.urandom(16), head
        digest = _salted(act.payload, salt)
        head = _hash(act.authority, number, at, act.kind, act.subject, actor, digest, previous)
        yield number, act.kind, act.subject, salt, dict(act.payload), digest, previous, head


def _salted(payload: Mapping[str, Any], salt: bytes) -> bytes:
    return hashlib.sha256(salt + canonical(payload)).digest()


def _hash(
    authority: str,
    number: int,
    at: datetime,
    kind: str,
    subject: str,
    actor: Actor,
    digest: bytes,
    previous: bytes,
) -> bytes:
    header = {
        "v": 1,
        "alg": ALGORITHM,
        "authority": authority,
        "number": number,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": kind,
        "subject": subject,
        "actor": str(actor.principal),
        "on_behalf_of": str(actor.on_behalf_of) if actor.on_behalf_of else None,
    }
    return hashlib.sha256(previous + canonical(header) + digest).digest()


async def verify(db: Database) -> list[BrokenChain]:
    """The chains that do not verify, each with its first broken event. One chain is read at a time."""
    broken = []
    for row in await db.rows(_AUTHORITIES):
        # With its head in one statement: somebody may act meanwhile.
        first, *links = await db.rows(_CHAIN, [row.authority])
        if found := _broken(row.authority, [first, *links] if first.number is not None else links, first):
            broken.append(found)
    return broken


def _broken(authority: str, links: Sequence[Any], head: Any) -> BrokenChain | None:
    previous = GENESIS
    for number, link in enumerate(links, start=1):
        if why := _fault(link, number, previous):
            return BrokenChain(authority, number, why)
        previous = link.hash
    if (head.head_number, head.head) != (len(links), previous):
        return BrokenChain(authority, len(links), say("is not the head that the authority keeps"))
    return None


def _fault(link: Any, number: int, previous: bytes) -> str | None:
    if link.number != number:
        return say("missing, found {seq} in its place", seq=link.number)
    if link.previous != previous:
        return say("does not follow the event before it")
    if link.salt is not None and _salted(link.payload, link.salt) != link.digest:
        return say("its payload was altered after it was written")
    actor = Actor(link.actor_id, link.on_behalf_of)
    if (
        _hash(link.authority, number, link.at, link.kind, link.subject, actor, link.digest, previous)
        != link.hash
    ):
        return say("was altered after it was written")
    return None


async def listed(
    db: Database,
    authorities: Sequence[str],
    *,
    subject: str | None = None,
    first: date | None = None,
    last: date | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[Recorded]:
    """One page of the acts in these authorities' chains, the newest first. Each is verified where it stands."""
    asked = Conditions()
    asked.add("e.authority = any({}::text[])", list(authorities))
    asked.equal("e.subject", subject)
    asked.within("e.at", first, last)
    asked.behind("e.at, e.authority, e.number", EVENTS.values(after), falling=True)
    return await pagination.page(db, _LISTED, asked, EVENTS, limit=limit, item=_recorded)


def _recorded(row: Any) -> Recorded:
    previous = GENESIS if row.number == 1 else row.hash_before
    fault = _fault(row, row.number, previous)
    if fault is None and not row.goes_on and (row.head_number, row.head) != (row.number, row.hash):
        fault = say("is not the head that the authority keeps")
    return Recorded(
        row.authority,
        row.number,
        row.at,
        row.kind,
        row.subject,
        row.actor_id,
        row.actor_name,
        row.on_behalf_of,
        row.on_behalf_name,
        row.payload,
        fault,
    )


_OPEN = """
insert into administration_chain (authority, number, head) values ($1, 0, $2) on conflict (authority) do nothing
"""
_LOCK = "select number, head from administration_chain where authority = $1 for update"
#: $1 authority, $2 instant, $3 actor, $4 on behalf of, then one array for each column of an event.
_APPEND = """
insert into administration_event (authority, at, actor_id, on_behalf_of, number, kind, subject, salt, payload, digest, previous, hash)
select $1, $2, $3, $4, e.number, e.kind, e.subject, e.salt, e.payload, e.digest, e.previous, e.hash
from unnest($5::int[], $6::text[], $7::text[], $8::bytea[], $9::jsonb[], $10::bytea[], $11::bytea[], $12::bytea[])
  as e(number, kind, subject, salt, payload, digest, previous, hash)
"""
_AUTHORITIES = (
    "select authority from administration_event union select authority from administration_chain order by 1"
)
#: The chain of $1, its head in each row; one row alone where no act is left.
_CHAIN = """
select c.number as head_number, c.head, e.* from (select $1::text as code) a
left join administration_chain c on c.authority = a.code left join administration_event e on e.authority = a.code
order by e.number
"""
_LISTED = """
select e.authority, e.number, e.at, e.kind, e.subject, e.actor_id, a.name as actor_name, e.on_behalf_of,
  b.name as on_behalf_name, e.payload, e.salt, e.digest, e.previous, e.hash, before.hash as hash_before,
  behind.number is not null as goes_on, c.number as head_number, c.head
from administration_event e join principal a on a.id = e.actor_id left join principal b on b.id = e.on_behalf_of
left join administration_event before on before.authority = e.authority and before.number = e.number - 1
left join administration_event behind on behind.authority = e.authority and behind.number = e.number + 1
left join administration_chain c on c.authority = e.authority
where {conditions} order by e.at desc, e.authority desc, e.number desc limit {limit}
"""
