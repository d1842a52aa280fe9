"""Processes of `hoso serve`: API, Prefect's server, worker of the flows."""

import secrets
import signal
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import make_url

from hoso_api.installation import file_modes
from hoso_api.installation.installation import home
from hoso_api.server.supervision import Need, Service
from hoso_api.settings import Settings
from hoso_calendar.messages import say
from hoso_models import errors, postgres
from hoso_models.postgres import Role
from hoso_models.roles import PREFECT_DATABASE, PREFECT_EXTENSIONS
from hoso_models.storage import database
from hoso_models.storage.settings import OwnerSettings
from hoso_workflows import flows
from hoso_workflows.operation.sweep_progress import Sweep

#: What a child is not to know: nobody but who migrates connects as the owner, and Prefect not to our database at all.
_NO_OWNER = {"HOSO_DATABASE_OWNER_URL": ""}
_NO_DATABASE = {"HOSO_DATABASE_URL": "", **_NO_OWNER}


class PrefectHasNoDatabase(errors.StorageError):
    """No database is configured for Prefect's tables. Our application's role may not create another database."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Prefect has no database: set HOSO_PREFECT_DATABASE_URL to one of a role of its own, which `hoso db roles` tells"
                " how to make, as postgresql://{role}:password@host/{database}",
                role=Role.PREFECT,
                database=PREFECT_DATABASE,
            )
        )


def _key(settings: Settings) -> dict[str, str]:
    """The key that seals secrets, where the settings name it.

    The flows sign webhooks by it, and read no `hoso.toml`.
    """
    file = settings.master_key_file
    return {} if file is None else {"HOSO_MASTER_KEY_FILE": str(file.absolute())}


def _links(settings: Settings) -> dict[str, str]:
    """The address of links in mails, which the flows send."""
    return {} if settings.public_url is None else {"HOSO_PUBLIC_URL": settings.public_url}


def api(settings: Settings, *, flows_too: bool = False) -> Service:
    """The API with its workers.

    Where the flows run beside it, they are part of its readiness.
    It is up when it answers: a full disk, say, is no reason to start it again.
    """
    address = f"{settings.origin}/health/live"
    watching = {"HOSO_WATCH_FLOWS": "true"} if flows_too else {}
    return Service(
        "api", api_command(settings), ready=lambda _: _answers(address), environment={**watching, **_home()}
    )


def api_command(settings: Settings) -> list[str]:
    """The workers of the API and their parent."""
    listen = ["--host", settings.host, "--port", str(settings.port), "--workers", str(settings.workers)]
    # No route speaks WebSocket, and a connection that changed its protocol would be out of sight.
    bounded = ["--http", "hoso_api.http.middleware.request_line:Protocol", "--ws", "none"]
    # Given explicitly, since uvicorn believes whoever its environment names.
    trusting = ["--proxy-headers", "--forwarded-allow-ips", ",".join(map(str, settings.trusted_proxies))]
    quiet = [
        "--no-server-header",
        "--no-access-log",
        "--log-level",
        "warning",
        "--timeout-graceful-shutdown",
        "5",
    ]
    # A worker that starts on a busy machine is silent for long; killed for that after uvicorn's 5 s, it would never get up.
    patient = ["--timeout-worker-healthcheck", "20"]
    return [
        sys.executable,
        "-m",
        "hoso_api.server.workers",
        "--factory",
        "hoso_api.app:create_app",
        *listen,
        *bounded,
        *trusting,
        *quiet,
        *patient,
    ]


def prefect(settings: Settings, database_url: str) -> Service:
    """Prefect's server, on loopback where nothing else is said, never without its auth string."""
    _prefect_home()
    host, port, redis = settings.prefect_host, settings.prefect_port, settings.prefect_redis_url
    redis_url = redis.get_secret_value() if redis else None
    environment = flows.server_environment(database_url, auth(settings), port, host=host, redis_url=redis_url)
    address = f"http://{_asked_at(host)}:{port}/api/health"
    return Service(
        "prefect",
        flows.server_command(port, host),
        ready=lambda _: _answers(address),
        environment={**environment, **_home(), **_NO_DATABASE},
        # After an outage of its database its own stop may take minutes.
        orphaned=signal.SIGKILL,
    )


