"""Our side of a provider (OpenID Connect Core 1.0, authorisation code flow)."""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from hoso_api.openid import client_proof, metadata, tokens
from hoso_api.openid.keys import Keys
from hoso_api.openid.metadata import Metadata
from hoso_api.openid.refusals import ProviderAway, Reason, SignInRefused
from hoso_api.provider_settings import Audience, Provider
from hoso_api.settings import Settings
from hoso_calendar.messages import say
from hoso_workflows.operation import outgoing

#: The path to which every provider sends people back.
BACK = "/dang-nhap/tro-lai"
#: How long a description is used without asking for it again.
FRESH = timedelta(hours=1)
#: The longest code and state that are looked at.
LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Attempt:
    """The secrets of one sign-in, checked when the person comes back."""

    state: str
    nonce: str
    verifier: str
    acr: Sequence[str] = ()
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the provider has signed them in."""

    provider: str
    issuer: str
    subject: str
    #: As the provider writes it; null where it says none.
    name: str | None
    #: The value that is compared with the register, where the settings say so.
    linking: str | None
    #: The number that the provider has verified, where the settings say which claim it is.
    identifier: str | None
    sid: str | None
    acr: str | None
    amr: Sequence[str]
    #: None where the provider does not say it: nothing that needs a recent proof may rest on it.
    authenticated_at: datetime | None
    #: Shown again at signing out, so that the provider knows the session that is meant.
    id_token: str


def attempt(acr: Sequence[str] = (), max_age: int | None = None) -> Attempt:
    """The secrets of a new sign-in: 256 bits each."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Attempt(state, nonce, verifier, acr, max_age)


