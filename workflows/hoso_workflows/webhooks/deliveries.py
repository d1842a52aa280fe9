"""The last messages of a receiver, and a message that tries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_models.tables.base import described
from hoso_workflows import errors, pagination
from hoso_workflows.organisation import administration
from hoso_workflows.organisation.permissions import tracking
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.webhooks import bodies, kinds, rights
from hoso_workflows.webhooks.receivers import WebhookEnded

LIST, TEST = "list_webhook_deliveries", "test_webhook"
DELIVERIES = Keyset(id=pagination.LARGE_NUMBER)


@described("Where a message for a receiver stands.")
class DeliveryState(StrEnum):
    """State of a message for a receiver."""

    #: The receiver took it.
    SENT = "sent"
    #: It is tried at its hour.
    WAITING = "waiting"
    #: It failed and was set aside until somebody releases it.
    SET_ASIDE = "set_aside"
    #: It was needed no more when its turn came, or the applicant has no number.
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message for a receiver."""

    id: int
    #: The `webhook-id` of every attempt.
    webhook_id: str
    #: As `hoso.dossier.accepted`.
    type: str
    status: DeliveryState
    #: The dossier's reference, code and procedure; None of a test.
    reference: str | None
    code: str | None
    procedure: str | None
    created_at: datetime
    sent_at: datetime | None
    #: When it is tried again; None for what is not.
    again_at: datetime | None
    attempts: int
    last_error: str | None


async def listed(
    db: Database,
    receiver: UUID,
    units: Sequence[str] | None,
    scope: Scope | None = None,
    *,
    limit: int = 50,
    after: str | None = None,
) -> Page[Delivery]:
    """One page of the messages of a receiver, the newest first.

    Those that a scope is told one by one. Raises NotFound for one of other units.
    """
    scoped = units if units is None else list(units)
    if not await db.rows(_RECEIVER, [receiver, scoped]):
        raise errors.NotFound("webhook", receiver)
    asked = _asked(receiver)
    tracking.told(asked, scope, "d")
    asked.behind("o.id", DELIVERIES.values(after), falling=True)
    return await pagination.page(
        db,
        _LISTED,
        asked,
        DELIVERIES,
        limit=limit,
        item=lambda row: Delivery(
            row.id,
            bodies.message_id(row.dedup_key),
            _type(row.topic),
            DeliveryState(row.status),
            *(row.reference, row.code, row.procedure, row.created_at, row.sent_at, row.again_at),
            *(row.attempts, row.last_error),
        ),
    )


async def counted(db: Database, receiver: UUID, scope: Scope | None) -> int:
    """Number of those messages that a scope is told as a number only."""
    return await tracking.counted(
        db, "outbox o join dossier d on d.id = o.dossier_id", _asked(receiver), scope, "d"
    )


def _asked(receiver: UUID) -> Conditions:
    asked = Conditions()
    asked.add("o.receiver_id = {}", receiver)
    return asked


async def try_out(db: Database, receiver: UUID, *, actor: UUID, at: datetime, operator: bool = False) -> int:
    """Put a test message in line; returns its number.

    A receiver that rests is tried in the next round.

    Raises Forbidden, NotFound, WebhookEnded.
    """
    async with db.transaction() as tx:
        author, unit, ended = await rights.of_receiver(tx, TEST, receiver, actor, at, operator=operator)
        if ended is not None:
            raise WebhookEnded(receiver)
        # An unanswered one is enough: whoever asks again waits for the same.
        if waiting := await tx.rows(_UNTRIED, [receiver, kinds.TEST]):
            return int(waiting[0].id)
        (row,) = await tx.rows(_TEST, [receiver, kinds.TEST, at])
        await tx.rows("update webhook_receiver set again_at = null where id = $1", [receiver])
        await administration.record_of(tx, unit, "webhook_tested", str(receiver), author, at)
        return int(row.id)


def _type(topic: str) -> str:
    return kinds.TEST_TYPE if topic == kinds.TEST else kinds.TYPE + topic.removeprefix(kinds.TOPIC)


_RECEIVER = "select 1 from webhook_receiver where id = $1 and ($2::text[] is null or unit_code = any($2))"
_LISTED = """
select o.id, o.dedup_key, o.topic, d.reference, d.code, d.procedure_code as procedure, o.created_at, o.sent_at, o.attempts,
  o.last_error, case when o.sent_at is null and o.aside is null then o.available_at end as again_at,
  case when o.sent_at is not null then 'sent' when o.aside is null then 'waiting'
    when o.aside in ('refused', 'given_up', 'unsure') then 'set_aside' else 'dropped' end as status
from outbox o left join dossier d on d.id = o.dossier_id
where {conditions} order by o.id desc limit {limit}
"""
_UNTRIED = "select id from outbox where receiver_id = $1 and topic = $2 and sent_at is null and attempts = 0 and aside is null"
_TEST = """
insert into outbox (dedup_key, topic, receiver_id, created_at, available_at)
values ('webhook/' || $1::uuid || '/test/' || gen_random_uuid(), $2, $1, $3, $3) returning id
"""
