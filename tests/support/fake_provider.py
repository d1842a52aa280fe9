"""An identity provider in memory, whose every answer a test decides: description, keys and tokens, hostile ones too."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key

from hoso_api.openid import client_proof, relying_party
from hoso_api.openid.relying_party import Attempt, RelyingParty
from hoso_api.provider_settings import Provider
from hoso_workflows.operation import outgoing

ISSUER = "https://sso.example.vn"
CLIENT = "hoso"
BACK = "https://hoso.example.vn/dang-nhap/tro-lai"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


def key(name: str = "k1") -> ECKey:
    """A new key of the provider."""
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig", "alg": "ES256"})


def settings(**changes: Any) -> Provider:
    """The settings of the provider, as `hoso.toml` has them."""
    said = {
        "name": "tinh",
        "title": "Tài khoản công chức",
        "issuer": ISSUER,
        "client_id": CLIENT,
        "secret_file": "/nowhere",
        "for": "officer",
        "link": "claim:employee_number",
        "acr": ["mfa"],
        **changes,
    }
    return Provider.model_validate({name: value for name, value in said.items() if value is not None})


@dataclass
class FakeProvider:
    """A provider that answers in process; `asked` are the paths that were asked for."""

    at: datetime
    keys: list[Key] = field(default_factory=lambda: [key()])
    metadata: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    #: The ID token that the token endpoint hands over.
    token: str = ""
    status: int = 200
    #: The last form and the last headers that the token endpoint got.
    form: httpx.QueryParams = field(default_factory=httpx.QueryParams)
    headers: httpx.Headers = field(default_factory=httpx.Headers)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        self.asked.append(request.url.path)
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self.described())
        if request.url.path == "/jwks":
            return httpx.Response(200, json={"keys": [each.as_dict(private=False) for each in self.keys]})
        self.form = httpx.QueryParams(request.content.decode())
        self.headers = request.headers
        return httpx.Response(
            self.status, json={"id_token": self.token, "access_token": "x", "token_type": "Bearer"}
        )

    def described(self) -> dict[str, Any]:
        """The description of itself."""
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "end_session_endpoint": f"{ISSUER}/end",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Claims of a good ID token; None takes one away."""
        now = int(self.at.timestamp())
        said = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "officer-1",
            "nonce": "nonce",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "acr": "mfa",
            "amr": ["pwd", "otp"],
            "sid": "session-1",
            "employee_number": "CC-0001",
            **changes,
        }
        return {name: value for name, value in said.items() if value is not None}

    def logout_claims(self, **changes: Any) -> dict[str, Any]:
        """Claims of a good logout token; None takes one away."""
        now = int(self.at.timestamp())
        said = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "officer-1",
            "sid": "session-1",
            "iat": now,
            "exp": now + 120,
            "jti": uuid4().hex,
            "events": {LOGOUT: {}},
            **changes,
        }
        return {name: value for name, value in said.items() if value is not None}

    def signed(self, claims: Mapping[str, Any], header: Mapping[str, Any] = {}, by: Key | None = None) -> str:
        """A token with those claims."""
        own = self.keys[0]
        head = {"alg": "ES256", "kid": own.kid, **header}
        registry = jws.JWSRegistry(algorithms=list(jws.JWSRegistry.algorithms), strict_check_header=False)
        registry.max_header_length = 1 << 20
        return jwt.encode(head, dict(claims), by or own, registry=registry)


def part(value: Any) -> str:
    """A part of a token, from JSON or bytes."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def party(fake: FakeProvider, back: str = BACK, **changes: Any) -> RelyingParty:
    """Our side of the provider."""
    client = outgoing.Client(transport=httpx.MockTransport(fake.answer))
    proof = client_proof.Secret(CLIENT, "secret")
    return relying_party.RelyingParty(settings(**changes), back, client=client, proof=proof)


def attempt(**changes: Any) -> Attempt:
    """The sign-in that the tokens are made for."""
    return Attempt(**{"state": "state", "nonce": "nonce", "verifier": "v" * 43, "acr": ("mfa",), **changes})
