"""Mails with the answer to feedback, to the address that its sender has sealed.

The message in the outbox has neither address nor answer: both are read when it is sent, and nothing is sent once they are forgotten.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows.feedback import reading
from hoso_workflows.feedback.reading import Feedback
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.notifications import outbox, wording

ANSWERED = "feedback.answered"


async def tell(tx: Transaction, about: Feedback, at: datetime) -> None:
    """Write the message to a sender who wants an answer.

    Where they had signed in, it stands in their list too.
    """
    await tx.rows(_TELL, [about.id, ANSWERED, about.number, at])


def to_senders(
    ways: Iterable[outbox.Transport], db: Database, seal: Seal, *, at: datetime
) -> list[outbox.Transport]:
    """The transports, each of which reaches senders of feedback as well."""
    return [_ToSenders(each, db, seal, at) for each in ways]


@dataclass(frozen=True, slots=True)
class _ToSenders:
    """A transport that fills in addresses and answers, which the outbox does not hold."""

    way: outbox.Transport
    db: Database
    seal: Seal
    at: datetime

    @property
    def server(self) -> str | None:
        """The name of the server behind it."""
        return self.way.server

    async def send(self, message: outbox.Message) -> bool:
        """Send; False for what this way does not serve. Raises Undeliverable, NotFound, Unusable."""
        if message.topic == ANSWERED:
            about = await self._about(message.payload)
            message = replace(message, address=about.email, payload=_with_answer(message.payload, about))
        elif message.topic == wording.DIGEST:
            said = [await self._told(each) for each in message.payload["messages"]]
            message = replace(message, payload={**message.payload, "messages": said})
        return await self.way.send(message)

    async def _told(self, each: Mapping[str, Any]) -> dict[str, Any]:
        if each["topic"] != ANSWERED:
            return dict(each)
        return {**each, "payload": _with_answer(each["payload"], await self._about(each["payload"]))}

    async def _about(self, payload: Mapping[str, Any]) -> Feedback:
        return await reading.found(self.db, self.seal, UUID(payload["feedback"]), self.at)


def _with_answer(payload: Mapping[str, Any], about: Feedback) -> dict[str, Any]:
    return {**payload, "answer": about.answer}


#: $1 feedback, $2 topic, $3 its number, $4 instant. A proposal is read in its place inside.
_TELL = """
insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
select concat_ws('/', $2::text, f.id), $2, f.given_by, jsonb_build_object('feedback', f.id, 'subject', $3::text, 'unit_name', u.name), $4, $4
from feedback f join unit u on u.code = f.unit_code
where f.id = $1 and f.wants_answer and f.kind <> 'proposal' and f.sealed is not null
on conflict (dedup_key) do nothing
"""
