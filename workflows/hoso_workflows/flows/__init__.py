"""Prefect flows around plain functions, and the processes that serve them.

No other package imports Prefect. Prefect triggers, PostgreSQL remembers: whatever a late, repeated or missing run leaves
undone, the next one does. Importing this package does not import Prefect, which takes most of a
second; `sweeps` and `serving` do.
"""

from hoso_workflows.flows import events
from hoso_workflows.flows.processes import (
    RETENTION_DAYS,
    BadAuth,
    server_command,
    server_environment,
    worker_command,
    worker_environment,
)

__all__ = [
    "RETENTION_DAYS",
    "BadAuth",
    "events",
    "server_command",
    "server_environment",
    "worker_command",
    "worker_environment",
]
