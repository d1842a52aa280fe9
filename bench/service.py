"""Completing tasks through the service, without HTTP: authority, clock, chain, projections, compare-and-set, PostgreSQL.

`python bench/service.py` prints completions per second, latency, and CPU per completion of Python and of PostgreSQL,
beside the engine alone on the same acts. The server runs as shipped: every act is on disk before it is answered.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import psutil

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn.package import package
from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService, Outcome
from support import databases
from support import world as worlds
from support.builders.histories import local

PROCEDURE = "1.014464"
#: What the officers choose where they have a choice.
CHOICES = {"B5": "Trình UBND tỉnh"}


@contextmanager
def served() -> Iterator[tuple[postgres.Server, str]]:
    """A server as it is shipped, with the world in it."""
    with databases.home() as directory, postgres.Server(directory) as server:
        url = server.ensure_database("bench")
        asyncio.run(_found(url))
        yield server, url


async def _found(url: str) -> None:
    await databases.migrate(url)
    async with database.connect(url) as db:
        await worlds.build(db, {PROCEDURE: worlds.PROCEDURES[PROCEDURE]})


async def acts(url: str, server: psutil.Process, clients: int, dossiers: int) -> dict[str, float]:
    """The figures of so many clients, each with one dossier after another."""
    async with database.connect(url) as db:
        world = worlds.World(DossierService(db))
        opened = [await world.accepts(await world.files()) for _ in range(dossiers)]
        waits: list[float] = []
        await _client(world, opened[-5:], [])
        del opened[-5:]
        with measured(server) as figures:
            await asyncio.gather(*(_client(world, opened, waits) for _ in range(clients)))
        return figures(waits)


async def _client(world: worlds.World, opened: list[Outcome], waits: list[float]) -> None:
    """Completes every task of one dossier after another, until none is left."""
    while opened:
        before = opened.pop()
        while before.body["tasks"]:
            choice = CHOICES.get(before.body["tasks"][0]["step"])
            key = f"{before.reference}/{before.version}"
            began = time.perf_counter()
            before = await world.completes(before, outcome=choice, key=key)
            waits.append(time.perf_counter() - began)


@contextmanager
def measured(server: psutil.Process) -> Iterator[Callable[[list[float]], dict[str, float]]]:
    """Wall time and CPU of this process and of the server while the block runs."""
    wall, python, postgres_ = time.perf_counter(), time.process_time(), cpu(server)
    spent: dict[str, float] = {}

    def figures(waits: list[float]) -> dict[str, float]:
        count = len(waits)
        return {
            "per_second": count / spent["wall"],
            "p50_ms": statistics.median(waits) * 1e3,
            "p95_ms": statistics.quantiles(waits, n=20)[-1] * 1e3,
            "python_ms": spent["python"] / count * 1e3,
            "postgres_ms": spent["postgres"] / count * 1e3,
        }

    yield figures
    spent["wall"] = time.perf_counter() - wall
    spent["python"] = time.process_time() - python
    spent["postgres"] = cpu(server) - postgres_


def cpu(server: psutil.Process) -> float:
    """Seconds of CPU that a server and its children have used, those that have ended too."""
    spent = 0.0
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            spent += sum(process.cpu_times()[:4])
    return spent


def engine_alone(rounds: int) -> dict[str, float]:
    """Load, complete and save of the same tasks in memory, by one core."""
    loaded = hoso_bpmn.load(package.bundled(PROCEDURE))
    calendar, at = wt.load("ha-tinh"), local("2026-03-02 08:00")
    # As the API does once it has started: what is imported is not looked through again.
    gc.collect()
    gc.freeze()
    spent, count = 0.0, 0
    for _ in range(rounds):
        state = hoso_bpmn.start(loaded.specification, at=at, calendar=calendar).dump()
        while True:
            began = time.process_time()
            run = hoso_bpmn.resume(loaded.specification, state, calendar=calendar)
            if not run.tasks:
                break
            (task,) = run.tasks
            outcome = "accept" if task.milestone == "accept" else CHOICES.get(task.element)
            run.complete(task.id, outcome, at=at)
            state = run.dump()
            spent += time.process_time() - began
            count += 1
    return {"per_second": count / spent, "python_ms": spent / count * 1e3}


def _line(name: str, figures: dict[str, float]) -> str:
    columns = ("per_second", "p50_ms", "p95_ms", "python_ms", "postgres_ms")
    cells = (f"{figures[column]:12.2f}" if column in figures else " " * 12 for column in columns)
    return f"{name:<26}" + "".join(cells)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dossiers", type=int, default=150, help="dossiers of six completions each")
    asked = options.parse_args()
    print(f"{'':<26}{'per second':>12}{'p50 ms':>12}{'p95 ms':>12}{'Python ms':>12}{'PG ms':>12}")
    print(_line("engine alone, in memory", engine_alone(asked.dossiers)))
    with served() as (server, url):
        postmaster = psutil.Process(server.pid())
        for clients in (1, 8):
            figures = asyncio.run(acts(url, postmaster, clients, asked.dossiers))
            print(_line(f"service, {clients} client(s)", figures))


if __name__ == "__main__":
    main()
