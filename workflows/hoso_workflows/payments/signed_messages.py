"""Messages of the gateway, signed as Standard Webhooks have it.

Three headers: `webhook-id`, `webhook-timestamp` (seconds since 1970), `webhook-signature` (`v1,` and base64; several with
spaces between). Signed is `id.timestamp.body` by HMAC-SHA256 with the secret of both; the bytes as they came, before anybody
reads them.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hoso_calendar.messages import say
from hoso_workflows.operation import standard_webhooks
from hoso_workflows.operation.standard_webhooks import ID, SIGNATURE, TIME, VERSION, digest
from hoso_workflows.payments import refusals


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secret of both, and the one before it while that still counts."""

    current: bytes = field(repr=False)
    before: bytes | None = field(default=None, repr=False)
    #: The instant from which the one before counts no more.
    until: datetime | None = None

    def accepted(self, at: datetime) -> tuple[bytes, ...]:
        """The secrets by which a message may be signed at an instant."""
        if self.before is None or self.until is None or at >= self.until:
            return (self.current,)
        return self.current, self.before


#: How far the time of a message may lie from ours.
TOLERANCE = timedelta(minutes=5)
#: Signatures of one message that are looked at.
_MOST = 4
_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,200}")
_TIME = re.compile(r"[0-9]{1,11}")


def signed(secret: bytes, body: bytes, at: datetime, identity: str | None = None) -> dict[str, str]:
    """The headers of a message with this body, sent at an instant."""
    return standard_webhooks.headers([secret], body, at, identity or uuid4().hex)


def require(secrets: Secrets, body: bytes, headers: Mapping[str, str], at: datetime) -> None:
    """Raise NotificationRefused unless the message was signed just now by an accepted secret."""
    moment, _ = signed_at(secrets, body, headers, at)
    if abs(at - moment) > TOLERANCE:
        raise refusals.NotificationRefused(say("it is not of now"))


def signed_at(
    secrets: Secrets, body: bytes, headers: Mapping[str, str], at: datetime
) -> tuple[datetime, bool]:
    """The time of signing as a message tells it, whatever it is.

    It comes with True where the message was signed by the secret before.

    Raises NotificationRefused for a signature by neither.
    """
    identity, moment = headers.get(ID, ""), headers.get(TIME, "")
    if not _ID.fullmatch(identity) or not _TIME.fullmatch(moment):
        raise refusals.NotificationRefused(say("its headers name no id or no time"))
    given = [_mark(each) for each in headers.get(SIGNATURE, "").split()[:_MOST]]
    for secret in secrets.accepted(at):
        due = digest(secret, identity, moment, body)
        if any(hmac.compare_digest(due, each) for each in given):
            return datetime.fromtimestamp(int(moment), UTC), secret is not secrets.current
    raise refusals.NotificationRefused(say("its signature is wrong"))


def _mark(given: str) -> bytes:
    if not given.startswith(VERSION):
        return b""
    try:
        return base64.b64decode(given.removeprefix(VERSION), validate=True)
    except (binascii.Error, ValueError):
        return b""
