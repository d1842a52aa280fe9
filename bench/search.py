"""Search of dossiers by names, numbers and filters among 1,000,000, on a PostgreSQL of its own.

`python bench/search.py` draws applicants with the names that Vietnam has, as often as it has them (two in five are Nguyễn), in
100 units with one desk for most of them, and prints medians of what the server took, and of what the caller waited.
`--part 20` divides the size by twenty.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hoso_models import DossierStatus, postgres, text_search
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.tracking import search
from hoso_workflows.tracking.search import ApplicantFilter, Asked, DossierFilter
from support import databases
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

AT = local("2026-11-24 09:00")
SIZE, UNITS, ROUNDS = 1_000_000, 100, 15
BUDGET = 50
#: The desk of a handling unit, an auditor of all, and an officer of a unit that was closed two years ago.
DESK, OFFICER, AUDITOR, CLOSED = (
    uuid5(UUID(int=1), name) for name in ("desk", "officer", "auditor", "closed")
)
#: Names as they are written, with how many in a thousand bear them.
SURNAMES = (
    "Nguyễn 384 Trần 110 Lê 95 Phạm 70 Hoàng 45 Phan 45 Vũ 39 Võ 39 Đặng 21 Bùi 20 Đỗ 14 Hồ 13 Ngô 13 Dương 10 Lý 5 Đinh 10 "
    "Đoàn 9 Lò 8 Cao 8 Mai 7 Trịnh 7 Lương 7 Hà 6 Tạ 5 Thái 5 Quách 3 Khuất 1 Uông 1"
)
MIDDLES = "Thị 330 Văn 260 Ngọc 60 Đức 40 Minh 40 Thanh 40 Hữu 30 Quang 30 Xuân 30 Đình 30 Hoàng 20 Thu 20 Kim 20 Bá 20 Công 20 Diệu 10"
GIVENS = (
    "Anh 9 Hùng 9 Hương 9 Lan 9 Hoa 9 Dũng 9 Hà 9 Linh 9 Nam 9 Sơn 9 Hải 9 Long 9 Mai 9 Trang 9 Thảo 9 Tuấn 9 Phương 9 Bình 9 "
    "Cường 9 Đạt 9 Giang 9 Hạnh 9 Hiền 9 Hòa 9 Huy 9 Khánh 9 Kiên 9 Lâm 9 Loan 9 Ly 9 Mạnh 9 Minh 9 Nga 9 Ngân 9 Nhung 9 Oanh 9 "
    "Phúc 9 Quân 9 Quý 9 Quỳnh 9 Tâm 9 Tân 9 Thắng 9 Thành 9 Thịnh 9 Thơm 9 Thủy 9 Tiến 9 Tình 9 Toàn 9 Trung 9 Tú 9 Tùng 9 "
    "Uyên 9 Vân 9 Việt 9 Vinh 9 Xuân 9 Yến 9 Duyên 9 Khuê 2 Bảo 9 Châu 9 Chi 9 Diệp 9 Đăng 9 Gấm 1 Hậu 9 Khoa 9"
)


async def measure(url: str, size: int) -> None:
    """Fill, ask, print."""
    await databases.migrate(url)
    patient = DatabaseSettings(database_statement_timeout=timedelta(0))
    async with database.connect(url) as db, database.connect(databases.as_owner(url), patient) as filler:
        await worlds.build(db, {"1.014464": worlds.PROCEDURES["1.014464"]})
        await fill(filler, size)
        print(f"{'':56} {'found':>6} {'server':>9} {'caller':>9}   budget {BUDGET} ms")
        for what, reader, applicant, wanted in questions():
            await printed(db, what, reader, applicant, wanted)


def questions() -> list[tuple[str, UUID, ApplicantFilter, DossierFilter]]:
    """A question: who asks, for whom, and how it is narrowed."""
    some, none = ApplicantFilter, ApplicantFilter()
    every = DossierFilter()
    running = DossierFilter(status=DossierStatus.SUSPENDED)
    return [
        ("common name, one unit", OFFICER, some(name="nguyen thi anh"), every),
        ("common name, the desk of most", DESK, some(name="Nguyễn Văn"), every),
        ("common name, everywhere", AUDITOR, some(name="nguyen"), every),
        ("two surnames that few bear together", AUDITOR, some(name="hoang tran"), every),
        ("rare name, everywhere", AUDITOR, some(name="Khuất Diệu Gấm"), every),
        ("rare name, one unit", OFFICER, some(name="khuat dieu gam"), every),
        ("rare surname, the desk of most", DESK, some(name="uong"), every),
        ("nobody's name", AUDITOR, some(name="nguyen khuat"), every),
        ("common name, a unit closed for two years", CLOSED, some(name="nguyen thi"), every),
        (
            "name and procedure, the desk of most",
            DESK,
            some(name="tran van"),
            DossierFilter(procedure="1.39"),
        ),
        ("name and rare status, everywhere", AUDITOR, some(name="nguyen thi"), running),
        ("name in one month of last year", AUDITOR, some(name="le thi hoa"), month(2025, 3)),
        ("identity number", AUDITOR, some(identifier="042000000777"), every),
        ("telephone", AUDITOR, some(phone="+84 90 0000777"), every),
        ("code", AUDITOR, some(key="C777"), every),
        ("list of one unit", OFFICER, none, every),
        ("list of a rare procedure, everywhere", AUDITOR, none, DossierFilter(procedure="1.rare")),
        ("list of a rare procedure, one unit", OFFICER, none, DossierFilter(procedure="1.rare")),
        ("list of a rare status, one unit", OFFICER, none, running),
        ("list of a rare status, everywhere", AUDITOR, none, running),
    ]


def month(year: int, number: int) -> DossierFilter:
    """Filed in that month, up to its 28th day."""
    return DossierFilter(filed_from=date(year, number, 1), filed_until=date(year, number, 28))


async def printed(
    db: Database, what: str, reader: UUID, applicant: ApplicantFilter, wanted: DossierFilter
) -> None:
    """Ask for the first page and, where there is one, the second."""
    asked = Asked(reader, AT)
    listener = Listener(db)
    for name in (what, f"{what}, next page"):
        page = await search.search(db, applicant, wanted, "đo", asked)
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            await search.search(db, applicant, wanted, "đo", asked)
            took.append((time.perf_counter() - began) * 1000)
        listener.heard.clear()
        for _ in range(5):
            await search.search(listener, applicant, wanted, "đo", asked)  # type: ignore[arg-type]  # it asks as one
        server = statistics.median(listener.heard)
        flag = "" if server <= BUDGET else "   MISSED"
        print(f"{name:56} {len(page.items):6} {server:9.2f} {statistics.median(took):9.2f}{flag}", flush=True)
        if page.after is None:
            break
        asked = replace(asked, after=page.after)


class Listener:
    """Asks a database, and notes how many milliseconds the server says that the search took."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.heard: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)

    async def rows(self, sql: str, parameters: Any = ()) -> Any:
        """The rows; of a search after it was explained, with what it took."""
        if "dossier_search" in sql:
            plan = await self.db.rows(f"explain (analyze, timing off) {sql}", parameters)
            self.heard.append(
                float(plan[-1][0].split()[2])
                + float(plan[-2][0].split()[2] if "Planning" in plan[-2][0] else 0)
            )
        return await self.db.rows(sql, parameters)


