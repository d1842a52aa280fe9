"""Dumps of a database, written and read by PostgreSQL's own client programs.

Both go through a pipe of this process: when it is killed, the program ends too, and what it had begun to restore is
rolled back.
"""

import asyncio
import re
import subprocess
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL

from hoso_models.postgres import process
from hoso_models.postgres.binaries import Binaries
from hoso_models.postgres.errors import ServerFailed

_T = TypeVar("_T")
#: Bytes that are handed on at a time.
CHUNK = 1 << 20
#: Seconds in which a dump has to go on, and a restore to take the next bytes; in which it has to end once it has them all, since
#: the indexes are made then; and in which a program that was killed has to be gone.
_SILENCE, _ENDING, _KILLED = 1_800, 6 * 3_600, 10
#: A migration that holds its locks longer than this ends the dump, so that neither waits behind the other for ever.
_LOCK_WAIT = "30s"
#: Neither owners nor privileges: both are made anew where the dump is restored, as `privileges` declares them.
_PLAIN = ("--no-owner", "--no-privileges", "--no-tablespaces", "--no-password")
#: What an address says beside the place, by the name under which libpq reads it.
_SAID = {"PGSSLMODE": "ssl", "PGTARGETSESSIONATTRS": "target_session_attrs"}
#: Beginnings of lines that repeat a row.
_ROWS = ("DETAIL", "CONTEXT", "Command was", "HINT")


async def dump(programs: Binaries, address: URL, snapshot: str) -> AsyncGenerator[bytes]:
    """The chunks of a dump in PostgreSQL's custom format, as of an exported snapshot. Raises ServerFailed.

    The address is the owner's. Nobody who reads or writes rows waits for it. Who does not read to the end closes it.
    """
    moment = (f"--snapshot={snapshot}", f"--lock-wait-timeout={_LOCK_WAIT}")
    command = [programs["pg_dump"], "--format=custom", "--compress=6", *_PLAIN, *moment, *_place(address)]
    async with _running(command, address, "dump the database", stdout=subprocess.PIPE) as child:
        assert child.stdout is not None  # noqa: S101 - a pipe was asked for
        while chunk := await _within(_SILENCE, child.stdout.read(CHUNK), "dump the database"):
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
                await _within(_SILENCE, child.stdin.drain(), "restore the database")
            child.stdin.close()
            await child.stdin.wait_closed()


async def rows(programs: Binaries, dump: Path, table: str) -> list[dict[str, str | None]]:
    """The rows of one table in a dump, as text by column. Nothing is restored. Raises ServerFailed."""
    command = [programs["pg_restore"], "--data-only", f"--table={table}", "--file=-", str(dump)]
    child = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=process.environment()
    )
    script, said = await child.communicate()
    if child.returncode != 0:
        raise ServerFailed("read the dump", _without_rows(said.decode(errors="replace")))
    found, columns = list[dict[str, str | None]](), list[str]()
    # Nothing but the end of a row is a line break: those within values are escaped.
    for line in script.decode().split("\n"):
        if (copied := _COPY.match(line)) is not None:
            columns = copied[1].split(", ")
        elif line == _COPIED:
            columns = []
        elif columns:
            found.append(dict(zip(columns, map(_value, line.split("\t")), strict=True)))
    return found


def _value(text: str) -> str | None:
    """A value as COPY writes it."""
    return None if text == r"\N" else _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)


_COPY = re.compile(r"COPY \S+ \((.*)\) FROM stdin;$")
_COPIED = r"\."
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@asynccontextmanager
async def _running(
    command: list[str], address: URL, act: str, **pipes: Any
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program beside the block, killed when the block fails. Raises ServerFailed when it ends badly, or not at all."""
    child = await asyncio.create_subprocess_exec(
        *command, stderr=subprocess.PIPE, env=_environment(address), **pipes
    )
    assert child.stderr is not None  # noqa: S101 - a pipe was asked for
    said = asyncio.ensure_future(child.stderr.read())
    try:
        yield child
        status = await _within(_ENDING, child.wait(), act)
        if status != 0:
            raise ServerFailed(act, _without_rows((await said).decode(errors="replace")))
    finally:
        await _gone(child, said)


async def _gone(child: asyncio.subprocess.Process, said: asyncio.Future[bytes]) -> None:
    """See a program off. One that even a kill does not end, since its disk hangs, is left to the system."""
    if child.returncode is None:
        child.kill()
    with suppress(TimeoutError):
        async with asyncio.timeout(_KILLED):
            # It counts as ended when nothing is left in its pipes, which are read no further once they are full.
            while child.stdout and await child.stdout.read(CHUNK):
                pass
            await child.wait()
            await said


async def _within(seconds: float, step: Awaitable[_T], act: str) -> _T:
    """The result of a step. Raises ServerFailed when it takes longer."""
    try:
        async with asyncio.timeout(seconds):
            return await step
    except TimeoutError:
        raise ServerFailed(act, f"nothing went on for {seconds / 60:.0f} minutes") from None


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
