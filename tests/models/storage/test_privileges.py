"""Privileges of the application's role: with its password history cannot be rewritten. PostgreSQL refuses, not our code."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from hoso_models import Record, errors, migrations
from hoso_models.postgres import Role
from hoso_models.roles import Roles
from hoso_models.storage import database, partitions, privileges
from hoso_models.storage.database import Database
from hoso_models.storage.privileges import ALL, Grant
from support import databases
from support.builders import rows

#: What was done with the application's own password, after which `hoso audit` found nothing; and its neighbours.
FORBIDDEN = [
    "update dossier_event set payload = null, salt = null",
    "update dossier_event set hash = digest",
    "update dossier_event_2026_11 set payload = null, salt = null",
    "delete from dossier_event",
    "delete from dossier_event_2026_11",
    "truncate dossier_event",
    "truncate dossier_event_2026_11",
    "insert into dossier_event_2026_11 select * from dossier_event",
    "alter table dossier_event disable trigger dossier_event_append_only",
    "alter table dossier_event disable trigger user",
    "alter table dossier_event_2026_11 disable trigger user",
    "alter table dossier_event drop column payload",
    "alter table dossier_event detach partition dossier_event_2026_11",
    "drop table dossier_event_2026_11",
    "drop trigger dossier_event_append_only on dossier_event",
    "create or replace function dossier_event_append_only() returns trigger language plpgsql as 'begin return new; end'",
    "set session_replication_role = replica",
    "set role hoso",
    "update access_log set granted = true",
    "delete from access_log",
    "truncate access_log",
    "alter table access_log add column forged text",
    "create table forged (n int)",
    "create temporary table forged (n int)",
    "create schema forged",
    "create function forged() returns int language sql as 'select 1'",
    "select dossier_event_ensure_month('2031-01-01')",
    "update alembic_version set version_num = '0001'",
]
_EVERYTHING = """
select (select jsonb_agg(to_jsonb(e) order by seq) from dossier_event e), (select jsonb_agg(to_jsonb(l)) from access_log l),
  (select jsonb_agg(tgenabled::text || tgname::text order by oid) from pg_trigger),
  (select jsonb_agg(relname::text order by relname) from pg_class where relnamespace = 'public'::regnamespace)
"""


@pytest.fixture
async def application(module_database_url: str) -> AsyncIterator[Database]:
    """The application's connection, to a database that no test of these changes."""
    async with database.connect(module_database_url) as db:
        if not await db.rows("select 1 from access_log"):
            await happened(db)
        yield db


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[Database]:
    """The owner's connection to a database of this test's own."""
    async with database.connect(databases.as_owner(database_url)) as db:
        yield db


async def happened(db: Database) -> UUID:
    """A dossier to which something happened, and a refusal in the log."""
    dossier, actor = await rows.dossier(db), await rows.officer(db)
    await rows.happened(db, dossier, actor)
    log = (
        "insert into access_log (principal_id, act, subject, at, granted) values ($1, 'read', 'x', $2, false)"
    )
    await db.one_statement(log, [actor, rows.AT])
    return dossier


async def refused(db: Database, statement: str, *parameters: Any) -> str:
    """The state with which PostgreSQL refuses a statement."""
    with pytest.raises(errors.DatabaseRefused) as caught:
        await db.one_statement(statement, parameters)
    return str(getattr(caught.value.__cause__, "sqlstate", None))


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_whoever_has_the_applications_password_cannot_rewrite_a_history(
    application: Database, statement: str
) -> None:
    before = await application.rows(_EVERYTHING)
    assert await refused(application, statement) == "42501"
    assert await application.rows(_EVERYTHING) == before


@pytest.mark.parametrize("table", sorted(privileges.TABLES))
async def test_whoever_has_the_auditors_password_reads_and_writes_nothing(
    application: Database, table: str
) -> None:
    async with database.connect(databases.known_as(Role.AUDITOR, application.url)) as auditor:
        before = await application.rows(_EVERYTHING)
        count = f"select count(*) from {table}"  # noqa: S608 - our own tables
        if privileges.TABLES[table].auditor:
            assert await auditor.rows(count) == await application.rows(count)
        else:
            assert await refused(auditor, count) == "42501"
        (column,) = await application.row(_COLUMN, [table])
        for statement in (
            f"insert into {table} default values",
            f"update {table} set {column} = default",  # noqa: S608 - our own tables
            f"delete from {table}",  # noqa: S608 - our own tables
            f"truncate {table}",
        ):
            assert await refused(auditor, statement) == "42501"
        assert await application.rows(_EVERYTHING) == before


