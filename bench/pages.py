"""Pages of officers at 1,000,000 dossiers and 10,000 open tasks, with 1 and 8 readers.

`python bench/pages.py` fills a PostgreSQL of its own as `growth.py` does, asks the application for each page as a browser
asks, and prints medians and 95th percentiles in milliseconds, with the bytes of the page and the CPU that one reading costs the process. Readers and application share one
process, so that eight readers wait for each other as for one worker. `--size` fills fewer; one dossier in a hundred is open.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import growth
import httpx
import service as services

from hoso_models import postgres
from hoso_models.storage import database, partitions
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.dossiers.service import DossierService
from support import api_client, browser_text, databases, signing_in
from support import world as worlds

SIZE, OPEN_OF = 1_000_000, 100
#: Milliseconds in which 95 of 100 readings by one reader end.
BUDGET = 60
READERS, READINGS = (1, 8), 40
#: An officer who receives for every unit, as the centre of a province does.
CENTRE = worlds.person("reception", worlds.DESK)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, and who reads it."""

    what: str
    reader: str
    path: str
    #: The fields of a form that asks for the page; None for a page that is read.
    form: dict[str, str] | None = None


async def measure(url: str, size: int, readings: int) -> None:
    """Fill, ask, print."""
    await databases.migrate(url)
    patient = DatabaseSettings(database_statement_timeout=timedelta(0))
    async with database.connect(url) as db, database.connect(databases.as_owner(url), patient) as filler:
        await filled(db, filler, size)
        async with application(db) as (client, sessions):
            print(f"{'':46}{'kB':>6}{'CPU':>8}" + "".join(f"{f'{n} p50':>9}{f'{n} p95':>9}" for n in READERS))
            for asked in await questions(filler):
                await printed(client, asked, sessions[asked.reader], readings)


async def filled(db: Database, filler: Database, size: int) -> None:
    """So many dossiers with their whole histories, and officers who read them."""
    began = time.perf_counter()
    await worlds.build(db, {services.PROCEDURE: worlds.PROCEDURES[services.PROCEDURE]})
    await partitions.ensure_months(db, date(2024, 10, 1), date(2027, 1, 1))
    await growth.walked(db, waiting=1)
    await filler.one_statement(growth._SOURCES)
    of_one_unit = min(growth.OF_ONE_UNIT, size // 4)
    await growth.units(filler, 0, size // of_one_unit - 1)
    for first in range(0, size, growth.PORTION):
        last = min(first + growth.PORTION, size)
        await growth.copied(filler, first, last, of_one_unit, OPEN_OF)
        await filler.one_statement(_SEARCHED)
    await filler.one_statement(_CENTRE, [CENTRE, worlds.SINCE])
    await databases.changed(db.url, "vacuum analyze")
    (row,) = await db.rows(_COUNTED)
    took = (time.perf_counter() - began) / 60
    print(f"{row.dossiers:,} dossiers, {row.tasks:,} open tasks, filled in {took:.1f} min", flush=True)


@asynccontextmanager
async def application(db: Database) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, dict[str, str]]]]:
    """A client of the application, and the headers of each reader."""
    world, clock = worlds.World(DossierService(db)), api_client.Clock(growth.AT)
    people = {
        "officer": growth.SPECIALIST,
        "head": growth.HEAD,
        "head of all": worlds.person("head"),
        "desk": growth.DESK,
        "centre": CENTRE,
    }
    sessions = {name: await signing_in.signed_in(db, each, at=clock.at) for name, each in people.items()}
    transport = api_client.application(world, clock)
    async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
        yield client, sessions


