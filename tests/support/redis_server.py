"""A Redis of our own for tests, which writes nothing to a disk."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support import ports, prefect_server


@contextmanager
def running() -> Iterator[str]:
    """The address of a server that asks for a password and listens on loopback."""
    with tempfile.TemporaryDirectory() as folder, ports.kept() as port:
        listens = ["--bind", "127.0.0.1", "--port", str(port), "--requirepass", "of-a-test"]
        kept = ["--save", "", "--appendonly", "no", "--dir", folder]
        with prefect_server.running(["redis-server", *listens, *kept], {}, Path(folder) / "redis.log"):
            asyncio.run(prefect_server.until(lambda: _listens(port)))
            yield f"redis://:of-a-test@127.0.0.1:{port}"


async def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
