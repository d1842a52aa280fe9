"""Pages of officers at 1,000,000 dossiers and 10,000 open tasks, with 1 and 8 readers.

`python bench/pages.py` fills a PostgreSQL of its own as `growth.py` does, asks the application for each page as a browser
asks, and prints medians and 95th percentiles in milliseconds, with the bytes of the page and the CPU that one reading costs
the process. Readers and application share one process, so that eight readers wait for each other as for one worker. `--size`
fills fewer; one dossier in a hundred is open. `--keep` names a directory in which what was filled stays, so that the next
run begins with the questions.

Pages that Viewflow has too are asked of it afterwards on the same PostgreSQL, with as many open tasks and finished
processes, and printed with how many times as long it takes. Its packages go to a Python of its own, which takes a minute;
`--alone` leaves it out, as the test of this table does.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import growth
import httpx
import service as services
import viewflow_pages
from viewflow_pages import Figures

from hoso_api import app
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
#: Who fills is not asked how long it takes, and begins anew after a power cut; the questions go to a server as shipped.
FILLING = databases.HASTY | {"shared_buffers": "2GB", "max_wal_size": "6GB", "maintenance_work_mem": "512MB"}
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


class Refused(Exception):
    """A page that was answered otherwise than as one."""


async def fill(url: str, size: int) -> None:
    """Fill, unless an earlier run did."""
    await databases.migrate(url)
    patient = DatabaseSettings(database_statement_timeout=timedelta(0))
    async with database.connect(url) as db, database.connect(databases.as_owner(url), patient) as filler:
        if not await kept(filler):
            await filled(db, filler, size)


async def measure(url: str, readings: int) -> dict[str, Figures]:
    """Ask, print."""
    found: dict[str, Figures] = {}
    async with database.connect(url) as db, database.connect(databases.as_owner(url)) as filler:
        (row,) = await filler.rows(_COUNTED)
        print(f"{row.dossiers:,} dossiers, {row.tasks:,} open tasks", flush=True)
        # Of earlier runs at the same instant: only so many of a person's last.
        await filler.one_statement("delete from browser_session")
        async with application(db) as (client, sessions):
            print(f"{'':46}{'kB':>6}{'CPU':>8}" + "".join(f"{f'{n} p50':>9}{f'{n} p95':>9}" for n in READERS))
            for asked in await questions(filler):
                figures = await asked_of_ours(client, asked, sessions[asked.reader], readings)
                flag = "" if figures.waits[0][1] <= BUDGET else "   MISSED"
                print(figures.line(asked.what) + flag, flush=True)
                found[asked.what] = figures
    return found


def compare(server: postgres.Server, size: int, readings: int, ours: dict[str, Figures]) -> None:
    """Ask Viewflow, print."""
    print("\nViewflow, and how many times as long as ours it takes")
    for what, figures in viewflow_pages.measured(server, size, OPEN_OF, readings):
        print(figures.line(what) + "   ×" + ours[what].of(figures), flush=True)


async def kept(filler: Database) -> bool:
    """True where an earlier run filled this database; an interrupted one ends the program."""
    (row,) = await filler.rows(
        "select to_regclass('filled') is not null as whole, exists (select from dossier) as begun"
    )
    if row.begun and not row.whole:
        sys.exit("filled in part by a run that was interrupted: remove the directory of --keep")
    return bool(row.whole)


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
    await filler.one_statement(_TAKEN, [growth.SPECIALIST, growth.UNIT])
    await databases.changed(db.url, "vacuum analyze")
    await filler.one_statement("create table filled ()")
    print(f"filled in {(time.perf_counter() - began) / 60:.1f} min", flush=True)


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
    # As the API does once it has started: what is imported is not looked through again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*app.GARBAGE)
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


async def asked_of_ours(
    client: httpx.AsyncClient, asked: Asked, headers: dict[str, str], readings: int
) -> Figures:
    """The figures of a page."""
    first = await _read(client, asked, headers)
    spent = time.process_time()
    found = [await waits(lambda: _read(client, asked, headers), READERS[0], readings)]
    spent = (time.process_time() - spent) * 1000 / readings
    found += [
        await waits(lambda: _read(client, asked, headers), readers, readings) for readers in READERS[1:]
    ]
    return Figures(len(first.content) / 1000, spent, tuple(found))


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
        raise Refused(
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
#: $1 who, $2 unit: they did every step of their role in it, and have every second one that is open.
_TAKEN = """
update user_task set assignee_id = $1 where unit_code = $2 and role = 'specialist'
  and (status <> 'open' or get_byte(uuid_send(id), 0) % 2 = 0)
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
    parser.add_argument("--keep", type=Path, help="a directory for the PostgreSQL that stays; else none does")
    parser.add_argument("--alone", action="store_true", help="without Viewflow, which needs 1,000 dossiers")
    options = parser.parse_args()
    # How long a page takes is measured, not cut off.
    os.environ["HOSO_DATABASE_REQUEST_TIMEOUT"] = "PT1M"
    with nullcontext(options.keep) if options.keep else databases.home() as directory:
        with postgres.Server(directory, options=FILLING) as server:
            asyncio.run(fill(server.url(), options.size))
        with postgres.Server(directory) as server:
            try:
                figures = asyncio.run(measure(server.url(), options.readings))
            except Refused as refused:
                sys.exit(str(refused))
            if not options.alone:
                compare(server, options.size, options.readings, figures)
