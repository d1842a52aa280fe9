"""Rate limiting: exactly the burst passes, then one request per interval, and other clients are not affected."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso_models import EntryChannel, PrincipalKind, errors
from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows import errors as rejections
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.operation import rate_limit
from hoso_workflows.operation.rate_limit import Counted, Limit, Purpose, RateLimit
from support.world import CITIZEN, DESK, STRANGER, World, person

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIMIT = Limit(6 * SECOND, 3)


async def taken(
    db: database.Database, *after: float, subject: str = "a", limit: Limit = LIMIT
) -> list[float | None]:
    """Answers to requests so many seconds after the beginning: None, or seconds to wait."""
    waits = [
        await rate_limit.take(db, "tests", subject, limit, at=AT + seconds * SECOND) for seconds in after
    ]
    return [None if wait is None else wait.total_seconds() for wait in waits]


async def test_a_burst_gets_through_then_one_every_so_often(db: database.Database) -> None:
    assert await taken(db, 0, 0, 0, 0, 1, 6, 6, 100) == [None, None, None, 6, 5, None, 6, None]


async def test_who_keeps_asking_waits_no_longer_for_it(db: database.Database) -> None:
    assert await taken(db, *[0] * 3, *[1] * 50, 6) == [None] * 3 + [5] * 50 + [None]


async def test_one_purpose_and_one_subject_do_not_count_for_another(db: database.Database) -> None:
    await taken(db, 0, 0, 0, 0)
    assert await taken(db, 0, subject="b") == [None]
    assert await rate_limit.take(db, "other", "a", LIMIT, at=AT) is None


async def test_what_is_stored_names_nobody(db: database.Database) -> None:
    await taken(db, 0, subject="203.0.113.0/24")
    ((key, tat),) = await db.rows("select key, tat from throttle")
    assert (len(key), b"203" in key, tat) == (32, False, AT + 6 * SECOND)


async def test_no_time_is_no_limit_and_is_not_counted(db: database.Database) -> None:
    assert await taken(db, *[0] * 9, limit=Limit(timedelta(0), 1)) == [None] * 9
    assert await db.rows("select * from throttle") == []


@pytest.mark.parametrize(("every", "burst"), [(-1, 1), (1, 0), (1, -1)])
def test_a_limit_that_nobody_could_keep_is_refused(every: int, burst: int) -> None:
    with pytest.raises(ValueError, match="a burst of 1 or more"):
        Limit(every * SECOND, burst)


async def test_a_clock_that_was_a_year_ahead_locks_nobody_out(db: database.Database) -> None:
    year = 365 * 86_400
    assert await taken(db, year, year, 0, 0, 0, 0) == [None, None, None, None, None, 6]


async def test_a_clock_that_is_a_little_behind_lets_nobody_through_twice(db: database.Database) -> None:
    assert await taken(db, 5, 5, 5, 0) == [None, None, None, 11]


async def test_of_sixty_four_at_once_exactly_the_burst_gets_through(database_url: str) -> None:
    single = DatabaseSettings(database_pool_size=1)
    async with database.connect(database_url, single) as one, database.connect(database_url, single) as other:
        for subject in ("a", "b"):  # a row that is new, and the same when it is there
            for _ in range(2):
                at = AT + timedelta(hours=_)
                waits = await asyncio.gather(
                    *(
                        rate_limit.take(db, "tests", subject, Limit(6 * SECOND, 5), at=at)
                        for db in (one, other)
                        for _ in range(32)
                    )
                )
                assert waits.count(None) == 5
                assert all(wait > timedelta(0) for wait in waits if wait is not None)


async def test_a_request_counts_for_all_its_limits_or_for_none(database_url: str) -> None:
    narrow, wide = (
        Counted(Purpose.LOOK_UP, name, Limit(6 * SECOND, burst))
        for name, burst in (("narrow", 3), ("wide", 5))
    )
    async with database.connect(database_url) as one, database.connect(database_url) as other:
        limits = [RateLimit(db, rate_limit.DEFAULTS) for db in (one, other)]

        async def passes(counted: list[Counted], by: RateLimit) -> bool:
            try:
                await by.take_all(counted, at=AT)
            except rejections.TooManyRequests:
                return False
            return True

        both = [
            passes(each, by) for by in limits for each in ([narrow, wide], [wide, narrow]) for _ in range(8)
        ]
        assert (await asyncio.gather(*both)).count(True) == 3
        assert [await passes([wide], limits[0]) for _ in range(3)] == [True, True, False]


async def test_what_says_no_more_than_nothing_is_forgotten(db: database.Database) -> None:
    await taken(db, 0, subject="old")
    await taken(db, 10, subject="new")
    assert await rate_limit.delete_unused(db, at=AT + 10 * SECOND + rate_limit.LATELY) == 1
    assert await db.rows("select tat from throttle") == [(AT + 16 * SECOND,)]


@pytest.fixture(scope="module")
def shared(module_database_url: str) -> str:
    return module_database_url


@given(
    gaps=st.lists(st.integers(0, 12), min_size=1, max_size=25),
    every=st.integers(1, 10),
    burst=st.integers(1, 5),
)
def test_it_is_a_bucket_that_fills_by_one_every_so_often(
    shared: str, gaps: list[int], every: int, burst: int
) -> None:
    """Compared with the plain count: tokens up to the burst, one more every so many seconds."""

    async def said() -> list[bool]:
        subject, seconds = uuid4().hex, 0
        async with database.connect(shared) as db:
            found = []
            for gap in gaps:
                seconds += gap
                limit = Limit(every * SECOND, burst)
                found.append(await taken(db, seconds, subject=subject, limit=limit) == [None])
            return found

    assert asyncio.run(said()) == _bucket(gaps, every, burst)


def _bucket(gaps: list[int], every: int, burst: int) -> list[bool]:
    full = burst * every  # in parts of a token, so that all is exact
    held, found = full, []
    for gap in gaps:
        held = min(full, held + gap)
        found.append(held >= every)
        held -= every if found[-1] else 0
    return found


@pytest.fixture
async def paced(world: World) -> World:
    """The world with a service that counts what applicants file."""
    return World(DossierService(world.db, RateLimit(world.db, rate_limit.DEFAULTS)))


async def files(
    world: World, actor: object = CITIZEN, channel: str = EntryChannel.ONLINE, **said: object
) -> None:
    await world.files("2026-03-02 08:00", actor=actor, channel=channel, **said)  # type: ignore[arg-type]  # what `files` passes on


async def test_a_citizen_files_five_at_once_and_the_sixth_is_told_when(paced: World) -> None:
    for _ in range(5):
        await files(paced)
    with pytest.raises(rejections.TooManyRequests) as soon:
        await files(paced)
    assert soon.value.retry_after == 360
    await files(paced, STRANGER, applicant=commands.Applicant("Người nộp 2", identifier="000000000002"))
    await paced.files("2026-03-02 08:06", actor=CITIZEN, channel=EntryChannel.ONLINE)
    assert await paced.one("select count(*) from dossier") == 7


async def test_a_citizen_files_thirty_a_day_and_some(world: World) -> None:
    """At 6 minutes each, with no burst left, the day is over before the hour is."""
    tight = {**rate_limit.DEFAULTS, Purpose.FILING_DAY: Limit(timedelta(minutes=48), 3)}
    paced = World(DossierService(world.db, RateLimit(world.db, tight)))
    for _ in range(3):
        await files(paced)
    with pytest.raises(rejections.TooManyRequests, match="within a day"):
        await files(paced)


async def test_the_desk_files_for_as_many_as_stand_there(paced: World) -> None:
    for _ in range(7):
        await files(paced, person("reception", DESK), EntryChannel.DESK)
    assert await paced.one("select count(*) from throttle") == 0


async def test_a_filing_that_was_refused_or_done_before_counts_for_nothing(paced: World) -> None:
    for _ in range(6):
        with pytest.raises(rejections.FormRefused):
            await files(paced, components=())
        await files(paced, key="once")
    assert await paced.one("select count(*) from dossier") == 1
    for number in range(4):
        await files(paced, key=f"{number}")
    with pytest.raises(rejections.TooManyRequests):
        await files(paced, key="sixth")


def outrun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are faster, twice, than the next act that is saved."""
    send, faster = world.db.one_statement, iter((True, True))

    async def outrun_twice(sql: str, parameters: Any = ()) -> Any:
        if "insert into dossier_event" in sql and next(faster, False):
            raise errors.Conflict("others were faster")
        return await send(sql, parameters)

    monkeypatch.setattr(world.db, "one_statement", outrun_twice)


