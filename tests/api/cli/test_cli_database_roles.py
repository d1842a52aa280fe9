"""The roles of the database as an operator meets them: made by a script, used by each command, looked at by the doctor."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from hoso_api.server import processes
from hoso_api.settings import Settings
from hoso_models import postgres
from hoso_models.postgres import Role
from hoso_models.postgres.cluster import SUPERUSER
from hoso_models.roles import Roles
from hoso_models.storage import database, privileges
from support import databases
from support import world as worlds
from support.command_line import Ran, hoso, owner, program


def shown(address: URL) -> str:
    return address.render_as_string(hide_password=False)


def looked_at(ran: Ran) -> dict[str, dict[str, str]]:
    """The doctor's checks of the database roles, by name."""
    names = ("database role", "privileges", "Prefect's role")
    return {check["name"]: check for check in ran.json if check["name"] in names}


def states(ran: Ran) -> dict[str, str]:
    return {name: check["state"] for name, check in looked_at(ran).items()}


@pytest.fixture
def prefect(server: postgres.Server) -> dict[str, str]:
    """The setting that names Prefect's database, which is there."""
    return {"HOSO_PREFECT_DATABASE_URL": server.ensure_database("prefect", ("pg_trgm",), Role.PREFECT)}


def test_the_doctor_says_that_the_application_owns_nothing(
    database_url: str, prefect: dict[str, str]
) -> None:
    ran = hoso("doctor", "--json", url=database_url, **prefect)
    found = looked_at(ran)
    assert states(ran) == {"database role": "ok", "privileges": "ok", "Prefect's role": "ok"}
    logs = len(privileges.LOGS)
    assert found["database role"]["detail"] == f"hoso_app owns nothing, and changes none of {logs} logs"
    assert found["Prefect's role"]["detail"] == "no way into our database, nor for ours into Prefect's"


def test_the_doctor_warns_where_one_role_owns_and_works(database_url: str) -> None:
    one = shown(databases.as_owner(database_url))
    assert hoso("db", "upgrade", url=one).status == 0
    ran = hoso("doctor", "--json", url=one)
    assert states(ran) == {"database role": "warning", "Prefect's role": "warning"}
    assert "whoever gets its password can rewrite what happened" in looked_at(ran)["database role"]["detail"]
    assert "`hoso db roles` tells" in looked_at(ran)["database role"]["remedy"]


async def test_the_doctor_finds_what_a_role_may_beyond_what_is_declared_and_an_upgrade_mends_it(
    database_url: str,
) -> None:
    for change in (
        "grant update on dossier_event to hoso_app",
        "grant update (payload) on dossier_event_2026_11 to hoso_app",
        "grant delete on access_log to public",
        "grant delete on dossier to hoso_app",
        "revoke select on unit from hoso_audit",
    ):
        await databases.changed(database_url, change)
    ran = hoso("doctor", "--json", url=database_url, **owner(database_url))
    found = looked_at(ran)
    assert (ran.status, states(ran)) == (1, {"database role": "failing", "privileges": "failing"})
    assert found["database role"]["detail"] == (
        "hoso_app has DELETE on access_log, UPDATE on dossier_event, UPDATE on dossier_event_2026_11"
    )
    assert found["privileges"]["detail"] == (
        "missing: hoso_audit SELECT on table unit, too much: PUBLIC DELETE on table access_log,"
        " too much: hoso_app DELETE on table dossier, too much: hoso_app UPDATE on table dossier_event,"
        " too much: hoso_app UPDATE (payload) on table dossier_event_2026_11"
    )
    assert {check["remedy"] for check in found.values()} == {
        "Run `hoso db upgrade`, which sets the privileges anew."
    }
    assert hoso("db", "upgrade", url=database_url, **owner(database_url)).status == 0
    again = hoso("doctor", "--json", url=database_url, **owner(database_url))
    assert states(again) == {"database role": "ok", "privileges": "ok"}


