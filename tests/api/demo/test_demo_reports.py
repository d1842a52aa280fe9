"""Nine simulated months: three quarters' reports, each against a recount that reads the events and nothing of ours."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from hoso_models import ReportPart, ReportStatus, postgres
from hoso_models.storage import database
from hoso_models.storage.database import Database
from hoso_workflows.reports.forms.accounting import Accounted
from hoso_workflows.reports.obligations import frozen, register
from hoso_workflows.reports.obligations.register import Obligation
from support import databases
from support.command_line import Ran, hoso

pytestmark = pytest.mark.slow

PERIOD = ("--from", "2026-01-01", "--until", "2026-09-30")
#: A dossier's first acceptance and its first end behind it, from its events; the date that held and whether the clock stood still, at
#: the end of a period. $1 begin, $2 end (not included), $3 the agency.
RECOUNT = """
with life as (
  select d.id, d.code, d.entry_channel, d.verdict, d.late_since,
    (select min(at) from dossier_event e where e.dossier_id = d.id and e.kind = 'accepted') as accepted,
    (select min(at) from dossier_event e where e.dossier_id = d.id and e.kind = 'result_ready') as ready,
    (select min(at) from dossier_event e where e.dossier_id = d.id and e.kind in ('withdrawn', 'stopped', 'closed_unanswered')) as ended
  from dossier d where d.handling_unit = $3
), told as (
  select *, least(ready, ended) as over,
    (select due_legal from appointment a where a.dossier_id = life.id and a.made_at < $2 order by a.made_at desc, a.number desc limit 1)
      as due,
    exists (select from clock_stop s where s.dossier_id = life.id and tstzrange(s.started_at, s.ended_at) @> ($2::timestamptz - interval '1 microsecond')
      and (s.ended_at is null or s.ended_at >= $2)) as still
  from life where accepted < $2
), now as (
  select *, over is null or over >= $2 as is_open, still is false and due < $2 or late_since < $2 as is_over from told
  where over is null or over >= $1
)
select count(*) filter (where accepted >= $1 and entry_channel = 'online')::int,
  count(*) filter (where accepted >= $1 and entry_channel = 'desk')::int,
  count(*) filter (where accepted >= $1 and entry_channel = 'post')::int,
  count(*) filter (where accepted < $1)::int,
  count(*) filter (where not is_open and over = ready and verdict = 'early')::int,
  count(*) filter (where not is_open and over = ready and verdict = 'on_time')::int,
  count(*) filter (where not is_open and over = ready and verdict = 'late')::int,
  count(*) filter (where is_open and is_over is not true)::int,
  count(*) filter (where is_open and is_over)::int,
  count(*) filter (where not is_open and over is distinct from ready)::int
