"""The API over a fresh copy of a small world."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

import rest as rests
import world as worlds
from hoso_models import database, postgres
from hoso_workflows.office import Office


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world."""
    with worlds.founded(server) as url:
        yield url


@pytest.fixture
async def world(world_url: str) -> AsyncIterator[worlds.World]:
    """A fresh copy of the world, with an office on the loop of this test."""
    async with database.connect(world_url) as db:
        yield worlds.World(Office(db))


@pytest.fixture
async def rest(world: worlds.World) -> AsyncIterator[rests.Rest]:
    """The API; its clock says Monday 2 March 2026, 09:00."""
    clock = rests.Clock(worlds.instant("2026-03-02 09:00"))
    transport = rests.application(world, clock)
    async with httpx.AsyncClient(transport=transport, base_url="http://hoso.test") as client:
        yield rests.Rest(world, client, clock, rests.Contract())
