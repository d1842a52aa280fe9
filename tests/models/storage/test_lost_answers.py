"""A connection that is cut at a statement: what is told depends on whether the server may have done it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest

from hoso_models.errors import DatabaseAway, OutcomeUnknown
from hoso_models.storage import database, outcomes
from hoso_models.storage.database import Database
from support import cut_line
from support.cut_line import CutLine

Act = Callable[[Database, str], Awaitable[None]]
AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
KEEP = "insert into watermark values ($1, $2)"
KEPT = "select job from watermark order by job"


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[CutLine]:
    async with cut_line.before(database_url) as opened:
        yield opened


@pytest.fixture
async def far(line: CutLine) -> AsyncIterator[Database]:
    """A database at the end of the line."""
    async with database.connect(line.url) as db:
        yield db


async def kept(db: Database) -> list[str]:
    return [row.job for row in await db.rows(KEPT)]


async def one(db: Database, job: str) -> None:
    await db.one_statement(KEEP, [job, AT])


async def whole(db: Database, job: str) -> None:
    async with db.transaction() as tx:
        await tx.rows(KEEP, [job, AT])


async def told(work: Awaitable[object]) -> type[Exception]:
    with pytest.raises(DatabaseAway) as caught:
        await work
    return caught.type


@pytest.mark.parametrize(("forwarded", "stored"), [(False, []), (True, ["asked"])])
@pytest.mark.parametrize(("act", "at"), [(one, "insert into watermark"), (whole, "COMMIT")])
async def test_a_commit_whose_confirmation_did_not_come_is_unknown(
    db: Database, line: CutLine, far: Database, act: Act, at: str, forwarded: bool, stored: list[str]
) -> None:
    cut = line.cut(at, forwarded=forwarded)
    assert await told(act(far, "asked")) is OutcomeUnknown
    assert (cut.done, await kept(db)) == (True, stored)
    # The next one has another connection.
    await act(far, "again")
    assert await kept(db) == sorted([*stored, "again"])


@pytest.mark.parametrize("forwarded", [False, True])
async def test_what_was_lost_before_its_commit_was_not_done(
    db: Database, line: CutLine, far: Database, forwarded: bool
) -> None:
    line.cut("insert into watermark", forwarded=forwarded)
    assert await told(whole(far, "asked")) is DatabaseAway
    line.cut("from watermark", forwarded=forwarded)
    assert await told(kept(far)) is DatabaseAway
    assert await kept(db) == []


async def test_a_request_that_has_stored_something_is_never_told_that_nothing_was(
    line: CutLine, far: Database
) -> None:
    with outcomes.of_request(changes=True):
        line.cut("from watermark", forwarded=True)
        assert await told(kept(far)) is DatabaseAway
        await one(far, "first")
        line.cut("from watermark", forwarded=True)
        assert await told(kept(far)) is OutcomeUnknown
    with outcomes.of_request(changes=True):
        await whole(far, "second")
        line.cut("from watermark", forwarded=False)
        assert await told(kept(far)) is OutcomeUnknown


async def test_a_request_that_only_reads_has_nothing_to_ask_again(line: CutLine, far: Database) -> None:
    with outcomes.of_request(changes=False):
        await one(far, "somebody looked")
        line.cut("insert into watermark", forwarded=True)
        assert await told(one(far, "and looked again")) is DatabaseAway
