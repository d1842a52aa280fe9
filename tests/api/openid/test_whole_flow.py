"""The whole way with the certified provider: over the pages, in a browser, and back by the provider's own sign-out."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser

from hoso_api.app import create_app
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_models import SessionKind
from hoso_workflows.identity import sessions
from support import browser as pages
from support import fake_provider, identity_provider, ports, provider_pages
from support.api_client import Rest
from support.identity_provider import MFA, PASSWORD, IdentityProvider, Visitor
from support.world import OTHER, World, person

OFFICER = person("specialist", OTHER)


@dataclass(frozen=True, slots=True)
class House:
    """The installation, on a port of this machine, and its provider."""

    app: FastAPI
    origin: str
    provider: IdentityProvider
    world: World

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        """A browser of its own at the installation."""
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="https://hoso.test", headers=provider_pages.PAGE
        ) as client:
            yield client

    async def asked(self, client: httpx.AsyncClient, where: str = "/dang-nhap/tinh") -> str:
        """The address at the provider to which a link of ours leads."""
        answer = await client.get(where)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def back(self, address: str) -> str:
        """The path at ours to which the provider sends the browser."""
        assert address.startswith(f"{self.origin}/"), address
        return address.removeprefix(self.origin)


@asynccontextmanager
async def served(app: FastAPI, listening: socket.socket) -> AsyncIterator[None]:
    """The application on a port that is bound."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    running = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def opened(
    world: World, provider: IdentityProvider, folder: Path, *, strict: bool = True
) -> AsyncIterator[House]:
    """The installation and its provider, each known to the other; the officer has a number in the register."""
    await world.changed("update principal set code = 'CC-0001' where id = $1", OFFICER)
    path, key = identity_provider.key_file(folder)
    with ports.listening() as listening:
        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        client = identity_provider.client(
            key,
            f"{origin}/dang-nhap/tro-lai",
            backchannel_logout_uri=f"{origin}/dang-xuat/kenh-sau/tinh",
            post_logout_redirect_uris=[f"{origin}/dang-nhap"],
        )
        provider.configure(client, strict=strict)
        settings = fake_provider.settings(
            issuer=provider.issuer, secret_file=None, key_file=path, acr=[PASSWORD, MFA], step_up_acr=[MFA]
        )
        app = create_app(world.service, clock=now, settings=Settings(public_url=origin, oidc=(settings,)))
        async with served(app, listening):
            yield House(app, origin, provider, world)


@pytest.fixture
async def house(world: World, provider: IdentityProvider, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(world, provider, tmp_path) as found:
        yield found


async def signs_in(
    house: House, client: httpx.AsyncClient, visitor: Visitor, **typed: object
) -> httpx.Response:
    """The first officer signs in."""
    address = await visitor.signs_in(await house.asked(client), "officer-1", **typed)  # type: ignore[arg-type]  # words for words handed on
    return await client.get(house.back(address))


async def test_an_officer_signs_in_and_a_callback_is_good_once(house: House) -> None:
    async with house.browser() as client:
        visitor = Visitor(house.provider.issuer)
        address = house.back(await visitor.signs_in(await house.asked(client), "officer-1"))
        assert (await client.get(address)).status_code == 303
        assert (await client.get("/noi-bo/qua-han")).status_code == 200
        assert (await client.get(address)).status_code == 400


async def test_a_strangers_callback_in_a_victims_browser_is_refused(house: House) -> None:
    async with house.browser() as stranger, house.browser() as victim:
        theirs = await Visitor(house.provider.issuer).signs_in(await house.asked(stranger), "officer-1")
        for _ in range(2):
            assert (await victim.get(house.back(theirs))).status_code == 400
            await house.asked(victim)
        assert (await victim.get("/noi-bo/qua-han")).status_code == 303


async def test_an_issuer_that_was_changed_or_removed_is_refused(house: House) -> None:
    async with house.browser() as client:
        for change in ("", "&iss=https%3A%2F%2Fevil.example"):
            address = house.back(
                await Visitor(house.provider.issuer).signs_in(await house.asked(client), "officer-1")
            )
            assert "&iss=" in address
            assert (await client.get(address.partition("&iss=")[0] + change)).status_code == 400


async def test_a_confirmation_with_a_password_alone_is_refused_and_with_a_code_accepted(
    world: World, provider: IdentityProvider, tmp_path: Path
) -> None:
    async with opened(world, provider, tmp_path, strict=False) as house, house.browser() as client:
        visitor = Visitor(provider.issuer)
        # Half an hour ago, by password: good enough to work, and not to approve.
        await signs_in(house, client, visitor, amr=("pwd",), acr=PASSWORD, age=1800)
        before = client.cookies["__Host-hoso"]
        for acr, status in ((PASSWORD, 400), (MFA, 303)):
            asked = await house.asked(client, "/xac-thuc-lai/tinh?tiep=/tai-khoan")
            # The one before was just now: nothing would be asked for again.
            typing = Visitor(provider.issuer)
            answer = await client.get(house.back(await typing.signs_in(asked, "officer-1", acr=acr)))
            assert answer.status_code == status, answer.text
        assert client.cookies["__Host-hoso"] != before
        found = await sessions.read(world.db, client.cookies["__Host-hoso"], SessionKind.OFFICER, at=now())
        assert found is not None
        assert found.recent(now())
        assert found.acr == MFA


async def test_the_next_sign_in_works_after_the_provider_has_changed_its_key(house: House) -> None:
    async with house.browser() as client:
        assert (await signs_in(house, client, Visitor(house.provider.issuer))).status_code == 303
        house.provider.rotate()
        assert (await signs_in(house, client, Visitor(house.provider.issuer))).status_code == 303


async def test_a_sign_out_at_the_provider_ends_our_session(house: House) -> None:
    async with house.browser() as client, house.browser() as other, house.browser() as again:
        visitor = Visitor(house.provider.issuer)
        await signs_in(house, client, visitor)
        await signs_in(house, other, Visitor(house.provider.issuer))
        await signs_in(house, again, visitor)
        # From one browser that signs out, by the link of our page.
        page = await again.post("/dang-xuat")
        link = (
            page.text.partition(f'href="{house.provider.issuer}')[2].partition('"')[0].replace("&amp;", "&")
        )
        back = await visitor.signs_out(house.provider.issuer + link)
        assert back.startswith(f"{house.origin}/dang-nhap")
        # The provider has told us before it sent the browser back.
        assert (await client.get("/noi-bo/qua-han")).status_code == 303
        assert (await other.get("/noi-bo/qua-han")).status_code == 200


@pytest.mark.asyncio(loop_scope="session")
async def test_a_browser_signs_in_by_a_link(
    browsed: Rest, browser: Browser, provider: IdentityProvider, tmp_path: Path
) -> None:
    complaints: list[str] = []
    async with (
        opened(browsed.world, provider, tmp_path) as house,
        pages.opened(browser, 800, complaints) as page,
    ):
        await page.goto(f"{house.origin}/dang-nhap?tiep=/tai-khoan")
        await pages.follows(page, "text=Tài khoản công chức")
        await page.fill("input[name=login]", "officer-1")
        await pages.follows(page, "button")
        assert page.url == f"{house.origin}/tai-khoan"
        names = {each["name"] for each in await page.context.cookies(house.origin)}
        assert "__Host-hoso" in names
        assert "__Host-hoso-di" not in names
    assert complaints == []
