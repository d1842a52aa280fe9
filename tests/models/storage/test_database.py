"""The engine: what is committed, what is refused, and what the driver's errors become."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil
import pytest
from sqlmodel import select

from hoso_models import Party, Principal, PrincipalKind, errors
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from support import databases
from support.builders import rows

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
NAMES = "select name from principal order by name"


def officer(name: str) -> Principal:
    return Principal.model_validate({"kind": "officer", "name": name, "created_at": AT})


async def names(db: Database) -> list[str]:
    return [row.name for row in await db.rows(NAMES)]


async def pid(db: Database) -> int:
    found = await db.row("select pg_backend_pid()")
    assert found is not None
    return int(found[0])


async def test_a_transaction_is_stored_when_its_block_ends(db: Database) -> None:
    async with db.transaction() as tx:
        tx.add(officer("Chuyên viên 1"))
    assert await db.rows("select kind, name, created_at from principal") == [("officer", "Chuyên viên 1", AT)]
    async with db.transaction() as tx:
        found = (await tx.exec(select(Principal))).one()
    # Attributes stay readable after the commit.
    assert (found.kind, found.created_at) == (PrincipalKind.OFFICER, AT)


async def test_a_transaction_that_raises_stores_nothing_and_raises_what_was_raised(db: Database) -> None:
    async def interrupted() -> None:
        async with db.transaction() as tx:
            tx.add(officer("Chuyên viên 1"))
            await tx.rows("insert into watermark values ('job', $1)", (AT,))
            raise FileNotFoundError("a form")

    with pytest.raises(FileNotFoundError, match="a form"):
        await interrupted()
    assert await db.rows("select name from principal union all select job from watermark") == []


async def test_one_statement_is_a_transaction_by_itself(db: Database) -> None:
    await db.one_statement("insert into watermark values ('a', $1)", (AT,))
    with pytest.raises(errors.ConstraintViolated) as caught:
        await db.one_statement("insert into watermark values ('b', $1), ('a', $1)", (AT,))
    assert caught.value.name == "pk_watermark"
    assert await db.rows("select job from watermark") == [("a",)]
    assert await db.row("select job from watermark where job = 'b'") is None


async def test_a_question_is_planned_for_its_own_values_and_the_next_one_as_ever(database_url: str) -> None:
    async with database.connect(database_url, DatabaseSettings(database_pool_size=1)) as db:
        mode = "select current_setting('plan_cache_mode'), $1::int"
        assert await db.planned_rows(mode, [1]) == [("force_custom_plan", 1)]
        assert await db.rows(mode, [2]) == [("auto", 2)]


async def test_racing_writers_win_once_each(db: Database) -> None:
    """The pattern of every command: one writable CTE that compares the version and sets it."""
    dossier = await rows.dossier(db)
    await db.one_statement("insert into engine_state values ($1, 0, '', '', false, $2)", (dossier, AT))
    save = """
        with w as (
            update engine_state set version = version + 1 where dossier_id = $1 and version = $2 returning version
        ), o as (
            insert into outbox (dedup_key, topic, payload, created_at, available_at)
            select $3, 'won', '{}', $4, $4 from w
        )
        select count(*) from w
    """

    async def race(n: int) -> int:
        row = await db.row("select version from engine_state where dossier_id = $1", (dossier,))
        assert row is not None
        won = await db.one_statement(save, (dossier, row[0], f"racer-{n}", AT))
        return int(won[0][0])

    won = sum(await asyncio.gather(*(race(n) for n in range(60))))
    assert await db.rows("select version, (select count(*) from outbox) from engine_state") == [(won, won)]
    assert 1 <= won <= 60


async def test_jsonb_goes_in_and_comes_out_as_python_values(db: Database) -> None:
    value = {"tên": "Đặng", "n": [1, 2.5, None, True], "at": "2026-11-24T08:00:00+00:00"}
    found = await db.row(
        "select $1::jsonb, $2::jsonb, $3::jsonb", (value, [1, "hai"], b'{"made": "already"}')
    )
    assert found == (value, [1, "hai"], {"made": "already"})


async def test_instants_come_back_in_utc_however_they_went_in(db: Database) -> None:
    hanoi = AT.astimezone(timezone(timedelta(hours=7)))
    found = await db.row("select $1::timestamptz, ($2::timestamptz[])[1]", (hanoi, [hanoi]))
    assert found == (AT, AT)
    assert found is not None
    assert found[0].utcoffset() == timedelta(0)


@pytest.mark.parametrize("value", [AT.replace(tzinfo=None), [AT, AT.replace(tzinfo=None)]])
async def test_an_instant_without_an_offset_is_refused(db: Database, value: object) -> None:
    with pytest.raises(errors.NaiveInstant, match=r"Parameter \$2") as caught:
        await db.rows("select $1::int, $2::timestamptz", (1, value))
    assert caught.value.place == 2


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"kind": "ghost"}, "ck_principal_kind"),
        ({"name": None}, "principal.name"),
        ({"id": "taken"}, "pk_principal"),
        ({"subject": "taken"}, "uq_principal_subject"),
    ],
)
async def test_a_row_that_is_refused_names_the_constraint(
    db: Database, change: dict[str, str | None], name: str
) -> None:
    taken = uuid4()
    insert = "insert into principal (id, kind, name, subject, created_at) values ($1, $2, $3, $4, $5)"
    await db.one_statement(insert, (taken, "officer", "Chuyên viên 1", "taken", AT))
    given = {"id": uuid4(), "kind": "officer", "name": "Chuyên viên 2", "subject": None, **change}
    if given["id"] == "taken":
        given["id"] = taken
    with pytest.raises(errors.ConstraintViolated) as caught:
        await db.one_statement(insert, (given["id"], given["kind"], given["name"], given["subject"], AT))
    assert caught.value.name == name
    assert await names(db) == ["Chuyên viên 1"]


async def test_a_session_names_the_constraint_too(db: Database) -> None:
    async def twice() -> None:
        async with db.transaction() as tx:
            for name in ("Chuyên viên 1", "Chuyên viên 2"):
                made = officer(name)
                made.subject = "the same"
                tx.add(made)

    with pytest.raises(errors.ConstraintViolated) as caught:
        await twice()
    assert caught.value.name == "uq_principal_subject"
    assert await names(db) == []


async def test_a_mistake_in_a_statement_stays_a_mistake(db: Database) -> None:
    with pytest.raises(asyncpg.UndefinedTableError, match="no_such_table"):
        await db.rows("select * from no_such_table")
    with pytest.raises(asyncpg.DataError, match=r"\$1"):
        await db.rows("select $1::int", ("one",))
    assert await db.rows("select 1") == [(1,)]


async def test_a_deadlock_is_a_conflict(db: Database) -> None:
    await db.one_statement("insert into watermark values ('a', $1), ('b', $1)", (AT,))
    touch = "update watermark set at = at where job = $1"
    both_hold_one = asyncio.Barrier(2)

    async def cross(first: str, second: str) -> str:
        try:
            async with db.transaction() as tx:
                await tx.rows(touch, (first,))
                await both_hold_one.wait()
                await tx.rows(touch, (second,))
        except errors.Conflict as conflict:
            return conflict.reason
        return "stored"

    assert sorted(await asyncio.gather(cross("a", "b"), cross("b", "a"))) == ["deadlock detected", "stored"]


async def test_a_serialization_failure_is_a_conflict(db: Database) -> None:
    await db.one_statement("insert into watermark values ('a', $1)", (AT,))

    async def late() -> None:
        async with db.transaction() as tx:
            await tx.rows("set transaction isolation level repeatable read")
            await tx.rows("select 1 from watermark")
            await db.one_statement("update watermark set at = at + interval '1 day'")
            await tx.rows("update watermark set at = at")

    with pytest.raises(errors.Conflict, match="nothing was stored"):
        await late()


async def test_a_plan_that_a_migration_outdated_is_made_anew(database_url: str) -> None:
    single, owner = (
        DatabaseSettings(database_pool_size=1, database_transactions=1),
        databases.as_owner(database_url),
    )
    question = "select * from planned"
    async with database.connect(owner, single) as db, database.connect(owner) as other:
        await db.one_statement("create table planned (n int)")
        await db.one_statement("insert into planned values (1)")
        assert await db.rows(question) == [(1,)]
        await other.one_statement("alter table planned add m int default 2")
        assert await db.rows(question) == [(1, 2)]
        await other.one_statement("alter table planned rename m to k")
        assert dict((await db.planned_rows(question))[0]) == {"n": 1, "k": 2}

        async def within_a_transaction() -> object:
            async with db.transaction() as tx:
                return await tx.rows(question)

        assert await within_a_transaction() == [(1, 2)]
        await other.one_statement("alter table planned add o int default 3")
        with pytest.raises(errors.StalePlan, match="nothing was stored"):
            await within_a_transaction()
        assert await within_a_transaction() == [(1, 2, 3)]


async def test_a_connection_that_died_while_nobody_used_it_is_replaced_unseen(
    db: Database, database_url: str
) -> None:
    victim = await pid(db)
    async with database.connect(database_url) as other:
        await other.rows("select pg_terminate_backend($1)", (victim,))
        # Its socket closes when it ends, which is later than it leaves the server's lists.
        while psutil.pid_exists(victim):
            await other.rows("select 1")
        await other.rows("select 1")
    assert await pid(db) != victim
    async with db.transaction() as tx:
        assert await tx.rows("select 1") == [(1,)]


async def test_a_backend_killed_at_work_is_the_database_away_and_the_next_try_succeeds(
    db: Database, database_url: str
) -> None:
    victim = await pid(db)
    asleep = "select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'"
    async with database.connect(database_url) as other:
        work = asyncio.ensure_future(db.rows("select pg_sleep(1000)"))
        while not await other.rows(asleep, (victim,)):
            pass
        await other.rows("select pg_terminate_backend($1)", (victim,))
        with pytest.raises(errors.DatabaseAway) as caught:
            await work
    assert caught.value.retry_after > 0
    assert await db.rows("select 1") == [(1,)]


async def test_more_work_than_connections_waits_for_its_turn(database_url: str) -> None:
    narrow = DatabaseSettings(database_pool_size=2)
    async with database.connect(database_url, narrow) as db:
        found = await asyncio.gather(*(pid(db) for _ in range(20)))
        assert len(found) == 20
        assert len(set(found)) == 2


async def test_the_connection_that_was_used_last_is_used_again(db: Database) -> None:
    await asyncio.gather(*(pid(db) for _ in range(4)))
    last = await pid(db)
    assert [await pid(db) for _ in range(4)] == [last] * 4


async def test_cancelled_work_leaves_the_pool_whole(database_url: str) -> None:
    single = DatabaseSettings(database_pool_size=1, database_transactions=1)
    async with database.connect(database_url, single) as db, database.connect(database_url) as other:
        victim = await pid(db)
        asleep = "select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'"
        work = asyncio.ensure_future(db.rows("select pg_sleep(1000)"))
        while not await other.rows(asleep, (victim,)):
            pass
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert await db.rows("select 1") == [(1,)]
        assert not await other.rows(asleep, (victim,))


async def test_a_connection_whose_making_was_cancelled_is_closed(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, begun = list[asyncpg.Connection](), asyncio.Event()

    async def never_done(connection: asyncpg.Connection) -> None:
        made.append(connection)
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(database, "_set_json_codec", never_done)
    async with database.connect(database_url) as db:
        work = asyncio.ensure_future(db.rows("select 1"))
        await begun.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert [connection.is_closed() for connection in made] == [True]


async def test_a_backend_killed_in_the_middle_of_a_transaction_stores_nothing(
    db: Database, database_url: str
) -> None:
    async def interrupted() -> None:
        async with db.transaction() as tx, database.connect(database_url) as other:
            tx.add(officer("Chuyên viên 1"))
            await tx.flush()
            victim = (await tx.rows("select pg_backend_pid()"))[0][0]
            await other.rows("select pg_terminate_backend($1)", (victim,))
            await tx.rows("select pg_sleep(10)")

    with pytest.raises(errors.DatabaseAway):
        await interrupted()
    assert await names(db) == []


async def test_a_cancelled_transaction_stores_nothing_and_is_not_the_databases_fault(db: Database) -> None:
    begun = asyncio.Event()

    async def slow() -> None:
        async with db.transaction() as tx:
            tx.add(officer("Chuyên viên 1"))
            await tx.flush()
            begun.set()
            await tx.rows("select pg_sleep(1000)")

    work = asyncio.ensure_future(slow())
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await names(db) == []


async def test_a_statement_that_takes_too_long_is_given_up(database_url: str) -> None:
    hasty = DatabaseSettings(database_statement_timeout=timedelta(seconds=1))
    async with database.connect(database_url, hasty) as db:
        with pytest.raises(errors.DatabaseAway, match="statement timeout"):
            await db.rows("select pg_sleep(1000)")
        assert await db.rows("select 1") == [(1,)]


async def test_a_full_pool_says_come_back_later(database_url: str) -> None:
    narrow = DatabaseSettings(
        database_pool_size=1, database_transactions=1, database_pool_timeout=timedelta(milliseconds=50)
    )
    async with database.connect(database_url, narrow) as db:
        async with db.transaction() as tx:
            await tx.rows("select 1")
            with pytest.raises(errors.DatabaseAway, match="QueuePool limit"):
                async with db.transaction():
                    pass
        at_work = asyncio.ensure_future(db.rows("select pg_sleep(1000)"))
        await asyncio.sleep(0)
        with pytest.raises(errors.DatabaseAway, match="1 connections are at work"):
            await db.rows("select 1")
        at_work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await at_work
        assert await db.rows("select 1") == [(1,)]


async def test_a_server_that_is_not_there_is_the_database_away(tmp_path: Path) -> None:
    for place in (f"@/hoso?host={tmp_path}", "@127.0.0.1:1/hoso"):
        async with database.connect(f"postgresql://hoso:x{place}") as db:
            with pytest.raises(errors.DatabaseAway):
                await db.rows("select 1")
            with pytest.raises(errors.DatabaseAway):
                async with db.transaction():
                    pass


async def test_a_name_is_folded_whenever_it_is_stored(db: Database) -> None:
    party = await rows.party(db, "Nguyễn Thị Ánh")
    search = "select name from party where to_tsvector('simple', name_folded) @@ to_tsquery('simple', $1)"
    assert await db.rows(search, ("nguyen & anh:*",)) == [("Nguyễn Thị Ánh",)]
    async with db.transaction() as tx:
        found = (await tx.exec(select(Party).where(Party.id == party))).one()
        found.name = "Đặng Đức"
    assert await db.rows(search, ("nguyen",)) == []
    assert await db.rows(search, ("dang & duc",)) == [("Đặng Đức",)]
