"""Sweep, overdue pages, totals and report at the size of a country, on a PostgreSQL of its own.

`python bench/sweep.py` fills 200,000 dossiers (14,000 open, nine in ten of them overdue, and 2,000 at reception) for the
sweep, then 1,000,000 (76,000 open, 10,000 at reception) for lists, report and the sweep again, and prints medians beside the
budgets.
`--part 20` divides the sizes by twenty.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hoso_models import postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.monitoring import escalation, overdue, workload
from hoso_workflows.monitoring.overdue import Calendars
from hoso_workflows.procedures.reference_data import ReferenceData
from hoso_workflows.reports import lateness
from support import databases
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

#: The instant of every question; open dossiers fall due in the ninety days before it and the ten days after it.
AT = local("2026-11-24 09:00")
UNITS = 100
ONE_UNIT = "bench.7"
ROUNDS = 15


async def measure(url: str, part: int) -> None:
    """Fill, ask, print."""
    patient = DatabaseSettings(database_statement_timeout=timedelta(0))
    await databases.migrate(url)
    async with database.connect(url, patient) as filler, database.connect(url) as db:
        await worlds.build(db, {})
        calendars = await found(db)
        print(f"{'':48} {'ms':>9} {'budget':>9}")
        await fill(filler, 200_000 // part, 14_000 // part, 2_000 // part)
        await sweeps(db, calendars, 150)
        await fill(filler, 800_000 // part, 62_000 // part, 8_000 // part)
        await lists(db, calendars)
        await report(db)
        await sweeps(db, calendars, 700)


async def sweeps(db: Database, calendars: Calendars, budget: int) -> None:
    """The first sweep after an outage, steady ones, and one after two days without any, under the timeout as shipped."""
    await databases.changed(db.url, "truncate escalation, outbox")
    took, swept = await timed(escalation.sweep(db, calendars, at=AT))
    say(f"first sweep, {swept.messages:,} messages", took)
    await databases.changed(db.url, "vacuum analyze")
    steady = [(await timed(escalation.sweep(db, calendars, at=AT)))[0] for _ in range(ROUNDS)]
    say("steady sweep, nothing new", statistics.median(steady), budget)
    took, swept = await timed(escalation.sweep(db, calendars, at=AT + timedelta(days=2)))
    say(f"after two days without, {swept.messages:,} messages", took)


async def lists(db: Database, calendars: Calendars) -> None:
    """Times of the queries of the board, as the caller sees them and as the server counts them."""
    begin = await overdue.dossiers(db, calendars, at=AT)
    asked: dict[str, Callable[[Any], Awaitable[Any]]] = {
        "overdue dossiers": lambda to: overdue.dossiers(to, calendars, at=AT),
        "overdue dossiers, next page": lambda to: overdue.dossiers(to, calendars, at=AT, after=begin.after),
        "overdue dossiers of a unit": lambda to: overdue.dossiers(to, calendars, at=AT, unit=ONE_UNIT),
        "overdue steps": lambda to: overdue.steps(to, calendars, at=AT),
        "overdue steps of a unit": lambda to: overdue.steps(to, calendars, at=AT, unit=ONE_UNIT),
        "overdue receptions": lambda to: overdue.receptions(to, calendars, at=AT),
        "overdue receptions of a unit": lambda to: overdue.receptions(to, calendars, at=AT, unit=ONE_UNIT),
    }
    for name, ask in asked.items():
        say(f"{name}, 50 rows", statistics.median([(await timed(ask(db)))[0] for _ in range(ROUNDS)]))
        listener = Listener(db)
        for _ in range(ROUNDS):
            await ask(listener)
        say("    in the database", statistics.median(listener.heard), 1)
    took = [(await timed(workload.totals(db, calendars, at=AT)))[0] for _ in range(ROUNDS)]
    say(f"totals of {UNITS} units", statistics.median(took))


async def report(db: Database) -> None:
    """A month's report, counted."""
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    took, made = await timed(lateness.report_lateness(db, first, last, at=AT))
    say(f"report of a month, {made.total.taken:,} dossiers", took)


class Listener:
    """Asks a database, and notes how many milliseconds the server says that each statement took."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.heard: list[float] = []

    async def rows(self, sql: str, parameters: Any = ()) -> Any:
        """The rows, after the same statement was explained."""
        plan = await self.db.rows(f"explain (analyze, timing off) {sql}", parameters)
        self.heard.append(float(plan[-1][0].split()[2]))
        return await self.db.rows(sql, parameters)


async def found(db: Database) -> Calendars:
    """A hundred units, each with a head, and a version that dossiers refer to."""
    head = worlds.person("head")
    await db.one_statement(_UNITS, [UNITS, worlds.DEPARTMENT, worlds.SINCE, head])
    await db.one_statement(_VERSION, [head, worlds.FOUNDED])
    return await ReferenceData(db).unit_calendars()


async def fill(db: Database, count: int, still_open: int, at_reception: int) -> None:
    """So many dossiers, one in twenty stopped and the rest resolved but for the open ones, each with its appointment.

    The clock of one in ten has stood still for a day; a third of those that are open stand still. Beside them those that
    reception has not answered; a tenth of them came within the last hours.
    """
    referred = await dossier_rows.refers(db)
    people = [referred["workflow_version_id"], referred["applicant_id"], referred["filed_by"]]
    await db.one_statement(_DOSSIERS, [count, still_open, AT, UNITS, *people])
    for sql in (_STEPS, _APPOINTMENTS):
        await db.one_statement(sql, [worlds.person("specialist")])
    await db.one_statement(_STOPS)
    await db.one_statement(_AT_RECEPTION, [at_reception, AT, UNITS, *people])
    await databases.changed(db.url, "vacuum analyze")


async def timed(work: Awaitable[Any]) -> tuple[float, Any]:
    """Milliseconds, and what came of it."""
    began = time.perf_counter()
    made = await work
    return (time.perf_counter() - began) * 1000, made


def say(what: str, took: float, budget: int | None = None) -> None:
    """One line of the table."""
    print(f"{what:48} {took:9.2f} {f'≤ {budget}' if budget else '':>9}", flush=True)


#: $1 how many, $2 like this unit, $3 since, $4 their head.
_UNITS = """
with made as (
  insert into unit (code, name, kind, level, parent_code, calendar, valid_from, identifiers, duty)
  select 'bench.' || n, 'Đơn vị ' || n, kind, level, parent_code, calendar, $3, '{}', '{}'
  from unit, generate_series(0, $1 - 1) n where code = $2
  returning code
)
insert into role_assignment (id, principal_id, unit_code, role, valid_from)
select gen_random_uuid(), $4, code, 'head', $3 from made
"""
_VERSION = """
insert into workflow_version (id, procedure_code, number, name, status, package, sha256, manifest, report, declared_by,
  declared_at)
