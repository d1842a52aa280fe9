"""Sending what was written with its cause: at least once, in small batches, however many dispatchers are at work.

A batch is claimed by moving `available_at` to the end of a lease, so that no lock is held while something is sent, and
what a dispatcher had in hand when it was killed comes up again. What fails comes up again later and later; after
`ATTEMPTS` it is set aside with its reason. The receiver knows a repeated message by its `dedup_key`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from hoso_models.database import Database

#: Messages claimed at once.
BATCH = 20
#: How long a claimed message is left to the one who claimed it.
LEASE = timedelta(minutes=10)
#: After so many failures a message is set aside.
ATTEMPTS = 8
#: The pause after the first failure; it doubles with each one more.
PAUSE = timedelta(minutes=1)


class Undeliverable(Exception):
    """A transport could not send. The reason is kept with the message, so it holds no address and no text of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The message was not delivered: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent, with its reader found at this moment."""

    id: int
    #: The same for every attempt.
    dedup_key: str
    #: `applicant.…` to the applicant, `desk.…` to reception, `escalation.…` to the recipient. What is for other systems
    #: (`partner.…`) is never due, so that no dispatcher claims it: it waits to be fetched.
    topic: str
    recipient_id: UUID | None
    dossier_id: UUID | None
    #: Ids, codes and dates.
    payload: dict[str, Any]
    created_at: datetime
    attempts: int
    #: Where an e-mail reaches the reader; None where no address is known.
    address: str | None


class Transport(Protocol):
    """A way out. What it cannot send it raises; sending twice must do no harm."""

    async def send(self, message: Message) -> None:
        """Send, or leave alone what this way does not serve. Raises Undeliverable."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a dispatcher did."""

    sent: int = 0
    failed: int = 0
    #: Of the failed ones, set aside.
    quarantined: int = 0
    #: No longer true when their turn came: the dossier is resolved, the step done.
    overtaken: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(
            self.sent + other.sent,
            self.failed + other.failed,
            self.quarantined + other.quarantined,
            self.overtaken + other.overtaken,
        )


@dataclass(frozen=True, slots=True)
class _Settled:
    """What became of one message."""

    id: int
    sent_at: datetime | None = None
    again_at: datetime | None = None
    error: str | None = None
    overtaken: bool = False

    @property
    def aside(self) -> bool:
        return self.sent_at is None and self.again_at is None


async def deliver(
    db: Database, transports: Sequence[Transport], *, at: datetime, batch: int = BATCH
) -> Delivered:
    """Send everything that is due at `at` over every transport, until nothing is left."""
    total = Delivered()
    while claimed := await db.one_statement(_CLAIM, [at, batch, at + LEASE]):
        settled = [await _settle(row, transports, at) for row in claimed]
        await db.one_statement(_SETTLE, _columns(settled))
        total += _summed(settled)
    return total


async def quarantined(db: Database) -> tuple[tuple[int, str], ...]:
    """The messages that failed too often, oldest first, each with the reason of its last failure."""
    rows = await db.rows(_ASIDE, [ATTEMPTS])
    return tuple((row.id, row.last_error) for row in rows)


async def release(db: Database, messages: Sequence[int], *, at: datetime) -> int:
    """Put messages that were set aside in line again, with all attempts before them; says how many."""
    return len(await db.one_statement(_RELEASE, [list(messages), at]))


async def _settle(row: Any, transports: Sequence[Transport], at: datetime) -> _Settled:
    if row.overtaken:
        return _Settled(row.id, error="overtaken by events before it was sent", overtaken=True)
    message = Message(**{name: value for name, value in row.items() if name != "overtaken"})
    try:
        for transport in transports:
            await transport.send(message)
    except Exception as error:  # one bad message must not keep back those behind it
        reason = error.reason if isinstance(error, Undeliverable) else type(error).__name__
        last = message.attempts >= ATTEMPTS
        return _Settled(
            row.id, again_at=None if last else at + PAUSE * 2 ** (message.attempts - 1), error=reason
        )
    return _Settled(row.id, sent_at=at)


def _columns(settled: Sequence[_Settled]) -> list[list[Any]]:
    return [
        [each.id for each in settled],
        [each.sent_at for each in settled],
        [each.again_at for each in settled],
        [each.error for each in settled],
    ]


def _summed(settled: Sequence[_Settled]) -> Delivered:
    sent = sum(each.sent_at is not None for each in settled)
    overtaken = sum(each.overtaken for each in settled)
    aside = sum(each.aside and not each.overtaken for each in settled)
    return Delivered(sent, len(settled) - sent - overtaken, aside, overtaken)


#: $1 instant, $2 how many, $3 the end of the lease. What an escalation says must still be true.
_CLAIM = """
with due as (
  select id from outbox where sent_at is null and available_at <= $1
  order by available_at, id limit $2 for update skip locked
), claimed as (
  update outbox o set available_at = $3, attempts = attempts + 1 from due where o.id = due.id returning o.*
)
select c.id, c.dedup_key, c.topic, c.recipient_id, c.dossier_id, c.payload, c.created_at, c.attempts,
  case when c.topic like 'applicant.%' then a.email
    else substring(p.subject from '^[^@[:space:]]+@[^@[:space:]]+$') end as address,
  c.topic like 'escalation.%' and (
    d.cycle <> (c.payload->>'cycle')::int
    or c.topic like 'escalation.reception%' and d.status <> 'filed'
    or case when t.id is null then d.result_ready_at is not null or d.closed_at is not null else t.status <> 'open' end
  ) as overtaken
from claimed c
left join dossier d on d.id = c.dossier_id
left join party a on a.id = d.applicant_id
left join principal p on p.id = c.recipient_id
left join user_task t on t.id = (c.payload->>'task')::uuid
order by c.id
"""

#: $1 ids, $2 when sent, $3 when to try again, $4 what went wrong. Neither sent nor to be tried again: set aside.
_SETTLE = """
update outbox o
set sent_at = s.sent_at, last_error = s.error,
  available_at = case when s.sent_at is null then coalesce(s.again_at, 'infinity') else o.available_at end
from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[]) as s(id, sent_at, again_at, error)
where o.id = s.id and o.sent_at is null
"""
_ASIDE = """
select id, last_error from outbox
where sent_at is null and available_at = 'infinity' and attempts >= $1 order by id
"""
_RELEASE = """
update outbox set available_at = $2, attempts = 0
where id = any($1::bigint[]) and sent_at is null and available_at = 'infinity' and attempts > 0 returning id
"""
