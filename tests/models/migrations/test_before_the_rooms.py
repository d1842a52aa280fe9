"""A `.hoso` made before the modules moved into rooms opens, is upgraded where it lies, audits clean, and goes on."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hoso_models import postgres
from hoso_models.postgres import Role
from hoso_models.storage import database
from hoso_workflows import audit
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from support import databases, earlier_release
from support.command_line import hoso

#: Dossiers, events, tasks, and open tasks of the demonstration.
STORED = """
select count(*), (select count(*) from dossier_event), (select count(*) from user_task),
  (select count(*) from user_task where status = 'open') from dossier
"""


@pytest.fixture(scope="module")
def left() -> Iterator[Path]:
    """A home as that release left it; each test takes a copy."""
    with databases.home() as home:
        earlier_release.laid_out_before_the_rooms(home / "left", databases.HASTY)
        yield home / "left"


@pytest.fixture
def home(left: Path) -> Iterator[Path]:
    with databases.home() as directory:
        # With the owners, which `shutil` leaves behind.
        subprocess.run(["/bin/cp", "-a", str(left), str(directory / "found")], check=True)
        yield directory / "found"


def test_the_fixture_lies_as_that_release_left_it(home: Path) -> None:
    with postgres.Server(home, options=databases.HASTY) as server:
        assert server.query("table alembic_version", "hoso") == earlier_release.REVISION_BEFORE_THE_ROOMS
        assert server.query(STORED, "hoso") == "40|609|202|16"


def test_it_is_upgraded_by_the_command_and_audits_clean(home: Path) -> None:
    assert hoso("db", "upgrade", home=home).status == 0
    audited = hoso("audit", "--json", home=home)
    assert (audited.status, audited.json) == (0, [])


def test_its_open_steps_can_be_completed(home: Path) -> None:
    """Each run's state was written by the modules of before: every one of them is resumed."""
    with postgres.Server(home, options=databases.HASTY) as server:
        asyncio.run(databases.migrate(server.url()))
        assert asyncio.run(completed(server)) == 13


async def completed(server: postgres.Server) -> int:
    """Number of open steps that their officers completed, each in a dossier of its own."""
    async with database.connect(server.url("hoso", Role.APPLICATION)) as db:
        service, done = DossierService(db), 0
        for task in await db.rows(OPEN):
            outcome = task.outcomes[0] if task.outcomes else None
            command = commands.Complete(task.id, outcome if isinstance(outcome, str) else None)
            at = max(datetime.now(UTC), task.opened_at + timedelta(minutes=1))
            await service.perform(str(task.id), command, actor=task.officer, at=at)
            done += 1
        assert [str(each) async for each in audit.differences(service)] == []
        return done


OPEN = """
select distinct on (t.dossier_id) t.id, t.outcomes, t.opened_at, r.principal_id as officer
from user_task t join role_assignment r on r.unit_code = t.unit_code and r.role = t.role
where t.status = 'open' and t.kind = 'user' and t.milestone is null and t.form is null and t.assignee_id is null
order by t.dossier_id, t.id, r.principal_id
"""
