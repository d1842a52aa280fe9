"""`hoso` in processes of its own that need not load its libraries again.

`python warm_commands.py SOCKET` loads what the commands are made of and forks for each request: a process with its own
arguments, environment, folder, files and exit status. It ends when its standard input does.
"""

import array
import ctypes
import importlib
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Never

_CLONE_NEWNS = 0x00020000


def load() -> None:
    """Load every command and what it needs."""
    from hoso_api.cli import main
    from hoso_api.server import workers

    commands = (f"hoso_api.cli.{command.module}" for command in main.COMMANDS.values())
    for name in ("alembic.command", *workers.LATER, *commands):
        importlib.import_module(name)


def read_terminal() -> None:
    """Read the width and colours of the terminal, as a process does when it loads the screen."""
    import typer

    from hoso_api.cli import console

    importlib.reload(console)
    # The framework's part for the screen reads its width, its colours and its own words when it is first needed.
    if sys.modules.pop("typer.rich_utils", None):
        del typer.rich_utils


def status_of(act: Callable[[], None]) -> int:
    """The exit status of a process that does this and no more; what it did not foresee is printed."""
    try:
        act()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def listen(path: str) -> socket.socket:
    """The socket at which commands are asked for."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen(64)
    return listening


def serve_alone(listening: socket.socket, alive: int) -> Never:
    """Answer requests in a process that was forked for it, until who holds the other end of `alive` ends."""
    # Both may have the number that the other is to have.
    asked_at, alive = os.dup(listening.detach()), os.dup(alive)
    os.dup2(alive, 0)
    os.dup2(asked_at, 3)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os._exit(status_of(lambda: serve(socket.socket(fileno=3))))


def serve(listening: socket.socket) -> None:
    """Answer requests until standard input ends; what they need is loaded for the first."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while listening in select.select([listening, 0], [], [])[0]:
        connection, _ = listening.accept()
        load()
        if os.fork() == 0:
            listening.close()
            _answer(connection)
        connection.close()


def _answer(connection: socket.socket) -> None:
    """Run one command, tell its number and then its exit status, and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, files = _received(connection)
    runs = os.fork()
    if runs == 0:
        connection.close()
        _run(request, files)
    connection.sendall(f"{runs}\n".encode())
    _, status = os.waitpid(runs, 0)
    with suppress(OSError):
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _received(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    files = array.array("i")
    size, told, _, _ = connection.recvmsg(8, socket.CMSG_LEN(3 * files.itemsize))
    for _, _, data in told:
        files.frombytes(data[: len(data) - len(data) % files.itemsize])
    length, text = int.from_bytes(size, "big"), b""
    while len(text) < length:
        text += connection.recv(length - len(text))
    return json.loads(text), list(files)


def _run(request: dict[str, Any], files: list[int]) -> None:
    """Become the command."""
    status = 1
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
        os.closerange(3, 256)
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0)), "utf-8", "surrogateescape")
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), "utf-8", "surrogateescape")
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(io.FileIO(2, "w")), "utf-8", "backslashreplace", line_buffering=True
        )
        if request["disk"]:
            _mount(*request["disk"])
        os.environ.clear()
        os.environ.update(request["environment"])
        # Whoever forked this may have asked already where temporary files go.
        tempfile.tempdir = None
        os.chdir(request["folder"])
        sys.argv = ["hoso", *request["arguments"]]
        from hoso_api.cli.main import main

        read_terminal()
        status = status_of(main)
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(status)


def _mount(options: str, folder: str) -> None:
    """Have an empty disk stand in the place of a folder, for this process and its children alone."""
    assert ctypes.CDLL(None).unshare(_CLONE_NEWNS) == 0
    for words in (("--make-rprivate", "/"), ("-t", "tmpfs", "-o", options, "tmpfs", folder)):
        subprocess.run(["mount", *words], check=True)  # noqa: S607 - wherever the system has it


if __name__ == "__main__":
    asked_at = listen(sys.argv[1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    serve(asked_at)
