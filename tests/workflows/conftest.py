"""A world with an office in it, for tests of what happens in the database."""

from collections.abc import AsyncIterator, Iterator

import pytest

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
