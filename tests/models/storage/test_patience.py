"""A database that hangs (SIGSTOP) keeps nobody waiting for ever, and spoils nothing for those who come afterwards."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from hoso_models import postgres
from hoso_models.errors import DatabaseAway
from hoso_models.postgres import process
from hoso_models.storage import database, time_limits
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings


@pytest.fixture
async def few(database_url: str) -> AsyncIterator[Database]:
    """A database with two connections of each kind, whose own time-outs are far away (conftest)."""
    settings = DatabaseSettings(database_pool_size=2, database_transactions=2)
    async with database.connect(database_url, settings) as db:
        yield db


@contextmanager
def hung(server: postgres.Server) -> Iterator[None]:
    """The server and all its backends stand still while the block lasts."""
    stopped = process.processes_in(server.data)
    try:
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in stopped:
            process.send(pid, signal.SIGCONT)


async def one(db: Database) -> object:
    return (await db.row("select 1"))[0]


async def whole(db: Database) -> object:
    async with db.transaction() as tx:
        return (await tx.rows("select 2"))[0][0]


async def crowd(db: Database, seconds: float) -> list[object]:
    """Results of more single statements and transactions than there is room for; `seconds` limits them, 0 for ever."""
    with time_limits.within(seconds):
        asked = (each(db) for each in (one, whole) for _ in range(4))
        return list(await asyncio.gather(*asked, return_exceptions=True))


@pytest.mark.parametrize("warm", [True, False])
async def test_who_waited_long_enough_is_told_and_the_next_one_is_served(
    server: postgres.Server, few: Database, warm: bool
) -> None:
    if warm:
        assert (await one(few), await whole(few)) == (1, 2)
    with hung(server):
        said = [await crowd(few, 0.2) for _ in range(3)]
    assert [type(each) for eight in said for each in eight] == [DatabaseAway] * 24
    assert [await crowd(few, 0) for _ in range(2)] == [[1, 1, 1, 1, 2, 2, 2, 2]] * 2


async def test_a_transaction_in_the_midst_of_its_work_ends_too(
    server: postgres.Server, few: Database
) -> None:
    await few.one_statement("insert into watermark values ('kept', now())")

    async def interrupted() -> None:
        async with few.transaction() as tx:
            await tx.rows("insert into watermark values ('lost', now())")
            with hung(server):
                await tx.rows("select 1 from watermark")

    with time_limits.within(0.2), pytest.raises(DatabaseAway):
        await interrupted()
    assert await few.rows("select job from watermark") == [("kept",)]


async def test_a_statement_that_was_cut_off_goes_on_for_nobody(few: Database) -> None:
    """PostgreSQL looks every second whether somebody still waits for what it does."""
    with time_limits.within(0.2), pytest.raises(DatabaseAway):
        await few.row("select 'sleeps' from pg_sleep(600)")
    at_it = "select count(*) from pg_stat_activity where query like '%sleeps% from pg_sleep%' and pid <> pg_backend_pid()"
    async with asyncio.timeout(300):
        while (await few.row(at_it))[0]:  # noqa: ASYNC110 - another server process sets no event
            await asyncio.sleep(0.05)


async def test_all_statements_of_a_request_wait_together(few: Database) -> None:
    with time_limits.within(0.5):
        await few.row("select from pg_sleep(0.2)")
        with pytest.raises(DatabaseAway):
            await few.row("select from pg_sleep(0.4)")
        with pytest.raises(DatabaseAway, match="long enough"):
            await few.row("select 1")
    assert await one(few) == 1


async def test_what_has_more_time_says_so(few: Database) -> None:
    with time_limits.within(0.1):
        with time_limits.within(timedelta(minutes=5).total_seconds()):
            await few.row("select from pg_sleep(0.2)")
        assert await one(few) == 1
