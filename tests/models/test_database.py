"""The engine: what is committed, what is refused, and what the driver's errors become."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlmodel import select

from hoso_models import Principal, PrincipalKind, errors
from hoso_models.database import Database

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


def officer(name: str) -> Principal:
    return Principal.model_validate({"kind": "officer", "name": name, "created_at": AT})


async def test_a_transaction_is_stored_when_its_block_ends(db: Database) -> None:
    async with db.transaction() as tx:
        tx.add(officer("Chuyên viên 1"))
    assert await db.rows("select kind, name, created_at from principal") == [("officer", "Chuyên viên 1", AT)]
    async with db.transaction() as tx:
        found = (await tx.exec(select(Principal))).one()
    assert (found.kind, found.created_at) == (PrincipalKind.OFFICER, AT)


async def test_a_transaction_that_raises_stores_nothing(db: Database) -> None:
    async def interrupted() -> None:
        async with db.transaction() as tx:
            tx.add(officer("Chuyên viên 1"))
            await tx.rows("select 1")
            raise LookupError

    with pytest.raises(LookupError):
        await interrupted()
    assert await db.rows("select 1 from principal") == []


async def test_a_constraint_is_named_by_its_name(db: Database) -> None:
    with pytest.raises(errors.ConstraintViolated) as caught:
        await db.one_statement(
            "insert into principal (id, kind, name, created_at) values ($1, 'ghost', 'x', $2)", (uuid4(), AT)
        )
    assert caught.value.name == "ck_principal_kind"
