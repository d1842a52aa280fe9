"""The API over a fresh copy of a small world."""

from collections.abc import AsyncIterator

import httpx
import pytest

import rest as rests
import world as worlds


@pytest.fixture
async def rest(world: worlds.World) -> AsyncIterator[rests.Rest]:
    """The API; its clock says Monday 2 March 2026, 09:00."""
    clock = rests.Clock(worlds.instant("2026-03-02 09:00"))
    transport = rests.application(world, clock)
    async with httpx.AsyncClient(transport=transport, base_url="http://hoso.test") as client:
        yield rests.Rest(world, client, clock, rests.Contract())
