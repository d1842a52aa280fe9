"""One message to one receiver: signed, posted, its answer judged."""

from collections.abc import Sequence
from datetime import datetime

from hoso_workflows.notifications.outbox import Away, Refused, Undeliverable
from hoso_workflows.operation import standard_webhooks
from hoso_workflows.operation.outgoing import Client, Unreachable
from hoso_workflows.webhooks import bodies

#: It is there no more, and wants nothing more.
GONE = 410


async def post(
    client: Client, url: str, secrets: Sequence[bytes], event: bodies.Event, *, at: datetime
) -> None:
    """Hand a message over. Raises Away, Refused, Undeliverable, whose reason repeats nothing of the answer.

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
    if answer.status // 100 != 2:
        raise Undeliverable(f"the receiver answered {answer.status}")
