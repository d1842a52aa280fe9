"""A migration waits for a lock for some seconds, then says who holds it; nothing has changed, and a retry is safe."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from hoso_models import migrations, postgres
from hoso_models.migrations import locks
from hoso_models.roles import Role
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from support import databases


@pytest.fixture
async def behind(server: postgres.Server) -> AsyncIterator[Database]:
    """A database that stands at 0005."""
    name = "behind_a_lock"
    async with database.connect(databases.as_owner(server.ensure_database(name))) as db:
        await migrations.upgrade(db, "0005")
        yield db
    server.query(f"drop database {name} with (force)")


@asynccontextmanager
async def reading(db: Database, role: Role) -> AsyncIterator[tuple[int, object]]:
    """Somebody who reads all tables at one instant, as `pg_dump` does: its process and since when."""
    async with database.connect(databases.known_as(role, db.url)) as other, other.transaction() as tx:
        await tx.rows("set local application_name = 'pg_dump'")
        await tx.rows("select 'Nguyễn Thị Bí Mật', count(*) from dossier, user_task, principal")
        row = (await tx.rows("select pg_backend_pid(), now()"))[0]
        yield row[0], row[1]


@pytest.mark.parametrize("role", [Role.OWNER, Role.APPLICATION])
async def test_who_holds_a_lock_is_told_and_nothing_is_changed(
    behind: Database, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "TIMEOUT", timedelta(seconds=2))
    async with reading(behind, role) as (pid, since):
        with pytest.raises(locks.LocksHeld, match="nothing was changed") as told:
            await migrations.upgrade(behind)
    # PostgreSQL tells an ordinary role no more of the sessions of others.
    shown = since if role is Role.OWNER else None
    assert told.value.holders == (locks.Holder(pid, "pg_dump", role.value, shown),)
    assert "Bí Mật" not in str(told.value)
    assert await migrations.current(behind) == "0005"
    assert await migrations.upgrade(behind) == migrations.head()


def test_a_migration_waits_for_less_long_than_a_request_does() -> None:
    """So that the requests which stand behind it go on when it gives up."""
    assert DatabaseSettings.model_fields["database_request_timeout"].default > locks.TIMEOUT
