"""Backup under load, its restore elsewhere, and the upgrade of a million events.

`python bench/recovery.py` files and accepts dossiers through the command that everybody uses, takes a backup while two desks go on
filing, restores it into another home, and has every chain audited. Then it fills a database of the release before with events and
upgrades it. It prints seconds and numbers; nothing is judged.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from hoso_models import migrations, postgres
from hoso_models.storage import database
from hoso_models.storage.settings import DatabaseSettings
from support import databases
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local
from support.command_line import hoso, owner

#: The revision before those of this release, and the events that are stored at it.
BEFORE, EVENTS = "0055", 1_000_000
#: Desks that file at once.
DESKS = 2


@dataclass
class Load:
    """Filings that go on, with the milliseconds that each took."""

    world: worlds.World
    acknowledged: list[tuple[float, str]] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    async def file_on(self) -> None:
        """File at the desk until cancelled."""
        while True:
            begun = time.perf_counter()
            made = await self.world.files()
            self.took.append((time.perf_counter() - begun) * 1e3)
            self.acknowledged.append((time.time(), made.reference))


async def filled(world: worlds.World, number: int) -> None:
    """Accept so many dossiers, a desk after the other."""

    async def some(count: int) -> None:
        for _ in range(count):
            await world.accepts(await world.files())

    await asyncio.gather(*(some(number // DESKS) for _ in range(DESKS)))


async def recovery(url: str, number: int, folder: Path) -> None:
    """Backup under load, restore, audit."""
    settings = {
        "HOSO_STORE_FOLDER": str(folder / "files"),
        "HOSO_MASTER_KEY_FILE": str(folder / "master.key"),
    }
    (folder / "master.key").write_text("7b" * 32)
    (folder / "master.key").chmod(0o600)
    await databases.migrate(url)
    async with database.connect(url) as db:
        await worlds.build(db)
        world = worlds.World(worlds.DossierService(db))
        await filled(world, number)
        say(
            "dossiers, with the events of filing and acceptance",
            await world.one("select count(*) from dossier"),
        )
        say("events", await world.one("select count(*) from dossier_event"))
        load = Load(world)
        desks = [asyncio.ensure_future(load.file_on()) for _ in range(DESKS)]
        await asyncio.sleep(10)
        alone = list(load.took)
        load.took.clear()
        target, begun = folder / "backup", time.time()
        taken = await asyncio.to_thread(
            lambda: hoso("backup", str(target), "--json", url=url, **owner(url), **settings)
        )
        ended = time.time()
        during = list(load.took)
        for desk in desks:
            desk.cancel()
        await asyncio.gather(*desks, return_exceptions=True)
    assert taken.status == 0, taken.err
    say("backup under load, s", round(ended - begun, 2))
    say("filing at the median without it, ms", round(statistics.median(alone), 2))
    say("filing at the median beside it, ms", round(statistics.median(during), 2))
    await restored(target, load, begun, settings)


async def restored(target: Path, load: Load, begun: float, settings: dict[str, str]) -> None:
    """Restore into another home, and compare with what was acknowledged."""
    with databases.home() as elsewhere:
        home = elsewhere / ".hoso"
        started = time.perf_counter()
        ran = hoso(
            *("restore", str(target), "--json", "--master-key", settings["HOSO_MASTER_KEY_FILE"]),
            home=home,
            HOSO_STORE_FOLDER=str(home / "files"),
        )
        took = time.perf_counter() - started
        assert ran.status == 0, ran.err
        with postgres.Server(home) as server:
            there = set(server.query("select reference from dossier", postgres.Role.OWNER).split())
    before = {reference for at, reference in load.acknowledged if at < begun}
    say("acknowledged before it began, and missing (0 is right)", len(before - there))
    say("filed while it was taken, not in it", len({each for _, each in load.acknowledged} - there))
    say("restore elsewhere with the whole audit, s (RTO)", round(took, 2))
    say("differences that the audit finds (0 is right)", len(ran.json["differences"]))
    say("bytes of the backup", sized(target))


def sized(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


async def upgrade(server: postgres.Server, events: int) -> None:
    """Fill a database of the release before with events, and upgrade it."""
    url = server.ensure_database("before")
    patient = DatabaseSettings(database_statement_timeout=timedelta(0))
    async with database.connect(databases.as_owner(url), patient) as owner_of_it:
        await migrations.upgrade(owner_of_it, BEFORE)
    async with database.connect(url, patient) as db:
        await worlds.build(db)
        referred = await dossier_rows.refers(db)
        await dossier_rows.many(db, referred, [local("2026-03-05 17:00")] * (events // 10), worlds.FOUNDED)
        await databases.changed(url, _EVENTS, local("2026-03-02 09:00"))
        await databases.changed(url, "vacuum analyze")
        rows = await db.rows(
            "select count(*) as n, pg_database_size(current_database()) as bytes from dossier_event"
        )
    say("events of the release before", rows[0].n)
    say("bytes of the database", rows[0].bytes)
    begun = time.perf_counter()
    await databases.migrate(url)
    say(f"upgrade from {BEFORE} to {migrations.head()}, s", round(time.perf_counter() - begun, 2))
    async with database.connect(url, patient) as db:
        after = await db.rows("select count(*) as n from dossier_event")
        say("events after it", after[0].n)


#: Ten to each dossier.
_EVENTS = """
insert into dossier_event (dossier_id, seq, at, kind, actor_id, salt, payload, digest, previous, hash)
select d.id, n, $1::timestamptz + n * interval '1 minute', 'task_claimed', d.filed_by, '\\x00', '{}', '\\x00', '\\x00', '\\x00'
from dossier d cross join generate_series(1, 10) as n
"""


def say(what: str, figure: Any) -> None:
    """A line of the table."""
    print(f"{what:60} {figure:>14,}" if isinstance(figure, int) else f"{what:60} {figure:>14}")


def main() -> None:
    """Measure both, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=5_000, help="dossiers before the backup")
    parser.add_argument("--events", type=int, default=EVENTS, help="events before the upgrade")
    asked = parser.parse_args()
    with (
        databases.home() as directory,
        postgres.Server(directory) as server,
        tempfile.TemporaryDirectory() as out,
    ):
        os.environ.pop("HOSO_HOME", None)
        asyncio.run(recovery(server.ensure_database("recovery"), asked.dossiers, Path(out)))
        asyncio.run(upgrade(server, asked.events))


if __name__ == "__main__":
    main()
