"""The application with an identity provider, and a browser that signs in by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from fastapi import FastAPI

from hoso_api.app import create_app
from hoso_api.settings import Settings
from support import fake_provider
from support.api_client import Clock
from support.fake_provider import ISSUER, FakeProvider
from support.world import World

ORIGIN = "https://hoso.test"
BACK = f"{ORIGIN}/dang-nhap/tro-lai"
#: What a browser sends with a link and with a form of our own pages.
PAGE = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def browser(app: FastAPI) -> httpx.AsyncClient:
    """A browser of its own, without cookies."""
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=PAGE)


def path(address: str) -> str:
    """The path and query of an address of ours."""
    assert address.startswith((ORIGIN, "/")), address
    return address.removeprefix(ORIGIN)


@dataclass
class Door:
    """The application, and a provider in memory at which anybody may be signed in."""

    app: FastAPI
    world: World
    clock: Clock
    fake: FakeProvider
    asked: dict[str, str] = field(default_factory=dict)

    async def begins(self, client: httpx.AsyncClient, where: str = "/dang-nhap/tinh") -> dict[str, str]:
        """Follow the link; what the provider is asked."""
        answer = await client.get(where)
        assert answer.status_code == 302, answer.text
        assert answer.headers["location"].startswith(f"{ISSUER}/auth?")
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    async def comes_back(
        self,
        client: httpx.AsyncClient,
        asked: dict[str, str],
        answer: dict[str, str] | None = None,
        **claims: Any,
    ) -> httpx.Response:
        """Come back from the provider, which says that of the person."""
        self.fake.at = self.clock.at
        self.fake.token = self.fake.signed(self.fake.claims(nonce=asked["nonce"], **claims))
        said = {"iss": ISSUER, "code": "code", "state": asked["state"]} if answer is None else answer
        return await client.get(f"/dang-nhap/tro-lai?{urlencode(said)}")

    async def signs_in(self, client: httpx.AsyncClient, **claims: Any) -> httpx.Response:
        """The whole way."""
        return await self.comes_back(client, await self.begins(client), **claims)

    async def logs_out(self, header: dict[str, Any] | None = None, **claims: Any) -> httpx.Response:
        """A logout token of the provider arrives."""
        self.fake.at = self.clock.at
        token = self.fake.signed(self.fake.logout_claims(**claims), header or {})
        return await self.sends(token)

    async def sends(self, token: str) -> httpx.Response:
        """A token arrives at the back channel, from no browser."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN) as provider:
            return await provider.post("/dang-xuat/kenh-sau/tinh", data={"logout_token": token})


@asynccontextmanager
async def opened(
    world: World, folder: Path, at: datetime, also: Sequence[Mapping[str, Any]] = (), **changes: Any
) -> AsyncIterator[Door]:
    """The application with a provider in memory, `also` by further clients of it."""
    secret = folder / "secret"
    secret.write_text("secret")
    said = [changes, *also]
    settings = tuple(fake_provider.settings(secret_file=secret, **each) for each in said)
    clock, fake = Clock(at), FakeProvider(at)
    app = create_app(world.service, clock=clock, settings=Settings(public_url=ORIGIN, oidc=settings))
    for each, one in zip(said, settings, strict=True):
        app.state.parties[one.name] = fake_provider.party(fake, back=BACK, **each)
    yield Door(app, world, clock, fake)
