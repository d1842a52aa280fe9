"""A database from before areas: its authorities are marked, its competences stay, and versions know from which day they ran."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from hoso_models import migrations, postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from support import databases

OFFICER = UUID(int=1)
_OFFICER = (
    "insert into principal (id, kind, name, created_at) values ($1, 'officer', 'Công chức 1', '2025-07-01')"
)
_UNITS = """
insert into unit (code, name, kind, level, calendar, valid_from, parent_code) values
  ('H27', 'UBND tỉnh', 'k', 'l', 'vn', '2025-07-01', null), ('H27.SYT', 'Sở Y tế', 'k', 'l', 'vn', '2025-07-01', 'H27'),
  ('H27.SYT.1', 'Phòng', 'k', 'l', 'vn', '2025-07-01', 'H27.SYT'), ('CB', 'Cao Bằng', 'k', 'l', 'vn', '2025-07-01', null)
"""
_COMPETENCE = """
insert into competence (procedure_code, unit_code, part, valid_from, basis) values ('1', 'H27', 'deciding', '2026-01-01', 'QĐ')
"""
#: By number: active for a minute of 6 January local time, and never.
_VERSIONS = """
insert into workflow_version (procedure_code, number, name, status, package, sha256, declared_by, declared_at, activated_at)
select '1', number, 'Thủ tục', 'retired', '', '', $1, '2026-01-05', at
from (values (1, '2026-01-05 17:00+00'::timestamptz), (2, null)) as v(number, at)
"""


@pytest.fixture
async def before(server: postgres.Server) -> AsyncIterator[Database]:
    """A database that stands at 0015."""
    name = "before_area"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, "0015")
        yield db
    server.query(f"drop database {name} with (force)")


async def test_what_was_entered_before_there_were_areas_means_what_it_meant(before: Database) -> None:
    await before.one_statement(_UNITS)
    await before.one_statement(_COMPETENCE)
    await before.one_statement(_OFFICER, [OFFICER])
    await before.one_statement(_VERSIONS, [OFFICER])
    await migrations.upgrade(before)
    units = await before.rows("select code from unit where is_authority order by code")
    assert [row.code for row in units] == ["CB", "H27", "H27.SYT"]
    competence = await before.rows("select procedure_code, field, case_id, area_code from competence")
    assert [tuple(row) for row in competence] == [("1", None, None, None)]
    days = await before.rows("select number, active_from::text as day from workflow_version order by number")
    assert [tuple(row) for row in days] == [(1, "2026-01-06"), (2, None)]
