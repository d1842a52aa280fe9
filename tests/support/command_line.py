"""`hoso` as a user runs it: its exit status and what it printed."""

import asyncio
import atexit
import gettext
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Any

import pytest

from hoso_api.cli import console, main
from hoso_models.storage import database
from support import databases, warm_commands


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

    In a home it may start servers, and `serve` ends with its parent, so these are processes of their own (`program`). Else
    it is called in this one, as it calls itself, in a thread whose context is fresh: a tenth of what a process takes. What
    its signals, its collector and its imports do is tested where it is started from nothing: by the tests of guides, help,
    services and endings.
    """
    if home is not None or arguments[:1] == ("serve",):
        return program(*arguments, url=url, home=home, given=given, **environment)
    with _CALLING, pytest.MonkeyPatch.context() as patch:
        for name, value in _settings(url, home, environment).items():
            patch.setenv(name, value)
        return _called(arguments, (given or "").encode(), patch)


def program(
    *arguments: str,
    url: str = "",
    home: Path | None = None,
    given: str | None = None,
    disk: tuple[str, str] | None = None,
    **environment: str,
) -> Ran:
    """Run the same as a process of its own, which does not load its libraries again.

    A `disk`, mount options and a folder, is an empty one that stands in the place of the folder, for this command alone.
    """
    with (
        tempfile.TemporaryFile() as given_in,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given_in.write((given or "").encode())
        given_in.seek(0)
        files = (given_in.fileno(), out.fileno(), err.fileno())
        told = {**os.environ, **_settings(url, home, environment)}
        request = {"arguments": arguments, "environment": told, "folder": str(Path.cwd()), "disk": disk}
        status = _ended(request, files)
        return Ran(status, *(_text(each) for each in (out, err)))


def _settings(url: str, home: Path | None, environment: Mapping[str, str]) -> dict[str, str]:
    settings = {"HOSO_DATABASE_URL": url, "HOSO_HOME": str(home) if home else "", "COLUMNS": "140"}
    return {name: value for name, value in {**settings, **environment}.items() if value}


def _called(arguments: Sequence[str], given: bytes, patch: pytest.MonkeyPatch) -> Ran:
    """Call the command in an environment that is set; everything that it changes of the process is put back."""
    out, err = io.BytesIO(), io.BytesIO()
    patch.setattr(sys, "argv", ["hoso", *arguments])
    patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8", "surrogateescape"))
    patch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8", "surrogateescape"))
    patch.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8", "backslashreplace", write_through=True))
    patch.setattr(sys, "excepthook", sys.excepthook)
    patch.setattr(console, "out", console.out)
    patch.setattr(console, "err", console.err)
    mask, domain = os.umask(0), gettext.textdomain()
    os.umask(mask)
    try:
        warm_commands.read_terminal()
        status = _in_a_thread(partial(warm_commands.status_of, main.run))
        sys.stdout.flush()
        return Ran(status, *(each.getvalue().decode().replace("\r\n", "\n") for each in (out, err)))
    finally:
        gettext.textdomain(domain)
        os.umask(mask)


def _in_a_thread(act: Callable[[], int]) -> int:
    """The result of a call in a thread of its own: no context, no event loop. It is given up after five minutes."""
    result: Future[int] = Future()
    thread = Thread(target=lambda: result.set_result(act()), name="hoso", daemon=True)
    thread.start()
    thread.join(timeout=300)
    return result.result(timeout=0)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


def _ended(request: Mapping[str, object], files: Sequence[int]) -> int:
    """The exit status of a command that has ended. It is killed after five minutes."""
    text = json.dumps(request).encode(errors="surrogateescape")
    with socket.socket(socket.AF_UNIX) as connection:
        with _STARTING:
            path = _warm[0] if _warm else _start_from_nothing()
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


#: Streams, environment and mask are the whole process's, so one command is called in it at a time.
_CALLING = Lock()
#: Many threads may run their first command at once.
_STARTING = Lock()
#: The address of the process that runs commands, once there is one.
_warm: list[str] = []


def start_warm() -> None:
    """Fork the process that runs commands from this one, whose libraries it then has; it ends with this one.

    To be called before there are threads, connections or children, which it must not share.
    """
    if _warm:
        return
    path = _address()
    listening = warm_commands.listen(path)
    alive, end = os.pipe()
    forked = os.fork()
    if forked == 0:
        warm_commands.serve_alone(listening, alive)
    listening.close()
    os.close(alive)
    atexit.register(lambda: (os.close(end), os.waitpid(forked, 0)))
    _warm.append(path)


def _start_from_nothing() -> str:
    """The address of a process that has loaded its libraries itself."""
    path = _address()
    started = subprocess.Popen(
        [sys.executable, warm_commands.__file__, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(started.communicate)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    _warm.append(path)
    return path


def _address() -> str:
    return f"{tempfile.mkdtemp(prefix='commands-', dir=Path.home())}/socket"


def in_vietnamese(*arguments: str, url: str = "", home: Path | None = None, **environment: str) -> Ran:
    """The same, called by somebody whose locale is Vietnamese."""
    return hoso(*arguments, url=url, home=home, LANG="vi_VN.UTF-8", LANGUAGE="vi", **environment)


def stored(url: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows that a SELECT finds in the database on which commands were run."""

    async def read() -> list[tuple[Any, ...]]:
        async with database.connect(url) as db:
            return [tuple(row) for row in await db.rows(sql)]

    return asyncio.run(read())
