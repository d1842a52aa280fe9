"""Changes of a receiver in its place: name, address, events, telephone number.

Its unit, its kind and its secrets stay: another unit or kind is another receiver, and a secret has an act of its own. What waits
goes to the address that stands when it is claimed, so that nothing is lost by a move.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import ReceiverKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.organisation import administration
from hoso_workflows.webhooks import receivers, rights
from hoso_workflows.webhooks.kinds import Event
from hoso_workflows.webhooks.receivers import Entry, Receiver

CHANGE = "change_webhook"


@dataclass(frozen=True, slots=True)
class Change:
    """Change of a receiver; what is None stays."""

    name: str | None = None
    url: str | None = None
    events: Sequence[Event] | None = None
    carries_contact: bool | None = None

    @property
    def said(self) -> Mapping[str, Any]:
        """The fields that are not None."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) is not None}


class WebhookChanged(errors.Refusal):
    """The reader had seen an older version of the receiver."""

    slug = "webhook-changed"
    remedy = "Read the receiver anew, look at what changed, then repeat the change."

    def __init__(self, version: int) -> None:
        super().__init__(
            say("The receiver is at version {version}; the request had seen another one.", version=version)
        )
        self.version = version


async def change(
    db: Database,
    receiver: UUID,
    asked: Change,
    *,
    actor: UUID,
    at: datetime,
    seen: frozenset[int] | None = None,
    inner_hosts: Sequence[str] = (),
    operator: bool = False,
) -> Receiver:
    """Change a receiver.

    Another address is tried in the next round, even while the one before did not answer. `seen` are the versions that the
    actor has read, None where any will do. What comes to the same changes nothing and leaves no event. Raises Forbidden,
    NotFound, WebhookEnded, WebhookChanged, FormRefused.
    """
    async with db.transaction() as tx:
        author, unit, ended = await rights.of_receiver(tx, CHANGE, receiver, actor, at, operator=operator)
        if ended is not None:
            raise receivers.WebhookEnded(receiver)
        before, version = await _stands(tx, receiver, unit)
        if seen is not None and version not in seen:
            raise WebhookChanged(version)
        entry = replace(before, **asked.said)
        receivers.require_sound(entry, inner_hosts)
        if moved := _moved(before, entry):
            written = [receiver, entry.name, entry.url, sorted(entry.events), entry.carries_contact]
            await tx.rows(_CHANGE, written)
            await administration.record_of(
                tx, unit, "webhook_changed", str(receiver), author, at, changed=moved
            )
        return await receivers.one(tx, receiver, None, at=at)


async def _stands(tx: Transaction, receiver: UUID, unit: str) -> tuple[Entry, int]:
    (row,) = await tx.rows(_STANDS, [receiver])
    events = [Event(each) for each in row.events]
    entry = Entry(unit, ReceiverKind(row.kind), row.name, row.url, events, row.carries_contact)
    return entry, row.version


def _moved(before: Entry, entry: Entry) -> dict[str, Any]:
    """The fields that change, each with what it was and what it is."""
    old, new = ({**_said(each)} for each in (before, entry))
    return {name: {"from": old[name], "to": new[name]} for name in new if old[name] != new[name]}


def _said(entry: Entry) -> Mapping[str, Any]:
    return {
        "name": entry.name,
        "url": entry.url,
        "events": sorted(entry.events),
        "carries_contact": entry.carries_contact,
    }


_STANDS = "select kind, name, url, events, carries_contact, version from webhook_receiver where id = $1"
#: How the address of before has answered says nothing of another one.
_CHANGE = """
update webhook_receiver set name = $2, url = $3, events = to_jsonb($4::text[]), carries_contact = $5, version = version + 1,
  failures = case when url = $3 then failures else 0 end,
  failing_since = case when url = $3 then failing_since end,
  again_at = case when url = $3 then again_at end,
  last_error = case when url = $3 then last_error end
where id = $1
"""
