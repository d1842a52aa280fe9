"""Seals: what the application changes in the house's rows is chained, and what is changed otherwise differs from it."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, cast

import pytest

from hoso_models import Record, errors, migrations
from hoso_models.storage import database, seals
from hoso_models.storage.database import Database
from support import databases, personal_columns

UNIT = "insert into unit (code, name, kind, level, calendar, valid_from) values ($1, $2, 'agency', 'province', 'vn', '2026-01-01')"
RENAMED = "update unit set name = $2 where code = $1"
SEALS = """
select number, first, table_name, key, plain ->> 'name' as name, plain is null as deleted, beside from row_seal
where table_name = 'unit' and key <> '' order by number
"""


class Listener:
    """Asks a database, and notes the statements."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.heard: list[tuple[Any, ...]] = []

    async def row(self, sql: str, parameters: Any = ()) -> Any:
        """A row, or None."""
        self.heard.append((sql, *parameters))
        return await self.db.row(sql, parameters)

    async def rows(self, sql: str, parameters: Any = ()) -> Any:
        """All rows."""
        self.heard.append((sql, *parameters))
        return await self.db.rows(sql, parameters)


async def sealed(db: Database) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await db.rows(SEALS)]


async def found(db: Database) -> Sequence[tuple[Any, ...]]:
    """The differences, and that the chain holds."""
    assert await seals.broken(db) is None
    return [
        (row.table_name, row.key, row.name, row.stored, row.sealed) for row in await seals.differences(db)
    ]


async def deleted(db: Database, code: str) -> None:
    """Delete a unit as a migration may."""
    async with database.connect(databases.as_owner(db.url)) as owner:
        await owner.one_statement("delete from unit where code = $1", [code])


async def rolled_back(db: Database) -> None:
    """Rename a unit in a transaction that fails."""
    with contextlib.suppress(ZeroDivisionError):
        async with db.transaction() as tx:
            await tx.rows(RENAMED, ["A", "năm"])
            raise ZeroDivisionError


def test_every_table_is_sealed_or_says_why_not() -> None:
    assert sorted([*seals.SEALED, *seals.OTHERS]) == sorted(Record.metadata.tables)
    named = {
        f"{table}.{column}"
        for table, line in seals.SEALED.items()
        for column in (*line.digested, *line.unsealed)
    }
    there = {
        f"{table}.{column.name}" for table in seals.SEALED for column in Record.metadata.tables[table].columns
    }
    assert named - there == set()


def test_of_what_is_personal_or_secret_a_seal_holds_a_digest() -> None:
    secret = {
        *personal_columns.named(personal_columns.OF_PEOPLE, personal_columns.SECRETS, personal_columns.SEALED)
    }
    open_ = {
        f"{table}.{column.name}"
        for table, line in seals.SEALED.items()
        for column in Record.metadata.tables[table].columns
        if column.name not in {*line.digested, *line.unsealed}
    }
    assert open_ & secret == set()


async def test_a_change_of_the_application_is_sealed_in_its_transaction(db: Database) -> None:
    await db.one_statement(UNIT, ["A", "một"])
    async with db.transaction() as tx:
        await tx.rows(UNIT, ["B", "hai"])
        await tx.rows(RENAMED, ["A", "ba"])
        await tx.rows(RENAMED, ["A", "bốn"])
    await rolled_back(db)
    await deleted(db, "B")
    await db.one_statement(RENAMED, ["A", "bốn"])
    seals_of = await sealed(db)
    first = seals_of[0][0]
    assert sorted(seals_of) == [
        (first, first, "unit", "A", "một", False, None),
        (first + 1, first + 1, "unit", "A", "bốn", False, None),
        (first + 2, first + 1, "unit", "B", "hai", False, None),
        (first + 3, first + 3, "unit", "B", None, True, None),
    ]
    assert await db.rows("select 1 from row_change") == []
    assert await found(db) == []


async def test_a_change_by_hand_differs_from_its_seal(db: Database) -> None:
    for code in ("A", "B", "C"):
        await db.one_statement(UNIT, [code, "một"])
    assert await found(db) == []
    await databases.changed(db.url, RENAMED, "A", "hai")
    await databases.changed(db.url, "delete from unit where code = 'B'")
    await databases.changed(db.url, UNIT, "D", "bốn")
    assert await found(db) == [
        ("unit", "A", "name", '"hai"', '"một"'),
        ("unit", "B", None, None, "present"),
        ("unit", "D", None, "present", None),
    ]


async def test_each_table_is_compared_by_a_statement_of_its_own(db: Database) -> None:
    await databases.changed(db.url, UNIT, "A", "một")
    listener = Listener(db)
    differing = await seals.differences(cast(Database, listener))
    assert [(row.table_name, row.key) for row in differing] == [("unit", "A")]
    assert [asked[1:] for asked in listener.heard] == [(table,) for table in sorted(seals.SEALED)]