_COLUMN = "select attname from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and attidentity = '' limit 1"


@pytest.mark.parametrize("door", sorted(privileges.FUNCTIONS))
async def test_no_door_opens_to_the_auditor(application: Database, door: str) -> None:
    name, _, types = door.removesuffix(")").partition("(")
    call = f"select {name}({', '.join(f'null::{each}' for each in types.split(','))})"
    async with database.connect(databases.known_as(Role.AUDITOR, application.url)) as auditor:
        assert await refused(auditor, call) == "42501"


def test_every_table_has_a_line_and_a_reason_where_less_than_all_may_be_done() -> None:
    assert set(privileges.TABLES) == {*Record.metadata.tables, "alembic_version"}
    unsaid = [
        table
        for table, line in privileges.TABLES.items()
        if (line.application != ALL and not line.why) or (not line.auditor and not line.why_auditor)
    ]
    assert unsaid == []
    assert {line.auditor - {"SELECT"} for line in privileges.TABLES.values()} == {frozenset()}


def test_what_happened_and_who_looked_is_only_added_to() -> None:
    assert set(privileges.LOGS) >= {"dossier_event", "access_log"}


async def test_the_catalogue_says_what_is_declared(application: Database) -> None:
    assert await privileges.drift(application, Roles()) == privileges.Drift((), (), ())
    assert await privileges.role_reach(application) == privileges.RoleReach("hoso_app", "hoso", False, (), ())


STRAYED = [
    ("grant delete on access_log to hoso_app", Grant("table", "access_log", "hoso_app", "DELETE")),
    (
        "grant update (kind) on dossier_event to hoso_app",
        Grant("table", "dossier_event", "hoso_app", "UPDATE (kind)"),
    ),
    (
        "grant truncate on dossier_event_2026_11 to public",
        Grant("table", "dossier_event_2026_11", "PUBLIC", "TRUNCATE"),
    ),
    ("grant insert on party to hoso_audit", Grant("table", "party", "hoso_audit", "INSERT")),
    ("grant create on schema public to public", Grant("schema", "public", "PUBLIC", "CREATE")),
    ("grant select on dossier to hoso_prefect", Grant("table", "dossier", "hoso_prefect", "SELECT")),
    (
        "grant execute on function dossier_event_ensure_month(date) to public",
        Grant("routine", "dossier_event_ensure_month(date)", "PUBLIC", "EXECUTE"),
    ),
    (
        "create table later (n int); grant all on later to hoso_app",
        Grant("table", "later", "hoso_app", "DELETE"),
    ),
]


@pytest.mark.parametrize(("change", "grant"), STRAYED)
async def test_what_somebody_gave_beyond_what_is_declared_is_found_and_taken_back(
    owner: Database, change: str, grant: Grant
) -> None:
    for statement in change.split("; "):
        await owner.one_statement(statement)
    found = await privileges.drift(owner, Roles())
    assert (found.missing, found.strange) == ((), ())
    assert grant in found.extra
    await migrations.upgrade(owner)
    assert await privileges.drift(owner, Roles()) == privileges.Drift((), (), ())


async def test_what_somebody_took_away_is_found_and_given_back(owner: Database) -> None:
    await owner.one_statement("revoke insert, select on dossier from hoso_app")
    await owner.one_statement("revoke execute on function dossier_event_ensure_months from hoso_app")
    name = owner.url.database
    await owner.one_statement(f"revoke connect on database {name} from hoso_audit")
    missing = (
        Grant("database", f"{name}", "hoso_audit", "CONNECT"),
        Grant("routine", "dossier_event_ensure_months(date,date)", "hoso_app", "EXECUTE"),
        Grant("table", "dossier", "hoso_app", "INSERT"),
        Grant("table", "dossier", "hoso_app", "SELECT"),
    )
    assert await privileges.drift(owner, Roles()) == privileges.Drift(missing, (), ())
    await migrations.upgrade(owner)
    assert await privileges.drift(owner, Roles()) == privileges.Drift((), (), ())


