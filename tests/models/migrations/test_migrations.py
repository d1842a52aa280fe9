"""The migrated schema is the one that the models declare, on the oldest and the newest PostgreSQL we promise."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from hoso_models import Record, migrations, postgres
from hoso_models.migrations import comparison
from hoso_models.storage import database
from hoso_models.storage.database import Database
from support import databases

pytestmark = pytest.mark.server

#: Everything that can differ, read from the catalogue; the partitions belong to their parent.
CATALOGUE = {
    "columns": """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
               pg_get_expr(d.adbin, d.adrelid)
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
          and a.attnum > 0 and not a.attisdropped and c.relname <> 'alembic_version'
        order by c.relname, a.attnum""",
    "constraints": """
        select conrelid::regclass::text, conname::text, pg_get_constraintdef(k.oid)
        from pg_constraint k join pg_class c on c.oid = k.conrelid
        where c.relnamespace = 'public'::regnamespace and not c.relispartition and contype not in ('n', 't')
          and c.relname <> 'alembic_version'
        order by 1, 2, 3""",
    "indexes": """
        select c.relname::text, pg_get_indexdef(i.indexrelid)
        from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname <> 'alembic_version'
        order by 1, 2""",
    "storage": """
        select relname::text, relkind::text, relpersistence::text, reloptions, pg_get_partkeydef(oid)
        from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
          and relname <> 'alembic_version'
        order by 1""",
}


@pytest.fixture(scope="module", params=[15, 18])
def empty_server(request: pytest.FixtureRequest) -> Iterator[postgres.Server]:
    with (
        databases.home() as home,
        postgres.Server(home, options=databases.HASTY, version=request.param) as server,
    ):
        yield server


@pytest.fixture
async def empty(empty_server: postgres.Server) -> AsyncIterator[Database]:
    """A database in which nothing was ever made."""
    empty_server.query("drop database if exists empty with (force)")
    async with database.connect(databases.as_owner(empty_server.ensure_database("empty"))) as db:
        yield db


async def catalogue(db: Database) -> dict[str, list[tuple[object, ...]]]:
    return {name: [tuple(row) for row in await db.rows(sql)] for name, sql in CATALOGUE.items()}


async def test_the_migrated_schema_is_the_declared_one(
    empty: Database, empty_server: postgres.Server
) -> None:
    empty_server.query("drop database if exists declared with (force)")
    empty_server.ensure_database("declared")
    async with database.connect(databases.as_owner(empty_server.url("declared"))) as declared:
        async with declared.engine.begin() as connection:
            await connection.run_sync(Record.metadata.create_all)
        await migrations.upgrade(empty)
        migrated = await catalogue(empty)
        assert migrated == await catalogue(declared)
        assert {row[0] for row in migrated["storage"]} == set(Record.metadata.tables)


async def test_autogenerate_finds_nothing_to_do(empty: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"include_name": comparison.include_name, "compare_server_default": True}
        )
        return list(compare_metadata(context, Record.metadata))

    await migrations.upgrade(empty)
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_second_upgrade_finds_nothing_to_do(empty: Database) -> None:
    assert await migrations.current(empty) is None
    assert await migrations.upgrade(empty) == migrations.head()
    before = await catalogue(empty)
    assert await migrations.upgrade(empty) == migrations.head()
    assert await migrations.current(empty) == migrations.head()
    assert await catalogue(empty) == before


async def test_upgrades_at_once_take_turns(empty: Database) -> None:
    stands = await asyncio.gather(*(migrations.upgrade(empty) for _ in range(4)))
    assert stands == [migrations.head()] * 4


async def test_an_upgrade_that_fails_leaves_nothing_behind(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        upgrade(*_)
        raise RuntimeError("the power went")

    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(RuntimeError, match="the power went"):
        await migrations.upgrade(empty)
    assert await migrations.current(empty) is None
    assert await catalogue(empty) == {name: [] for name in CATALOGUE}


async def test_a_server_that_is_too_old_is_refused(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "OLDEST", 99)
    with pytest.raises(migrations.TooOld, match="needs 99 or newer"):
        await migrations.upgrade(empty)
    assert await migrations.current(empty) is None


def test_the_migrations_are_a_single_line() -> None:
    assert migrations.head() == "0090"


async def test_whoever_does_not_own_the_database_cannot_bring_it_up_to_date(
    empty: Database, empty_server: postgres.Server
) -> None:
    async with database.connect(empty_server.url("empty")) as application:
        with pytest.raises(
            migrations.NotTheOwner,
            match=f"hoso_app, which does not own it, cannot bring it to {migrations.head()}",
        ):
            await migrations.upgrade(application)
        await migrations.upgrade(empty, "0005")
        with pytest.raises(migrations.NotTheOwner, match="stands at 0005"):
            await migrations.upgrade(application)
        await empty.one_statement("revoke select on alembic_version from hoso_app")
        with pytest.raises(migrations.NotTheOwner, match="stands at what it may not read"):
            await migrations.upgrade(application)
        await migrations.upgrade(empty)
        assert await migrations.upgrade(application) == migrations.head()


async def test_there_is_a_partition_for_every_month_of_the_first_two_years(empty: Database) -> None:
    await migrations.upgrade(empty)
    found = await empty.rows(
        "select relname::text from pg_class where relispartition and relkind = 'r' order by relname"
    )
    months = [f"dossier_event_{year}_{month:02}" for year in (2026, 2027) for month in range(1, 13)]
    assert [row[0] for row in found] == [*months, "dossier_event_default"]


def test_the_revisions_are_those_that_alembic_finds_in_the_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert (migrations.head(), migrations.revisions()) == (
        scripts.get_current_head(),
        {each.revision for each in scripts.walk_revisions()},
    )