class RelyingParty:
    """One provider, as this process knows it."""

    def __init__(
        self,
        settings: Provider,
        redirect_uri: str,
        *,
        client: outgoing.Client,
        proof: client_proof.ClientProof,
    ) -> None:
        self.settings = settings
        self.redirect_uri = redirect_uri
        self.keys = Keys(self._fetched_keys)
        self._client, self._proof = client, proof
        self._metadata: Metadata | None = None
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def metadata(self, at: datetime) -> Metadata:
        """The provider's description of itself. Raises ProviderAway, SignInRefused."""
        async with self._lock:
            if self._metadata is None or self._read_at is None or at - self._read_at >= FRESH:
                content = await self._get(metadata.address(self.settings.issuer))
                self._metadata, self._read_at = metadata.read(content, self.settings.issuer), at
            return self._metadata

    async def authorization(self, asked: Attempt, at: datetime) -> str:
        """The address to which the person is sent. Raises ProviderAway."""
        described = await self.metadata(at)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=")
        query = {
            "response_type": "code",
            "response_mode": "query",
            "client_id": self.settings.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.settings.scopes),
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
            "claims": orjson.dumps({"id_token": self._wanted(asked)}).decode(),
        }
        if asked.acr:
            query["acr_values"] = " ".join(asked.acr)
        if asked.max_age is not None:
            query["max_age"] = str(asked.max_age)
        return _with(described.authorization_endpoint, query)

    async def person(self, answer: Mapping[str, str], asked: Attempt, at: datetime) -> Person:
        """The person who comes back with that answer. Raises SignInRefused, ProviderAway."""
        described = await self.metadata(at)
        issuer = answer.get("iss")
        if (issuer is not None or described.names_issuer) and issuer != self.settings.issuer:
            raise SignInRefused(Reason.ISSUER)
        if "error" in answer:
            unmet = answer["error"] == "unmet_authentication_requirements"
            raise SignInRefused(Reason.LEVEL if unmet else Reason.DENIED)
        code = answer.get("code", "")
        if not 0 < len(code) <= LONGEST:
            raise SignInRefused(Reason.CODE)
        token = await self._exchanged(described, code, asked.verifier, at)
        signed = tokens.read(token, self.settings.algorithms)
        key = await self.keys.find(signed.key_id, signed.algorithm, at=at, handed_over=True)
        two_factors = self.settings.audience is Audience.OFFICER
        sign_in = tokens.SignedIn(asked.nonce, asked.acr, two_factors, asked.max_age)
        claims = tokens.id_token(signed, tokens.verified(signed, key), self._expected, sign_in, at)
        return self._person(claims, token, at)

    async def logout(self, token: str, at: datetime) -> tokens.Logout:
        """The sign-out that the provider announces. Raises SignInRefused, ProviderAway."""
        signed = tokens.read(token, self.settings.algorithms)
        key = await self.keys.find(signed.key_id, signed.algorithm, at=at, handed_over=False)
        return tokens.logout_token(signed, tokens.verified(signed, key), self._expected, at)

    async def sign_out(self, id_token: str | None, back: str, at: datetime) -> str | None:
        """The address at which the person signs out at the provider too; None where it has none.

        Raises ProviderAway.
        """
        end = (await self.metadata(at)).end_session_endpoint
        if end is None:
            return None
        hint = {} if id_token is None else {"id_token_hint": id_token}
        return _with(end, {"client_id": self.settings.client_id, "post_logout_redirect_uri": back, **hint})

    async def probe(self, at: datetime) -> int:
        """Ask for description and keys; the number of keys. Raises ProviderAway, SignInRefused."""
        await self.metadata(at)
        return len(await self.keys.refreshed(at))

    @property
    def _expected(self) -> tokens.Expected:
        return tokens.Expected(self.settings.issuer, self.settings.client_id)

    def _wanted(self, asked: Attempt) -> dict[str, Any]:
        """The claims that the ID token is to hold.

        A level is asked for as essential: one that is only wished for is not always given.
        """
        claims = self.settings.claims
        names = [claims.name, claims.identifier, self.settings.linking_claim]
        wanted: dict[str, Any] = {name: None for name in names if name}
        if asked.acr:
            wanted["acr"] = {"essential": True, "values": list(asked.acr)}
        return {**wanted, "amr": None, "auth_time": {"essential": True}}

    def _person(self, claims: tokens.Claims, token: str, at: datetime) -> Person:
        settings = self.settings
        return Person(
            provider=settings.name,
            issuer=settings.issuer,
            subject=claims["sub"],
            name=_said(claims, settings.claims.name),
            linking=_said(claims, settings.linking_claim),
            identifier=_said(claims, settings.claims.identifier),
            sid=_said(claims, "sid"),
            acr=_said(claims, "acr"),
            amr=tokens.methods(claims),
            authenticated_at=tokens.proven_at(claims, at),
            id_token=token,
        )

    async def _exchanged(self, described: Metadata, code: str, verifier: str, at: datetime) -> str:
        """The ID token that the provider gives for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
            **self._proof.fields(self.settings.issuer, at),
        }
        answer = await self._asked("POST", described.token_endpoint, data=form, headers=self._proof.headers())
        if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SignInRefused(Reason.CODE)
        token = metadata.document(self._good(answer)).get("id_token")
        if not isinstance(token, str):
            raise SignInRefused(Reason.MALFORMED)
        return token

    async def _fetched_keys(self, at: datetime) -> bytes:
        return await self._get((await self.metadata(at)).jwks_uri)

    async def _get(self, url: str) -> bytes:
        return self._good(await self._asked("GET", url, headers={"Accept": "application/json"}))

    async def _asked(self, method: str, url: str, **said: Any) -> outgoing.Answer:
        try:
            return await self._client.ask(method, url, **said)
        except outgoing.Unreachable as away:
            raise ProviderAway(self.settings.name, away.args[0]) from away

    def _good(self, answer: outgoing.Answer) -> bytes:
        if answer.status != HTTPStatus.OK:
            raise ProviderAway(self.settings.name, say("it answered {status}", status=answer.status))
        return answer.content


def opened(settings: Provider, redirect_uri: str, inner_hosts: Sequence[str] = ()) -> RelyingParty:
    """Our side of the provider of the settings. Raises SecretUnusable."""
    client = outgoing.Client({*inner_hosts, *settings.inner_hosts})
    return RelyingParty(settings, redirect_uri, client=client, proof=client_proof.opened(settings))


def parties(settings: Settings) -> Mapping[str, RelyingParty]:
    """Our sides of all providers of the settings, by name. Raises SecretUnusable."""
    back = f"{settings.public_origin}{BACK}"
    return {each.name: opened(each, back, settings.inner_hosts) for each in settings.oidc}


def _said(claims: tokens.Claims, name: str | None) -> str | None:
    """A claim that is a text or a number, of a sensible length."""
    value = claims.get(name) if name else None
    if type(value) is int:
        value = str(value)
    return value if isinstance(value, str) and 0 < len(value) <= 300 and value.isprintable() else None


def _with(address: str, query: Mapping[str, str]) -> str:
    separator = "&" if urlsplit(address).query else "?"
    return f"{address}{separator}{urlencode(query)}"