def flow_worker(settings: Settings) -> Service:
    """The process that runs the flows, alone or beside those of other machines."""
    _prefect_home()
    environment = flows.worker_environment(auth(settings), settings.prefect_port, prefect_api(settings))
    deployment = f"{prefect_api(settings)}/deployments/name/{Sweep.FIRE_TIMERS}/hoso"
    return Service(
        "flows",
        flows.worker_command(settings.flow_pool),
        ready=lambda age: _polled(deployment, auth(settings), age),
        environment={**environment, **_home(), **_key(settings), **_links(settings)},
        need=Need(f"Prefect ({prefect_api(settings)})", partial(_answers, f"{prefect_api(settings)}/health")),
    )


def prefect_api(settings: Settings) -> str:
    """The address of Prefect's API, as this machine reaches it."""
    return settings.prefect_url or f"http://{_asked_at(settings.prefect_host)}:{settings.prefect_port}/api"


def auth_file(settings: Settings) -> Path:
    """The file with `user:password` of Prefect's API."""
    return settings.prefect_auth_file or home() / "prefect-auth"


def auth(settings: Settings) -> str:
    """`user:password` of Prefect's API.

    One in the home is made once and kept where only we can read it. Raises OSError where the file that the settings name cannot be read.
    """
    path = auth_file(settings)
    if settings.prefect_auth_file is None and not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "x", opener=file_modes.private) as file:
            file.write(f"hoso:{secrets.token_urlsafe(32)}")
    return path.read_text(encoding="utf-8").strip()


async def prefect_database(settings: Settings, server: postgres.Server | None) -> str:
    """The address of Prefect's own database, made where it is missing. Raises PrefectHasNoDatabase."""
    if settings.prefect_database_url is not None:
        return settings.prefect_database_url.get_secret_value()
    if server is not None:
        return server.ensure_database(PREFECT_DATABASE, PREFECT_EXTENSIONS, owner=Role.PREFECT)
    if OwnerSettings.read().database_owner_url is not None:
        raise PrefectHasNoDatabase
    try:
        return await _beside_ours()
    except errors.DatabaseRefused as refused:
        raise PrefectHasNoDatabase from refused


async def _beside_ours() -> str:
    """Prefect's database where one role owns everything, ours and Prefect's; `hoso doctor` warns of it."""
    async with database.connect() as db:
        if not await db.rows("select 1 from pg_database where datname = $1", [PREFECT_DATABASE]):
            await db.one_statement(f"create database {PREFECT_DATABASE}")
        address = make_url(db.url).set(database=PREFECT_DATABASE)
    async with database.connect(address) as own:
        for extension in PREFECT_EXTENSIONS:
            await own.one_statement(f"create extension if not exists {extension}")
    return address.render_as_string(hide_password=False)


def _prefect_home() -> None:
    """Make the folder of Prefect's other files, private to its user. It is made before Prefect makes it."""
    (home() / "prefect").mkdir(mode=0o700, parents=True, exist_ok=True)


def _home() -> Mapping[str, str]:
    return {"HOSO_HOME": str(home()), **_NO_OWNER}


async def _answers(address: str) -> bool:
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            return (await client.get(address)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _asked_at(host: str) -> str:
    """The address under which this machine reaches a listener of its own."""
    own = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - nothing listens because of it
    return f"[{own}]" if ":" in own and not own.startswith("[") else own


async def _polled(address: str, auth: str, age: float) -> bool:
    """True when a worker that old has asked for the runs of a deployment.

    It has no port of its own that could be asked. Instants are those of the Prefect server, which may be another machine.
    """
    user, _, password = auth.partition(":")
    try:
        async with httpx.AsyncClient(timeout=2, auth=(user, password)) as client:
            answer = await client.get(address)
    except httpx.TransportError:
        return False
    if answer.status_code != httpx.codes.OK or (polled := answer.json()["last_polled"]) is None:
        return False
    return datetime.fromisoformat(polled) > parsedate_to_datetime(answer.headers["Date"]) - timedelta(
        seconds=age
    )
