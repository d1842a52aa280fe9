"""Signed headers of messages between systems, as Standard Webhooks has them.

Three headers: `webhook-id`, `webhook-timestamp` (seconds since 1970), `webhook-signature` (`v1,` and base64; several with
spaces between). Signed is `id.timestamp.body` by HMAC-SHA256.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
#: Before each signature.
VERSION = "v1,"


def headers(secrets: Sequence[bytes], body: bytes, at: datetime, identity: str) -> dict[str, str]:
    """The headers of a message, signed by each secret."""
    moment = str(int(at.timestamp()))
    marks = (base64.b64encode(digest(secret, identity, moment, body)).decode() for secret in secrets)
    return {ID: identity, TIME: moment, SIGNATURE: " ".join(f"{VERSION}{mark}" for mark in marks)}


def digest(secret: bytes, identity: str, moment: str, body: bytes) -> bytes:
    """The signature of a message by one secret: 32 bytes."""
    return hmac.digest(secret, f"{identity}.{moment}.".encode() + body, hashlib.sha256)
