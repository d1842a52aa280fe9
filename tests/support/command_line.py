"""`hoso` as a user runs it: another process, its exit status and what it printed."""

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO, Any

from hoso_models.storage import database
from support import databases


@dataclass(frozen=True, slots=True)
class Ran:
    """Result of a command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, parsed as JSON."""
        return json.loads(self.out)


def owner(url: str) -> dict[str, str]:
    """The settings by which a command on a database may change its tables too."""
    address = databases.as_owner(url).render_as_string(hide_password=False)
    return {"HOSO_DATABASE_OWNER_URL": address}


def hoso(
    *arguments: str, url: str = "", home: Path | None = None, given: str | None = None, **environment: str
) -> Ran:
    """Run `hoso` with these arguments on a database, or in a home of its own; what is `given` is its standard input.

    Each is a process of its own. It does not load its libraries again, which would take ten times as long as what it does; what
    it is to be started from nothing for, is started by the tests of guides, help, services and endings.
    """
    settings = {"HOSO_DATABASE_URL": url, "HOSO_HOME": str(home) if home else "", "COLUMNS": "140"}
    set_to = {name: value for name, value in {**settings, **environment}.items() if value}
    with (
        tempfile.TemporaryFile() as given_in,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given_in.write((given or "").encode())
        given_in.seek(0)
        files = (given_in.fileno(), out.fileno(), err.fileno())
        status = _ended(arguments, {**os.environ, **set_to}, files)
        return Ran(status, *(_text(each) for each in (out, err)))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


def _ended(arguments: Sequence[str], environment: Mapping[str, str], files: Sequence[int]) -> int:
    """The exit status of a command that has ended. It is killed after five minutes."""
    request = {"arguments": arguments, "environment": environment, "folder": str(Path.cwd())}
    text = json.dumps(request).encode(errors="surrogateescape")
    with socket.socket(socket.AF_UNIX) as connection:
        with _STARTING:
            path = _warm()[0]
        connection.connect(path)
        connection.settimeout(300)
        socket.send_fds(connection, [len(text).to_bytes(8, "big")], files)
        connection.sendall(text)
        with connection.makefile() as answers:
            runs = int(answers.readline())
            try:
                return int(answers.readline())
            except TimeoutError:
                os.kill(runs, signal.SIGKILL)
                raise


#: Many threads may run their first command at once.
_STARTING = Lock()


@cache
def _warm() -> tuple[str, subprocess.Popen[str]]:
    """The address of the process that runs commands, and the process; it ends with this one."""
    path = f"{tempfile.mkdtemp(prefix='hoso-commands-')}/socket"
    started = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("warm_commands.py")), path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(started.communicate)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return path, started


def in_vietnamese(*arguments: str, url: str = "", home: Path | None = None, **environment: str) -> Ran:
    """The same, called by somebody whose locale is Vietnamese."""
    return hoso(*arguments, url=url, home=home, LANG="vi_VN.UTF-8", LANGUAGE="vi", **environment)


def stored(url: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows that a SELECT finds in the database on which commands were run."""

    async def read() -> list[tuple[Any, ...]]:
        async with database.connect(url) as db:
            return [tuple(row) for row in await db.rows(sql)]

    return asyncio.run(read())
