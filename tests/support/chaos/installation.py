"""The house that is struck: a PostgreSQL that forgets nothing, a store of files, the API with two workers; all come back.

Only processes that were started here are ever killed.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
import psutil

from hoso_api.installation import master_key
from hoso_api.server import processes, supervision
from hoso_api.settings import Settings
from hoso_bpmn.package import package
from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from hoso_workflows.attachments.uploads import Files
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.identity.sealing import Seal
from support import databases, object_store, ports
from support import world as worlds
from support.procedures import permit
from support.served import command_of

DATABASE = "chaos"
#: Seconds between looks at the API's process.
BEAT = 0.05


class Victim(StrEnum):
    """Kind of the process to kill."""

    #: The process that holds the port and starts the workers; what it leaves behind goes with it.
    API = "API"
    #: One of the processes that answer.
    WORKER = "API worker"
    #: The parent of all of PostgreSQL.
    POSTMASTER = "postmaster"
    #: One connection's process; PostgreSQL then throws out all others and recovers.
    BACKEND = "PostgreSQL backend"
    #: The bucket server that keeps the files.
    STORE = "store of files"


@dataclass
class House:
    """A running installation, and how to strike it."""

    server: postgres.Server
    database_url: str
    home: Path
    port: int
    #: The bucket of its files; None for a folder.
    store: object_store.ObjectStore | None = None
    #: How often the API was started.
    starts: int = 0
    _child: supervision.Child | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """Address of the API."""
        return f"http://127.0.0.1:{self.port}"

    def files(self, db: database.Database) -> Files:
        """Files of the house, as its store holds them."""
        seal = Seal(lambda: master_key.read(self.home, None))
        settings = StoreSettings(**self._store_settings)
        return Files(DossierService(db), Store.of(settings), seal, settings)

    @property
    def _store_settings(self) -> dict[str, Any]:
        bucket = {} if self.store is None else {"store_bucket": "files", **self.store.settings}
        return {"store_folder": self.home / "files", **bucket}

    async def serve(self, ready: asyncio.Event) -> None:
        """Run the API until cancelled, again whenever its process has died."""
        service = self._service()
        try:
            while True:
                self._child = supervision.Child(service, self.home / "api.log")
                self.starts += 1
                if not ready.is_set():
                    await self._child.answers()
                    ready.set()
                while not self._child.dead:  # noqa: ASYNC110 - a process sets no event
                    await asyncio.sleep(BEAT)
                await self._child.stop()
        finally:
            if self._child is not None:
                await self._child.stop()

    def awake(self) -> None:
        """Return when the store of files answers, which may have been struck last."""
        if self.store is not None:
            self.store.listens()

    def strike(self, victim: Victim, dice: random.Random) -> bool:
        """Kill one such process; false when there is none at the moment."""
        found = _FIND[victim](self)
        if not found:
            return False
        with suppress(ProcessLookupError):
            os.kill(dice.choice(found), signal.SIGKILL)
            return True
        return False

    def _service(self) -> supervision.Service:
        settings = Settings(port=self.port, workers=2)
        environment = {
            # As patient with its database as a real installation is, not as a test.
            **{name: "" for name in os.environ if name.startswith("HOSO_DATABASE_")},
            "HOSO_DATABASE_URL": self.database_url,
            "HOSO_HOME": str(self.home),
            **{f"HOSO_{name.upper()}": str(value) for name, value in self._store_settings.items()},
            # A start from compiled files takes half the time, and there are many.
            "PYTHONDONTWRITEBYTECODE": "",
        }
        return supervision.Service("api", processes.api_command(settings), self._answers, environment)

    async def _answers(self, _: float) -> bool:
        try:
            async with httpx.AsyncClient(timeout=30) as client:
                return (await client.get(f"{self.address}/health/ready")).is_success
        except httpx.TransportError:
            return False

    def _master(self) -> list[int]:
        return [self._child.process.pid] if self._child is not None and not self._child.dead else []

    def _workers(self) -> list[int]:
        return [pid for master in self._master() for pid in _children(master, "hoso_api.server.workers")]

    def _postmaster(self) -> list[int]:
        pid = self.server.pid()
        return [] if pid is None else [pid]

    def _stores(self) -> list[int]:
        pid = None if self.store is None else self.store.pid()
        return [] if pid is None else [pid]

    def _backends(self) -> list[int]:
        return [
            pid for postmaster in self._postmaster() for pid in _children(postmaster, f" {DATABASE} [local]")
        ]


_FIND: dict[Victim, Callable[[House], list[int]]] = {
    Victim.API: House._master,
    Victim.WORKER: House._workers,
    Victim.POSTMASTER: House._postmaster,
    Victim.BACKEND: House._backends,
    Victim.STORE: House._stores,
}


def _children(parent: int, words: str) -> list[int]:
    """The children whose command line contains these words."""
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(parent).children()
        return sorted(child.pid for child in children if words in command_of(child))
    return []


@asynccontextmanager
async def standing(drawing: package.Package, *, bucket: bool = False) -> AsyncIterator[House]:
    """A house with a drawing of the permit published in it; its PostgreSQL keeps the settings of a real installation.

    Its files lie in a folder, or in a `bucket` of a store of its own.
    """
    with (
        databases.home() as home,
        postgres.Server(home).supervised() as server,
        _bucket() if bucket else nullcontext() as store,
    ):
        url = server.ensure_database(DATABASE)
        await databases.migrate(url)
        async with database.connect(url) as db:
            await worlds.build(db, {})
            await permit.establish(db, drawing)
        with ports.kept() as port:
            yield House(server, url, home, port, store)


@contextmanager
def _bucket() -> Iterator[object_store.ObjectStore]:
    with object_store.standing() as store, store.supervised():
        yield store


@asynccontextmanager
async def served(house: House) -> AsyncIterator[None]:
    """The API of the house, up when the block begins and gone when it ends."""
    ready = asyncio.Event()
    serving = asyncio.create_task(house.serve(ready))
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        yield
    finally:
        for task in (serving, waiting):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await serving
