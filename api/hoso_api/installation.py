"""What a command of this machine works on: the database of `HOSO_DATABASE_URL`, else the one in `HOSO_HOME`."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from hoso_models import database, migrations, postgres
from hoso_models.settings import DatabaseSettings


def home() -> Path:
    """Where this installation keeps its data, its `hoso.toml` and its secrets."""
    return DatabaseSettings().home.absolute()


@contextmanager
def server() -> Iterator[postgres.Server | None]:
    """Our own PostgreSQL, running while the block does; None where `HOSO_DATABASE_URL` names another."""
    settings = DatabaseSettings()
    if settings.database_url is not None:
        yield None
        return
    embedded = postgres.Server(settings.home)
    if not embedded.data.exists():
        # Whoever looked for another folder's data learns that these are new ones.
        sys.stderr.write(f"hoso makes an empty database in {home()}\n")
    try:
        yield embedded.start()
    finally:
        # Also of a start that was interrupted.
        embedded.stop()


@asynccontextmanager
async def opened(*, upgrade: bool = True) -> AsyncIterator[database.Database]:
    """The installation's database, brought up to date unless told otherwise."""
    with server():
        async with database.connect() as db:
            if upgrade:
                await migrations.upgrade(db)
            yield db
