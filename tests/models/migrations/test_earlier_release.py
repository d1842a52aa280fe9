"""A `.hoso` of the release before opens, is upgraded where it lies, audits clean, and can be worked on."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hoso_models import errors, migrations, postgres
from hoso_models.postgres import Role, cluster
from hoso_models.roles import Roles
from hoso_models.storage import database, privileges
from hoso_workflows import audit
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from support import databases, earlier_release, ports, served
from support.command_line import hoso

ROLES = "select rolname from pg_roles where rolname !~ '^pg_' order by 1"
DATABASES = """
select datname, pg_get_userbyid(datdba), datacl is null from pg_database where datname in ('hoso', 'prefect') order by 1
"""
#: Who owns what there is in a database, beside the superuser.
OWNERS = """
select distinct pg_get_userbyid(owner) from (
  select relowner as owner from pg_class where relnamespace = 'public'::regnamespace union all
  select typowner from pg_type where typnamespace = 'public'::regnamespace union all
  select extowner from pg_extension
) owned where owner <> 'postgres'::regrole
"""
STORED = (
    "select count(*), (select count(*) from dossier_event), (select count(*) from user_task) from dossier"
)


@pytest.fixture(scope="module")
def left() -> Iterator[Path]:
    """A home as that release left it; each test takes a copy."""
    with databases.home() as home:
        earlier_release.laid_out(home / "left", databases.HASTY)
        yield home / "left"


@pytest.fixture
def home(left: Path) -> Iterator[Path]:
    with databases.home() as directory:
        # With the owners, which `shutil` leaves behind.
        subprocess.run(["/bin/cp", "-a", str(left), str(directory / "found")], check=True)
        yield directory / "found"


@asynccontextmanager
async def connected(
    server: postgres.Server, role: Role, name: str = "hoso"
) -> AsyncIterator[database.Database]:
    async with database.connect(server.url(name, role)) as db:
        yield db


def test_the_fixture_lies_as_the_earlier_release_left_it(home: Path) -> None:
    assert sorted(
        path.name for path in (home / "postgres").iterdir() if path.name not in {"alive", "server.log"}
    ) == [
        "data",
        "password",
        "superuser",
        "users",
    ]
    server = postgres.Server(home, options=databases.HASTY)
    cluster.record_roles(server._paths)
    with server:
        assert server.query(ROLES).split() == ["hoso", "postgres"]
        assert server.query(DATABASES) == "hoso|hoso|t\nprefect|hoso|t"
        assert server.query("table alembic_version", "hoso") == earlier_release.REVISION
        assert server.query(OWNERS, "prefect") == "hoso"
        assert server.query(STORED, "hoso") == "36|578|214"


async def works(server: postgres.Server) -> None:
    """Everything holds: histories, roles, privileges, and an officer's next act."""
    async with connected(server, Role.AUDITOR) as auditor:
        assert [str(each) async for each in audit.differences(DossierService(auditor))] == []
    async with connected(server, Role.APPLICATION) as db:
        assert await privileges.drift(db, Roles()) == privileges.Drift((), (), ())
        assert await privileges.role_reach(db) == privileges.RoleReach("hoso_app", "hoso", False, (), ())
        before = await db.row("select count(*) as events from dossier_event")
        await acted_on(DossierService(db))
        after = await db.row("select count(*) as events from dossier_event")
        assert after.events > before.events
        assert [str(each) async for each in audit.differences(DossierService(db))] == []
    for name, role in (("hoso", Role.PREFECT), ("prefect", Role.APPLICATION), ("prefect", Role.OWNER)):
        async with connected(server, role, name) as refused:
            with pytest.raises(errors.DatabaseRefused, match="permission denied for database"):
                await refused.rows("select 1")
    async with connected(server, Role.PREFECT, "prefect") as prefect:
        assert await prefect.rows(OWNERS) == [("hoso_prefect",)]
        await prefect.one_statement("create table flow_run_of_today as select 1 as id")


async def acted_on(service: DossierService) -> None:
    """An officer completes a step that waits."""
    row: Any = await service.db.row(_WAITING)
    outcome = row.outcomes[0] if row.outcomes else None
    command = commands.Complete(row.id, outcome if isinstance(outcome, str) else None)
    at = max(datetime.now(UTC), row.opened_at + timedelta(minutes=1))
    await service.perform(str(row.id), command, actor=row.officer, at=at)


_WAITING = """
select t.id, t.outcomes, t.opened_at, r.principal_id as officer
from user_task t join role_assignment r on r.unit_code = t.unit_code and r.role = t.role
where t.status = 'open' and t.kind = 'user' and t.milestone is null and t.form is null and t.assignee_id is null
order by t.opened_at, t.id, r.principal_id limit 1
"""


