"""The processes of a server: which live in a data directory (all of PostgreSQL's work there), and what they see."""

import os
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def lives_in(pid: int, data: Path) -> bool:
    """Whether a process runs and works in that directory; a corpse and a stranger do not."""
    if not _PROC.is_dir():
        return _exists(pid)
    with suppress(OSError):
        return (_PROC / str(pid) / "cwd").readlink() == data.resolve()
    return False


def residents(data: Path) -> list[int]:
    """All processes that work in that directory: the server and its backends, also those that outlived it."""
    if not _PROC.is_dir():
        return []
    return [
        int(entry.name)
        for entry in _PROC.iterdir()
        if entry.name.isdigit() and lives_in(int(entry.name), data)
    ]


def send(pid: int, sign: int) -> None:
    """Sends a signal; a process that is gone already needs none."""
    with suppress(ProcessLookupError):
        os.kill(pid, sign)


def environment(**more: str) -> dict[str, str]:
    """What a child of ours sees: English messages, and none of the caller's PG* variables."""
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
