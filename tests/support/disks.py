"""Disks that refuse: mounted for one command, in a view of the machine of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.command_line import Ran

_UNSHARE = shutil.which("unshare")


def _mounts() -> bool:
    """Only root does, and not in every container."""
    if os.geteuid() != 0 or _UNSHARE is None:
        return False
    return subprocess.run([_UNSHARE, "-m", "true"], capture_output=True, check=False).returncode == 0


MOUNTS = pytest.mark.skipif(not _mounts(), reason="nobody may mount here")
_MOUNTED = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'


def hoso_beside(disk: Path, options: str, *arguments: str, home: Path, **environment: str) -> Ran:
    """Run `hoso` where an empty disk with those mount options stands in the place of a folder."""
    command = [sys.executable, "-c", "from hoso_api.cli.main import main; main()", *arguments]
    done = subprocess.run(
        [str(_UNSHARE), "-m", "sh", "-c", _MOUNTED, "sh", options, str(disk), *command],
        env={**os.environ, "HOSO_HOME": str(home), "COLUMNS": "140", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