def test_a_home_of_the_release_before_is_upgraded_by_the_command(home: Path) -> None:
    secret = (home / "postgres" / "password").read_text()
    upgraded = hoso("db", "upgrade", home=home)
    newest = migrations.head()
    assert (upgraded.status, f"stood at 0005 and stands at {newest}" in upgraded.err) == (0, True), (
        upgraded.err
    )
    assert hoso("db", "upgrade", home=home).status == 0
    audited = hoso("audit", "--json", home=home)
    assert (audited.status, audited.json) == (0, [])
    states = {check["name"]: check["state"] for check in hoso("doctor", "--json", home=home).json}
    assert (states["database role"], states["privileges"], states["Prefect's role"]) == ("ok", "ok", "ok")
    assert (home / "postgres" / "password").read_text() == secret
    with postgres.Server(home, options=databases.HASTY) as server:
        assert server.query(STORED, "hoso") == "36|578|214"
        assert server.query(DATABASES) == "hoso|hoso|f\nprefect|hoso_prefect|f"
        asyncio.run(works(server))


def test_two_who_upgrade_it_at_once_take_turns(home: Path) -> None:
    script = "from hoso_api.cli.main import main; main()"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, "db", "upgrade"],
            env={"PATH": "/usr/bin:/bin", "HOSO_HOME": str(home)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [child.communicate()[1] for child in started]
    assert [child.returncode for child in started] == [0, 0], said
    with postgres.Server(home, options=databases.HASTY) as server:
        asyncio.run(works(server))


class PowerCut(Exception):
    """The machine goes off."""


@pytest.mark.parametrize("commands_done", [0, 1, 2])
def test_an_upgrade_that_is_interrupted_is_finished_by_the_next(
    home: Path, monkeypatch: pytest.MonkeyPatch, commands_done: int
) -> None:
    done = 0

    def command(server: postgres.Server, sql: str, name: str = "postgres") -> None:
        nonlocal done
        if done == commands_done:
            raise PowerCut
        real(server, sql, name)
        done += 1

    def mark(_: object) -> None:
        raise PowerCut

    real = postgres.Server._command
    with monkeypatch.context() as power:
        power.setattr(postgres.Server, "_command", command)
        power.setattr(cluster, "record_roles", mark)
        with pytest.raises(PowerCut):
            postgres.Server(home, options=databases.HASTY).start()
    assert done == commands_done
    with postgres.Server(home, options=databases.HASTY) as server:
        asyncio.run(databases.migrate(server.url()))
        asyncio.run(works(server))


def test_an_address_that_somebody_noted_down_goes_on_as_the_owners(home: Path) -> None:
    with postgres.Server(home, options=databases.HASTY) as server:
        password = (home / "postgres" / "password").read_text()
        noted = f"postgresql://hoso:{password}@/hoso?host={home / 'postgres'}"
        asyncio.run(databases.migrate(server.url()))
        assert hoso("overdue", "--json", url=noted).status == 0


CONNECTED = """
select distinct datname, usename from pg_stat_activity
where datname in ('hoso', 'prefect') and backend_type = 'client backend' order by 1, 2
"""


@pytest.mark.slow
@pytest.mark.rotating("models/hoso_models", "api/hoso_api/server")
def test_what_serves_it_connects_with_the_rights_of_its_role_alone(home: Path) -> None:
    with ports.kept() as api, ports.kept() as prefect:
        told = {
            "HOSO_HOME": str(home),
            "HOSO_PORT": str(api),
            "HOSO_PREFECT_PORT": str(prefect),
            "HOSO_WORKERS": "1",
        }
        command = [sys.executable, "-c", "from hoso_api.cli.main import main; main()", "serve"]
        with subprocess.Popen(
            command, env={**os.environ, **told}, stderr=subprocess.PIPE, text=True
        ) as serving:
            try:
                assert serving.stderr is not None
                heard = list(itertools.takewhile(lambda line: "flows is ready" not in line, serving.stderr))
                # The flows are ready a moment before the API has seen one of their runs.
                address = f"http://127.0.0.1:{api}/health/ready"
                served.until(lambda: httpx.get(address, timeout=served.PATIENCE).is_success)
                server = postgres.Server(home)
                found = server._psql(CONNECTED, "postgres", 60, cluster.SUPERUSER).stdout.split()
            finally:
                serving.send_signal(signal.SIGTERM)
                try:
                    serving.communicate(timeout=300)
                finally:
                    serving.kill()
    assert serving.returncode == 0, heard
    assert found == ["hoso|hoso_app", "prefect|hoso_prefect"]
