"""An event is never changed or removed; its payload may be erased by law."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from hoso_models import errors
from hoso_models.storage import database, partitions
from hoso_models.storage.database import Database
from support import databases
from support.builders import rows

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """The owner's connection: whom no privilege keeps from anything, the triggers keep from changing what happened."""
    async with database.connect(databases.as_owner(database_url)) as owner:
        yield owner


@pytest.fixture
async def dossier(db: Database) -> UUID:
    return await rows.dossier(db)


@pytest.mark.parametrize(
    "change",
    [
        "update dossier_event set kind = 'accepted'",
        "update dossier_event set hash = 'x'",
        "update dossier_event set digest = 'x', payload = null, salt = null",
        "update dossier_event set at = at + interval '1 month', payload = null, salt = null",
        "update dossier_event set payload = '{}'",
        "update dossier_event set payload = null",
        "update dossier_event set salt = null",
        "update dossier_event_2026_11 set kind = 'accepted'",
        "delete from dossier_event",
        "delete from dossier_event_2026_11",
        "truncate dossier_event",
        "truncate dossier_event_2026_11",
        "truncate dossier_event_default",
    ],
)
async def test_no_statement_changes_or_removes_an_event(db: Database, dossier: UUID, change: str) -> None:
    await rows.happened(db, dossier, await rows.officer(db))
    before = await db.rows("select * from dossier_event")
    with pytest.raises(errors.ConstraintViolated) as caught:
        await db.one_statement(change)
    assert caught.value.name == "dossier_event_append_only"
    assert await db.rows("select * from dossier_event") == before


async def test_an_erased_payload_leaves_the_chain_whole(db: Database, dossier: UUID) -> None:
    await rows.happened(db, dossier, await rows.officer(db))
    kept = "select dossier_id, seq, at, kind, actor_id, automatic, digest, previous, hash from dossier_event"
    before = await db.rows(kept)
    await db.one_statement("update dossier_event set payload = null, salt = null")
    assert await db.rows(kept) == before
    assert await db.rows("select payload, salt from dossier_event") == [(None, None)]


async def test_an_event_needs_a_dossier_and_an_actor(db: Database, dossier: UUID) -> None:
    actor = await rows.officer(db)
    with pytest.raises(errors.ConstraintViolated) as nobody:
        await rows.happened(db, dossier, uuid4())
    with pytest.raises(errors.ConstraintViolated) as nothing:
        await rows.happened(db, uuid4(), actor)
    assert (nobody.value.name, nothing.value.name) == (
        "fk_dossier_event_actor_id",
        "fk_dossier_event_dossier_id",
    )


async def test_an_event_lies_in_the_partition_of_its_month(db: Database, dossier: UUID) -> None:
    actor = await rows.officer(db)
    instants = [
        datetime(2026, 10, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(1999, 12, 31, tzinfo=UTC),
        datetime(2029, 1, 1, tzinfo=UTC),
    ]
    for seq, at in enumerate(instants, start=1):
        await rows.happened(db, dossier, actor, seq, at)
    found = await db.rows("select tableoid::regclass::text from dossier_event order by seq")
    assert [row[0] for row in found] == [
        "dossier_event_2026_10",
        "dossier_event_2026_11",
        "dossier_event_default",
        "dossier_event_default",
    ]


async def test_months_are_made_ahead_once(db: Database) -> None:
    assert await partitions.ensure_months(db, date(2028, 12, 31), date(2029, 2, 1)) == 3
    assert await partitions.ensure_months(db, date(2028, 12, 31), date(2029, 2, 1)) == 0


async def test_events_move_into_a_month_that_is_made_late(db: Database, dossier: UUID) -> None:
    actor = await rows.officer(db)
    instants = [datetime(2029, 1, 31, tzinfo=UTC), datetime(2029, 2, 1, tzinfo=UTC)]
    for seq, at in enumerate(instants, start=1):
        await rows.happened(db, dossier, actor, seq, at)
    before = await db.rows("select * from dossier_event order by seq")
    assert await partitions.ensure_months(db, date(2029, 2, 1), date(2029, 2, 28)) == 1
    assert await db.rows("select * from dossier_event order by seq") == before
    found = await db.rows("select tableoid::regclass::text from dossier_event order by seq")
    assert [row[0] for row in found] == ["dossier_event_default", "dossier_event_2029_02"]
    for change in ("delete from dossier_event_default", "truncate dossier_event_2029_02"):
        with pytest.raises(errors.ConstraintViolated, match="dossier_event_append_only"):
            await db.one_statement(change)
