"""Cost of the lists of notices for a filing and a first sweep.

Each is measured with the trigger and without, by turns in one run.

`python bench/notices.py` files dossiers for people who sign in, with both messages of a filing written, then lets the first sweep after
an outage write its messages. It prints both and the ratio. `--filings 400 --dossiers 100000` are its sizes.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import psutil
import service
import sweep

from hoso_models import postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.monitoring import escalation
from support import databases
from support import world as worlds
from support.world import CITIZEN

#: Filings before the trigger is switched, and sweeps of each kind.
TURN, SWEEPS = 20, 5
#: What is measured: its figures.
Turn = Callable[[], Awaitable[list[float]]]


async def filings(url: str, server: psutil.Process, count: int) -> None:
    """File so many dossiers with the trigger and as many without."""
    async with database.connect(url) as db:
        world = worlds.World(DossierService(db))

        async def turn() -> list[float]:
            cpu, wall = service.cpu(server), time.perf_counter()
            for _ in range(TURN):
                await world.files(actor=CITIZEN, channel="online")
            return [(time.perf_counter() - wall) / TURN * 1e3, (service.cpu(server) - cpu) / TURN * 1e3]

        await turn()
        found = await by_turns(db, turn, count // TURN)
        say("a filing", found)


async def sweeps(url: str, server: psutil.Process, dossiers: int) -> None:
    """Let the first sweep after an outage begin anew, with the trigger and without."""
    patient = DatabaseSettings(database_statement_timeout=timedelta(0))
    async with database.connect(url, patient) as db:
        calendars = await sweep.found(db)
        await sweep.fill(db, dossiers, dossiers * 7 // 100, dossiers // 100)

        async def turn() -> list[float]:
            await databases.changed(url, "truncate escalation, outbox, notice")
            cpu = service.cpu(server)
            took, swept = await sweep.timed(escalation.sweep(db, calendars, at=sweep.AT))
            return [took, (service.cpu(server) - cpu) * 1e3, swept.messages]

        await turn()
        found = await by_turns(db, turn, SWEEPS)
        say(f"a first sweep, {found[0][0][2]:,.0f} messages", found)


async def by_turns(db: Database, turn: Turn, times: int) -> tuple[list[list[float]], list[list[float]]]:
    """Figures of each turn without the trigger and with it."""
    found: tuple[list[list[float]], list[list[float]]] = ([], [])
    for number in range(times * 2):
        state = "enable" if number % 2 else "disable"
        await databases.changed(db.url, f"alter table outbox {state} trigger notice_enter")
        found[number % 2].append(await turn())
    return found


def say(what: str, found: tuple[list[list[float]], list[list[float]]]) -> None:
    """Median of the times, and mean of the CPU, whose clock ticks coarsely."""
    for name, column, middle in (
        (what, 0, statistics.median),
        ("    CPU of PostgreSQL", 1, statistics.fmean),
    ):
        before, after = (middle([each[column] for each in kind]) for kind in found)
        print(f"{name:40} {before:10.2f} {after:10.2f} {after / before:8.2f}", flush=True)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--filings", type=int, default=400, help="filings of each kind")
    options.add_argument("--dossiers", type=int, default=100_000, help="dossiers, of which 7 % are open")
    asked = options.parse_args()
    print(f"{'ms':40} {'without':>10} {'with':>10} {'ratio':>8}")
    with service.served() as (server, url):
        asyncio.run(filings(url, psutil.Process(server.pid()), asked.filings))
    with databases.home() as directory, postgres.Server(directory) as server:
        url = server.ensure_database("bench")
        asyncio.run(founded(url))
        asyncio.run(sweeps(url, psutil.Process(server.pid()), asked.dossiers))


async def founded(url: str) -> None:
    """A world without procedures."""
    await databases.migrate(url)
    async with database.connect(url) as db:
        await worlds.build(db, {})


if __name__ == "__main__":
    main()
