"""Fixtures for every test. Each process of tests has a home of its own first, and none of the caller's settings.

What needs a server is imported where it is asked for: a folder of pure tests loads neither the API nor the tables.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from typing import TYPE_CHECKING, Never

# What is imported and collected stays to the end: to look through it for garbage on the way is a tenth of the time.
gc.disable()

from support import own_home  # noqa: E402 - it imports nothing that reads the environment

own_home.settle()

# A machine that is busy is no failure: nobody who waits for its database is sent away; who tests that says when.
for patience in ("POOL_TIMEOUT", "CONNECT_TIMEOUT", "STATEMENT_TIMEOUT", "IDLE_TIMEOUT", "REQUEST_TIMEOUT"):
    os.environ[f"HOSO_DATABASE_{patience}"] = "PT5M"

# What was compiled once is not compiled again by each of the hundreds of programs that tests start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

import hypothesis  # noqa: E402 - after the environment is cleared
import pytest  # noqa: E402 - after the environment is cleared

import hoso_api  # noqa: E402, F401 - the door knows the catalogues of all rooms
from support import homes  # noqa: E402 - after the environment is cleared

if TYPE_CHECKING:
    from hoso_models import postgres
    from hoso_models.storage import database
    from support import api_client, identity_provider
    from support import world as worlds

# A machine that is busy is no failure: neither an example nor the making of one is timed. Nor is chance: everybody tries
# the same examples, and who looks for new ones says so, with `make proof`: many times as many. A test that wants more or
# fewer than others says how many times `settings.default.max_examples`.
untimed = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("repeated", untimed, derandomize=True, database=None, max_examples=70)
hypothesis.settings.register_profile("wandering", untimed, derandomize=False, max_examples=500)
hypothesis.settings.load_profile("repeated")

homes.hasten()

pytest_plugins = ["support.workers", "support.costs", "support.rotation"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the server, and what runs `hoso` as a program; put first what takes long.

    So `-m` knows them, and no worker ends alone with a long one.
    """
    for item in items:
        if {"server", "provider"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("server")
        if _runs_hoso(item):
            item.add_marker("slow")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Search for garbage from here on."""
    gc.enable()


def pytest_worker_begin(name: str) -> None:
    """Move a worker into a home of its own, and fork what runs commands before there are threads and servers."""
    own_home.move(name)
    if command_line := sys.modules.get("support.command_line"):
        command_line.start_warm()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that made an installation in the folder where it was started."""
    if own_home.intruded():
        sys.stderr.write(f"\nA test made {own_home.CALLERS_HOME}, which is the caller's.\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _runs_hoso(item: pytest.Item) -> bool:
    names = vars(item.module) if isinstance(item, pytest.Function) else {}
    return any(getattr(value, "__module__", "") == "support.command_line" for value in names.values())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """No PostgreSQL for a test that is marked neither `server` nor `slow`: `make test-core` runs it where there is none."""
    with pytest.MonkeyPatch.context() as patch:
        servers = sys.modules.get("hoso_models.postgres")
        if servers and not {"server", "slow"} & {mark.name for mark in item.iter_markers()}:
            patch.setattr(servers.Server, "start", _unmarked)
        return (yield)


def _unmarked(_: postgres.Server) -> Never:
    pytest.fail("a test that starts a server is to be marked `server`")


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """The session's embedded PostgreSQL, one for each worker."""
    from support import databases

    with databases.running_server() as running:
        yield running


@pytest.fixture(scope="session")
def provider() -> Iterator[identity_provider.IdentityProvider]:
    """The session's identity provider, one for each worker."""
    from support import identity_provider

    with identity_provider.running() as running:
        yield running


@pytest.fixture
def database_url(server: postgres.Server) -> Iterator[str]:
    """A fresh migrated database for this test."""
    from support import databases

    with databases.clone(server) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(server: postgres.Server) -> Iterator[str]:
    """A fresh migrated database that the tests of a module share."""
    from support import databases

    with databases.clone(server) as url:
        yield url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[database.Database]:
    """A fresh migrated database, connected on the loop of this test."""
    from hoso_models.storage import database

    async with database.connect(database_url) as connected:
        yield connected


@pytest.fixture
def world_url(request: pytest.FixtureRequest, server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world; of the module's own where the closest mark is `world("shared")`."""
    from support import world

    mark = request.node.get_closest_marker("world")
    if mark and mark.args == ("shared",):
        yield request.getfixturevalue("shared_world_url")
        return
    with world.founded(server) as url:
        yield url


@pytest.fixture(scope="module")
def shared_world_url(server: postgres.Server) -> Iterator[str]:
    """A copy of the world for the tests of a module: what one test leaves, the next one finds."""
    from support import world

    with world.founded(server) as url:
        yield url


@pytest.fixture
async def world(world_url: str) -> AsyncIterator[worlds.World]:
    """A fresh copy of the world, with a service on the loop of this test."""
    from support import world

    async with world.opened(world_url) as opened:
        yield opened


@pytest.fixture
async def rest(world: worlds.World) -> AsyncIterator[api_client.Rest]:
    """The API; its clock says Monday 2 March 2026, 09:00."""
    from support import api_client
    from support import world as worlds

    async with api_client.over(world, worlds.instant("2026-03-02 09:00")) as rest:
        yield rest


@pytest.fixture(scope="module")
def law_url(server: postgres.Server) -> Iterator[str]:
    """The address of a world with the procedure of the law's rules, one for each module of tests."""
    from support.procedures import law

    with law.founded(server) as url:
        yield url


@pytest.fixture
async def law(law_url: str) -> AsyncIterator[api_client.Rest]:
    """The API over that world."""
    from support.procedures import law

    async with law.opened(law_url) as rest:
        yield rest
