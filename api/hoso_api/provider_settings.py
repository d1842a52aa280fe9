"""Settings of an identity provider: a table `[[oidc]]` of `hoso.toml`."""

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from hoso_calendar.messages import say

#: Names that are addresses of ours below `/dang-nhap`, or mean another way to sign in.
RESERVED = frozenset({"demo", "local", "tro-lai"})
#: Hosts of this machine, as an address names them.
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class SecretUnusable(Exception):
    """A file of a provider's settings cannot be used.

    The installation does not start without it.
    """

    def __init__(self, provider: str, path: Path, why: str) -> None:
        super().__init__(
            say("[[oidc]] {provider}: {path} cannot be used: {why}", provider=provider, path=path, why=why)
        )


class Algorithm(StrEnum):
    """Signatures that are accepted, none by a secret of both sides."""

    RS256 = "RS256"
    PS256 = "PS256"
    ES256 = "ES256"
    EDDSA = "EdDSA"
    ED25519 = "Ed25519"


class Audience(StrEnum):
    """Kinds of people that a provider signs in."""

    OFFICER = "officer"
    CITIZEN = "citizen"


class Link(StrEnum):
    """Ways in which a subject of a provider becomes a principal of ours."""

    #: The administrator's invitation is taken up while signing in.
    INVITATION = "invitation"
    #: A claim equals the code of a person in the register.
    CLAIM = "claim"
    #: The first sign-in enters the person.
    FIRST_SIGN_IN = "first-sign-in"


_CLAIM_NAME = r"[A-Za-z_][A-Za-z0-9_.:/-]{0,99}"


class Claims(BaseModel):
    """Names of the claims that are read, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=f"^{_CLAIM_NAME}$")] = "name"
    #: Of citizens: the identification number, where the provider verifies it.
    identifier: Annotated[str, Field(pattern=f"^{_CLAIM_NAME}$")] | None = None


class Provider(BaseModel):
    """An identity provider that speaks OpenID Connect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: Part of addresses that are registered at the provider, so it stays for ever.
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")]
    #: As the page of sign-in shows it.
    title: Annotated[str, Field(min_length=1, max_length=200)]
    issuer: Annotated[str, Field(max_length=255)]
    client_id: Annotated[str, Field(min_length=1, max_length=255)]
    #: The private key by which we prove who we are, as a JWK.
    key_file: Path | None = None
    #: In its place a secret that the provider knows too.
    secret_file: Path | None = None
    audience: Annotated[Audience, Field(alias="for")]
    #: Levels of assurance; one of them is needed at every sign-in. Without any, an officer's methods must show two factors.
    acr: tuple[Annotated[str, Field(min_length=1, max_length=255)], ...] = ()
    #: Levels for acts that want a new proof; without any those of every sign-in.
    step_up_acr: tuple[Annotated[str, Field(min_length=1, max_length=255)], ...] = ()
    link: Annotated[str, Field(max_length=120)]
    claims: Claims = Claims()
    scopes: tuple[Annotated[str, Field(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]{1,100}$")], ...] = (
        "openid",
        "profile",
    )
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)] = tuple(Algorithm)

    @field_validator("name")
    @classmethod
    def _free(cls, name: str) -> str:
        if name in RESERVED:
            raise ValueError(say("{name} is a name of ours; take another one", name=name))
        return name

    @field_validator("issuer")
    @classmethod
    def _address(cls, issuer: str) -> str:
        """Leave the issuer as it is written: it is compared sign by sign."""
        if not encrypted(issuer) or re.search(r"[?#\s]", issuer):
            raise ValueError(
                say(
                    "an issuer is an https address without query (http only on this machine), not {issuer!r}",
                    issuer=issuer,
                )
            )
        return issuer

    @field_validator("scopes")
    @classmethod
    def _openid(cls, scopes: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in scopes:
            raise ValueError(say("scopes need openid"))
        return scopes

    @model_validator(mode="after")
    def _one_proof(self) -> Self:
        if (self.key_file is None) == (self.secret_file is None):
            raise ValueError(say("name either key_file or secret_file"))
        return self

    @model_validator(mode="after")
    def _linked(self) -> Self:
        if not re.fullmatch(f"invitation|first-sign-in|claim:{_CLAIM_NAME}", self.link):
            raise ValueError(
                say(
                    "link is invitation, claim:<name of a claim> or first-sign-in, not {link!r}",
                    link=self.link,
                )
            )
        if (self.linking is Link.FIRST_SIGN_IN) != (self.audience is Audience.CITIZEN):
            raise ValueError(
                say("citizens are linked by first-sign-in, officers by invitation or claim:<name of a claim>")
            )
        return self

    @model_validator(mode="after")
    def _identified(self) -> Self:
        if self.claims.identifier and self.audience is not Audience.CITIZEN:
            raise ValueError(say("claims.identifier is for a provider of citizens"))
        return self

    @property
    def linking(self) -> Link:
        """The way in which subjects are linked."""
        return Link(self.link.partition(":")[0])

    @property
    def linking_claim(self) -> str | None:
        """The claim that is compared with the register."""
        return self.link.partition(":")[2] or None

    @property
    def inner_hosts(self) -> frozenset[str]:
        """The host of an issuer on this machine, which the settings name themselves."""
        host = urlsplit(self.issuer).hostname or ""
        return frozenset({host}) if host in THIS_MACHINE else frozenset()


def encrypted(address: str) -> bool:
    """True for an address that is asked by TLS, or lies on this machine.

    One with a user in it is refused.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or port == 0:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in THIS_MACHINE)


def distinct(providers: Iterable[Provider]) -> None:
    """Raise ValueError where two providers share a name, a client, or issuer and people.

    A subject is known by its issuer, once as an officer and once as a citizen. Each of the two has a client of its own there, so
    that no token for one is good for the other.
    """
    names: set[str] = set()
    issuers: set[tuple[str, Audience]] = set()
    clients: set[tuple[str, str]] = set()
    for each in providers:
        if each.name in names:
            raise ValueError(say("two providers are called {name}", name=each.name))
        if (each.issuer, each.audience) in issuers:
            raise ValueError(
                say(
                    "two providers for {audience} have the issuer {issuer}",
                    audience=each.audience.value,
                    issuer=each.issuer,
                )
            )
        if (each.issuer, each.client_id) in clients:
            raise ValueError(
                say(
                    "two providers are the client {client} of {issuer}; officers and citizens need one each",
                    client=each.client_id,
                    issuer=each.issuer,
                )
            )
        names.add(each.name)
        issuers.add((each.issuer, each.audience))
        clients.add((each.issuer, each.client_id))
