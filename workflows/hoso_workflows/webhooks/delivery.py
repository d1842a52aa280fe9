"""Delivery of webhooks: each receiver has a lane of its own.

So a slow or dead one delays no other.

A lane claims, sends and settles one message after the other. A message that the receiver does not take pauses and those
behind it go on; a receiver that takes nothing rests as a whole (ADR 0068).
"""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any
from uuid import UUID

from hoso_models import Aside, ReceiverKind
from hoso_models.storage.database import Database
from hoso_workflows.identity.sealing import Broken, Seal
from hoso_workflows.notifications import outbox, quiet_hours, settlement
from hoso_workflows.notifications.outbox import Away, Refused, Undeliverable
from hoso_workflows.notifications.quiet_hours import Holding
from hoso_workflows.notifications.settlement import Delivered, Settled
from hoso_workflows.operation.key_file import Unusable
from hoso_workflows.operation.outgoing import Client
from hoso_workflows.webhooks import bodies, kinds, sending
from hoso_workflows.webhooks.settings import WebhookSettings
from hoso_workflows.webhooks.settings import seal as installation_seal

#: The first rest of a receiver that takes nothing, doubled with each one that follows up to the second figure.
REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
#: So many messages that a receiver does not take one after the other, and it rests.
STRIKES = 3


@dataclass(frozen=True, slots=True)
class _Receiver:
    id: UUID
    unit: str
    kind: ReceiverKind
    ended: bool
    failures: int
    #: Those that are good at the instant, the newest first.
    sealed: Sequence[bytes]


async def deliver(
    db: Database,
    settings: WebhookSettings,
    *,
    at: datetime,
    now: datetime | None = None,
    seal: Seal | None = None,
    holding: Holding | None = None,
    budget: float = outbox.BUDGET,
) -> Delivered:
    """Send the messages due at `at` to every receiver that does not rest.

    They are signed as of `now`, the time of the clock where `at` is not: receivers judge by theirs how old a signature is.
    Ends when none is left or after `budget` seconds. Gateways tell applicants nothing while `holding` says that they wait;
    None holds nothing. Lanes are as many as receivers with something due.
    """
    rows = await db.rows(_DUE, [at, sending.LONGEST_WAIT])
    if not rows:
        return Delivered()
    opened = seal or installation_seal()
    client = Client(settings.webhook_inner_hosts, seconds=settings.webhook_seconds)
    due = _Due(at, now or at, holding or Holding())
    lanes = [_Lane(db, client, opened, _receiver(row), due, budget) for row in rows]
    try:
        async with asyncio.TaskGroup() as working:
            for lane in lanes:
                working.create_task(lane.work())
    except BaseExceptionGroup as faults:
        # What stops one lane, the database being away above all, is told as if there were only one.
        raise faults.exceptions[0] from None
    finally:
        await client.close()
    return _summed([lane.done for lane in lanes])


@dataclass(frozen=True, slots=True)
class _Due:
    """A round: by when messages are due, and as of when they are signed."""

    at: datetime
    now: datetime
    holding: Holding


class _Lane:
    """The messages of one receiver, one after the other."""

    def __init__(
        self,
        db: Database,
        client: Client,
        seal: Seal,
        receiver: _Receiver,
        due: _Due,
        budget: float,
    ) -> None:
        self._db, self._client, self._seal, self._receiver = db, client, seal, receiver
        self._at, self._now, self._holding = due.at, due.now, due.holding
        self._begun, self._budget = time.monotonic(), budget
        #: The address that was tried last: the receiver may be changed during a round.
        self._url = ""
        self._strikes = 0
        #: Why the receiver rests from now on.
        self._away: str | None = None
        #: How long it asked to be left alone.
        self._wait = timedelta()
        self.done = Delivered()

    async def work(self) -> None:
        """Deliver until nothing is left, the time is over, or the receiver takes nothing."""
        while self._away is None and self._elapsed < self._budget and (row := await self._claimed()):
            settled = await self._tried(row)
            await settlement.settle(self._db, settled, at=self._at)
            self.done = settlement.counted(self.done, settled)
        await self._close()

    @property
    def _elapsed(self) -> float:
        """Seconds since the lane began; so much later than `now` is what it signs."""
        return time.monotonic() - self._begun

    async def _claimed(self) -> Any:
        to_a_gateway = self._receiver.kind is ReceiverKind.GATEWAY
        claim = [self._at, self._at + outbox.LEASE, self._receiver.id, to_a_gateway]
        return next(iter(await self._db.one_statement(_CLAIM, claim)), None)

    async def _tried(self, row: Any) -> Settled:
        if row.overtaken or self._receiver.ended:
            return Settled(row.id, error="overtaken by events before it was sent", aside=Aside.OVERTAKEN)
        event = self._event(row)
        if (until := self._held_until(row)) is not None:
            return Settled(row.id, again_at=until, uncounted=True, held=True)
        if event.carries_contact and event.telephone is None and "reference" in event.payload:
            return Settled(row.id, error="the applicant has no number to be told at", aside=Aside.PORTAL)
        self._url = row.url
        try:
            secrets = [self._seal.open(each, self._receiver.id.bytes) for each in self._receiver.sealed]
            signed = self._now + timedelta(seconds=self._elapsed)
            await sending.post(self._client, row.url, secrets, event, at=signed)
        except Exception as error:  # one bad message must not keep back those behind it
            return self._failed(row, error)
        self._strikes = 0
        return Settled(row.id, sent_at=self._at)

    def _held_until(self, row: Any) -> datetime | None:
        """The instant until which an applicant is told nothing; None for now, and for a system."""
        if self._receiver.kind is not ReceiverKind.GATEWAY or row.topic == kinds.TEST:
            return None
        topic = kinds.TOLD.get(row.topic.removeprefix(kinds.TOPIC), "")
        return quiet_hours.gateway_until(row, topic, self._holding, self._at)

    def _event(self, row: Any) -> bodies.Event:
        it = self._receiver
        contact = it.kind is ReceiverKind.GATEWAY and row.carries_contact
        external = {} if row.external_code is None else {kinds.EXTERNAL: row.external_code}
        payload = {**row.payload, **external}
        return bodies.Event(
            row.dedup_key, row.topic, payload, row.created_at, it.unit, it.kind, contact, row.telephone
        )

    def _failed(self, row: Any, error: Exception) -> Settled:
        reason = _reason(error)
        if isinstance(error, Refused):
            return Settled(row.id, error=reason, aside=Aside.REFUSED)
        self._strikes += 1
        if isinstance(error, Away | Broken | Unusable) or self._strikes >= STRIKES:
            self._away = reason
        if isinstance(error, sending.Later):
            self._wait = error.wait
        if row.first_tried_at is not None and self._at - row.first_tried_at >= outbox.PERSISTENCE:
            return Settled(row.id, error=reason, aside=Aside.GIVEN_UP)
        pause = max(min(outbox.PAUSE * 2 ** min(row.attempts - 1, 16), outbox.LONGEST_PAUSE), self._wait)
        return Settled(
            row.id, again_at=self._at + _jittered(pause, row.dedup_key, row.attempts), error=reason
        )

    async def _close(self) -> None:
        """Let a receiver rest that takes nothing; after a success it rests no more."""
        it = self._receiver
        if self._away is not None:
            pause = max(min(REST * 2 ** min(it.failures, 16), LONGEST_REST), self._wait)
            rest = _jittered(pause, str(it.id), it.failures)
            await self._db.one_statement(_REST, [it.id, self._at, self._at + rest, self._away, self._url])
            # What waits behind it was not taken either, and its days are counted from now.
            await self._db.one_statement(_WAITING, [it.id, self._at, outbox.PERSISTENCE])
        elif self.done.sent:
            await self._db.one_statement(_RECOVERED, [it.id, self._at])


