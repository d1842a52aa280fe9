"""Log rotation that copies a full log aside and truncates it. No writer has to reopen it.

Several processes append to one file, and none of them is notified: each goes on writing at the new beginning. A line
that is written between the last look and the truncation is lost; nothing waits for a disk between the two.
"""

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO

#: Bytes from which on a log is set aside, and how many of those are kept.
LIMIT = 10 * 2**20
KEPT = 5
#: Seconds between two looks.
INTERVAL = 5.0
#: How often the end of a line is looked for before it is given up.
LOOKS = 1_000


def rotate(log: Path) -> bool:
    """Rotate a log that is full; true when it was.

    The log becomes `.1`, an older `.1` becomes `.2`, and so on. Where the disk is full, it stays as it is.
    """
    try:
        with open(log, "r+b", opener=_careful) as file:
            if os.fstat(file.fileno()).st_size <= LIMIT:
                return False
            # Whoever else looks after the same file is at it.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return os.fstat(file.fileno()).st_size > LIMIT and _set_aside(log, file)
    except OSError:
        return False


def _set_aside(log: Path, file: IO[bytes]) -> bool:
    fresh = _numbered(log, 0)
    try:
        with open(fresh, "wb", opener=_private) as copy:
            if os.geteuid() == 0:
                owner = os.fstat(file.fileno())
                os.fchown(copy.fileno(), owner.st_uid, owner.st_gid)
            shutil.copyfileobj(file, copy, 2**20)
            copy.flush()
            # What came meanwhile, kept in memory: a disk that makes wait would do so while lines are lost.
            rest = _rest(file)
            file.truncate(0)
            with suppress(OSError):  # full by now: what was copied before stays
                # Past the buffer, which would raise again when it is closed.
                copy.raw.write(rest)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    for number in range(KEPT - 1, -1, -1):
        with suppress(FileNotFoundError):
            _numbered(log, number).replace(_numbered(log, number + 1))
    return True


def _rest(file: IO[bytes]) -> bytes:
    """Read what has come meanwhile, up to the end of a line.

    A reader may see the first part of a line that is being written; its end comes within microseconds.
    """
    rest = file.read()
    for _ in range(LOOKS):
        if os.pread(file.fileno(), 1, file.tell() - 1) == b"\n":
            break
        rest += file.read()
    return rest


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")


def _careful(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC)


def _private(name: str, flags: int) -> int:
    Path(name).unlink(missing_ok=True)
    return os.open(name, flags | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
