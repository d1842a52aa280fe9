"""Two PostgreSQL with streaming replication: a primary that acknowledges only what its standby has too."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import make_url

from hoso_models import postgres
from hoso_models.postgres import cluster, process
from hoso_models.storage import database
from support import databases
from support.homes import home

#: The name under which the standby confirms.
STANDBY = "standby"
#: Power cuts are no matter here, processes are killed; what is acknowledged is on both servers.
OPTIONS = {**databases.HASTY, "synchronous_commit": "on"}


@dataclass
class Pair:
    """The two servers."""

    primary: postgres.Server
    standby: postgres.Server

    def url(self, name: str) -> str:
        """The address of a database with both as its hosts, as libpq writes it for sockets."""
        first, second = (make_url(each.url(name)) for each in (self.primary, self.standby))
        hosts, ports = (f"{first.query[part]},{second.query[part]}" for part in ("host", "port"))
        written = first.difference_update_query(["host", "port"]).render_as_string(hide_password=False)
        return f"{written}?host={hosts}&port={ports}"

    def secret(self, role: str) -> str:
        """The password of a role, the same on both."""
        return databases.known_as(role, self.primary.url("postgres")).password or ""

    async def confirm(self) -> None:
        """Acknowledge from now on only what the standby has written too."""
        await _said(self.primary, f"alter system set synchronous_standby_names = '{STANDBY}'")
        await _said(self.primary, "select pg_reload_conf()")
        # The first commit that waits for it is confirmed.
        await _said(self.primary, "select pg_logical_emit_message(true, 'test', '')")

    async def receiver(self) -> psutil.Process:
        """The process of the standby that confirms."""
        return psutil.Process((await _said(self.standby, "select pid from pg_stat_wal_receiver"))[0].pid)

    async def waiting(self) -> int:
        """Commits that wait for the standby."""
        return len(await _said(self.primary, _WAITING))

    async def kill_waiting(self, most: int) -> None:
        """Kill the primary while so many commits wait for the standby, which has them already."""
        receiver = await self.receiver()
        receiver.suspend()
        while await self.waiting() < most:  # noqa: ASYNC110 - another process makes it true
            await asyncio.sleep(0.02)
        self.kill()
        receiver.resume()
        # It reads what has come before it finds the line dead, and ends.
        await asyncio.to_thread(receiver.wait)

    def kill(self) -> None:
        """Kill the primary and all its processes at once."""
        for pid in process.processes_in(self.primary.data):
            # One that ended since it was listed is as dead.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def promote(self) -> None:
        """Have the standby take its place."""
        await _said(self.standby, "select pg_promote(true)")


@contextmanager
def pair() -> Iterator[Pair]:
    """A primary with the migrated template, and a standby that follows it."""
    with ExitStack() as stack:
        first, second = (stack.enter_context(home()) for _ in range(2))
        for each in (first, second):
            databases.copy_of_files(each)
        primary = stack.enter_context(postgres.Server(first, options=OPTIONS))
        _follow(second / "postgres" / "data", primary)
        yield Pair(primary, stack.enter_context(postgres.Server(second, options=OPTIONS)))


def _follow(data: Path, primary: postgres.Server) -> None:
    """Make a standby of the files of a server that was stopped."""
    at = databases.known_as(cluster.SUPERUSER, primary.url("postgres"))
    told = {"host": at.query["host"], "port": at.query["port"], "user": at.username, "password": at.password}
    place = " ".join(f"{name}={value}" for name, value in {**told, "application_name": STANDBY}.items())
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = '{place}'\n")
    (data / "standby.signal").touch()
    owner = data.stat()
    os.chown(data / "standby.signal", owner.st_uid, owner.st_gid)


async def _said(server: postgres.Server, sql: str) -> database.Rows:
    """The answer of a server to the superuser."""
    async with database.connect(databases.known_as(cluster.SUPERUSER, server.url("postgres"))) as db:
        return await db.one_statement(sql)


_WAITING = "select from pg_stat_activity where wait_event = 'SyncRep'"
