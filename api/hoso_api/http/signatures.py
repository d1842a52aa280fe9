"""Signed calls: another authority's system signs with its own key, without a token.

HTTP Message Signatures (RFC 9421) with Ed25519 over the method, the path, the digest of the body (RFC 9530) and, where
something changes, the Idempotency-Key. So nobody but the holder of the key could have sent it, not even we, and the same
call again changes nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519
from starlette.datastructures import Headers
from starlette.requests import Request

from hoso_api.http.middleware import head_requests
from hoso_calendar.messages import Message, say, sentence
from hoso_workflows import errors

#: How long before or after its creation a signature may arrive: for slow lines and clocks that go wrong.
MAX_AGE = timedelta(minutes=5)
#: How the description of the API names this way to say who asks.
SCHEME = {
    "type": "apiKey",
    "in": "header",
    "name": "Signature",
    "description": "HTTP Message Signatures (RFC 9421) by an Ed25519 key that the administrator has entered;"
    " see `docs/signed-calls.md`.",
}


class SignatureRefused(errors.Refusal):
    """The signature does not verify, or its key is unknown, expired or revoked."""

    slug = "signature-refused"
    title = "The signature of a request does not hold, or its key is unknown, expired or revoked."
    http_status = HTTPStatus.UNAUTHORIZED
    remedy = (
        'Sign "@method", "@path", "@query" where there is one, "content-digest" where there is a body, and'
        ' "idempotency-key" where something changes, with your Ed25519 key and `created` and `keyid`, anew for each call.'
    )
    headers: ClassVar = {"WWW-Authenticate": 'Signature realm="hoso"'}

    def __init__(self, why: str) -> None:
        super().__init__(say("The signature is not valid: {why}.", why=why))
        self.why = why


def signed(headers: Headers) -> bool:
    """True for a signed request."""
    return "signature-input" in headers


def key_id(headers: Headers) -> UUID:
    """The key by which a request says that it is signed. Raises SignatureRefused."""
    try:
        labelled: Any = http_sf.parse(headers["signature-input"].encode(), tltype="dictionary")
        ((_, parameters),) = labelled.values()
        return UUID(parameters["keyid"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SignatureRefused(
            say("Signature-Input is not one signature with the keyid that we gave")
        ) from None


async def verify(request: Request, public_key: bytes, covered: Sequence[str], *, at: datetime) -> None:
    """Raise SignatureRefused unless the key has signed the request at about `at`.

    The signature must cover the required components.
    """
    body = await request.body()
    needed = ["@method", "@path", *covered]
    if request.url.query:
        needed.append("@query")
    key = Ed25519PublicKey.from_public_bytes(public_key)
    message = _Message(head_requests.sent(request), str(request.url), request.headers)
    try:
        _Verifier(_Key(key), at).verify(message, max_age=MAX_AGE, require_components=needed, body=body)
    except HTTPMessageSignaturesException as invalid:
        raise SignatureRefused(_why(invalid)) from invalid


def _why(invalid: Exception) -> str:
    """Our own sentence, or the library's without its full stop."""
    text = sentence(invalid)
    return text if isinstance(text, Message) else text.rstrip(".")


@dataclass(frozen=True, slots=True)
class _Message:
    """A request as the library reads it."""

    method: str
    url: str
    headers: Headers


class _Key(HTTPSignatureKeyResolver):
    """Resolver for one known key, which has been looked up already."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:  # noqa: ARG002 - the signature is the library's
        return self._key


class _Verifier(HTTPMessageVerifier):
    """The library's, by our own clock: time is an argument."""

    def __init__(self, key: _Key, at: datetime) -> None:
        super().__init__(signature_algorithm=ED25519, key_resolver=key)
        self._at = at

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        created, expires = (sig_input.params.get(name) for name in ("created", "expires"))
        at = self._at.timestamp()
        if created is None:
            raise InvalidSignature(say("`created` is missing"))
        if max_age is not None and abs(at - created) > max_age.total_seconds():
            raise InvalidSignature(
                say(
                    "it was created more than {max_age} away from {at}",
                    max_age=str(max_age),
                    at=self._at.isoformat(),
                )
            )
        if expires is not None and expires < at:
            raise InvalidSignature(say("it has expired"))
