"""Processes of a server in a data directory, and the environment of its children.

All of PostgreSQL's processes have the data as their working directory.
"""

import os
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def runs_in(pid: int, data: Path) -> bool:
    """True when a process runs in that directory. A zombie and a stranger do not."""
    if not _PROC.is_dir():
        return _exists(pid)
    with suppress(OSError):
        return (_PROC / str(pid) / "cwd").readlink() == data.resolve()
    return False


def processes_in(data: Path) -> list[int]:
    """All processes in that directory: the server and its backends, also orphaned ones."""
    if not _PROC.is_dir():
        return []
    return [
        int(entry.name)
        for entry in _PROC.iterdir()
        if entry.name.isdigit() and runs_in(int(entry.name), data)
    ]


def send(pid: int, sign: int) -> None:
    """Send a signal; ignore a process that has ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, sign)


def environment(**more: str) -> dict[str, str]:
    """The environment of a child process: English messages, none of the caller's PG* variables."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC", **more}


def _is_postgres(pid: int) -> bool:
    with suppress(OSError):
        return (_PROC / str(pid) / "comm").read_text().startswith("postgres")
    return False


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