async def fill(db: Database, size: int) -> None:
    """Units with officers, and so many dossiers in two years; a unit in a hundred had its last one two years ago."""
    began = time.perf_counter()
    await db.one_statement(_UNITS, [UNITS, worlds.DEPARTMENT, worlds.SINCE])
    for identity, role, unit in (
        (DESK, "reception", "bench.0"),
        (OFFICER, "specialist", "bench.7"),
        (AUDITOR, "auditor", worlds.PROVINCE),
        (CLOSED, "specialist", "bench.99"),
    ):
        await db.one_statement(_OFFICER, [identity, role, unit, worlds.SINCE])
    referred = await dossier_rows.refers(db)
    names = [*drawn(SURNAMES), *drawn(MIDDLES), *drawn(GIVENS)]
    people = [referred["workflow_version_id"], referred["filed_by"], AT]
    await db.one_statement(_DRAWN, [size, UNITS, AT, *names])
    # A million rows are faster under no index, and their indexes made of the whole.
    indexes = await db.rows(_INDEXES)
    for index in indexes:
        await db.one_statement(f"drop index {index.name}")
    for statement, parameters in ((_PARTIES, [AT]), (_DOSSIERS, people[:2]), (_TERMS, [])):
        await db.one_statement(statement, parameters)
    for index in indexes:
        await db.one_statement(index.made)
    await databases.changed(db.url, "vacuum analyze")
    print(f"{size:,} dossiers filled in {(time.perf_counter() - began) / 60:.1f} min", flush=True)


