"""Outbox dispatcher: each message is claimed, sent and settled by itself (ADR 0026).

A message was written in the transaction of its cause. A claim moves `available_at` to the end of a lease, so that no lock is
held during sending, and the messages of a dispatcher that was killed become available again. Several messages are sent
concurrently, few of them to one destination, so that a slow one delays no other. The receiver recognises a repeated message
by its `dedup_key`.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from hoso_models import Aside
from hoso_models.storage.database import Database
from hoso_workflows.notifications import digests, mail_servers, quiet_hours, settlement, wording
from hoso_workflows.notifications.quiet_hours import Holding
from hoso_workflows.notifications.settlement import Delivered, Settled

#: How long a claimed message is left to the one who claimed it: longer than a round and its last message may take.
LEASE = timedelta(minutes=10)
#: Seconds after which a round begins no more messages; the next round does.
BUDGET = 240.0
#: Messages under way at once, and how many of them to one destination.
LANES, LANES_A_DOMAIN = 4, 2
#: After the first failure a message pauses for so long, doubled with each one more up to the second figure.
PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=2)
#: A message that fails for so long is set aside. A server that is away for everybody does not count.
PERSISTENCE = timedelta(days=3)
#: How often a message may go out without an answer that says whether it was taken.
UNSURE = 2
#: Seconds that somebody waits for a mail to be handed over while they look on.
AT_ONCE = 10.0
#: So many destinations that fall silent one after the other are no fault of theirs: the server is away.
STRIKES = 3


class Undeliverable(Exception):
    """A transport could not send now. The reason is kept with the message, so it holds no address and no text of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The message was not delivered: {reason}")
        self.reason = reason


class Refused(Undeliverable):
    """The message will never be taken."""


class Stalled(Undeliverable):
    """The conversation broke off over this message, before it was handed over."""


class Unsure(Undeliverable):
    """The message was handed over, and nobody said whether it was taken."""


class Away(Undeliverable):
    """The server takes nothing from us now, whatever the message."""


