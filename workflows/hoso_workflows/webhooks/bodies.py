"""Bodies of webhooks: CloudEvents 1.0 as JSON, the same at every attempt.

They name a dossier by its codes. Words and telephone number are for gateways alone, which cannot do without.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from hoso_models import ReceiverKind
from hoso_workflows import localtime
from hoso_workflows.notifications import wording
from hoso_workflows.webhooks import kinds

#: The media type of an event in structured mode.
MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"
TEST_TEXT = "Tin thử từ hệ thống giải quyết thủ tục hành chính; không cần trả lời."


@dataclass(frozen=True, slots=True)
class Event:
    """A message of the outbox for a receiver."""

    dedup_key: str
    topic: str
    #: Codes, units and the status.
    payload: Mapping[str, Any]
    created_at: datetime
    #: The unit of the receiver.
    unit: str
    receiver: ReceiverKind
    carries_contact: bool
    #: The applicant's number, found when it is sent.
    telephone: str | None = None


def message_id(dedup_key: str) -> str:
    """The `webhook-id` of a message, the same for every attempt; it tells nothing."""
    return f"msg_{hashlib.sha256(dedup_key.encode()).hexdigest()[:32]}"


def composed(event: Event) -> bytes:
    """The body of a message."""
    kind = event.topic.removeprefix(kinds.TOPIC)
    test = event.topic == kinds.TEST
    said: dict[str, Any] = {
        "specversion": "1.0",
        "id": message_id(event.dedup_key),
        "source": f"urn:hoso:unit:{event.unit}",
        "type": kinds.TEST_TYPE if test else f"{kinds.TYPE}{kind}",
        "time": localtime.isoformat(event.created_at),
        "datacontenttype": "application/json",
        "data": {**facts(event.payload), **_for_a_gateway(event, kind)},
    }
    if "reference" in event.payload:
        said["subject"] = event.payload["reference"]
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def facts(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are stored, their instant in the time of the house."""
    due = payload.get("due")
    return {**payload, "due": localtime.isoformat(datetime.fromisoformat(due))} if due else dict(payload)


def _for_a_gateway(event: Event, kind: str) -> dict[str, Any]:
    if event.receiver is not ReceiverKind.GATEWAY:
        return {}
    text = (
        TEST_TEXT if event.topic == kinds.TEST else wording.said(kinds.TOLD.get(kind, ""), event.payload)[1]
    )
    return {"text": text, **({"telephone": event.telephone} if event.carries_contact else {})}
