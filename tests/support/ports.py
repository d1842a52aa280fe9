"""Ports for servers that tests start in other processes."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept() -> Iterator[int]:
    """A port of this machine that is nobody else's while the block lasts.

    It stays bound here, without listening, so that the system gives it to no other test in between; a server that binds
    with `SO_REUSEADDR`, as all do that tests start, may listen there all the same, and again after it was killed.
    """
    with socket.socket() as holding:
        holding.bind(("127.0.0.1", 0))
        holding.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port: int = holding.getsockname()[1]
        yield port
