"""Ports for servers that tests start, in this process or in others."""

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


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A socket that listens on a free port of this machine, for a server of this process.

    It listens at once: whoever calls before the server runs waits for it, and is not refused.
    """
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        found.listen()
        yield found