values (gen_random_uuid(), '1.014464', 1, 'Thủ tục', 'draft', 'x', repeat('0', 64), '{}', '{}', $1, $2)
"""
#: $1 how many, $2 of which open, $3 instant, $4 units, $5 version, $6 party, $7 filed by.
_DOSSIERS = """
insert into dossier (id, reference, code, procedure_code, workflow_version_id, case_id, status, entry_channel, applicant_id,
  filed_by, receiving_unit, handling_unit, deciding_unit, form_data, delivery_mode, filed_at, accepted_at, due_first,
  due_legal, due_promised, clock_running, cycle, result_ready_at, closed_at, verdict)
select id, id, id, '1.' || n % 40, $5, 'default',
  case when is_open then 'in_process' when n % 20 = 0 then 'stopped' else 'returned' end, 'desk', $6, $7, unit, unit, unit,
  '{}', 'counter', due - interval '20 days', due - interval '20 days', due, due, due, is_open, 1,
  case when not is_open and n % 20 > 0 then due - interval '2 days' + n % 4 * interval '1 day' end,
  case when not is_open then due + interval '3 days' end,
  case when not is_open and n % 20 > 0 then (array['early', 'early', 'on_time', 'late'])[n % 4 + 1] end
from (
  select n, gen_random_uuid() as id, n <= $2 as is_open, 'bench.' || n % $4 as unit,
    $3::timestamptz + case when n <= $2 then interval '10 days' - n * (interval '100 days' / $2)
      else interval '-10 days' - n * (interval '700 days' / $1) end as due
  from generate_series(1, $1) n
) drawn
"""
#: $1 an officer, who has every other step.
_STEPS = """
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, assignee_id, status, outcomes, cycle, opened_at,
  arrived_at, due_own, due_dossier, dossier_late_from)
select gen_random_uuid(), d.id, 'B4', 'Thẩm định hồ sơ', 'Chuyên viên', 'specialist', d.handling_unit,
  case when hashtext(d.code) % 2 = 0 then $1::uuid end, 'open', '[]', 1, d.accepted_at, d.accepted_at, d.due_legal - interval '1 day',
  d.due_promised, d.due_legal
from dossier d where d.clock_running and not exists (select from user_task t where t.dossier_id = d.id)
"""
#: $1 how many, $2 instant, $3 units, $4 version, $5 party, $6 filed by.
_AT_RECEPTION = """
with d as (
  insert into dossier (id, reference, procedure_code, workflow_version_id, case_id, status, entry_channel, applicant_id,
    filed_by, receiving_unit, handling_unit, deciding_unit, form_data, delivery_mode, filed_at, reception_due)
  select id, id, '1.' || n % 40, $4, 'default', 'filed', 'online', $5, $6, unit, unit, unit, '{}', 'counter', came,
    came + interval '1 day'
  from (
    select n, gen_random_uuid() as id, 'bench.' || n % $3 as unit, $2::timestamptz - n * (interval '10 days' / $1) as came
    from generate_series(1, $1) n
  ) drawn
  returning id, receiving_unit, filed_at, reception_due
)
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, milestone, outcomes, opened_at, arrived_at,
  reception_due)
select gen_random_uuid(), id, 'B1', 'Tiếp nhận hồ sơ', 'Bộ phận Một cửa', 'reception', receiving_unit, 'open', 'accept', '[]',
  filed_at, filed_at, reception_due
from d
"""
#: $1 who made them.
_APPOINTMENTS = """
insert into appointment (dossier_id, number, kind, cycle, due_first, due_legal, due_promised, why, calendar, calendar_version,
  made_at, made_by)
select d.id, 1, 'accepted', 1, d.due_first, d.due_legal, d.due_promised, '{}', 'ha-tinh', '1', d.accepted_at, $1
from dossier d where d.accepted_at is not null
on conflict do nothing
"""
_STOPS = """
insert into clock_stop (dossier_id, number, source, started_at, ended_at)
select id, 1, 'suspension', accepted_at,
  case when not clock_running or hashtext(code) / 10 % 3 <> 0 then accepted_at + interval '1 day' end
from dossier where accepted_at is not null and hashtext(code) % 10 = 0
on conflict do nothing
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", type=int, default=1, help="divide all sizes by this")
    asked = parser.parse_args()
    with databases.home() as directory, postgres.Server(directory) as server:
        asyncio.run(measure(server.ensure_database("bench"), asked.part))
