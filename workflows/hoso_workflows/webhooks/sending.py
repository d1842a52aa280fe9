"""One message to one receiver: signed, posted, its answer judged."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from hoso_workflows.notifications.outbox import Away, Refused, Undeliverable
from hoso_workflows.operation import standard_webhooks
from hoso_workflows.operation.outgoing import Client, Unreachable
from hoso_workflows.webhooks import bodies

#: It is there no more, and wants nothing more.
GONE = 410
#: It is busy, and may say until when.
BUSY = (429, 503)
#: The longest wait that a receiver may ask for.
LONGEST_WAIT = timedelta(days=1)


class Later(Away):
    """The receiver said after how long it wants to be asked again."""

    def __init__(self, reason: str, wait: timedelta) -> None:
        super().__init__(reason)
        self.wait = wait


async def post(
    client: Client, url: str, secrets: Sequence[bytes], event: bodies.Event, *, at: datetime
) -> None:
    """Hand a message over. Raises Away, Later, Refused, Undeliverable, whose reason repeats nothing of the answer.

    Any answer of 2xx says that it was taken. A missing one leaves open whether it was: it goes out again under the same
    `webhook-id`, by which the receiver knows it.
    """
    body = bodies.composed(event)
    headers = standard_webhooks.headers(secrets, body, at, bodies.message_id(event.dedup_key))
    try:
        answer = await client.ask(
            "POST", url, content=body, headers={**headers, "Content-Type": bodies.MEDIA_TYPE}
        )
    except Unreachable as away:
        raise Away(str(away)) from away
    if answer.status == GONE:
        raise Refused(f"the receiver answered {answer.status}")
    wait = _asked_wait(answer.headers.get("Retry-After", ""), at) if answer.status in BUSY else None
    if wait is not None:
        raise Later(f"the receiver answered {answer.status}", min(wait, LONGEST_WAIT))
    if answer.status // 100 != 2:
        raise Undeliverable(f"the receiver answered {answer.status}")


def _asked_wait(said: str, at: datetime) -> timedelta | None:
    """The wait that `Retry-After` asks for, in seconds or until a date; None where it names none."""
    if said.isascii() and said.isdigit():
        return timedelta(seconds=min(int(said[:9]), LONGEST_WAIT.total_seconds()))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(timedelta(), (until if until.tzinfo else until.replace(tzinfo=UTC)) - at)
