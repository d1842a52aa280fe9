"""A revision of a calendar over 100,000 open dossiers: its preview and its application, in seconds.

`python bench/revision.py` walks twelve dossiers to different steps, two of them with a supplement, and copies them by SQL with
their events, tasks, appointments and states (the copies' chains do not verify). A storm closes every office for a day; the preview
shows whose dates move, another administrator approves, and the application writes events, appointments, due dates and notices.
`--sizes` names other numbers of dossiers.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import time
from collections.abc import Awaitable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import growth
import service as services

from hoso_models import postgres
from hoso_models.storage import database, partitions
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.calendars import application, preview, revisions
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from support import calendars, databases
from support import world as worlds
from support.builders.histories import local

AT = local("2026-11-24 09:00")
SOURCES = 12
#: Of them, so many had a supplement.
SUPPLEMENTED = 2
OF_ONE_UNIT = 2_500
#: An event of a copy speaks of the copy's own task.
growth.OVERRIDES["dossier_event"] = {
    "payload": "case when s.payload ? 'task' then jsonb_set(s.payload, '{task}',"
    " to_jsonb((md5((s.payload ->> 'task') || m.n)::uuid)::text)) else s.payload end"
}
TABLES = ("party", "dossier", "dossier_event", "user_task", "engine_state", "appointment", "clock_stop")
growth.OVERRIDES["clock_stop"] = {"dossier_id": "m.id"}


async def measure(url: str, sizes: list[int]) -> None:
    """Fill, preview, approve, apply and print, at each size."""
    await databases.migrate(url)
    patient = DatabaseSettings(database_statement_timeout=timedelta(0))
    owner = databases.as_owner(url)
    async with database.connect(url) as db, database.connect(owner, patient) as filler:
        await worlds.build(db, {services.PROCEDURE: worlds.PROCEDURES[services.PROCEDURE]})
        await calendars.administrators(db)
        await partitions.ensure_months(db, date(2026, 1, 1), date(2027, 3, 1))
        await walked(db)
        await filler.one_statement(growth._SOURCES)
        print(f"{'':56}{'seconds':>10}{'of CPU':>10}")
        filled = 0
        for number, size in enumerate(sizes, start=1):
            for first in range(filled, size, growth.PORTION):
                await copied(filler, first, min(first + growth.PORTION, size))
            filled = size
            # As a command and the API do.
            gc.freeze()
            await databases.changed(url, "vacuum analyze")
            await revised(db, number)


async def walked(db: Database) -> None:
    """Dossiers at different steps of the procedure, accepted on the same morning."""
    world = worlds.World(DossierService(db))
    at = AT - timedelta(days=1)
    for number in range(SOURCES):
        before = await world.accepts(await world.files(at, key=f"file {number}"), at)
        for hours in range(1, 1 + number % 4):
            (step,) = before.body["tasks"]
            choice = services.CHOICES.get(step["step"])
            before = await world.completes(before, at + timedelta(hours=hours), outcome=choice)
        if number < SUPPLEMENTED:
            desk = worlds.person("reception", worlds.DESK)
            asked = await world.does(
                before, commands.AskSupplement("thiếu bản sao"), desk, at + timedelta(hours=5)
            )
            await world.does(asked, commands.ReceiveSupplement(), desk, at + timedelta(hours=7))


async def copied(filler: Database, first: int, last: int) -> None:
    """Copies of these numbers, in units of 2,500 dossiers."""
    units = [first // OF_ONE_UNIT, (last - 1) // OF_ONE_UNIT]
    await filler.one_statement(
        growth._UNITS, [*units, worlds.DEPARTMENT, worlds.SINCE, worlds.person("head")]
    )
    await filler.one_statement("truncate copy")
    await filler.one_statement(_COPIES, [first, last, OF_ONE_UNIT])
    await filler.one_statement("analyze copy")
    for table in TABLES:
        await filler.one_statement(await growth._copying(filler, table))


async def revised(db: Database, number: int) -> None:
    """One revision from its entry to its end."""
    service = DossierService(db)
    entry = revisions.Entry(calendars.closed(*(f"2026-11-{25 + n}" for n in range(number))), "Công điện 1/CĐ")
    key = {"actor": calendars.ADMINISTRATOR, "at": AT}
    made = await revisions.enter(db, "ha-tinh", entry, **key)
    took, seen = await timed(preview.make(service, "ha-tinh", made.number, **key))
    figures = seen.preview or {}
    say(f"preview, {figures['counted']:,} open dossiers, {figures['moved']:,} move", took)
    await revisions.approve(
        db, "ha-tinh", made.number, preview=figures["digest"], actor=calendars.SECOND, at=AT
    )
    took, applied = await timed(application.apply(service, "ha-tinh", made.number, **key))
    say(f"application, {(applied.result or {})['notices']:,} notices", took)


def say(what: str, took: tuple[float, float]) -> None:
    """One line of the table."""
    print(f"{what:56}{took[0]:10.1f}{took[1]:10.1f}", flush=True)


async def timed(work: Awaitable[Any]) -> tuple[tuple[float, float], Any]:
    """Seconds, those of this process on a processor, and what came of it."""
    began, worked = time.perf_counter(), time.process_time()
    made = await work
    return (time.perf_counter() - began, time.process_time() - worked), made


#: $1 first number, $2 last, not included, $3 dossiers of a unit.
_COPIES = f"""
insert into copy
select n, md5('d' || n)::uuid, md5('p' || n)::uuid, s.id, s.applicant_id, s.reference, 'bench.' || n / $3,
  -interval '1 minute' * (n % 240)
from generate_series($1::int, $2::int - 1) n join source s on s.place = n % {SOURCES}
"""  # noqa: S608 - a number of our own


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000], help="open dossiers at each step")
    options = parser.parse_args()
    with databases.home() as directory, postgres.Server(directory) as server:
        asyncio.run(measure(server.ensure_database("bench"), options.sizes))