async def test_a_lawful_change_does_not_launder_what_was_changed_by_hand(db: Database) -> None:
    for code in ("A", "B"):
        await db.one_statement(UNIT, [code, "một"])
    await databases.changed(db.url, RENAMED, "A", "hai")
    await databases.changed(db.url, "delete from unit where code = 'B'")
    await databases.changed(db.url, UNIT, "C", "ba")
    await db.one_statement("update unit set duty = '[1]' where code = 'A'")
    await db.one_statement(UNIT, ["B", "bốn"])
    await deleted(db, "C")
    assert await found(db) == []
    assert [(row.table_name, row.key, row.beside) for row in await seals.beside(db)] == [
        ("unit", "A", ["name"]),
        ("unit", "B", ["*"]),
        ("unit", "C", ["*"]),
    ]


async def test_those_who_seal_at_once_stand_one_behind_the_other(db: Database) -> None:
    async def entered(number: int) -> None:
        async with db.transaction() as tx:
            for code in (f"A{number}", f"B{number}"):
                await tx.rows(UNIT, [code, "một"])

    await asyncio.gather(*(entered(number) for number in range(8)))
    seals_of = await sealed(db)
    assert [number for number, *_ in seals_of] == [*range(seals_of[0][0], seals_of[0][0] + 16)]
    assert {number - first for number, first, *_ in seals_of} == {0, 1}
    assert await found(db) == []


ALTERED = [
    ("update row_seal set plain = plain || '{\"name\": \"hai\"}' where key = 'A'", 0, "altered"),
    ("delete from row_seal where key = 'A'", 0, "missing"),
    ("delete from row_seal where key = 'B'", 0, "head"),
    ("update row_seal_head set hash = sha256('hai')", 1, "head"),
]


@pytest.mark.parametrize(("statement", "place", "why"), ALTERED)
async def test_an_altered_chain_of_seals_does_not_verify(
    db: Database, statement: str, place: int, why: str
) -> None:
    for code in ("A", "B"):
        await db.one_statement(UNIT, [code, "một"])
    (first, *_), _ = await sealed(db)
    await databases.changed(db.url, "alter table row_seal disable trigger user")
    await databases.changed(db.url, statement)
    broken = await seals.broken(db)
    assert broken is not None
    assert (broken.number, broken.why) == (first + place, why)


@pytest.mark.parametrize(
    ("statement", "place", "why"), [("select", 1, None), *ALTERED], ids=["whole", *map(str, range(4))]
)
async def test_a_chain_is_verified_in_portions(
    db: Database, monkeypatch: pytest.MonkeyPatch, statement: str, place: int, why: str | None
) -> None:
    for code in ("A", "B"):
        await db.one_statement(UNIT, [code, "một"])
    (first, *_), _ = await sealed(db)
    await databases.changed(db.url, "alter table row_seal disable trigger user")
    await databases.changed(db.url, statement)
    monkeypatch.setattr(seals, "PORTION", 1)
    listener = Listener(db)
    broken = await seals.broken(cast(Database, listener))
    assert (broken and (broken.number, broken.why)) == (why and (first + place, why))
    # One for each seal, and one for the head.
    assert len(listener.heard) == first + place + (why in (None, "head"))


@pytest.mark.parametrize(
    "statement", ["delete from row_seal", "update row_seal set key = 'B'", "truncate row_seal"]
)
async def test_a_seal_is_not_changed_even_by_the_owner(db: Database, statement: str) -> None:
    await db.one_statement(UNIT, ["A", "một"])
    with pytest.raises(errors.ConstraintViolated, match="row_seal_append_only"):
        await databases.changed(db.url, statement)


async def test_whoever_only_proves_compares_what_they_may_not_read(db: Database) -> None:
    await db.one_statement(
        "insert into principal (id, kind, name, created_at) values (gen_random_uuid(), 'officer', 'Ba', now())"
    )
    await db.one_statement(
        "insert into api_token (principal_id, prefix, sha256, label, created_at) select id, 'p', sha256('a'), 'máy', now() from principal"
    )
    await databases.changed(db.url, "update api_token set sha256 = sha256('b')")
    await databases.changed(db.url, "update api_token set last_used_at = now()")
    async with database.connect(databases.known_as("hoso_audit", db.url)) as auditor:
        assert await seals.broken(auditor) is None
        ((table, _, column, stored, said),) = await found(auditor)
    assert (table, column) == ("api_token", "sha256")
    assert (stored[:7], said[:7], stored == said) == ("sha256:", "sha256:", False)


async def test_a_trigger_that_is_gone_or_off_is_found_and_an_upgrade_makes_it_anew(db: Database) -> None:
    await db.one_statement(UNIT, ["A", "một"])
    assert await seals.unwatched(db) == []
    (trigger,) = await db.row(
        "select tgname::text from pg_trigger where tgrelid = 'unit'::regclass and tgname like 'row%'"
    )
    await databases.changed(db.url, "alter table area disable trigger user")
    await databases.changed(db.url, f"drop trigger {trigger} on unit")
    await db.one_statement(RENAMED, ["A", "hai"])
    assert await seals.unwatched(db) == ["area", "unit"]
    async with database.connect(databases.as_owner(db.url)) as owner:
        await migrations.upgrade(owner)
    assert await seals.unwatched(db) == []
    # Nothing is sealed a second time: what happened meanwhile is still found.
    assert await found(db) == [("unit", "A", "name", '"hai"', '"một"')]
