"""Real PostgreSQL for tests: one server a session, one migrated template, a fresh clone wherever one is wanted.

What is tested connects as an installation does, as the application's role; `changed` is for those who change the world
behind its back.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url

from hoso_models import migrations, postgres, roles
from hoso_models.postgres import Role
from hoso_models.postgres.cluster import SECRETS
from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings

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
#: Where files lie in memory: a copy of a database takes a sixth of the time there; bytes that have to be free.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108 - directories in it are made by mkdtemp
#: Where homes are made; none for where temporary files are, as benches want it.
folder: Path | None = None


def hasten() -> None:
    """Make homes in memory from now on, where it has room and nobody named another place."""
    global folder
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        folder = MEMORY


@contextmanager
def home() -> Iterator[Path]:
    """A directory that the server's user can reach, which pytest's own temporary directories are not."""
    directory = Path(tempfile.mkdtemp(prefix="hoso-test-", dir=folder))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def running_server() -> Iterator[postgres.Server]:
    """A server with the migrated template in it."""
    with home() as directory, postgres.Server(directory, options=HASTY) as server:
        asyncio.run(migrate(server.ensure_database(TEMPLATE)))
        yield server


@contextmanager
def clone(server: postgres.Server, template: str = TEMPLATE) -> Iterator[str]:
    """The address of a fresh copy of a template, a migrated database, dropped at the end."""
    name = f"clone_{next(_numbers)}"
    copied(server, template, name)
    try:
        yield server.url(name)
    finally:
        _dropped(server, name)


def _dropped(server: postgres.Server, name: str) -> None:
    """Drop a database; backends of other roles whose connections were cut off have to end by themselves before."""
    until = time.monotonic() + 30
    while True:
        try:
            server.query(f'drop database "{name}" with (force)')
            return
        except postgres.ServerFailed:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def copied(server: postgres.Server, template: str, name: str) -> None:
    """Copy a database as it is, and let in who may connect to one of ours."""
    server.query(
        f'create database "{name}" template "{template}" strategy file_copy;'
        + roles.closed(name, Role.APPLICATION, Role.AUDITOR)
    )


async def migrate(url: str | URL) -> None:
    """Bring a database up to date, as its owner; the address may be anybody's."""
    async with database.connect(as_owner(url)) as db:
        await migrations.upgrade(db)


async def changed(url: str | URL, sql: str, *parameters: Any) -> None:
    """Do something to a database behind everybody's back, as its owner, however long it takes."""
    unhurried = DatabaseSettings(database_statement_timeout=timedelta(0))
    async with database.connect(as_owner(url), unhurried) as owner:
        await owner.one_statement(sql, parameters)


def as_owner(url: str | URL) -> URL:
    """The address of the same database for its owner."""
    return known_as(Role.OWNER, url)


def known_as(role: Role, url: str | URL) -> URL:
    """The address of the same database for another role, whose password lies beside the socket."""
    address = make_url(url)
    secret = Path(str(address.query["host"])) / SECRETS[role]
    return address.set(username=role.value, password=secret.read_text())
