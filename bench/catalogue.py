"""Search and entries of the catalogue among 2,000 and 20,000 procedures, on a PostgreSQL of its own.

`python bench/catalogue.py` brings made-up entries in from a file, as an office does, and prints how long that took and the 95th
percentile of what a caller waited. `--part 10` divides the sizes by ten.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hoso_models import postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.catalogue import exchange, importing, reads
from hoso_workflows.catalogue.exchange import FileForm
from hoso_workflows.catalogue.reads import Filters
from hoso_workflows.dossiers.service import DossierService
from support import catalogue_entries, databases
from support import world as worlds
from support.world import World

SIZES, ROUNDS = (2_000, 20_000), 60
SEARCH, ENTRY = 60, 30
ASKED = catalogue_entries.asked()
DAY = localtime.local_date(ASKED.at)
Asking = Callable[[Database], Awaitable[Any]]


async def measure(url: str, size: int) -> None:
    """Fill, ask, print."""
    await databases.migrate(url)
    async with database.connect(url) as db:
        await worlds.build(db, {})
        await catalogue_entries.kept(World(DossierService(db)))
        data = exchange.write(catalogue_entries.entries(size), FileForm.CSV)
        began = time.perf_counter()
        await importing.bring_in(db, data, "danh-muc.csv", ASKED)
        print(f"{size:,} entries brought in within {time.perf_counter() - began:.1f} s")
        # As the server does by itself, a minute later.
        await databases.changed(url, "analyze procedure_entry_search")
        for what, budget, asking in questions():
            await printed(db, what, budget, asking)


def questions() -> list[tuple[str, int, Asking]]:
    """Questions, each with its budget in milliseconds."""
    narrow = Filters(level="province", field="Đất đai")

    def search(words: str, filters: Filters = Filters()) -> Asking:  # noqa: B008 - a value that never changes
        return lambda db: reads.search(db, words, filters, day=DAY)

    return [
        ("search of one common word", SEARCH, search("cap")),
        ("search of three words without accents", SEARCH, search("cap lai giay")),
        ("search of three words with accents", SEARCH, search("Cấp lại giấy")),
        ("search of nothing that is there", SEARCH, search("khong co gi")),
        ("first page of everything", SEARCH, search("")),
        ("first page of a field and a level", SEARCH, search("", narrow)),
        ("counts of everything by filter", SEARCH, lambda db: reads.counts(db, "", day=DAY)),
        ("counts of a search by filter", SEARCH, lambda db: reads.counts(db, "cap lai", day=DAY)),
        ("one entry", ENTRY, lambda db: reads.entry(db, "8.000050", DAY)),
    ]


async def printed(db: Database, what: str, budget: int, asking: Asking) -> None:
    """Ask some times, and print the 95th percentile."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await asking(db)
        took.append((time.perf_counter() - began) * 1000)
    slow = sorted(took)[int(len(took) * 0.95)]
    print(
        f"  {what:44} p95 {slow:8.2f} ms   budget {budget}{'' if slow <= budget else '   MISSED'}", flush=True
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", type=int, default=1, help="divide the sizes by this")
    options = parser.parse_args()
    with databases.home() as directory, postgres.Server(directory) as server:
        for size in SIZES:
            asyncio.run(measure(server.ensure_database(f"bench_{size}"), size // options.part))
