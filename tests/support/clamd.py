"""A real clamd with one signature of our own: that of the file by which searches are tested."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Not harmful, found by every search (EICAR); put together here, so that this file is not.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
#: Seconds within which it listens.
PATIENCE = 60


@contextmanager
def running(infected: bytes, most: str = "25M") -> Iterator[str]:
    """The path of its socket; it finds `infected`, and takes files of at most so many bytes."""
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    signature = f"{hashlib.md5(infected).hexdigest()}:{len(infected)}:Test\n"  # noqa: S324 - the form of its signatures
    (folder / "test.hdb").write_text(signature)
    (folder / "clamd.conf").write_text(
        f"Foreground yes\nLocalSocket {folder}/socket\nDatabaseDirectory {folder}\nStreamMaxLength {most}\n"
    )
    command = [shutil.which("clamd") or "clamd", "--config-file", str(folder / "clamd.conf")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _listens(folder / "socket")
            yield str(folder / "socket")
        finally:
            server.terminate()
            shutil.rmtree(folder, ignore_errors=True)


def _listens(path: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket(socket.AF_UNIX) as client:
            if client.connect_ex(str(path)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(path)