def test_the_doctor_tries_prefects_password_on_our_database(
    server: postgres.Server, database_url: str, prefect: dict[str, str]
) -> None:
    server.query(f"grant connect on database {make_url(database_url).database} to hoso_prefect")
    ran = hoso("doctor", "--json", url=database_url, **owner(database_url), **prefect)
    found = looked_at(ran)["Prefect's role"]
    assert (ran.status, found["state"]) == (1, "failing")
    assert found["detail"] == "Prefect's role comes into our database"


def test_the_doctor_finds_a_role_that_may_become_the_owner(
    server: postgres.Server, database_url: str
) -> None:
    server._command("grant hoso to hoso_app")
    try:
        ran = hoso("doctor", "--json", url=database_url, **owner(database_url))
    finally:
        server._command("revoke hoso from hoso_app")
    assert (ran.status, looked_at(ran)["database role"]["detail"]) == (1, "hoso_app may act as owner")


async def test_an_audit_is_made_with_the_auditors_password(world: worlds.World, world_url: str) -> None:
    await world.accepts(await world.files())
    auditor = shown(databases.known_as(Role.AUDITOR, world_url))
    ran = hoso("audit", "--json", url=auditor)
    assert (ran.status, ran.json) == (0, [])
    await world.changed("alter table dossier_event disable trigger user")
    await world.changed("update dossier_event set actor_id = $1 where seq = 1", worlds.STRANGER)
    found = hoso("audit", "--json", url=auditor)
    assert (found.status, {difference["what"] for difference in found.json} >= {"chain"}) == (1, True)
    before = await world.db.rows("select * from user_task")
    rebuilt = hoso("audit", "--rebuild", found.json[0]["reference"], url=auditor)
    assert (rebuilt.status, "permission denied" in rebuilt.err) == (2, True)
    assert await world.db.rows("select * from user_task") == before


def test_on_our_own_server_an_audit_writes_nothing_because_it_cannot() -> None:
    with databases.home() as home:
        assert hoso("db", "upgrade", home=home).status == 0
        with postgres.Server(home) as server:
            # As whom it asked, the server's log tells.
            server._command("alter role hoso_audit set log_statement = 'all'")
            assert hoso("audit", "--json", home=home).json == []
        assert "from dossier d join engine_state e" in server.log.read_text()


async def test_commands_work_with_the_applications_password_alone(database_url: str) -> None:
    for command in (("overdue", "--json"), ("sweep", "--json"), ("db", "upgrade")):
        ran = hoso(*command, url=database_url)
        assert (ran.status, ran.err.count("refuses")) == (0, 0), ran.err


async def test_a_command_that_finds_an_older_database_says_what_brings_it_up_to_date(
    database_url: str,
) -> None:
    await databases.changed(database_url, "update alembic_version set version_num = '0005'")
    ran = hoso("overdue", url=database_url)
    assert (
        ran.status,
        "run `hoso db upgrade`, or `hoso serve`" in " ".join(ran.err.split()),
    ) == (2, True)


def test_an_owner_of_another_database_than_the_one_worked_on_is_refused(
    database_url: str, tmp_path: Path
) -> None:
    with databases.home() as home:
        ran = hoso("db", "upgrade", home=home, **owner(database_url))
    assert (ran.status, "HOSO_DATABASE_URL is not" in ran.err) == (2, True)


@pytest.fixture
def agency(server: postgres.Server) -> Iterator[dict[str, URL]]:
    """The addresses of the roles of an agency's own PostgreSQL, of which none is there yet."""
    base = make_url(server.url("agency"))
    names = {
        "owner": "agency_owner",
        "application": "agency_app",
        "prefect": "agency_prefect",
        "auditor": "hoso_audit",
    }
    addresses = {role: base.set(username=name, password=f"secret of {name}") for role, name in names.items()}
    addresses["prefect"] = addresses["prefect"].set(database="agency_prefect")
    addresses["auditor"] = databases.known_as(Role.AUDITOR, server.url("agency"))
    yield addresses
    for name in ("agency", "agency_prefect"):
        server._command(f"drop database if exists {name} with (force)")
    for role in ("owner", "application", "prefect"):
        server._command(f"drop role if exists {names[role]}")


def told(agency: dict[str, URL]) -> dict[str, str]:
    return {
        "url": shown(agency["application"]),
        "HOSO_DATABASE_OWNER_URL": shown(agency["owner"]),
        "HOSO_PREFECT_DATABASE_URL": shown(agency["prefect"]),
    }


