"""Errors about personal data repeat none of it, neither in an exception nor in any log."""

import logging
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from hoso_models import Principal, errors, postgres
from hoso_models.storage.database import Database
from support import databases

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECRET = "Công dân 1"
#: A constraint that a row breaks, and values that are none of their type: told by the driver, and by the server.
STATEMENTS = [
    pytest.param(
        "insert into principal (id, kind, name, created_at) values (gen_random_uuid(), 'none', $1, now())",
        "principal",
        id="check",
    ),
    pytest.param(
        "insert into principal (id, kind, name, subject, created_at)"
        " select gen_random_uuid(), 'officer', $1, $1, now() from generate_series(1, 2)",
        "uq_principal_subject",
        id="unique",
    ),
    pytest.param("select $1::int", "invalid input for query argument $1: …", id="argument"),
    pytest.param("select $1::text::int", "invalid input syntax for type integer: …", id="value"),
    pytest.param("select $1::text::jsonb", "invalid input syntax for type json", id="document"),
]


async def alone(db: Database, sql: str, parameters: Sequence[Any]) -> None:
    await db.one_statement(sql, parameters)


async def together(db: Database, sql: str, parameters: Sequence[Any]) -> None:
    async with db.transaction() as tx:
        await tx.rows(sql, parameters)


@pytest.mark.parametrize("way", [alone, together])
@pytest.mark.parametrize(("sql", "said"), STATEMENTS)
async def test_an_error_and_what_it_comes_from_repeat_no_value(
    db: Database, caplog: pytest.LogCaptureFixture, way: Any, sql: str, said: str
) -> None:
    try:
        await way(db, sql, (SECRET,))
    except Exception as error:
        logging.getLogger(__name__).exception("Exception in ASGI application")
        told = "".join(traceback.format_exception(error)) + caplog.text
    assert said in told
    assert SECRET not in told
    assert "Failing row" not in told


async def test_a_session_repeats_no_value_either(db: Database) -> None:
    async def entered() -> None:
        async with db.transaction() as tx:
            tx.add(Principal.model_validate({"kind": "officer", "name": SECRET, "created_at": AT}))

    await databases.changed(
        db.url, "alter table principal add constraint unkind check (name <> 'Công dân 1')"
    )
    with pytest.raises(errors.ConstraintViolated) as caught:
        await entered()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


async def test_a_text_with_nul_is_a_mistake_that_repeats_nothing(db: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with db.transaction() as tx:
            tx.add(Principal.model_validate({"kind": "officer", "name": f"{SECRET}\0", "created_at": AT}))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(("sql", "said"), STATEMENTS[:2])
async def test_the_server_keeps_no_row_in_its_log(
    db: Database, server: postgres.Server, sql: str, said: str
) -> None:
    known = server.log.stat().st_size
    with pytest.raises(errors.ConstraintViolated):
        await alone(db, sql, (SECRET,))
    with server.log.open("rb") as log:
        log.seek(known)
        written = log.read().decode()
    assert said in written
    assert SECRET not in written
