"""The primary database is killed under clients with journals: its standby goes on, and every answer was true."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from hoso_api.app import create_app
from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from support import databases, replicas
from support import world as worlds
from support.chaos import crowd, invariants
from support.procedures import permit
from support.replicas import Pair

SEED = 20261202
#: Clients at once; accepted completions before the primary is killed, and at the end.
CLIENTS, BEFORE, AFTER = 8, 40, 80
#: Seconds after which something hangs.
BOUND = 600


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A primary and its standby."""
    with replicas.pair() as found:
        yield found


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.rotating("models/hoso_models/storage", "api/hoso_api/http")
async def test_a_killed_primary_loses_nothing_doubles_nothing_and_makes_no_answer_false(pair: Pair) -> None:
    reached = asyncio.Event()

    def heard(completions: int) -> None:
        if completions >= BEFORE:
            reached.set()

    def enough() -> bool:
        return journal.completions >= AFTER

    async def failover() -> None:
        await reached.wait()
        await pair.kill_waiting(CLIENTS // 2)
        await pair.promote()

    journal = crowd.Journal(heard)
    async with database.connect(pair.url(databases.TEMPLATE)) as db:
        await worlds.build(db, {})
        await permit.establish(db, permit.drawn())
        await pair.confirm()
        app = create_app(DossierService(db))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with asyncio.timeout(BOUND), asyncio.TaskGroup() as working:
            working.create_task(failover())
            working.create_task(
                crowd.crowd("http://hoso.test", db, journal, SEED, CLIENTS, enough, transport)
            )
        print(dict(sorted(journal.tally.items())))  # noqa: T201 - pytest -s or -rA shows it
        assert await invariants.violations(db, app.state.files, journal) == []
    assert journal.tally["told to come back: 504"] > 0
    assert journal.uploads > 0
