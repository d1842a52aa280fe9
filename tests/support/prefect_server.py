"""A Prefect server of our own for tests, as `hoso serve` starts it."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from hoso_models import postgres
from hoso_workflows import flows
from support import ports

#: Seconds after which something that was to happen has not.
PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Prefect:
    """A Prefect server of our own."""

    port: int
    auth: str
    log: Path
    #: The address of its database.
    database: str

    @property
    def url(self) -> str:
        """Address of its API."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def user(self) -> tuple[str, str]:
        """Name and password."""
        name, _, password = self.auth.partition(":")
        return name, password


@contextmanager
def serving(
    server: postgres.Server, name: str, redis_url: str | None = None, **settings: str
) -> Iterator[Prefect]:
    """A server with a database of that name, as `hoso serve` starts it but for the settings."""
    with (
        tempfile.TemporaryDirectory() as home,
        ports.kept() as port,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("HOSO_HOME", home)
        database = server.ensure_database(name, ("pg_trgm",), postgres.Role.PREFECT)
        made = Prefect(port, f"hoso:{secrets.token_urlsafe(32)}", Path(home), database)
        told = flows.server_environment(database, made.auth, made.port, redis_url=redis_url) | settings
        with running(flows.server_command(made.port), told, made.log / "server.log"):
            asyncio.run(until(lambda: answers(f"{made.url}/health")))
            yield made


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """A process in a session of its own, whose whole group is stopped at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Return when it has become true; fail when it does not."""
    async with asyncio.timeout(PATIENCE):
        while not await true():  # noqa: ASYNC110 - another process makes it true
            await asyncio.sleep(0.2)


async def answers(address: str) -> bool:
    """True when something is well there."""
    try:
        async with httpx.AsyncClient() as http:
            return (await http.get(address)).status_code == 200
    except httpx.TransportError:
        return False