async def questions(db: Database) -> list[Asked]:
    """The pages; the dossier is one that was walked, since chains of copies do not verify."""
    (row,) = await db.rows(_EXAMPLE)
    named = {"q": "Người nộp", "ly-do": "Người nộp hỏi tại quầy"}
    dossier = f"/noi-bo/ho-so/{row.code}"
    return [
        Asked("inbox, own tasks", "officer", "/noi-bo/viec"),
        Asked("inbox, not taken", "officer", "/noi-bo/viec?ngan=chua-nhan"),
        Asked("inbox, done", "officer", "/noi-bo/viec?ngan=da-xong"),
        Asked("inbox, whole unit, head of one", "head", "/noi-bo/viec?ngan=don-vi"),
        Asked("inbox, whole unit, head of all units", "head of all", "/noi-bo/viec?ngan=don-vi"),
        Asked("inbox, overdue, head of all units", "head of all", "/noi-bo/viec?ngan=don-vi&han=qua-han"),
        Asked("step", "head of all", f"/noi-bo/viec/{row.task}"),
        Asked("dossier", "head of all", dossier),
        Asked("dossier, steps", "head of all", f"{dossier}/quy-trinh"),
        Asked("dossier, diary", "head of all", f"{dossier}/nhat-ky"),
        Asked("dossier, why this date", "head of all", f"{dossier}/thoi-han"),
        Asked("desk, one unit", "desk", "/noi-bo/mot-cua"),
        Asked("desk, all units", "centre", "/noi-bo/mot-cua"),
        Asked("desk, results that wait, all units", "centre", "/noi-bo/mot-cua?ngan=tra"),
        Asked("unit of a head", "head", f"/noi-bo/don-vi/{growth.UNIT}"),
        Asked("board, one unit", "head", "/noi-bo/qua-han"),
        Asked("board, all units", "head of all", "/noi-bo/qua-han"),
        Asked("search by a name that all bear, one unit", "head", "/noi-bo/tim", named),
        Asked("search by a name that all bear, all units", "head of all", "/noi-bo/tim", named),
    ]


async def printed(client: httpx.AsyncClient, asked: Asked, headers: dict[str, str], readings: int) -> None:
    """The figures of a page, a line of the table."""
    first = await _read(client, asked, headers)
    spent = time.process_time()
    figures = [await waits(lambda: _read(client, asked, headers), READERS[0], readings)]
    spent = (time.process_time() - spent) * 1000 / readings
    figures += [
        await waits(lambda: _read(client, asked, headers), readers, readings) for readers in READERS[1:]
    ]
    kilobytes = len(first.content) / 1000
    cells = "".join(f"{p50:9.1f}{p95:9.1f}" for p50, p95 in figures)
    flag = "" if figures[0][1] <= BUDGET else "   MISSED"
    print(f"{asked.what:46}{kilobytes:6.0f}{spent:8.1f}{cells}{flag}", flush=True)


async def waits(read: Callable[[], Awaitable[object]], readers: int, readings: int) -> tuple[float, float]:
    """Median and 95th percentile of so many readings by each reader, in milliseconds."""
    took: list[float] = []

    async def reader() -> None:
        for _ in range(readings):
            began = time.perf_counter()
            await read()
            took.append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(reader() for _ in range(readers)))
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


async def _read(client: httpx.AsyncClient, asked: Asked, headers: dict[str, str]) -> httpx.Response:
    if asked.form is None:
        page = await client.get(asked.path, headers=headers)
    else:
        page = await client.post(asked.path, headers=headers, data=asked.form)
    if page.status_code != 200:
        sys.exit(
            f"{asked.what}: {page.status_code} {page.headers.get('location')} {browser_text.words(page)}"
        )
    return page


#: What the search finds a copy by, as its filing wrote it.
_SEARCHED = """
insert into dossier_search (dossier_id, filed_at, units, terms)
select m.id, d.filed_at, array[m.unit], s.terms
from copy m join dossier d on d.id = m.id join dossier_search s on s.dossier_id = m.source
"""
#: $1 who, $2 since.
_CENTRE = """
insert into role_assignment (id, principal_id, unit_code, role, valid_from)
select gen_random_uuid(), $1, code, 'reception', $2 from unit where code like 'bench.%'
"""
_COUNTED = """
select (select count(*) from dossier)::int as dossiers, (select count(*) from user_task where status = 'open')::int as tasks
"""
_EXAMPLE = """
select d.code, t.id as task from source s join dossier d on d.id = s.id join user_task t on t.dossier_id = d.id
where t.status = 'open' and d.code is not null order by t.opened_at limit 1
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, help="dossiers")
    parser.add_argument("--readings", type=int, default=READINGS, help="readings of a page by each reader")
    options = parser.parse_args()
    with databases.home() as directory, postgres.Server(directory) as server:
        asyncio.run(measure(server.ensure_database("bench"), options.size, options.readings))
