"""A house that stands keeps its ladder; a new installation begins with the rungs that were delivered since."""

from collections.abc import AsyncIterator

import pytest

from hoso_models import migrations, postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from support import databases

_UNIT = """
insert into unit (code, name, kind, level, calendar, valid_from, identifiers, duty)
values ('H27', 'UBND tỉnh', 'people_committee', 'province', 'vn', '2026-01-01', '{}', '{}')
"""
_READ = "select level, recipient from escalation_rung where subject in ('dossier', 'return') order by level"


@pytest.fixture
async def before(server: postgres.Server) -> AsyncIterator[Database]:
    """A database that stands at 0084."""
    name = "before_receiving_head"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, "0084")
        yield db
    server.query(f"drop database {name} with (force)")


@pytest.mark.parametrize("stands", [True, False])
async def test_only_a_new_installation_gets_the_rungs(before: Database, *, stands: bool) -> None:
    if stands:
        await databases.changed(before.url, _UNIT)

    assert await migrations.upgrade(before) == migrations.head()

    delivered = [] if stands else [("overdue_received", "receiving_head"), ("return_overdue", "head")]
    assert [tuple(row) for row in await before.rows(_READ)] == [
        ("due_soon", "head"),
        ("overdue", "head"),
        *delivered,
    ]
