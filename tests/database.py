"""Real PostgreSQL for tests: one server a session, one migrated template, a fresh clone wherever one is wanted."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from hoso_models import database, migrations, postgres

TEMPLATE = "template_of_tests"
#: What a test server may forget in a power cut, it forgets faster. Autovacuum belongs to no role, so the owner of
#: a clone may not drop it while such a worker looks at it; clones live for seconds and need none.
HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "autovacuum": "off",
}
_numbers = count(1)


@contextmanager
def home() -> Iterator[Path]:
    """A directory that the server's user can reach, which pytest's own temporary directories are not."""
    directory = Path(tempfile.mkdtemp(prefix="hoso-test-"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def running_server() -> Iterator[postgres.Server]:
    """A server with the migrated template in it."""
    with home() as directory, postgres.Server(directory, options=HASTY) as server:
        asyncio.run(_migrate(server.ensure_database(TEMPLATE)))
        yield server


@contextmanager
def clone(server: postgres.Server, template: str = TEMPLATE) -> Iterator[str]:
    """The address of a fresh copy of a template, a migrated database, dropped at the end."""
    name = f"clone_{next(_numbers)}"
    server.query(f'create database "{name}" template "{template}" strategy file_copy')
    try:
        yield server.url(name)
    finally:
        server.query(f'drop database "{name}" with (force)')


async def _migrate(url: str) -> None:
    async with database.connect(url) as db:
        await migrations.upgrade(db)