async def test_where_one_role_owns_and_works_nothing_is_taken_from_anybody(owner: Database) -> None:
    await owner.one_statement("grant select on dossier to public")
    one = Roles(application="hoso")
    await migrations.upgrade(owner, named=one)
    granted = Grant("table", "dossier", "PUBLIC", "SELECT")
    assert (await privileges.drift(owner, Roles())).extra == (granted,)
    assert (await privileges.role_reach(owner)).owns


async def test_what_others_were_given_is_told_and_left_to_them(owner: Database) -> None:
    # Everybody who may connect to a server has this role, which leads nowhere.
    await owner.one_statement("grant select on dossier to pg_monitor")
    await migrations.upgrade(owner)
    strange = (Grant("table", "dossier", "pg_monitor", "SELECT"),)
    assert await privileges.drift(owner, Roles()) == privileges.Drift((), (), strange)


async def test_the_application_makes_months_that_it_cannot_rewrite(database_url: str) -> None:
    async with database.connect(database_url) as db:
        assert await partitions.ensure_months(db, date(2029, 1, 1), date(2029, 2, 1)) == 2
        owners = "select relname::text, pg_get_userbyid(relowner)::text from pg_class where relname ~ '^dossier_event_2029_..$'"
        assert sorted(await db.rows(owners)) == [
            ("dossier_event_2029_01", "hoso"),
            ("dossier_event_2029_02", "hoso"),
        ]
        for act in ("delete from dossier_event_2029_01", "truncate dossier_event_2029_01"):
            assert await refused(db, act) == "42501"
        assert await privileges.drift(db, Roles()) == privileges.Drift((), (), ())


async def test_a_table_of_ones_own_does_not_slip_under_a_door(database_url: str) -> None:
    """Before functions had a fixed search path, a temporary table of the same name was taken for ours."""
    fixed = """
    select count(*) from pg_proc
    where prosecdef and not coalesce('search_path=public, pg_temp' = any (proconfig), false)"""
    async with database.connect(database_url) as db:
        assert await db.rows(f"{fixed} and pronamespace = 'public'::regnamespace") == [(0,)]


ERASE = "select dossier_event_erase($1, $2, $3, $4, $5)"


async def test_an_erasure_leaves_its_line_in_the_log_and_the_rest_as_it_was(database_url: str) -> None:
    async with database.connect(database_url) as db:
        dossier, actor = await rows.dossier(db), await rows.officer(db)
        for seq in (1, 2, 3):
            await rows.happened(db, dossier, actor, seq)
        kept = "select seq, at, kind, actor_id, automatic, digest, previous, hash from dossier_event order by seq"
        before = await db.rows(kept)
        parameters = [dossier, [1, 3, 7], actor, rows.AT, "Luật A điều 1"]
        assert await db.one_statement(ERASE, parameters) == [(2,)]
        assert await db.one_statement(ERASE, parameters) == [(0,)]
        assert await db.rows(kept) == before
        assert await db.rows("select seq, salt, payload from dossier_event order by seq") == [
            (1, None, None),
            (2, b"salt", {"name": "x"}),
            (3, None, None),
        ]
        assert await db.rows("select principal_id, act, subject, at, granted, detail from access_log") == [
            (actor, "erase", str(dossier), rows.AT, True, {"seqs": [1, 3], "basis": "Luật A điều 1"})
        ]


@pytest.mark.parametrize("basis", [None, "", " \n"])
async def test_an_erasure_without_a_provision_that_demands_it_erases_nothing(
    application: Database, basis: str | None
) -> None:
    before = await application.rows(_EVERYTHING)
    row = await application.row("select dossier_id, actor_id from dossier_event")
    with pytest.raises(errors.ConstraintViolated) as caught:
        await application.one_statement(ERASE, [row.dossier_id, [1], row.actor_id, rows.AT, basis])
    assert caught.value.name == "dossier_event_erase_basis"
    assert await application.rows(_EVERYTHING) == before
