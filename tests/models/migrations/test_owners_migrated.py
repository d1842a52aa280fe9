"""Procedures published before ownership existed: they keep working, and the migration finds their owner."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from hoso_models import errors, migrations, postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from support import databases

BEFORE = "0005"
AT = datetime(2026, 1, 5, 1, tzinfo=UTC)


@pytest.fixture
async def older(server: postgres.Server) -> AsyncIterator[Database]:
    """A database as it was before there were owners, with a province, its department and two communes."""
    name = f"older_{uuid4().hex}"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, BEFORE)
        for code, parent in (("H27", None), ("H27.SYT", "H27"), ("H27.XA", "H27"), ("H27.XB", "H27")):
            await db.one_statement(
                "insert into unit (code, name, kind, level, parent_code, calendar, valid_from)"
                " values ($1, $1, 'k', 'l', $2, 'vn', '2025-07-01')",
                [code, parent],
            )
        yield db
    server.query(f'drop database "{name}" with (force)')


async def declarer(db: Database, *units: str) -> UUID:
    """Somebody who declares in these units."""
    who = uuid4()
    await db.one_statement(
        "insert into principal (id, kind, name, created_at) values ($1, 'officer', 'Cán bộ', $2)",
        [who, AT],
    )
    for unit in units:
        await db.one_statement(
            "insert into role_assignment (principal_id, unit_code, role, valid_from)"
            " values ($1, $2, 'procedure_declarer', '2026-01-01')",
            [who, unit],
        )
    return who


async def declared(db: Database, code: str, *by: UUID) -> None:
    for number, who in enumerate(by, start=1):
        await db.one_statement(
            "insert into workflow_version (procedure_code, number, name, status, package, sha256, declared_by, declared_at)"
            " values ($1, $2, 'Thủ tục', 'draft', 'zip', '0', $3, $4)",
            [code, number, who, AT],
        )


async def owners(db: Database) -> dict[str, str]:
    await migrations.upgrade(db)
    return {row.procedure_code: row.unit_code for row in await db.rows("select * from procedure_owner")}


async def test_each_procedure_is_of_the_unit_that_declared_it_or_of_the_one_above_all_that_did(
    older: Database,
) -> None:
    department = await declarer(older, "H27.SYT")
    await declared(older, "1.000001", department, department)
    await declared(older, "1.000002", await declarer(older, "H27.XA"), await declarer(older, "H27.XB"))
    await declared(older, "1.000003", await declarer(older))
    await declared(older, "1.000004", await declarer(older, "H27"), department)
    assert await owners(older) == {
        "1.000001": "H27.SYT",
        "1.000002": "H27",
        "1.000003": "H27",
        "1.000004": "H27",
    }


async def test_where_it_is_not_clear_whose_a_procedure_is_nobody_is_made_its_owner(older: Database) -> None:
    await older.one_statement(
        "insert into unit (code, name, kind, level, calendar, valid_from)"
        " values ('CB', 'CB', 'k', 'l', 'vn', '2025-07-01')"
    )
    await declared(older, "1.000001", await declarer(older, "H27.XA"), await declarer(older, "CB"))
    await declared(older, "1.000002", await declarer(older))
    assert await owners(older) == {}


async def test_what_its_submitter_approved_before_can_only_be_retired(older: Database) -> None:
    first, second = await declarer(older, "H27"), await declarer(older, "H27")
    await declared(older, "1.000001", first)
    await older.one_statement(
        "update workflow_version set status = 'approved', submitted_by = $1, approved_by = $1, decision_no = '1',"
        " decision_date = '2026-01-05'",
        [second],
    )
    assert await owners(older) == {"1.000001": "H27"}
    with pytest.raises(errors.ConstraintViolated, match="other_persons"):
        await older.one_statement("update workflow_version set status = 'active'")
    await older.one_statement("update workflow_version set status = 'retired'")