def done_by_a_superuser(server: postgres.Server, sql: str) -> None:
    said = server._psql(sql, "postgres", 60, SUPERUSER)
    assert said.returncode == 0, said.stderr


async def test_what_the_script_makes_on_a_postgresql_of_ones_own_is_what_the_doctor_wants(
    server: postgres.Server, agency: dict[str, URL]
) -> None:
    script = hoso("db", "roles", **told(agency))
    assert (script.status, "secret of" in script.out + script.err) == (0, False)
    for _ in range(2):
        done_by_a_superuser(server, script.out)
    for address in (agency["owner"], agency["application"], agency["prefect"]):
        server._command(f"alter role {address.username} password '{address.password}'")
    assert hoso("db", "upgrade", **told(agency)).status == 0
    ran = hoso("doctor", "--json", **told(agency))
    assert states(ran) == {"database role": "ok", "privileges": "ok", "Prefect's role": "ok"}
    assert hoso("audit", "--json", url=shown(agency["auditor"])).json == []
    async with database.connect(agency["prefect"]) as theirs:
        assert await theirs.rows("select extname::text from pg_extension where extname = 'pg_trgm'") == [
            ("pg_trgm",)
        ]


async def test_an_installation_with_one_role_gets_its_roles_by_the_script(
    server: postgres.Server, agency: dict[str, URL]
) -> None:
    """As the release before left it: one role owns our database and Prefect's, and everybody may connect."""
    one = agency["owner"]
    server._command(f"create role {one.username} login createdb password '{one.password}'")
    for name in ("agency", "agency_prefect"):
        server._command(f"create database {name} owner {one.username}")
    async with database.connect(one.set(database="agency_prefect")) as theirs:
        await theirs.one_statement("create table flow_run as select 1 as id")
    assert hoso("db", "upgrade", url=shown(one)).status == 0
    done_by_a_superuser(server, hoso("db", "roles", **told(agency)).out)
    for address in (agency["application"], agency["prefect"]):
        server._command(f"alter role {address.username} password '{address.password}'")
    assert hoso("db", "upgrade", **told(agency)).status == 0
    assert states(hoso("doctor", "--json", **told(agency))) == {
        "database role": "ok",
        "privileges": "ok",
        "Prefect's role": "ok",
    }
    async with database.connect(agency["prefect"]) as theirs:
        await theirs.one_statement("insert into flow_run values (2)")
        assert await theirs.rows("select id from flow_run order by id") == [(1,), (2,)]
    async with database.connect(agency["application"]) as ours:
        named = Roles("agency_owner", "agency_app", "agency_prefect")
        assert await privileges.drift(ours, named) == privileges.Drift((), (), ())


def test_without_a_database_of_its_own_prefect_is_not_started(database_url: str) -> None:
    for more in ({}, owner(database_url)):
        ran = program("serve", "prefect", url=database_url, HOSO_PREFECT_PORT="0", **more)
        assert (ran.status, "set HOSO_PREFECT_DATABASE_URL" in " ".join(ran.err.split())) == (2, True), (
            ran.err
        )


#: What a child that serves finds when it asks for the addresses.
ASKED = "from hoso_models.storage.settings import OwnerSettings as S; s = S(); print(bool(s.database_url), bool(s.database_owner_url))"


@pytest.mark.parametrize(
    ("part", "found"), [("api", "True False"), ("runner", "True False"), ("prefect", "False False")]
)
def test_what_serves_never_learns_the_owners_password(
    part: str, found: str, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    monkeypatch.setenv("HOSO_DATABASE_URL", database_url)
    monkeypatch.setenv("HOSO_DATABASE_OWNER_URL", shown(databases.as_owner(database_url)))
    settings = Settings()
    services = {
        "api": processes.api(settings),
        "runner": processes.flow_worker(settings),
        "prefect": processes.prefect(settings, database_url),
    }
    environment = {**os.environ, **services[part].environment}
    said = subprocess.run(
        [sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == found
    password = databases.as_owner(database_url).password
    assert [name for name, value in environment.items() if str(password) in value] == []
