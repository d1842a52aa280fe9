"""Messages about an account: to its person's list and proved address."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from hoso_models.storage.database import Database, Transaction


class Topic(StrEnum):
    """Messages about an account; the last part of the topic `account.…`."""

    #: A code that proves an address; sent at once.
    CONTACT_CODE = "contact_code"
    #: An address or number was entered, proved or ended.
    CONTACT_CHANGED = "contact_changed"
    #: A password, changing codes, recovery codes, a passkey or an account at a provider was added or taken away.
    SIGN_IN_CHANGED = "sign_in_changed"
    #: An administrator has asked for the recovery of the account.
    RECOVERY_ASKED = "recovery_asked"
    #: Every factor was revoked, and a link for new ones was given out.
    RECOVERED = "recovered"
    #: A link by which the person chooses their factors; sent at once.
    INVITATION = "invitation"


async def enter(
    tx: Transaction,
    topic: Topic,
    person: UUID,
    *,
    at: datetime,
    at_once: bool = False,
) -> int:
    """Write the message `account.<topic>` to a person; returns its number.

    It goes to the newest address that is proved now, whatever is proved before it is sent. One that is sent at once, since it
    brings a secret, is due to no dispatcher.
    """
    return await enter_at(tx, topic, person, await address(tx, person), at=at, at_once=at_once)


async def enter_at(
    tx: Transaction,
    topic: Topic,
    person: UUID,
    contact: UUID | None,
    *,
    at: datetime,
    at_once: bool = False,
) -> int:
    """Write the same for one contact point; for None, for the person's list alone."""
    payload = {"contact": contact and str(contact)}
    (row,) = await tx.rows(_ENTER, [f"account/{uuid4()}", f"account.{topic}", person, payload, at, at_once])
    return int(row.id)


async def address(asked: Database | Transaction, person: UUID) -> UUID | None:
    """The contact point at which a person is told by mail; None where no address is proved."""
    rows = await asked.rows(_ADDRESS, [person])
    return UUID(int=rows[0].id.int) if rows else None


_ENTER = """
insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
values ($1, $2, $3, $4::jsonb, $5::timestamptz, case when $6::boolean then 'infinity' else $5::timestamptz end) returning id
"""
_ADDRESS = """
select id from contact_point where principal_id = $1 and kind = 'email' and ended_at is null and verified_at is not null
order by entered_at desc, id limit 1
"""
