"""Proofs of ourselves at a provider: a signed assertion (`private_key_jwt`), or a secret."""

import base64
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import quote_plus
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key

from hoso_api.openid import metadata
from hoso_api.openid.refusals import SignInRefused
from hoso_api.provider_settings import Provider, SecretUnusable
from hoso_api.translation import system_errors
from hoso_calendar.messages import say

#: How long an assertion is good.
LIFETIME = timedelta(seconds=60)
#: Files of secrets are short.
SIZE = 16 * 1024
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CURVES = {"P-256": "ES256", "Ed25519": "EdDSA"}


class ClientProof(Protocol):
    """The proof of ourselves at the token endpoint."""

    def headers(self) -> Mapping[str, str]:
        """Headers of the request."""

    def fields(self, issuer: str, at: datetime) -> Mapping[str, str]:
        """Fields of its form."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A key that signs an assertion for each request (RFC 7523)."""

    client_id: str
    key: Key

    def headers(self) -> Mapping[str, str]:
        """No headers."""
        return {}

    def fields(self, issuer: str, at: datetime) -> Mapping[str, str]:
        """An assertion for this issuer alone, good for a minute."""
        now = int(at.timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": issuer,
            "jti": uuid4().hex,
            "iat": now,
            "exp": now + int(LIFETIME.total_seconds()),
        }
        algorithm = algorithm_of(self.key)
        header = {"alg": algorithm, "kid": self.key.kid}
        with warnings.catch_warnings():
            # RFC 9864 calls EdDSA Ed25519; providers do not yet.
            warnings.simplefilter("ignore", SecurityWarning)
            signed = jwt.encode(header, claims, self.key, [algorithm])
        return {"client_id": self.client_id, "client_assertion_type": _ASSERTION, "client_assertion": signed}


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that the provider knows too (`client_secret_basic`)."""

    client_id: str
    secret: str

    def headers(self) -> Mapping[str, str]:
        """Client id and secret, each form-encoded (RFC 6749 §2.3.1)."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    def fields(self, issuer: str, at: datetime) -> Mapping[str, str]:
        """No fields."""
        del issuer, at
        return {}


def opened(settings: Provider) -> ClientProof:
    """The proof that the settings name. Raises SecretUnusable."""
    if settings.key_file is not None:
        return Assertion(settings.client_id, _key(settings.name, settings.key_file))
    assert settings.secret_file is not None  # noqa: S101 - one of both, says the model
    secret = _content(settings.name, settings.secret_file).strip()
    if not secret:
        raise SecretUnusable(settings.name, settings.secret_file, say("it is empty"))
    return Secret(settings.client_id, secret)


def algorithm_of(key: Key) -> str:
    """The algorithm that a private key signs with. Raises ValueError."""
    curve = key.get("crv")
    algorithm = _CURVES.get(curve) if isinstance(curve, str) else None
    if algorithm is None or not key.is_private:
        raise ValueError(say("it holds no private key of P-256 or Ed25519"))
    named = key.get("alg")
    return named if algorithm == "EdDSA" and named == "Ed25519" else algorithm


def _key(provider: str, path: Path) -> Key:
    content = _content(provider, path)
    try:
        key = JWKRegistry.import_key(dict(metadata.document(content.encode())))
        algorithm_of(key)
        key.ensure_kid()
    except (JoseError, SignInRefused, TypeError, KeyError) as broken:
        raise SecretUnusable(provider, path, say("it is no JSON Web Key")) from broken
    except ValueError as wrong:
        raise SecretUnusable(provider, path, wrong.args[0]) from wrong
    return key


def _content(provider: str, path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            content = file.read(SIZE + 1)
    except OSError as unreadable:
        raise SecretUnusable(provider, path, system_errors.reason(unreadable)) from unreadable
    except UnicodeDecodeError as unreadable:
        raise SecretUnusable(provider, path, say("it is no text")) from unreadable
    if len(content) > SIZE:
        raise SecretUnusable(provider, path, say("it is too large"))
    return content
