"""Directories for the servers of tests, in memory where there is room."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Where files lie in memory: a copy of a database takes a sixth of the time there; bytes that have to be free.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108 - directories in it are made by mkdtemp
#: Where homes are made; none for where temporary files are, as benches want it.
folder: Path | None = None


def hasten() -> None:
    """Make homes in memory from now on, where it has room and nobody named another place."""
    global folder
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        folder = MEMORY


@contextmanager
def home() -> Iterator[Path]:
    """A directory that the server's user can reach, which pytest's own temporary directories are not."""
    directory = Path(tempfile.mkdtemp(prefix="hoso-test-", dir=folder))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
