"""Disks that refuse: mounted for one command in a view of the machine of its own, or for a block."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.command_line import Ran, program

_UNSHARE = shutil.which("unshare")


def _mounts() -> bool:
    """Only root does, and not in every container."""
    if os.geteuid() != 0 or _UNSHARE is None:
        return False
    return subprocess.run([_UNSHARE, "-m", "true"], capture_output=True, check=False).returncode == 0


MOUNTS = pytest.mark.skipif(not _mounts(), reason="nobody may mount here")


def hoso_beside(disk: Path, options: str, *arguments: str, home: Path) -> Ran:
    """Run `hoso` where an empty disk with those mount options stands in the place of a folder."""
    return program(*arguments, home=home, disk=(options, str(disk)))


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """An empty disk with those mount options for the block, in the place of a folder that is made."""
    folder.mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))


def remount(folder: Path, options: str) -> None:
    """Give a mounted disk other options."""
    _run("mount", "-o", f"remount,{options}", str(folder))


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """A limit for this process, for the block: no file grows beyond."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
