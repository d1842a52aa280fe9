"""Growth with a province: the same queries at 10,000 and 100,000 dossiers, each with its whole history.

`python bench/growth.py` walks forty dossiers through the service, copies them by SQL with all their rows (events, closed
tasks, answers, messages; the copies' chains do not verify), a unit for every 2,500 of them, and asks at each size. It takes
about ten minutes on two quiet cores; `--full` goes on to 1,000,000, which takes an hour and 30 GB; `--sizes` names others.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import service as services

from hoso_models import TaskStatus, postgres
from hoso_models.storage import database, partitions
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows import audit
from hoso_workflows.dossiers import worklist
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.dossiers.worklist import TaskFilter
from hoso_workflows.monitoring import escalation, workload
from hoso_workflows.operation import cached_figures
from hoso_workflows.organisation.permissions.tracking import Scope
from hoso_workflows.procedures.reference_data import ReferenceData
from hoso_workflows.reports import lateness
from support import databases
from support import world as worlds
from support.builders.histories import local

AT = local("2026-11-24 09:00")
ROUNDS = 9
#: Copies made by one statement.
PORTION = 25_000
OF_ONE_UNIT = 2_500
#: One unit's head and specialist, and its desk; `world.person("head")` is head of all units.
HEAD, SPECIALIST, DESK = (uuid5(UUID(int=0), name) for name in ("head", "specialist", "reception"))
UNIT = "bench.1"
#: Of forty walked dossiers, so many are still open.
OPEN = 4
TABLES = (
    *(
        "dossier_event",
        "idempotency",
        "user_task",
        "outbox",
        "dossier",
        "engine_state",
        "letter",
        "appointment",
    ),
    *("party", "component", "fee"),
)
#: What differs in a copy; every instant moves with it, every other column is as it was.
OVERRIDES: dict[str, dict[str, str]] = {
    "party": {"id": "m.party", "principal_id": "null"},
    "dossier": {
        "id": "m.id",
        "reference": "m.id::text",
        "code": "case when s.code is not null then 'C' || m.id end",
        "applicant_id": "m.party",
        **{f"{part}_unit": "m.unit" for part in ("receiving", "handling", "deciding")},
    },
    "user_task": {"id": "md5(s.id::text || m.n)::uuid", "dossier_id": "m.id", "unit_code": "m.unit"},
    "outbox": {
        "dedup_key": "s.dedup_key || '/' || m.id",
        "dossier_id": "m.id",
        "sent_at": "s.created_at + m.moved",
    },
    "letter": {"id": "gen_random_uuid()", "dossier_id": "m.id", "number": "m.n", "unit_code": "m.unit"},
    "idempotency": {
        "key": "s.key || '/' || m.id",
        "response": "jsonb_set(s.response, '{reference}', to_jsonb(m.id::text))",
    },
}
#: What is copied where the table itself would give copies of copies: an answer names the dossier that it was given for.
SOURCES = {"idempotency": "source_answer"}
#: Where a copied row comes from: the dossier, but for parties and answers.
JOINS = {
    "party": "s.id = m.source_party",
    "dossier": "s.id = m.source",
    "idempotency": "s.response->>'reference' = m.source_reference",
}


async def measure(url: str, sizes: list[int]) -> None:
    """Fill, ask and print at each size."""
    await databases.migrate(url)
    patient = DatabaseSettings(database_statement_timeout=timedelta(0))
    owner = databases.as_owner(url)
    async with database.connect(url) as db, database.connect(owner, patient) as filler:
        await worlds.build(db, {services.PROCEDURE: worlds.PROCEDURES[services.PROCEDURE]})
        await partitions.ensure_months(db, date(2024, 10, 1), date(2027, 1, 1))
        await walked(db)
        await filler.one_statement(_SOURCES)
        figures: dict[str, list[float]] = {}
        filled, of_one_unit = 0, min(OF_ONE_UNIT, sizes[0] // 4)
        for size in sizes:
            began = time.perf_counter()
            await units(filler, filled // of_one_unit, size // of_one_unit - 1)
            for first in range(filled, size, PORTION):
                await copied(filler, first, min(first + PORTION, size), of_one_unit)
            filled = size
            await databases.changed(url, "vacuum analyze")
            print(f"{size:,} dossiers filled in {(time.perf_counter() - began) / 60:.1f} min", flush=True)
            async for name, took in asked(db, size):
                figures.setdefault(name, []).append(took)
                print(f"    {name:44}{took:12.2f}", flush=True)
    print(f"\n{'':44}" + "".join(f"{size:>12,}" for size in sizes))
    for name, took in figures.items():
        print(f"{name:44}" + "".join(f"{each:12.2f}" for each in took))


async def walked(db: Database, waiting: int = 0) -> None:
    """Forty dossiers as officers work them: four in the middle, the others to their end.

    The first `waiting` of them wait for reception.
    """
    world = worlds.World(DossierService(db))
    for number in range(40):
        at = AT - timedelta(days=3, hours=number)
        filed = await world.files(at, key=f"file {number}")
        if number < waiting:
            continue
        before = await world.accepts(filed, at)
        while before.body["tasks"] and (number >= OPEN or before.version < 3 + number):
            (step,) = before.body["tasks"]
            choice = services.CHOICES.get(step["step"])
            before = await world.completes(before, at, outcome=choice, key=f"{number}/{before.version}")


async def units(filler: Database, first: int, last: int) -> None:
    """As many units as the province has by now, with a head of all, and one unit with officers of its own."""
    await filler.one_statement(_UNITS, [first, last, worlds.DEPARTMENT, worlds.SINCE, worlds.person("head")])
    for role, identity in (("head", HEAD), ("specialist", SPECIALIST), ("reception", DESK)):
        if not first:
            await filler.one_statement(_OFFICER, [identity, role, UNIT, worlds.SINCE])


async def copied(filler: Database, first: int, last: int, of_one_unit: int, each: int = 10) -> None:
    """Copies of these numbers with all their rows; one in so many of an open dossier."""
    await filler.one_statement("truncate copy")
    await filler.one_statement(_COPIES, [first, last, of_one_unit, UNIT.partition(".")[0], each])
    await filler.one_statement("analyze copy")
    for table in ("party", "dossier", *(each for each in TABLES if each not in ("party", "dossier"))):
        await filler.one_statement(await _copying(filler, table))


async def _copying(filler: Database, table: str) -> str:
    columns = {row.name: row.type for row in await filler.rows(_COLUMNS, [table])}
    moved = {name: f"s.{name} + m.moved" for name, kind in columns.items() if kind == "timestamptz"}
    own = {"dossier_id": "m.id"} if "dossier_id" in columns else {}
    values = {name: f"s.{name}" for name in columns} | moved | own | OVERRIDES.get(table, {})
    names, given = ", ".join(columns), ", ".join(values[name] for name in columns)
    join = JOINS.get(table, "s.dossier_id = m.source")
    source = SOURCES.get(table, table)
    if table in _ORIGINAL:
        source = f"(select * from {table} where {_ORIGINAL[table]})"  # noqa: S608 - names of our own
    return f"insert into {table} ({names}) select {given} from copy m join {source} s on {join}"  # noqa: S608 - names of our own


def of(units: list[str]) -> Scope:
    """The scope of whoever surveys these units."""
    return Scope(frozenset(units), frozenset(units))


async def asked(db: Database, size: int) -> AsyncIterator[tuple[str, float]]:
    """Medians in milliseconds, and kilobytes, each as soon as it is known."""
    service, calendars = DossierService(db), await ReferenceData(db).unit_calendars()
    every = [row.code for row in await db.rows("select code from unit")]
    closed = TaskFilter(status=TaskStatus.CLOSED)
    year, month = (date(2025, 1, 1), date(2026, 12, 31)), (date(2026, 11, 1), date(2026, 11, 30))
    figures = cached_figures.FigureCache()

    def search(reader: UUID, wanted: TaskFilter) -> Callable[[], Awaitable[Any]]:
        return lambda: worklist.search(service, wanted, reader=reader, at=AT)

    def report(
        days: tuple[date, date], held: cached_figures.FigureCache | None = None
    ) -> Callable[[], Awaitable[Any]]:
        return lambda: lateness.report_lateness(db, *days, at=AT, figures=held)

    everyone = worlds.person("head")
    questions: dict[str, tuple[int, Callable[[], Awaitable[Any]]]] = {
        "closed tasks, own role": (ROUNDS, search(SPECIALIST, closed)),
        "closed tasks, head of one unit": (ROUNDS, search(HEAD, closed)),
        "closed tasks, head of all units": (ROUNDS, search(everyone, closed)),
        "closed tasks of one officer": (
            ROUNDS,
            search(everyone, TaskFilter(None, None, everyone, status=closed.status)),
        ),
        "inbox, own role": (ROUNDS, search(SPECIALIST, TaskFilter())),
        "inbox, head of one unit": (ROUNDS, search(HEAD, TaskFilter())),
        "inbox, reception of one unit": (ROUNDS, search(DESK, TaskFilter())),
        "inbox, head of all units": (ROUNDS, search(everyone, TaskFilter())),
        "board, head of one unit": (ROUNDS, lambda: workload.totals(db, calendars, at=AT, scope=of([UNIT]))),
        "board, administrator, counted": (
            ROUNDS,
            lambda: workload.totals(db, calendars, at=AT, scope=of(every)),
        ),
        "running report of a month, counted": (3, report(month)),
        "running report of two years, counted": (3, report(year)),
        "running report of two years, kept": (ROUNDS, report(year, figures)),
    }
    for name, (rounds, question) in questions.items():
        yield name, await median(rounds, question)
    for figure in await audited(db):
        yield figure
    for figure in await stored(db, size):
        yield figure
    for figure in await swept(db, calendars):
        yield figure


async def swept(db: Database, calendars: Any) -> list[tuple[str, float]]:
    """The first sweep after an outage and steady ones, under the timeout as shipped."""
    await databases.changed(db.url, "truncate escalation")
    await databases.changed(db.url, "delete from outbox where topic like 'escalation.%'")
    began = time.perf_counter()
    first = await escalation.sweep(db, calendars, at=AT)
    took = (time.perf_counter() - began) * 1000
    await databases.changed(db.url, "vacuum analyze escalation, outbox")
    steady = await median(5, lambda: escalation.sweep(db, calendars, at=AT))
    rungs = sum(first.reached.values())
    return [("sweep, first", took), ("    rungs of it", rungs), ("sweep, steady", steady)]


async def audited(db: Database) -> list[tuple[str, float]]:
    """Cost of reading one dossier for the audit, as part of a batch."""
    took = await median(5, lambda: db.rows(audit.stored_dossier._BATCH, [UUID(int=0)]))
    return [("audit, reading a dossier", took / audit.stored_dossier.BATCH)]


async def stored(db: Database, size: int) -> list[tuple[str, float]]:
    """Kilobytes of a dossier, by table with its indexes."""
    rows = {row.name: row.bytes / 1000 / size for row in await db.rows(_SIZES, [list(TABLES)])}
    whole, expires = sum(rows.values()), rows["idempotency"] + rows["outbox"]
    sums = [("kB a dossier", whole), ("kB a dossier, what expires aside", whole - expires)]
    return [*sums, *((f"    {name}", rows[name]) for name in TABLES)]


async def median(rounds: int, question: Callable[[], Awaitable[Any]]) -> float:
    """The median of several answers, after one that warms up."""
    await question()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        await question()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


#: Rows that were there before anything was copied.
_ORIGINAL = {
    table: f"exists (select from source where source.id = {table}.dossier_id)"
    for table in TABLES
    if table not in ("party", "dossier", "idempotency")
}
_SOURCES = """
do $do$ begin
  create table source as
    select row_number() over (order by filed_at desc) - 1 as place, id, applicant_id, reference from dossier;
  create table source_answer as select * from idempotency;
  create table copy (n int, id uuid, party uuid, source uuid, source_party uuid, source_reference text, unit text,
    moved interval);