def drawn(weighted: str) -> tuple[list[str], list[str]]:
    """Each name as often as its weight says, as it is written and folded."""
    words = weighted.split()
    names = [name for name, weight in zip(words[::2], words[1::2], strict=True) for _ in range(int(weight))]
    return names, [text_search.fold(name) for name in names]


#: $1 how many, $2 like this unit, $3 since.
_UNITS = """
insert into unit (code, name, kind, level, parent_code, calendar, valid_from, identifiers, duty)
select 'bench.' || n, 'Đơn vị ' || n, kind, level, parent_code, calendar, $3, '{}', '{}'
from unit, generate_series(0, $1 - 1) n where code = $2
"""
_OFFICER = """
with made as (
  insert into principal (id, kind, name, created_at) values ($1::uuid, 'officer', $2, $4::date) returning id
)
insert into role_assignment (id, principal_id, unit_code, role, valid_from)
select gen_random_uuid(), id, $3, $2, $4 from made
"""
#: $1 how many, $2 units, $3 instant, $4 to $9 surnames, middle and given names, as written and folded.
_DRAWN = """
create unlogged table drawn as
select n, gen_random_uuid() as id, gen_random_uuid() as party, s[n1] || ' ' || m[n2] || ' ' || g[n3] as name,
  sf[n1] || ' ' || mf[n2] || ' ' || gf[n3] as folded, unit, case when random() < 0.7 then 'bench.0' else unit end as desk, came,
  case when random() < 0.0002 then '1.rare' else '1.' || n % 40 end as procedure,
  case when random() < 0.0005 then 'suspended' when came > $3::timestamptz - interval '20 days' then 'in_process' else 'returned' end as status
from (select $4::text[] as s, $5::text[] as sf, $6::text[] as m, $7::text[] as mf, $8::text[] as g, $9::text[] as gf) names
cross join lateral (
  select n, 1 + floor(random() * cardinality(s))::int as n1, 1 + floor(random() * cardinality(m))::int as n2,
    1 + floor(random() * cardinality(g))::int as n3,
    case when n < $1 / 100 then 'bench.99' else 'bench.' || floor(random() * ($2 - 1))::int end as unit,
    $3::timestamptz - ($1 - n) * (interval '730 days' / $1) as came
  from generate_series(1, $1) n
) rows
"""
_INDEXES = """
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made from pg_index
where indrelid in ('party'::regclass, 'dossier'::regclass, 'dossier_search'::regclass) and not indisunique
"""
_PARTIES = """
insert into party (id, kind, name, name_folded, identifier, phone, created_at)
select party, 'person', name, folded, '042' || lpad(n::text, 9, '0'), '090' || lpad(n::text, 7, '0'), $1 from drawn
"""
#: $1 version, $2 filed by.
_DOSSIERS = """
insert into dossier (id, reference, code, procedure_code, workflow_version_id, case_id, status, entry_channel, applicant_id,
  filed_by, receiving_unit, handling_unit, deciding_unit, form_data, delivery_mode, filed_at, accepted_at)
select id, 'R' || n, 'C' || n, procedure, $1, 'default', status, 'desk', party, $2, desk, unit, unit, '{}', 'counter', came, came
from drawn order by came
"""
_TERMS = """
insert into dossier_search (dossier_id, filed_at, units, terms)
select id, came, array[desk, unit, unit], string_to_array(folded, ' ') || ('procedure/' || procedure) from drawn order by came
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", type=int, default=1, help="divide the size by this")
    options = parser.parse_args()
    with databases.home() as directory, postgres.Server(directory) as server:
        asyncio.run(measure(server.ensure_database("bench"), SIZE // options.part))
