"""The operator: a user of this machine at its command line.

Whoever has a shell here proves nothing about who they are to the authority. So what they enter is recorded as theirs, on the
word of the person they name, and never as an act of that person (ADR 0022).
"""

import os
import pwd
import socket
from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows.organisation import principals


def name() -> str:
    """The operator's name: the user of this process and the machine. Environment variables are not consulted."""
    user = os.getuid()
    try:
        known = pwd.getpwuid(user).pw_name
    except KeyError:
        known = f"uid {user}"
    return f"người vận hành {known}@{socket.gethostname()}"


async def entered(db: Database, *, at: datetime) -> UUID:
    """The operator's principal, entered at their first act."""
    return await principals.ensure_operator(db, name(), at=at)
