"""Sweeps of the ladder under faults, at the size of a province: whether they tell what calm ones do.

`python bench/sweep_faults.py` fills 200,000 dossiers like `bench/sweep.py` and sweeps calmly: at an instant, ten minutes and seven days later.
Then it takes all back and does the same with faults: four sweeps at once by four processes, the one at work killed with -9 once it has
told something; a clock an hour back; a clock three days ahead, set right again; a week without any sweep. It prints milliseconds, and
ends with 1 where something was lost, told twice or told without a reason.
`--part 20` divides the sizes by twenty.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sweep as sizes

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hoso_models import postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.monitoring import escalation
from hoso_workflows.procedures.reference_data import ReferenceData
from support import databases
from support import world as worlds

AT = sizes.AT
SOON, WEEK = AT + timedelta(minutes=10), AT + timedelta(days=7)
SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Told:
    """Rungs that sweeps have told, and their messages."""

    #: Kind, id, cycle, level and recipient.
    rungs: set[tuple[object, ...]]
    messages: list[str]


async def measure(url: str, part: int) -> bool:
    """Sweep calmly and under faults; True where both told the same."""
    patient = DatabaseSettings(database_statement_timeout=timedelta(0))
    await databases.migrate(url)
    async with database.connect(url, patient) as filler, database.connect(url) as db:
        await worlds.build(db, {})
        await sizes.found(db)
        await sizes.fill(filler, 200_000 // part, 14_000 // part, 2_000 // part)
        print(f"{'':58} {'ms':>9}")
        for at, what in ((AT, "first sweep"), (SOON, "ten minutes later"), (WEEK, "a week later")):
            await swept(db, at, f"calm: {what}")
        calm = await told(db)
        await databases.changed(url, "truncate escalation, escalation_withdrawn, outbox, watermark")
        await databases.changed(url, "vacuum analyze")
        await killed(db)
        await at_once(db)
        await swept(db, AT - timedelta(hours=1), "the clock goes back an hour")
        await swept(db, AT, "and is right again")
        await swept(db, AT + timedelta(days=3), "the clock goes forward three days")
        await swept(db, SOON, "and is right again")
        await swept(db, WEEK, "after a week without any")
        return compared(calm, await told(db))


async def swept(db: Database, at: datetime, what: str) -> None:
    """One sweep by a clock that shows `at`."""
    took, done = await sizes.timed(escalation.sweep(db, await ReferenceData(db).unit_calendars(), at=at))
    said(f"{what}, {done.messages:,} messages", took)


def said(what: str, took: float) -> None:
    """One line of the table."""
    print(f"{what:58} {took:9.2f}", flush=True)


def started(db: Database) -> list[subprocess.Popen[bytes]]:
    """Sweeps at one instant, each in a process of its own."""
    command = [sys.executable, __file__, "--sweep", db.url.render_as_string(hide_password=False)]
    return [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(SWEEPS)]


async def killed(db: Database) -> None:
    """Kill the sweep at work, of several at once, between two of its portions."""
    begun, processes = time.perf_counter(), started(db)
    while not await number(db) and any(each.poll() is None for each in processes):  # noqa: ASYNC110 - another process tells
        await asyncio.sleep(0.001)
    if all(each.poll() is not None for each in processes):
        raise RuntimeError("the sweep ended before it could be killed")
    for each in processes:
        each.kill()
        each.wait()
    said(
        f"{SWEEPS} at once, killed at {await number(db):,} told (with their start)",
        (time.perf_counter() - begun) * 1000,
    )


async def at_once(db: Database) -> None:
    """As many sweeps at once, to their end."""
    begun, processes = time.perf_counter(), started(db)
    codes = [await asyncio.to_thread(each.wait) for each in processes]
    if any(codes):
        raise RuntimeError(f"a sweep ended with {max(codes)}")
    said(
        f"{SWEEPS} at once, {await number(db):,} told (with their start)",
        (time.perf_counter() - begun) * 1000,
    )


async def number(db: Database) -> int:
    """Count the rows of `escalation`."""
    ((found,),) = await db.rows("select count(*) from escalation")
    return int(found)


async def told(db: Database) -> Told:
    """Read the rungs, and the keys of the messages that are to go out, without the number of times that it was told."""
    rows = await db.rows("select subject_kind, subject_id, cycle, level, recipient_id from escalation")
    keys = await db.rows(
        "select regexp_replace(dedup_key, '/again [0-9]+$', '') from outbox where aside is null"
    )
    return Told({tuple(row) for row in rows}, [key for (key,) in keys])


def compared(calm: Told, faulty: Told) -> bool:
    """Print how both differ; True where the same was told, and every message of it is there once.

    A clock an hour back sends the message of a rung that a right one would have passed over for the next rung: such a message is
    more, and none of it is doubled.
    """
    lost, more = calm.rungs - faulty.rungs, faulty.rungs - calm.rungs
    missing, doubled = (
        set(calm.messages) - set(faulty.messages),
        len(faulty.messages) - len(set(faulty.messages)),
    )
    strange = set(faulty.messages) - {"/".join(["escalation", *map(str, row[:4])]) for row in faulty.rungs}
    print(
        f"told: {len(calm.rungs):,} calm, {len(faulty.rungs):,} under faults, {len(lost):,} lost, {len(more):,} more"
    )
    print(
        f"messages: {len(calm.messages):,} calm, {len(faulty.messages):,} under faults, {len(missing):,} lost,"
        f" {doubled:,} doubled, {len(strange):,} of nothing that was told"
    )
    return not (lost or more or missing or doubled or strange)


async def child(url: str) -> None:
    """One sweep in this process."""
    async with database.connect(url) as db:
        await escalation.sweep(db, await ReferenceData(db).unit_calendars(), at=AT)


def main() -> None:
    """Measure, or be one of the sweeps at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", type=int, default=1, help="divide all sizes by this")
    parser.add_argument("--sweep", metavar="URL", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.sweep:
        asyncio.run(child(asked.sweep))
        return
    with databases.home() as directory, postgres.Server(directory) as server:
        same = asyncio.run(measure(server.ensure_database("bench"), asked.part))
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
