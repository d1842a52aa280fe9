"""Outcomes of attempts to send messages, by whatever way."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hoso_models import Aside
from hoso_models.storage.database import Database


@dataclass(frozen=True, slots=True)
class Delivered:
    """Result of a delivery round."""

    sent: int = 0
    failed: int = 0
    #: Of the failed ones, set aside until somebody releases them.
    quarantined: int = 0
    #: No longer true when their turn came: the dossier is resolved, the step done.
    overtaken: int = 0
    #: Read in the list of their reader only: no way out serves them.
    portal: int = 0
    #: Not yet: it waits for a digest, or for an opening.
    held: int = 0
    #: True when the mail server takes nothing now, so that the rest waits.
    away: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """Outcome of one attempt to send a message.

    A message that is neither sent nor to be tried again is set aside.
    """

    id: int
    sent_at: datetime | None = None
    again_at: datetime | None = None
    error: str | None = None
    aside: Aside | None = None
    #: True for an attempt that says nothing of the message.
    uncounted: bool = False
    #: True for one that waits for its hour.
    held: bool = False
    #: True when the message may have been taken.
    unsure: bool = False


async def settle(db: Database, settled: Settled, *, at: datetime) -> None:
    """Store the outcome. A message that was sent meanwhile stays so."""
    await db.one_statement(_SETTLE, _columns(settled, at))


def counted(before: Delivered, settled: Settled) -> Delivered:
    """The count with one message more."""
    if settled.sent_at is not None:
        return replace(before, sent=before.sent + 1)
    if settled.held:
        return replace(before, held=before.held + 1)
    if settled.aside is Aside.OVERTAKEN:
        return replace(before, overtaken=before.overtaken + 1)
    if settled.aside is Aside.PORTAL:
        return replace(before, portal=before.portal + 1)
    return replace(
        before, failed=before.failed + 1, quarantined=before.quarantined + (settled.aside is not None)
    )


def _columns(settled: Settled, at: datetime) -> list[Any]:
    return [
        *(settled.id, settled.sent_at, settled.again_at, settled.error, settled.aside),
        *(settled.uncounted, settled.unsure, at),
    ]


#: $1 id, $2 when sent, $3 when to try again, $4 what went wrong, $5 why it is aside, $6 whether the attempt says nothing of
#: the message, $7 whether it may have been taken, $8 instant.
_SETTLE = """
update outbox set
  sent_at = $2, last_error = $4,
  aside = case when $5::text = 'portal' and receiver_id is null
      and not exists (select from notice n where n.message_id = outbox.id)
    then 'unreached' else $5::text end,
  available_at = case when $2::timestamptz is null then coalesce($3::timestamptz, 'infinity') else available_at end,
  attempts = attempts - case when $6::boolean or $5 = 'portal' then 1 else 0 end,
  unsure = unsure - case when $7::boolean then 0 else 1 end,
  first_tried_at = case when $6 then first_tried_at else coalesce(first_tried_at, $8::timestamptz) end
where id = $1 and sent_at is null
"""
