"""Command lines and environments of the Prefect server and the worker of the flows.

Nothing is shared or public: the server listens on loopback, always asks for its auth string, refuses pages of other
origins, sends no telemetry and deletes old runs (reliability.md §5: with its defaults it would answer everybody,
secrets included).
"""

import os
import sys
from urllib.parse import urlsplit

from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings

HOST = "127.0.0.1"
#: Runs that have ended are kept for so long: over a week-end, for who looks on Monday.
RETENTION_DAYS = 3
#: Prefect has neither users nor a lock-out after wrong passwords.
_SHORTEST_PASSWORD = 32


class BadAuth(ValueError):
    """The auth string would not protect Prefect's API."""

    def __init__(self) -> None:
        super().__init__(
            f"Prefect's auth string is `user:password` with a random password of {_SHORTEST_PASSWORD} characters or more"
        )


def server_command(port: int, host: str = HOST) -> list[str]:
    """The command line of the Prefect server."""
    return [sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", str(port)]


def worker_command(pool: str) -> list[str]:
    """The command line of a worker of our flows."""
    return [sys.executable, "-m", "hoso_workflows.flows.workers", pool]


def server_environment(
    database_url: str, auth: str, port: int, *, host: str = HOST, redis_url: str | None = None
) -> dict[str, str]:
    """The server's settings, added to the caller's environment. `database_url` is a database of its own.

    By a Redis several servers with one database talk to each other. Raises BadAuth.
    """
    address = database.address(database_url)
    return {
        **_private(),
        **(_messaging(redis_url.rstrip("/")) if redis_url else {}),
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_API_AUTH_STRING": _safe(auth),
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": f"http://{HOST}:{port}",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": address.render_as_string(hide_password=False),
        # Events outweigh the runs that they tell of ten times, and nobody reads them.
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(RETENTION_DAYS * 86_400),
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }


def worker_environment(auth: str, port: int, url: str | None = None) -> dict[str, str]:
    """Settings of the worker and its runs, added to the caller's environment. Raises BadAuth.

    The server is on this machine, or where `url` says.
    """
    return _private(*([urlsplit(url).hostname or ""] if url else [])) | {
        "PREFECT_API_URL": url or f"http://{HOST}:{port}/api",
        "PREFECT_API_AUTH_STRING": _safe(auth),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "hoso_workflows",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    }


def _messaging(redis_url: str) -> dict[str, str]:
    """Settings of servers that share their events, leases and own work through a Redis."""
    return {
        "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_REDIS_MESSAGING_URL": f"{redis_url}/0",
        "PREFECT_SERVER_DOCKET_URL": f"{redis_url}/1",
    }


def _private(*hosts: str) -> dict[str, str]:
    """Settings without telemetry, proxy, or the caller's Prefect profile."""
    named = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
    without_proxy = [HOST, *filter(None, [*hosts, named])]
    return {
        "PREFECT_HOME": str((DatabaseSettings.read().home / "prefect").absolute()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": ",".join(without_proxy),
        "no_proxy": ",".join(without_proxy),
    }


def _safe(auth: str) -> str:
    user, _, password = auth.partition(":")
    if not user or len(password) < _SHORTEST_PASSWORD:
        raise BadAuth
    return auth
