"""Two thousand connections that say nothing or drip, at the usual limit of 1,024 files: an officer is served meanwhile."""

import asyncio
import os
import resource
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import psutil
import pytest

from hoso_api.server import processes
from hoso_api.settings import Settings
from hoso_models.storage import database
from hoso_workflows.organisation import credentials
from support import ports
from support.world import DESK, person

pytestmark = [pytest.mark.slow, pytest.mark.rotating("api/hoso_api/server", "api/hoso_api/http")]

CROWD, FILES = 2_000, 1_024
DRIPPING = b"GET / HTTP/1.1\r\nX-A: "
#: Seconds after which something hangs.
PATIENCE = 120


@pytest.fixture(autouse=True)
def hands() -> Iterator[None]:
    """As many files for the test as it takes to be a crowd."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(CROWD + 1_000, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def worker(url: str, port: int, log: Path) -> Iterator[psutil.Process]:
    """One worker of the API as `hoso serve` starts it, with as many files as a login shell gives it."""
    command = processes.api_command(Settings(port=port, workers=1))
    with (
        log.open("wb") as said,
        subprocess.Popen(
            ["/bin/sh", "-c", f'ulimit -n {FILES} && exec "$@"', "sh", *command],
            env={**os.environ, "HOSO_DATABASE_URL": url},
            stdout=said,
            stderr=said,
        ) as process,
    ):
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


async def ready(client: httpx.AsyncClient) -> None:
    """Return when it answers."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(httpx.TransportError):
                if (await client.get("/health/ready")).is_success:
                    return
            await asyncio.sleep(0.05)


@asynccontextmanager
async def crowding(port: int) -> AsyncIterator[asyncio.Event]:
    """A crowd that comes and goes on dripping; whoever is cut off comes again. The event: all have come."""
    standing, come = list[socket.socket](), asyncio.Event()
    with ExitStack() as stack:

        def another() -> socket.socket:
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
            return one

        async def drip() -> None:
            for number in count():
                if len(standing) < CROWD:
                    standing.append(another())
                else:
                    come.set()
                    with suppress(OSError):  # not there yet, or cut off: then it is the other half's turn
                        standing[number % CROWD].send(DRIPPING if number % 2 else b"")
                if number % 20 == 0:
                    await asyncio.sleep(0.001)

        dripping = asyncio.create_task(drip())
        try:
            yield come
        finally:
            dripping.cancel()
            with suppress(asyncio.CancelledError):
                await dripping


async def test_an_officer_is_served_while_two_thousand_connections_say_nothing(
    world_url: str, tmp_path: Path
):
    async with database.connect(world_url) as db, db.transaction() as tx:
        token = await credentials.give_token(tx, person("reception", DESK), "crowd", at=datetime.now(UTC))
    headers, answers, cut = {"Authorization": f"Bearer {token}"}, [], 0
    with ports.kept() as port, worker(world_url, port, tmp_path / "log") as process:
        address = {"base_url": f"http://127.0.0.1:{port}", "headers": headers, "timeout": PATIENCE}
        async with httpx.AsyncClient(**address) as kept:
            await ready(kept)
        async with crowding(port) as come:
            while not come.is_set() or len(answers) < 100:
                try:
                    async with httpx.AsyncClient(**address) as officer:
                        answers += [
                            (await officer.get("/v1/overdue")).status_code,
                            (await officer.post("/v1/user-tasks/search", json={})).status_code,
                        ]
                except httpx.TransportError:
                    # A connection that was silent between two requests was cut with the crowd: browsers come again.
                    cut += 1
            held = max(child.num_fds() for child in process.children())
    assert set(answers) == {200}
    assert cut <= len(answers) // 20
    assert held < FILES
    assert "Too many open files" not in (tmp_path / "log").read_text()
