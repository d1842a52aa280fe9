"""The API over a fresh copy of a small world."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

import law_house
import rest as rests
import world as worlds
from hoso_models import postgres


@pytest.fixture
async def rest(world: worlds.World) -> AsyncIterator[rests.Rest]:
    """The API; its clock says Monday 2 March 2026, 09:00."""
    clock = rests.Clock(worlds.instant("2026-03-02 09:00"))
    transport = rests.application(world, clock)
    async with httpx.AsyncClient(transport=transport, base_url="http://hoso.test") as client:
        yield rests.Rest(world, client, clock, rests.Contract())


@pytest.fixture(scope="module")
def law_url(server: postgres.Server) -> Iterator[str]:
    """The address of a world with the procedure of the law's rules, one for each module of tests."""
    with law_house.founded(server) as url:
        yield url


@pytest.fixture
async def law(law_url: str) -> AsyncIterator[rests.Rest]:
    """The API over that world."""
    async with law_house.opened(law_url) as rest:
        yield rest
