"""Register of the receivers of webhooks: entering, new secrets, ending, list.

A secret is shown once, when it is made; it is stored sealed, since what is sent has to be signed by it.
"""

import base64
import ipaddress
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

from hoso_calendar.messages import say
from hoso_models import ReceiverKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.operation import outgoing
from hoso_workflows.organisation import administration
from hoso_workflows.webhooks import kinds, rights

LIST, ENTER, ROTATE, END = "list_webhooks", "enter_webhook", "rotate_webhook_secret", "end_webhook"
#: Bytes of a secret; before its base64 stands the prefix of Standard Webhooks.
BYTES, PREFIX = 32, "whsec_"
#: How long the secret of before is good beside a new one, and the longest time.
OVERLAP, LONGEST_OVERLAP = timedelta(hours=24), timedelta(days=7)
#: The longest address.
LONGEST = 500
#: The name space of receivers and secrets by who asks and their name for the request.
_REQUESTS = UUID("c1d3f7f0-52a7-4c0b-8f4e-6a2e9d5b7f11")


@dataclass(frozen=True, slots=True)
class Entry:
    """A receiver as it is entered."""

    unit: str
    kind: ReceiverKind
    name: str
    url: str
    events: Sequence[kinds.Event]
    #: Of a gateway: it is told the applicant's telephone number.
    carries_contact: bool = False


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver, and how it has answered lately."""

    id: UUID
    unit: str
    kind: ReceiverKind
    name: str
    url: str
    events: tuple[str, ...]
    carries_contact: bool
    entered_at: datetime
    ended_at: datetime | None
    last_success_at: datetime | None
    #: Since when it takes nothing; None while it does.
    failing_since: datetime | None
    #: When it is tried again.
    again_at: datetime | None
    last_error: str | None
    #: Messages that wait for it, and those that were set aside.
    waiting: int
    aside: int
    #: Until when the secret of before is good as well; None where there is one.
    old_secret_until: datetime | None
    #: Raised by each change.
    version: int


@dataclass(frozen=True, slots=True)
class Given:
    """A secret that is shown once, and whose it is."""

    receiver: UUID
    #: As Standard Webhooks writes it: `whsec_` and base64.
    secret: str
    #: Until when the secret of before is good as well; None for the first one.
    old_secret_until: datetime | None = None


class WebhookEnded(errors.Refusal):
    """The receiver was ended already."""

    slug = "webhook-ended"
    remedy = "Enter the receiver anew; it gets a secret of its own."

    def __init__(self, receiver: UUID) -> None:
        super().__init__(say("The receiver {receiver} was ended.", receiver=receiver))
        self.receiver = receiver


async def listed(db: Database, units: Sequence[str] | None, *, at: datetime) -> list[Receiver]:
    """The receivers of units, None of all.

    Those that were ended are the last ones.
    """
    scoped = units if units is None else list(units)
    return [_receiver(row) for row in await db.rows(_LISTED, [scoped, at, None])]


async def one(
    asked: Database | Transaction, receiver: UUID, units: Collection[str] | None, *, at: datetime
) -> Receiver:
    """A receiver of these units, None for all. Raises NotFound."""
    scoped = units if units is None else list(units)
    for row in await asked.rows(_LISTED, [scoped, at, receiver]):
        return _receiver(row)
    raise errors.NotFound("webhook", receiver)


async def enter(
    db: Database,
    seal: Seal,
    entry: Entry,
    *,
    actor: UUID,
    at: datetime,
    inner_hosts: Sequence[str] = (),
    operator: bool = False,
    key: str | None = None,
) -> Given:
    """Enter a receiver and make its first secret.

    `key` is the caller's own name for the request: the same again is answered as before and enters nothing. Raises Forbidden,
    FormRefused, NotFound, KeyReused for another request of that name.
    """
    identity = uuid5(_REQUESTS, f"{actor} {key}") if key else uuid4()
    async with db.transaction() as tx:
        author = await rights.over(tx, ENTER, entry.unit, actor, at, operator=operator)
        require_sound(entry, inner_hosts)
        await tx.rows(_LOCK)
        said = [entry.unit, entry.kind.value, entry.name, entry.url, sorted(entry.events)]
        before = await tx.rows(_SAID, [identity])
        if before:
            return await _again(tx, seal, identity, key, tuple(before[0]), (*said, entry.carries_contact))
        await tx.rows(_ENTER, [identity, *said, entry.carries_contact, author.principal, at])
        payload = {"name": entry.name, "url": entry.url, "events": sorted(entry.events)}
        await administration.record_of(
            tx, entry.unit, "webhook_entered", str(identity), author, at, **payload
        )
        return Given(identity, await _made(tx, seal, identity, author, at, identity))


async def rotate(
    db: Database,
    seal: Seal,
    receiver: UUID,
    *,
    actor: UUID,
    at: datetime,
    overlap: timedelta = OVERLAP,
    operator: bool = False,
    key: str | None = None,
) -> Given:
    """Make a new secret; until the overlap ends, messages are signed by both.

    They are signed by two at most.

    Raises Forbidden, NotFound, WebhookEnded.
    """
    identity = uuid5(_REQUESTS, f"{actor} {receiver} {key}") if key else uuid4()
    async with db.transaction() as tx:
        author, unit = await _open(tx, ROTATE, receiver, actor, at, operator=operator)
        if known := await tx.rows(_STORED, [identity, receiver]):
            return Given(receiver, _written(seal, known[0].sealed, receiver), known[0].before)
        await tx.rows(_SUPERSEDE, [receiver, at, at + overlap])
        secret = await _made(tx, seal, receiver, author, at, identity)
        await administration.record_of(tx, unit, "webhook_secret_made", str(receiver), author, at)
        return Given(receiver, secret, at + overlap)


async def end(db: Database, receiver: UUID, *, actor: UUID, at: datetime, operator: bool = False) -> datetime:
    """End a receiver: nothing goes there any more, nor what waits. One that was ended stays so.

    Returns when it was ended. Raises Forbidden, NotFound.
    """
    async with db.transaction() as tx:
        author, unit, ended = await rights.of_receiver(tx, END, receiver, actor, at, operator=operator)
        if ended is None:
            await tx.rows("update webhook_receiver set ended_at = $2 where id = $1", [receiver, at])
            await tx.rows(_NOBODY, [receiver])
            await administration.record_of(tx, unit, "webhook_ended", str(receiver), author, at)
        return ended or at


async def _open(
    tx: Transaction, act: str, receiver: UUID, actor: UUID, at: datetime, *, operator: bool
) -> tuple[Actor, str]:
    author, unit, ended = await rights.of_receiver(tx, act, receiver, actor, at, operator=operator)
    if ended is not None:
        raise WebhookEnded(receiver)
    return author, unit


async def _again(
    tx: Transaction,
    seal: Seal,
    receiver: UUID,
    key: str | None,
    before: tuple[Any, ...],
    now: tuple[Any, ...],
) -> Given:
    """The answer of the first time. Raises KeyReused where the request was another one."""
    if before != now:
        raise errors.KeyReused(key or "")
    (first,) = await tx.rows(_STORED, [receiver, receiver])
    return Given(receiver, _written(seal, first.sealed, receiver))


async def _made(
    tx: Transaction, seal: Seal, receiver: UUID, author: Actor, at: datetime, identity: UUID
) -> str:
    sealed = seal.close(os.urandom(BYTES), receiver.bytes)
    await tx.rows(_MAKE, [identity, receiver, sealed, author.principal, at])
    return _written(seal, sealed, receiver)


def _written(seal: Seal, sealed: bytes, receiver: UUID) -> str:
    return PREFIX + base64.b64encode(seal.open(sealed, receiver.bytes)).decode()


def require_sound(entry: Entry, inner_hosts: Sequence[str]) -> None:
    """Raise FormRefused for an entry that may not be asked or told."""
    faults = []
    if not entry.name.strip():
        faults.append(errors.Fault("name", say("is missing")))
    if not entry.events:
        faults.append(errors.Fault("events", say("names no event")))
    if set(entry.events) - set(kinds.of(entry.kind)):
        faults.append(errors.Fault("events", say("names events of which applicants are told nothing")))
    if entry.carries_contact and entry.kind is not ReceiverKind.GATEWAY:
        faults.append(errors.Fault("carries_contact", say("is for gateways alone")))
    if not _reachable(entry.url, inner_hosts):
        faults.append(
            errors.Fault(
                "url",
                say(
                    "is no https address of the public network; an inner host has to stand in HOSO_WEBHOOK_INNER_HOSTS with its port"
                ),
            )
        )
    if faults:
        raise errors.FormRefused(faults)


def _reachable(url: str, inner_hosts: Sequence[str]) -> bool:
    """True for an address that may be asked as far as it says itself.

    Its name is resolved and looked at again with each message.
    """
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or port == 0 or "@" in parts.netloc or parts.fragment:
        return False
    default = outgoing.DEFAULT_PORTS.get(parts.scheme)
    if default is not None and outgoing.listed(host, port or default, inner_hosts):
        return True
    try:
        return parts.scheme == "https" and outgoing.public(ipaddress.ip_address(host))
    except ValueError:
        return parts.scheme == "https" and "." in host


def _receiver(row: Any) -> Receiver:
    named = {each.name: getattr(row, each.name) for each in fields(Receiver)}
    return Receiver(**{**named, "kind": ReceiverKind(row.kind), "events": tuple(row.events)})


#: So that of two requests of one name the second one finds what the first has entered.
_LOCK = "select pg_advisory_xact_lock(hashtextextended('webhook receivers', 0))"
#: $1 units or null for all, $2 instant, $3 receiver or null for all.
_LISTED = """
select r.id, r.unit_code as unit, r.kind, r.name, r.url, r.events, r.carries_contact, r.entered_at, r.ended_at, r.last_success_at,
  r.failing_since, r.again_at, r.last_error, count(o.id) filter (where o.aside is null) as waiting,
  count(o.id) filter (where o.aside in ('refused', 'given_up')) as aside,
  (select max(s.valid_until) from webhook_secret s where s.receiver_id = r.id and s.valid_until > $2) as old_secret_until,
  r.version
