"""Disks that refuse: mounted for one command, in a view of the machine of its own."""

import os
import shutil
import subprocess
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
