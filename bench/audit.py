"""CPU of an audit, over a demonstration on a PostgreSQL of its own.

`python bench/audit.py` plays some hundred dossiers without files and prints milliseconds of CPU of this process for each dossier
beside the budget, and for the house's rows as a whole. The first audit has counted nothing yet, as that of a night; the later
ones find most dates counted already. `--dossiers 3000` plays more.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows import audit
from hoso_workflows.dossiers.service import DossierService
from support import databases
from support.command_line import hoso
from support.homes import home

PERIOD = ("--seed", "7", "--from", "2026-08-03", "--until", "2026-11-20")
ROUNDS = 5
#: Milliseconds of CPU a dossier.
BUDGET = 1.0


async def measure(url: str) -> None:
    """Audit, print."""
    async with database.connect(url) as db:
        (row,) = await db.rows(
            "select count(*) as dossiers, (select count(*) from dossier_event) as events from dossier"
        )
        print(f"{row.dossiers} dossiers, {row.events} events{'':16} {'ms':>9} {'budget':>9}")
        first, later = await spent(db, of_dossiers)
        print(f"{'audit of a dossier, dates not counted':40} {first / row.dossiers:9.2f} {BUDGET:9.2f}")
        print(f"{'audit of a dossier, dates counted':40} {later / row.dossiers:9.2f} {BUDGET:9.2f}")
        print(f"{'audit of the rows of the house':40} {(await spent(db, of_house))[1]:9.0f}")
        print(f"{'memory, MB':40} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:9.0f}")


async def spent(db: Database, work: Callable[[Database], Awaitable[int]]) -> tuple[float, float]:
    """Milliseconds of CPU: of a first round, and in the middle of some behind it."""
    # As for a command: what was imported is no garbage.
    gc.collect()
    gc.freeze()
    rounds = []
    for _ in range(ROUNDS + 1):
        begun = time.process_time()
        assert not await work(db), "what is stored is not what happened"
        rounds.append(1_000 * (time.process_time() - begun))
    return rounds[0], statistics.median(rounds[1:])


async def of_dossiers(db: Database) -> int:
    """Differences of all dossiers, as a command finds them that has just begun."""
    return len([each async for each in audit.differences(DossierService(db))])


async def of_house(db: Database) -> int:
    """Differences of the rows of the house."""
    return len(await audit.house_differences(db, datetime.now(UTC)))


def main() -> None:
    """Play a demonstration, audit it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dossiers", type=int, default=300)
    asked = parser.parse_args()
    with databases.running_server() as server, home() as folder, databases.clone(server) as url:
        played = hoso("demo", "--dossiers", str(asked.dossiers), *PERIOD, "--no-serve", url=url, home=folder)
        assert played.status == 0, played.err
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
