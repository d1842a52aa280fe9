"""The operator: a user of this machine at its command line.

Whoever has a shell here proves nothing about who they are to the authority. So what they enter is recorded as theirs, on the
word of the person they name, and never as an act of that person (ADR 0022).
"""

import os
import pwd
import socket
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from hoso_api.system_clock import now
from hoso_models.storage.database import Database
from hoso_workflows.organisation import access_log, principals
from hoso_workflows.organisation.permissions import readings

#: The credential of a read at the shell.
SHELL = access_log.Origin("shell")


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
    access_log.asked_from(SHELL)
    return await principals.ensure_operator(db, name(), at=at)


async def reads(
    db: Database, act: str, subject: str | None = None, ids: Iterable[object] | None = None
) -> None:
    """Record a read by the operator, before it is shown.

    Of a list the ids of its items are given.
    """
    at = now()
    reader = await entered(db, at=at)
    await readings.record(db, readings.access(act, reader, subject, at, SHELL), ids)
