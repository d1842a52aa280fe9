"""`hoso` in processes of its own that need not load its libraries again.

`python warm_commands.py SOCKET` loads what the commands are made of, but nothing of the command line itself, and forks for each
request: a process with its own arguments, environment, folder, files and exit status. It ends when its standard input does.
"""

import array
import io
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

#: Nothing here reads the environment when it is imported; `hoso_api.cli` does, for the width and colours of the terminal.
LIBRARIES = (
    "alembic.command",
    "alembic.config",
    "hoso_api.app",
    "hoso_api.openid.relying_party",
    "hoso_bpmn.conversion",
    "hoso_bpmn.drawing",
    "hoso_workflows.calendars.application",
    "hoso_workflows.calendars.closures",
    "hoso_workflows.identity.setup",
    "hoso_workflows.monitoring.workload",
    "hoso_workflows.organisation.register.lists",
    "hoso_workflows.scenarios",
    "hoso_workflows.setup.export",
    "rich.table",
    "typer",
)


def serve(path: str) -> None:
    """Answer requests until standard input ends."""
    import importlib

    from hoso_api.server import workers

    for name in (*LIBRARIES, *workers.LATER):
        importlib.import_module(name)
    read = [name for name in sys.modules if name.startswith("hoso_api.cli")]
    assert not read, read
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while listening in select.select([listening, 0], [], [])[0]:
        connection, _ = listening.accept()
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
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.argv = ["hoso", *request["arguments"]]
        from hoso_api.cli.main import main

        main()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(status)


if __name__ == "__main__":
    serve(str(Path(sys.argv[1])))