class AtOnce(StrEnum):
    """Fates of a message that somebody waits for."""

    #: A server has taken it.
    SENT = "sent"
    #: It is sent by a later round.
    QUEUED = "queued"
    #: Nothing takes it.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be sent, with its recipient resolved at the time of sending."""

    id: int
    #: The same for every attempt.
    dedup_key: str
    #: `applicant.…` to the applicant, `desk.…` to reception, `unit.…` to the unit in the payload, `escalation.…` and
    #: `account.…` to the recipient. What is for other systems (`partner.…`) is never due, so that no dispatcher claims it:
    #: it waits to be fetched.
    topic: str
    recipient_id: UUID | None
    dossier_id: UUID | None
    #: Ids, codes and dates.
    payload: dict[str, Any]
    created_at: datetime
    attempts: int
    #: Where an e-mail reaches the reader; None where no verified address is known.
    address: str | None
    #: In which its reader is told: `vi`, or `en` for who has chosen so.
    language: str = "vi"
    #: Words that are stored nowhere, of a message that is sent at once.
    secret: Mapping[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """A way out. What it cannot send it raises; sending twice must do no harm."""

    @property
    def server(self) -> str | None:
        """The name of the server behind it, which may be away; None where there is none."""

    async def send(self, message: Message) -> bool:
        """Send; False for what this way does not serve. Raises Undeliverable."""


async def deliver(
    db: Database,
    transports: Sequence[Transport],
    *,
    at: datetime,
    budget: float = BUDGET,
    holding: Holding | None = None,
) -> Delivered:
    """Send the messages due at `at` over every transport.

    Ends when none is left or after `budget` seconds. What waits for a digest or an opening, `holding` says; None holds nothing.
    """
    servers = [each.server for each in transports if each.server]
    await mail_servers.forget_others(db, servers)
    if not transports:
        return Delivered(portal=len(await db.one_statement(_PORTAL, [at])))
    if await mail_servers.resting(db, servers, at=at):
        return Delivered(away=True)
    delivery = _Round(db, transports, at, time.monotonic() + budget, holding or Holding())
    try:
        async with asyncio.TaskGroup() as lanes:
            for _ in range(LANES):
                lanes.create_task(delivery.work())
    except BaseExceptionGroup as faults:
        # What stops one lane, the database being away above all, is told as if there were only one.
        raise faults.exceptions[0] from None
    await delivery.close(servers)
    return delivery.done


async def deliver_at_once(
    db: Database,
    transports: Sequence[Transport],
    message: int,
    secret: Mapping[str, str],
    *,
    at: datetime,
    again: bool = False,
) -> AtOnce:
    """Send a message whose secret is stored nowhere.

    No dispatcher claims it before. With `again` a later round does where it was not taken now, and its transport finds a secret of
    its own; else who awaits it asks for another one.
    """
    row = next(iter(await db.one_statement(_BY_ID, [message])), None)
    settled = Settled(message, aside=Aside.PORTAL)
    if row is not None and row.address:
        settled = await _sent_at_once(transports, replace(_message(row), secret=secret), at, again=again)
    await settlement.settle(db, settled, at=at)
    if settled.sent_at is not None:
        return AtOnce.SENT
    return AtOnce.QUEUED if settled.again_at is not None else AtOnce.REFUSED


async def _sent_at_once(
    transports: Sequence[Transport], message: Message, at: datetime, *, again: bool
) -> Settled:
    try:
        async with asyncio.timeout(AT_ONCE):
            served = [await each.send(message) for each in transports]
    except Exception as error:  # whatever it was, the secret is not kept for another attempt
        reason = error.reason if isinstance(error, Undeliverable) else type(error).__name__
        if again and not isinstance(error, Refused):
            return Settled(message.id, again_at=at + PAUSE, error=reason)
        return Settled(message.id, error=reason, aside=Aside.OVERTAKEN)
    return Settled(message.id, sent_at=at) if any(served) else Settled(message.id, aside=Aside.PORTAL)


class _Round:
    """One round of delivery: lanes that claim, send and settle message after message."""

    def __init__(
        self,
        db: Database,
        transports: Sequence[Transport],
        at: datetime,
        until: float,
        holding: Holding,
    ) -> None:
        self._db, self._transports, self._at, self._until = db, transports, at, until
        self._holding = holding
        self._claiming = asyncio.Lock()
        #: Destinations with messages under way, and those that nothing more goes to in this round.
        self._busy: Counter[str] = Counter()
        self._stalled: set[str] = set()
        self._strikes: set[str] = set()
        self._away: str | None = None
        self.done = Delivered()

    async def work(self) -> None:
        """Deliver one message after the other, until there is none for this lane."""
        while self._away is None and time.monotonic() < self._until and (claimed := await self._claimed()):
            domain = _domain(claimed[0].address)
            try:
                settled = await self._tried(claimed, domain)
            finally:
                self._busy[domain] -= 1
            for each in settled:
                await settlement.settle(self._db, each, at=self._at)
                self.done = settlement.counted(self.done, each)

    async def close(self, servers: Sequence[str]) -> None:
        """Start the back-off of a server that was away; after a success, reset it."""
        if self._away is not None:
            await mail_servers.rest(self._db, servers, self._away, at=self._at)
            self.done = replace(self.done, away=True)
        elif self.done.sent:
            await mail_servers.recovered(self._db, servers)

    async def _claimed(self) -> list[Any]:
        """A message that is due, and what goes out in one mail with it."""
        async with self._claiming:
            full = [domain for domain, number in self._busy.items() if domain and number >= LANES_A_DOMAIN]
            passed_over = sorted({*full, *self._stalled})
            for row in await self._db.one_statement(digests.CLAIM, [self._at, self._at + LEASE, passed_over]):
                self._busy[_domain(row.address)] += 1
                return [row, *await self._together(row)]
        return []

    async def _together(self, row: Any) -> Sequence[Any]:
        """The others of the digest of a message.

        There are none where it is in no digest, or goes out later.
        """
        waits = quiet_hours.held_until(row, self._holding, self._at)
        if waits is not None or not quiet_hours.in_digest(row, self._holding):
            return ()
        opening = quiet_hours.opening(row, self._holding.calendars[row.unit_code])
        return await digests.gathered(self._db, row, opening, at=self._at, lease=self._at + LEASE)

    async def _tried(self, claimed: list[Any], domain: str) -> list[Settled]:
        """The outcome of each message of one mail."""
        row = claimed[0]
        dropped = [known for each in claimed if (known := _known(each)) is not None]
        sent = [each for each in claimed if _known(each) is None]
        if not sent:
            return dropped
        if (until := quiet_hours.held_until(row, self._holding, self._at)) is not None:
            return [Settled(row.id, again_at=until, error=row.last_error, uncounted=True, held=True)]
        mail = _message(row)
        if quiet_hours.in_digest(row, self._holding):
            key, payload = digests.key(row), digests.payload(sent)
            mail = replace(mail, dedup_key=key, topic=wording.DIGEST, payload=payload)
        settled = await self._sent(mail, row, domain)
        return [*(replace(settled, id=each.id) for each in sent), *dropped]

    async def _sent(self, message: Message, row: Any, domain: str) -> Settled:
        try:
            served = [await each.send(message) for each in self._transports]
        except Exception as error:  # one bad message must not keep back those behind it
            self._struck(error, domain)
            return _failed(row, error, self._at)
        self._strikes.clear()
        return Settled(row.id, sent_at=self._at) if any(served) else Settled(row.id, aside=Aside.PORTAL)

    def _struck(self, error: Exception, domain: str) -> None:
        if isinstance(error, Away):
            self._away = error.reason
        elif isinstance(error, Stalled | Unsure):
            self._stalled.add(domain)
            self._strikes.add(domain)
            if len(self._strikes) >= STRIKES:
                self._away = error.reason


def _known(row: Any) -> Settled | None:
    """The outcome of a message that is not sent; None for one that is."""
    if row.overtaken:
        return Settled(row.id, error="overtaken by events before it was sent", aside=Aside.OVERTAKEN)
    if row.unsure > UNSURE:
        return Settled(row.id, error=row.last_error, aside=Aside.UNSURE, unsure=True)
    return None


def _message(row: Any) -> Message:
    return Message(**{each.name: row[each.name] for each in fields(Message) if each.name != "secret"})


def _domain(address: str | None) -> str:
    return (address or "").rpartition("@")[2].lower()


def _failed(row: Any, error: Exception, at: datetime) -> Settled:
    """Outcome of a message for which a transport raised an error."""
    reason = error.reason if isinstance(error, Undeliverable) else type(error).__name__
    again = at + min(PAUSE * 2 ** min(row.attempts - 1, 16), LONGEST_PAUSE)
    if isinstance(error, Away):
        return Settled(row.id, again_at=at, error=reason, uncounted=True)
    if isinstance(error, Refused):
        return Settled(row.id, error=reason, aside=Aside.REFUSED)
    if isinstance(error, Unsure) and row.unsure >= UNSURE:
        return Settled(row.id, error=reason, aside=Aside.UNSURE, unsure=True)
    if row.first_tried_at is not None and at - row.first_tried_at >= PERSISTENCE:
        return Settled(row.id, error=reason, aside=Aside.GIVEN_UP)
    return Settled(row.id, again_at=again, error=reason, unsure=isinstance(error, Unsure))


#: $1 id. A secret goes to the address that was named, or to the newest verified one.
_BY_ID = """
with o as (
  update outbox set attempts = attempts + 1, unsure = unsure + 1 where id = $1 and sent_at is null returning *
)
select o.id, o.dedup_key, o.topic, o.recipient_id, o.dossier_id, o.payload, o.created_at, o.attempts,
  coalesce((select w.language from delivery_preference w where w.principal_id = o.recipient_id), 'vi') as language,
  case when o.payload ? 'contact'
    then (select nullif(c.value, '') from contact_point c
      where c.id = (o.payload->>'contact')::uuid and c.kind = 'email')
    else (select c.value from contact_point c where c.principal_id = o.recipient_id and c.kind = 'email'
      and c.ended_at is null and c.verified_at is not null order by c.entered_at desc, c.id limit 1) end as address
from o
"""
#: $1 instant. What stands in nobody's list has reached nobody.
_PORTAL = """
update outbox set available_at = 'infinity',
  aside = case when exists (select from notice n where n.message_id = outbox.id) then 'portal' else 'unreached' end
where sent_at is null and receiver_id is null and available_at <= $1 returning id
"""
