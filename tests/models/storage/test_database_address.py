"""Choice of the database: addresses in any usual form, the environment, the embedded server; and invalid addresses."""

import pytest

from hoso_models import errors, postgres
from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings
from support import databases


async def test_a_wrong_name_or_password_is_refused_and_says_where_to_look(database_url: str) -> None:
    right = database.connect(database_url).url
    for wrong in (right.set(password="wrong"), right.set(database="nowhere"), right.set(username="nobody")):
        async with database.connect(wrong) as db:
            with pytest.raises(errors.DatabaseRefused, match="HOSO_DATABASE_URL") as caught:
                await db.rows("select 1")
            assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["sqlite:///hoso.db", "mysql://root@localhost/hoso", "hoso", "postgresql://hoso:secret@host:port/hoso"],
)
def test_only_postgresql_is_a_database(url: str) -> None:
    with pytest.raises(database.NotPostgreSQL, match="must start with postgresql://") as refused:
        database.connect(url)
    assert isinstance(refused.value, errors.StorageError)
    assert "secret" not in str(refused.value)


def test_an_empty_address_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSO_DATABASE_URL", "")
    assert DatabaseSettings().database_url is None


def test_addresses_are_written_in_any_usual_way() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg"):
        found = database.connect(f"{scheme}://hoso:secret@db.example:5433/hoso?sslmode=require").url
        assert found.render_as_string(hide_password=False) == (
            "postgresql+asyncpg://hoso:secret@db.example:5433/hoso?ssl=require"
        )
        assert "secret" not in str(found)


async def test_the_environment_says_which_database(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSO_DATABASE_URL", database_url)
    async with database.connect() as db:
        assert await db.rows("select name from principal") == []


@pytest.mark.server
async def test_without_an_address_it_is_the_embedded_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with databases.home() as home:
        monkeypatch.setenv("HOSO_HOME", str(home))
        with pytest.raises(postgres.NotRunning, match="hoso serve"):
            database.connect()
        with postgres.Server(home, options=databases.HASTY) as server:
            async with database.connect() as db:
                assert str(db.url) == str(database.connect(server.url()).url)
                assert await db.rows("select current_database()") == [("hoso",)]