end $do$
"""
#: $1 first number, $2 last, not included, $3 dossiers of a unit, $4 how units are called, $5 one in so many is open. An open dossier came within three
#: weeks, a closed one within two years.
_COPIES = f"""
insert into copy
select n, md5('d' || n)::uuid, md5('p' || n)::uuid, s.id, s.applicant_id, s.reference, $4 || '.' || n / $3,
  -interval '1 hour' * case when s.place < {OPEN} then n % 500 else 500 + n % 16000 end
from generate_series($1::int, $2::int - 1) n
join source s on s.place = case when n % $5::int = 0 then n / $5::int % {OPEN} else {OPEN} + n % (40 - {OPEN}) end
"""  # noqa: S608 - numbers of our own
#: $1 first number, $2 last, $3 like this unit, $4 since, $5 their head.
_UNITS = """
with made as (
  insert into unit (code, name, kind, level, parent_code, calendar, valid_from, identifiers, duty)
  select 'bench.' || n, 'Đơn vị ' || n, kind, level, parent_code, calendar, $4, '{}', '{}'
  from unit, generate_series($1::int, $2::int) n where code = $3
  returning code
)
insert into role_assignment (id, principal_id, unit_code, role, valid_from)
select gen_random_uuid(), $5, code, 'head', $4 from made
"""
_OFFICER = """
with made as (
  insert into principal (id, kind, name, created_at) values ($1::uuid, 'officer', $2, $4::date) returning id
)
insert into role_assignment (id, principal_id, unit_code, role, valid_from)
select gen_random_uuid(), id, $3, $2, $4 from made
"""
_COLUMNS = """
select attname as name, typname as type from pg_attribute join pg_type t on t.oid = atttypid
where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = '' order by attnum
"""
_SIZES = """
select name, pg_total_relation_size(name::regclass)::float8
  + coalesce((select sum(pg_total_relation_size(relid)) from pg_partition_tree(name::regclass) where isleaf and level > 0), 0)::float8
  as bytes
from unnest($1::text[]) name
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000], help="dossiers at each step"
    )
    parser.add_argument("--full", action="store_true", help="go on to 1,000,000: an hour, and 30 GB")
    options = parser.parse_args()
    with databases.home() as directory, postgres.Server(directory) as server:
        steps = [*options.sizes, *([1_000_000] if options.full else [])]
        asyncio.run(measure(server.ensure_database("bench"), steps))
