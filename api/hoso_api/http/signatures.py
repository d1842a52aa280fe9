"""Signed calls: another authority's system signs with its own key, without a token.

HTTP Message Signatures (RFC 9421) with Ed25519 over the method, the path, the digest of the body (RFC 9530) and, where
something changes, the host and a nonce or the Idempotency-Key. So nobody but the holder of the key could have sent it, not
even we, and the same call is taken once.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit
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

#: How long after its creation a signature may arrive: for slow lines and clocks that go wrong.
MAX_AGE = timedelta(minutes=5)
#: How long before its creation, by our clock: for clocks that go wrong.
AHEAD = timedelta(minutes=1)
#: Methods of requests that change nothing.
_READS = frozenset({"GET", "HEAD"})
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
        'Sign "@method", "@path", "@query" where there is one, "content-digest" where there is a body, and where something'
        ' changes "@authority" and "idempotency-key" or a `nonce`, with your Ed25519 key and `created` and `keyid`, anew for'
        " each call."
    )
    headers: ClassVar = {"WWW-Authenticate": 'Signature realm="hoso"'}

    def __init__(self, why: str) -> None:
        super().__init__(say("The signature is not valid: {why}.", why=why))
        self.why = why


class SignatureUsed(errors.Refusal):
    """A signed call arrives again, and no answer to it was kept."""

    slug = "signature-used"
    title = "A signed call was received before; whether it was carried out is not known here."
    http_status = HTTPStatus.UNAUTHORIZED
    remedy = (
        "Read whether it was done. To ask again, sign it anew, with a nonce of its own; what was done under an"
        " Idempotency-Key that the route keeps is then answered and not done again."
    )
    headers: ClassVar = SignatureRefused.headers

    def __init__(self) -> None:
        super().__init__(say("This signed call was received before."))


class SignatureNotEnough(errors.Refusal):
    """A signature gives out no token and no key: they would outlive it."""

    slug = "signature-not-enough"
    title = "What is asked for outlives a signature, so a signature does not do."
    http_status = HTTPStatus.FORBIDDEN
    remedy = "Ask with a token or on the pages; the administrator gives out tokens and enters keys."

    def __init__(self) -> None:
        super().__init__(say("A signature gives out no token and no key."))


@dataclass(frozen=True, slots=True)
class Once:
    """A digest by which a signed call is known again while it is good."""

    digest: bytes
    until: datetime


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


async def verify(
    request: Request, origin: str, public_key: bytes, *, only_asks: bool, at: datetime
) -> Once | None:
    """Raise SignatureRefused unless the key has signed the request at about `at`.

    It is a request to our `origin`. Returns what must be kept of it so that it is taken once, None where it changes nothing.
    """
    body = await request.body()
    changes = request.method not in _READS and not only_asks
    needed = ["@method", "@path"]
    if request.url.query:
        needed.append("@query")
    if changes:
        needed.append("@authority")
    keyed = changes and "idempotency-key" in request.headers
    if keyed:
        needed.append("idempotency-key")
    key = Ed25519PublicKey.from_public_bytes(public_key)
    ours = urlsplit(origin)
    url = request.url.replace(scheme=ours.scheme, netloc=ours.netloc)
    message = _Message(head_requests.sent(request), str(url), request.headers)
    try:
        (found,) = _Verifier(_Key(key), at).verify(
            message, max_age=MAX_AGE, require_components=needed, body=body
        )
    except HTTPMessageSignaturesException as invalid:
        raise SignatureRefused(_why(invalid)) from invalid
    if not changes:
        return None
    if not (found.nonce or keyed):
        raise SignatureRefused(say("it covers neither a nonce nor an Idempotency-Key"))
    # The algorithm gives one signature for one call, which nobody but the holder of the key can make another of.
    once = f"nonce {found.nonce}".encode() if found.nonce else _signature(request.headers)
    digest = hashlib.sha256(public_key + once).digest()
    return Once(digest, datetime.fromtimestamp(int(found.parameters["created"]), UTC) + MAX_AGE)


def _signature(headers: Headers) -> bytes:
    """The bytes of the one signature, which was verified."""
    parsed: Any = http_sf.parse(headers["signature"].encode(), tltype="dictionary")
    ((found, _),) = parsed.values()
    return bytes(found)


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
        if max_age is not None and at - created > max_age.total_seconds():
            raise InvalidSignature(
                say(
                    "it was created more than {max_age} before {at}",
                    max_age=str(max_age),
                    at=self._at.isoformat(),
                )
            )
        if created - at > AHEAD.total_seconds():
            raise InvalidSignature(
                say("it was created more than {ahead} after {at}", ahead=str(AHEAD), at=self._at.isoformat())
            )
        if expires is not None and expires < at:
            raise InvalidSignature(say("it has expired"))
