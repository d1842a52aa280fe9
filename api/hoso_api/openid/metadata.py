"""The description of a provider by itself (OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from hoso_api.openid.refusals import Reason, SignInRefused
from hoso_api.provider_settings import encrypted


@dataclass(frozen=True, slots=True)
class Metadata:
    """The addresses of a provider. Algorithms are not among it: they are ours to say."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    #: Whether it names itself in each answer (RFC 9207); then it must.
    names_issuer: bool


def address(issuer: str) -> str:
    """The address of the description."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def read(content: bytes, issuer: str) -> Metadata:
    """The description of this issuer and of no other. Raises SignInRefused."""
    found = document(content)
    if found.get("issuer") != issuer:
        raise SignInRefused(Reason.ISSUER)
    challenges = found.get("code_challenge_methods_supported")
    if isinstance(challenges, list) and "S256" not in challenges:
        raise SignInRefused(Reason.METADATA)
    end = found.get("end_session_endpoint")
    return Metadata(
        issuer,
        authorization_endpoint=_endpoint(found, "authorization_endpoint"),
        token_endpoint=_endpoint(found, "token_endpoint"),
        jwks_uri=_endpoint(found, "jwks_uri"),
        end_session_endpoint=None if end is None else _endpoint(found, "end_session_endpoint"),
        names_issuer=found.get("authorization_response_iss_parameter_supported") is True,
    )


def document(content: bytes) -> Mapping[str, Any]:
    """A JSON object. Raises SignInRefused."""
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as broken:
        raise SignInRefused(Reason.METADATA) from broken
    if not isinstance(found, dict):
        raise SignInRefused(Reason.METADATA)
    return found


def _endpoint(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or len(value) > 2000 or not value.isprintable() or "#" in value:
        raise SignInRefused(Reason.METADATA)
    if not encrypted(value):
        raise SignInRefused(Reason.METADATA)
    return value
