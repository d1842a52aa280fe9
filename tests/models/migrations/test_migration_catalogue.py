"""Entries from before the catalogue: each keeps its words, and the service level of its days goes to a row of its own."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from hoso_models import migrations, postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from support import databases

_BEFORE = (
    "insert into unit (code, name, kind, level, calendar, valid_from) values ('H27', 'H27', 'k', 'l', 'vn', '2025-07-01')",
    """insert into principal (id, kind, name, created_at)
    values ('00000000-0000-0000-0000-000000000001', 'officer', 'Cán bộ', '2026-01-05')""",
    """insert into procedure_entry_version (procedure_code, number, name, field, level, authority, decision_no, decision_date, entered_at,
      entered_by, service_level, service_level_from, service_level_to)
    select '8.1', number, 'Cấp giấy', 'Y tế', 'province', 'H27', decision, day, '2026-02-01T18:00:00Z', '00000000-0000-0000-0000-000000000001',
      level, since, until
    from (values (1, '1/QĐ', date '2026-01-02', 'partial', date '2026-01-10', date '2026-01-31'), (2, null, null, 'full', '2026-02-01', null),
      (3, '3/QĐ', '2026-02-03', null, null, null)) as v(number, decision, day, level, since, until)""",
)


@pytest.fixture
async def before(server: postgres.Server) -> AsyncIterator[Database]:
    """A database that stands at the migration before."""
    name = "before_the_catalogue"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, "0059")
        yield db
    server.query(f"drop database {name} with (force)")


async def test_entries_and_their_service_levels_are_kept(before: Database) -> None:
    async with before.transaction() as tx:
        for statement in _BEFORE:
            await tx.rows(statement)
    await migrations.upgrade(before)
    versions = await before.rows(
        "select number, kind, valid_from from procedure_entry_version order by number"
    )
    assert [tuple(row) for row in versions] == [
        (1, "new", date(2026, 1, 2)),
        (2, "amended", date(2026, 2, 2)),
        (3, "amended", date(2026, 2, 3)),
    ]
    levels = await before.rows(
        "select procedure_code, kind, decision_no, valid_from, valid_to from service_level order by valid_from"
    )
    assert [tuple(row) for row in levels] == [
        ("8.1", "partial", "1/QĐ", date(2026, 1, 10), date(2026, 1, 31)),
        ("8.1", "full", None, date(2026, 2, 1), None),
    ]
