"""The browser of a worker, and the API on its loop."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from support import api_client, browser, world


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="browser")
async def started_browser() -> AsyncIterator[Browser]:
    """One for the worker, on the loop of the session; each test opens its own context."""
    async with browser.started() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def browsed(world_url: str) -> AsyncIterator[api_client.Rest]:
    """The API of the fixture `rest`, on the loop of the browser."""
    async with api_client.opened(world_url, world.instant("2026-03-02 09:00")) as rest:
        yield rest