from now
"""


@pytest.fixture(scope="module")
def demo(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Ran]]:
    home = tmp_path_factory.mktemp("home")
    with databases.clone(server) as url:
        yield (
            url,
            hoso(
                "demo", "--dossiers", "60", "--seed", "5", *PERIOD, "--no-serve", "--json", url=url, home=home
            ),
        )


async def owed(db: Database) -> dict[tuple[str, str], Obligation]:
    """The quarterly reports by period and unit."""
    found = await register.listed(db, None)
    return {(each.period_key, each.unit): each for each in found if each.kind == "dvc-quy"}


async def figures(db: Database, found: Obligation) -> Accounted:
    return Accounted.sum((await frozen.submission(db, found.id, found.submissions)).figures.account)


async def recounted(db: Database, found: Obligation) -> Accounted:
    days = f"{found.period_from} 00:00+07", f"{found.period_to} 24:00+07"
    begin, end = (
        await db.row("select $1::text::timestamptz as a, $2::text::timestamptz as b", list(days))
    ).values()
    row = await db.row(RECOUNT, [begin, end, found.unit])
    return Accounted(*row)


def test_three_quarters_are_submitted_and_one_report_is_late(demo: tuple[str, Ran]) -> None:
    url, ran = demo
    assert ran.status == 0, ran.err
    assert (ran.json["reports_submitted"], ran.json["reports_late"]) == (9, 1)
    told = hoso("report", "obligations", "--json", url=url).json["items"]
    quarterly = [each for each in told if each["kind"] == "dvc-quy" and each["status"] == "submitted"]
    assert [(each["period_key"], each["unit"]) for each in quarterly if each["late"]] == [
        ("2026-Q2", "H27.SYT")
    ]
    assert {each["due_before"] for each in quarterly if each["part"] == "agency"} == {
        "2026-03-05",
        "2026-06-05",
        "2026-09-05",
    }


async def test_submitted_figures_equal_an_independent_recount_and_their_identities_hold(
    demo: tuple[str, Ran],
) -> None:
    async with database.connect(demo[0]) as db:
        reports = await owed(db)
        agencies = [each for each in reports.values() if each.part is ReportPart.AGENCY and each.submissions]
        assert len(agencies) == 6
        for each in agencies:
            made = await figures(db, each)
            assert made == await recounted(db, each), each
            assert made.received == made.accounted
            assert await frozen.recount(db, each.id, 1) == frozen.Recounted(
                made.received, same=True, intact=True
            )
        counted = [astuple(await figures(db, each)) for each in agencies]
        assert all(sum(column) for column in zip(*(row[:7] for row in counted), strict=True))
        # What is carried over into a quarter is what was open at the end of the one before.
        for unit in ("H27.SVHTTDL", "H27.SYT"):
            for before, after in (("2026-Q1", "2026-Q2"), ("2026-Q2", "2026-Q3")):
                closing, opening = [await figures(db, reports[period, unit]) for period in (before, after)]
                assert opening.carried_over == closing.open


async def test_the_consolidated_report_is_the_sum_of_the_agencies(demo: tuple[str, Ran]) -> None:
    async with database.connect(demo[0]) as db:
        reports = await owed(db)
        for period in ("2026-Q1", "2026-Q2", "2026-Q3"):
            agencies = [reports[period, unit] for unit in ("H27.SVHTTDL", "H27.SYT")]
            whole = reports[period, "H27.PVHCC"]
            assert (whole.part, whole.status) == (ReportPart.CONSOLIDATED, ReportStatus.SUBMITTED)
            assert await figures(db, whole) == Accounted.sum([await figures(db, each) for each in agencies])


async def test_nothing_that_changes_later_moves_what_was_submitted(
    demo: tuple[str, Ran], tmp_path: Path
) -> None:
    url, _ = demo
    async with database.connect(url) as db:
        found = (await owed(db))["2026-Q2", "H27.SVHTTDL"]
        before = await frozen.submission(db, found.id, 1)
        file = tmp_path / "bao-cao.xlsx"
        assert hoso("report", "show", str(found.id), "--file", str(file), url=url).status == 0
        sheet = written(file.read_bytes())
        await databases.changed(url, "update appointment set due_legal = due_legal - interval '200 days'")
        await databases.changed(
            url, "update dossier set handling_unit = 'H27.SYT', verdict = 'late' where verdict is not null"
        )
        await databases.changed(url, "delete from clock_stop")
        assert await frozen.submission(db, found.id, 1) == before
        assert (await frozen.recount(db, found.id, 1)).intact
        again = tmp_path / "lan-hai.xlsx"
        assert hoso("report", "show", str(found.id), "--file", str(again), url=url).status == 0
        assert written(again.read_bytes()) == sheet
        shown: Mapping[str, Any] = hoso("report", "show", str(found.id), "--json", url=url).json
    total = Accounted.sum(before.figures.account)
    assert sheet[-1]["(3) Tiếp nhận, tổng"] == shown["tables"][0]["total"]["received"] == total.received
    codes = hoso("report", "dossiers", str(found.id), "--column", "received", "--json", url=url).json["items"]
    assert len(codes) == total.new
    assert date.fromisoformat(shown["period_to"]) == date(2026, 5, 31)


def written(book: bytes) -> list[dict[str, Any]]:
    """The lines of form II.06 in a workbook, by the heads of its columns."""
    heads, *lines = openpyxl.load_workbook(io.BytesIO(book))["II-06"].values
    return [dict(zip((str(head) for head in heads), line, strict=True)) for line in lines]