async def test_a_filing_that_is_decided_again_counts_once(
    paced: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    outrun(paced, monkeypatch)
    for _ in range(5):
        await files(paced)
    with pytest.raises(rejections.TooManyRequests):
        await files(paced)


async def test_a_text_to_the_desk_that_is_decided_again_counts_once_and_an_empty_one_not_at_all(
    paced: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = await paced.files("2026-03-02 08:00", actor=CITIZEN, channel=EntryChannel.ONLINE)

    async def writes(text: str, key: str | None = None) -> None:
        await paced.does(filed, commands.WriteToDesk(text), CITIZEN, at="2026-03-02 08:00", key=key)

    for _ in range(10):
        with pytest.raises(rejections.ReasonMissing):
            await writes(" ")
    outrun(paced, monkeypatch)
    for number in range(9):
        await writes("Chào", key=f"{number}")
        await writes("Chào", key=f"{number}")
    await writes("Chào")
    with pytest.raises(rejections.TooManyRequests) as soon:
        await writes("Chào")
    assert soon.value.retry_after == 120


async def test_a_partners_system_files_faster_than_a_person(paced: World) -> None:
    await paced.changed("update principal set kind = $1 where id = $2", PrincipalKind.PARTNER, CITIZEN)
    for _ in range(7):
        await files(paced)
    assert await paced.one("select count(*) from throttle") == 1
