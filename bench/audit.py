"""CPU of an audit, over a demonstration on a PostgreSQL of its own.

`python bench/audit.py` plays some hundred dossiers without files and prints milliseconds of CPU for each dossier, of this process
beside the budget and of PostgreSQL, and for the house's rows as a whole. The first audit has counted nothing yet, as that of a night; the
later ones find most dates counted already. Then the dossiers get files, and the share of them that a night reads is measured.
`--dossiers 3000` plays more, `--files 1000 --kilobytes 500` is how many files there are and of what size.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import hashlib
import io
import os
import resource
import secrets
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import service

from hoso_models import postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows import audit
from hoso_workflows.attachments import sealed_bytes
from hoso_workflows.attachments.store import Store
from hoso_workflows.audit import stored_files
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.identity import sealing
from hoso_workflows.identity.sealing import Seal
from support import databases
from support.command_line import hoso
from support.homes import home

PERIOD = ("--seed", "7", "--from", "2026-08-03", "--until", "2026-11-20")
ROUNDS = 5
#: Milliseconds of CPU of Python a dossier.
BUDGET = 1.0
#: The night with which a week of them begins.
FIRST = date(2026, 11, 23)

#: What is audited: the number of differences.
Work = Callable[[], Awaitable[int]]


class Spent(NamedTuple):
    """Milliseconds of CPU."""

    python: float
    postgres: float

    def each(self, number: float) -> Spent:
        """Of each of so many."""
        return Spent(self.python / number, self.postgres / number)


async def measure(server: postgres.Server, url: str, folder: Path, files: int, size: int) -> None:
    """Audit, print."""
    async with database.connect(url) as db:
        (row,) = await db.rows(
            "select count(*) as dossiers, (select count(*) from dossier_event) as events from dossier"
        )
        print(
            f"{row.dossiers} dossiers, {row.events} events, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )
        print(f"{'ms of CPU':40} {'Python':>9} {'budget':>9} {'PostgreSQL':>11}")
        first, later = await spent(server, lambda: of_dossiers(db))
        say("audit of a dossier, dates not counted", first.each(row.dossiers), BUDGET)
        say("audit of a dossier, dates counted", later.each(row.dossiers), BUDGET)
        say("audit of the rows of the house", (await spent(server, lambda: of_house(db)))[1])
        await measure_files(server, db, folder, files, size)
        print(f"{'memory, MB':40} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:9.0f}")


async def measure_files(server: postgres.Server, db: Database, folder: Path, files: int, size: int) -> None:
    """Give dossiers files, audit these, print."""
    store, seal = Store(folder / "files"), Seal(lambda: bytes(sealing.LENGTH))
    dossiers = await lay(db, store, seal, files, size)

    async def named() -> int:
        return len([each async for each in stored_files.differences(db, store, seal)])

    async def week() -> int:
        found = 0
        for night in range(stored_files.NIGHTS):
            read = stored_files.share(FIRST + timedelta(days=night))
            found += len([each async for each in stored_files.differences(db, store, seal, read=read)])
        return found

    names = (await spent(server, named))[1]
    night = (await spent(server, week))[1].each(stored_files.NIGHTS)
    read = Spent(night.python - names.python, night.postgres - names.postgres)
    say("keys and names, each dossier with files", names.each(dossiers))
    say(f"bytes of a file of {size >> 10} kB", read.each(files / stored_files.NIGHTS))
    say(f"a night over {files} files, a seventh read", night)


def say(what: str, cpu: Spent, budget: float | None = None) -> None:
    """Print a line."""
    print(f"{what:40} {cpu.python:9.2f} {'' if budget is None else f'{budget:.2f}':>9} {cpu.postgres:11.2f}")


async def spent(server: postgres.Server, work: Work) -> tuple[Spent, Spent]:
    """CPU of a first round, and in the middle of some behind it."""
    # As for a command: what was imported is no garbage.
    gc.collect()
    gc.freeze()
    of_server = psutil.Process(server.pid())
    rounds = []
    for _ in range(ROUNDS + 1):
        python, postgres_ = time.process_time(), service.cpu(of_server)
        assert not await work(), "what is stored is not what happened"
        rounds.append(Spent(1e3 * (time.process_time() - python), 1e3 * (service.cpu(of_server) - postgres_)))
    # The kernel counts the CPU of other processes in ticks of 10 ms, hence the mean.
    later = Spent(
        statistics.median(each.python for each in rounds[1:]),
        statistics.fmean(each.postgres for each in rounds[1:]),
    )
    return rounds[0], later


async def of_dossiers(db: Database) -> int:
    """Differences of all dossiers, as a command finds them that has just begun."""
    return len([each async for each in audit.differences(DossierService(db))])


async def of_house(db: Database) -> int:
    """Differences of the rows of the house."""
    return len(await audit.house_differences(db, datetime.now(UTC)))


async def lay(db: Database, store: Store, seal: Seal, files: int, size: int) -> int:
    """Give each dossier a key, and the files to them by turns; returns the number of dossiers."""
    rows = await db.rows("select id, filed_by, filed_at from dossier order by id limit $1", [files])
    keys = {}
    for row in rows:
        keys[row.id] = secrets.token_bytes(sealing.LENGTH)
        await db.one_statement(_KEY, [row.id, seal.close(keys[row.id], row.id.bytes), row.filed_at])
    for number in range(files):
        row, file, sealed = rows[number % len(rows)], uuid4(), io.BytesIO()
        content = os.urandom(size)
        name = sealed_bytes.seal(io.BytesIO(content), sealed, keys[row.id], file.bytes)
        await store.put(name, sealed.getvalue())
        await db.one_statement(
            _FILE, [file, row.id, size, hashlib.sha256(content).hexdigest(), row.filed_at, row.filed_by, name]
        )
    return len(rows)


_KEY = "insert into dossier_key (dossier_id, sealed, made_at) values ($1, $2, $3)"
_FILE = """
insert into attachment (id, dossier_id, file_name, media_type, size, sha256, stored_at, stored_by, phase, object)
values ($1, $2, 'giay-to.pdf', 'application/pdf', $3, $4, $5, $6, 'filing', $7)
"""


def main() -> None:
    """Play a demonstration, audit it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dossiers", type=int, default=300)
    parser.add_argument("--files", type=int, default=140)
    parser.add_argument("--kilobytes", type=int, default=500)
    asked = parser.parse_args()
    with databases.running_server() as server, home() as folder, databases.clone(server) as url:
        played = hoso("demo", "--dossiers", str(asked.dossiers), *PERIOD, "--no-serve", url=url, home=folder)
        assert played.status == 0, played.err
        asyncio.run(measure(server, url, folder, asked.files, asked.kilobytes << 10))


if __name__ == "__main__":
    main()