from webhook_receiver r left join outbox o on o.receiver_id = r.id and o.sent_at is null
where ($1::text[] is null or r.unit_code = any($1)) and ($3::uuid is null or r.id = $3)
group by r.id order by r.ended_at is not null, r.name, r.id
"""
_SAID = """
select unit_code, kind, name, url, events, carries_contact from webhook_receiver where id = $1
"""
_ENTER = """
insert into webhook_receiver (id, unit_code, kind, name, url, events, carries_contact, entered_by, entered_at)
values ($1, $2, $3, $4, $5, to_jsonb($6::text[]), $7, $8, $9)
"""
_MAKE = """
insert into webhook_secret (id, receiver_id, sealed, made_by, made_at) values ($1, $2, $3, $4, $5)
"""
#: $1 secret, $2 receiver.
_STORED = """
select s.sealed, (select max(b.valid_until) from webhook_secret b
  where b.receiver_id = s.receiver_id and b.id <> s.id and b.made_at <= s.made_at) as before
from webhook_secret s where s.id = $1 and s.receiver_id = $2
"""
#: $1 receiver, $2 instant, $3 until when the newest one is good.
_SUPERSEDE = """
update webhook_secret set valid_until = case when valid_until is null then $3 else least(valid_until, $2) end
where receiver_id = $1
"""
_NOBODY = """
update outbox set aside = 'overtaken', available_at = 'infinity', last_error = 'the receiver was ended'
where receiver_id = $1 and sent_at is null and aside is null
"""