def _receiver(row: Any) -> _Receiver:
    return _Receiver(
        *(row.id, row.unit_code, ReceiverKind(row.kind), row.ended),
        *(row.failures, tuple(row.sealed)),
    )


def _reason(error: Exception) -> str:
    if isinstance(error, Broken | Unusable):
        return "its secret cannot be opened by the key of the installation"
    return error.reason if isinstance(error, Undeliverable) else type(error).__name__


def _jittered(pause: timedelta, name: str, attempt: int) -> timedelta:
    """A pause up to a quarter longer, by name and attempt.

    So those that failed together come back apart.
    """
    share = hashlib.sha256(f"{name}/{attempt}".encode()).digest()[0] / 1024
    return pause * (1 + share)


def _summed(found: Sequence[Delivered]) -> Delivered:
    return Delivered(
        sent=sum(each.sent for each in found),
        failed=sum(each.failed for each in found),
        quarantined=sum(each.quarantined for each in found),
        overtaken=sum(each.overtaken for each in found),
        portal=sum(each.portal for each in found),
        held=sum(each.held for each in found),
    )


_CLAIM = resources.files("hoso_workflows.webhooks").joinpath("claim.sql").read_text(encoding="utf-8")
#: $1 instant, $2 the longest rest that a receiver may ask for, and a quarter: one that lasts longer was begun by a clock that was wrong.
_DUE = """
select r.id, r.unit_code, r.kind, r.ended_at is not null as ended, r.failures,
  array(select s.sealed from webhook_secret s
    where s.receiver_id = r.id and (s.valid_until is null or s.valid_until > $1) order by s.made_at desc, s.id) as sealed
from webhook_receiver r
where (r.again_at is null or r.again_at <= $1 or r.again_at > $1 + $2::interval * 1.25)
  and exists (select from outbox o where o.receiver_id = r.id and o.sent_at is null and o.available_at <= $1)
order by r.id
"""
#: $1 receiver, $2 instant, $3 when it is tried again, $4 what went wrong, $5 at which address: another one is not judged by it.
_REST = """
update webhook_receiver set failures = failures + 1, failing_since = coalesce(failing_since, $2), again_at = $3, last_error = $4
where id = $1 and url = $5
"""
#: $1 receiver, $2 instant, $3 how long a message is tried.
_WAITING = f"""
update outbox set
  first_tried_at = coalesce(first_tried_at, $2),
  aside = case when first_tried_at <= $2 - $3::interval then '{Aside.GIVEN_UP}' end,
  last_error = case when first_tried_at <= $2 - $3::interval then 'the receiver takes nothing' else last_error end,
  available_at = case when first_tried_at <= $2 - $3::interval then 'infinity' else available_at end
where receiver_id = $1 and sent_at is null and available_at <= $2
  and (first_tried_at is null or first_tried_at <= $2 - $3::interval)
"""  # noqa: S608 - fixed text of this module
_RECOVERED = """
update webhook_receiver set failures = 0, failing_since = null, again_at = null, last_error = null, last_success_at = $2
where id = $1
"""
