"""Folders of unfinished backups: locked by who writes, removed when nobody does."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from hoso_workflows.backups import refusals

#: How often, and seconds apart, a lock is tried for that somebody may only hold to look whether the folder was left behind.
_TRIES, _PAUSE = 20, 0.05


@contextmanager
def locking(path: Path) -> Iterator[bool]:
    """True, for the block, where a folder is nobody else's."""
    lock = _lock(path)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            os.close(lock)


@contextmanager
def folder(target: Path, names: Set[str]) -> Iterator[Path]:
    """An empty folder beside the target, removed when the block fails.

    What killed backups to any target beside it have left is removed first; they hold nothing but these names. Raises
    TargetTaken, NoFolder and BeingTaken.
    """
    if os.path.lexists(target):
        raise refusals.TargetTaken(target)
    if not target.parent.is_dir():
        raise refusals.NoFolder(target.parent)
    part = target.with_name(f".{target.name}.part")
    for path in target.parent.glob(".*.part"):
        _remove_left(path, None if path == part else names)
    lock = _made(part)
    try:
        if lock is None:
            raise refusals.BeingTaken(target)
        yield part
    except BaseException:
        if lock is not None:
            shutil.rmtree(part, ignore_errors=True)
        raise
    finally:
        if lock is not None:
            os.close(lock)


def _made(part: Path) -> int | None:
    """The lock of a folder, which is made where it is missing; None where somebody writes it."""
    for _ in range(_TRIES):
        part.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            if (lock := _lock(part)) is not None:
                return lock
        time.sleep(_PAUSE)
    return None


def _remove_left(path: Path, names: Set[str] | None) -> None:
    """Remove a folder that nobody writes. Where names are given, one with others is not a backup's, and stays."""
    # That of another user, or what is no folder, is no matter of ours.
    with suppress(OSError), locking(path) as alone:
        if alone and (names is None or {each.name for each in path.iterdir()} <= names):
            shutil.rmtree(path)


def _lock(path: Path) -> int | None:
    """The lock of a folder; None where another process has it, or has just removed the folder."""
    opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(opened), path.lstat()):
            return opened
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(opened)
    return None
