"""Dumps of a database, written and read by PostgreSQL's own client programs.

Both go through a pipe of this process: when it is killed, the program ends too, and what it had begun to restore is
rolled back.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import URL

from hoso_models.postgres import process
from hoso_models.postgres.binaries import Binaries
from hoso_models.postgres.errors import ServerFailed

#: Bytes that are handed on at a time.
CHUNK = 1 << 20
#: A migration that holds its locks longer than this ends the dump, so that neither waits behind the other for ever.
_LOCK_WAIT = "30s"
#: Neither owners nor privileges: both are made anew where the dump is restored, as `privileges` declares them.
_PLAIN = ("--no-owner", "--no-privileges", "--no-tablespaces", "--no-password")
#: What an address says beside the place, by the name under which libpq reads it.
_SAID = {"PGSSLMODE": "ssl", "PGTARGETSESSIONATTRS": "target_session_attrs"}
#: Beginnings of lines that repeat a row.
_ROWS = ("DETAIL", "CONTEXT", "Command was", "HINT")


async def dump(programs: Binaries, address: URL, snapshot: str) -> AsyncIterator[bytes]:
    """The chunks of a dump in PostgreSQL's custom format, as of an exported snapshot. Raises ServerFailed.

    The address is the owner's. Nobody who reads or writes rows waits for it.
    """
    moment = (f"--snapshot={snapshot}", f"--lock-wait-timeout={_LOCK_WAIT}")
    command = [programs["pg_dump"], "--format=custom", "--compress=6", *_PLAIN, *moment, *_place(address)]
    async with _running(command, address, "dump the database", stdout=subprocess.PIPE) as child:
        assert child.stdout is not None  # noqa: S101 - a pipe was asked for
        while chunk := await child.stdout.read(CHUNK):
            yield chunk


async def restore(programs: Binaries, address: URL, chunks: AsyncIterable[bytes]) -> None:
    """Restore a dump into a database without tables, all of it or nothing. Raises ServerFailed.

    The address is the owner's.
    """
    whole = ("--single-transaction", "--exit-on-error")
    command = [programs["pg_restore"], *whole, *_PLAIN, *_place(address)]
    async with _running(command, address, "restore the database", stdin=subprocess.PIPE) as child:
        assert child.stdin is not None  # noqa: S101 - a pipe was asked for
        # One that has ended says why itself.
        with suppress(BrokenPipeError, ConnectionResetError):
            async for chunk in chunks:
                child.stdin.write(chunk)
                await child.stdin.drain()
            child.stdin.close()
            await child.stdin.wait_closed()


@asynccontextmanager
async def _running(
    command: list[str], address: URL, act: str, **pipes: Any
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program beside the block, killed when the block fails. Raises ServerFailed when it ends badly."""
    child = await asyncio.create_subprocess_exec(
        *command, stderr=subprocess.PIPE, env=_environment(address), **pipes
    )
    assert child.stderr is not None  # noqa: S101 - a pipe was asked for
    said = asyncio.ensure_future(child.stderr.read())
    try:
        yield child
        status = await child.wait()
        if status != 0:
            raise ServerFailed(act, _without_rows((await said).decode(errors="replace")))
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
        await said


def _place(address: URL) -> list[str]:
    """The options that name a database. Its password goes through the environment, which others cannot read."""
    host, port = address.query.get("host", address.host), address.query.get("port", address.port)
    named = {"host": host, "port": port, "username": address.username, "dbname": address.database}
    return [f"--{name}={value}" for name, value in named.items() if value]


def _environment(address: URL) -> Mapping[str, str]:
    said = {name: str(address.query[word]) for name, word in _SAID.items() if word in address.query}
    return process.environment(
        PGPASSWORD=address.password or "", PGCONNECT_TIMEOUT="10", PGAPPNAME="hoso backup", **said
    )


def _without_rows(said: str) -> str:
    """The words of a program without those that repeat rows, which are personal data."""
    lines = (line for line in said.splitlines() if line.strip())
    return "\n".join(line for line in lines if not line.split(": ", 1)[-1].startswith(_ROWS))
