"""The demonstration: it adds up, it can be recounted, and the same seed tells the same story."""

import fcntl
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from hoso_api.demo import plan, seed
from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows import audit, localtime
from hoso_workflows.catalogue import reads
from hoso_workflows.directory import rows
from hoso_workflows.dossiers.service import DossierService
from support import databases
from support.command_line import Ran, hoso, owner

pytestmark = pytest.mark.slow

PERIOD = ("--from", "2026-10-19", "--until", "2026-11-20")
STORY = """
select d.code, d.procedure_code, d.status, d.verdict, d.filed_at, d.accepted_at, d.due_first, d.due_legal, d.due_promised,
  d.result_ready_at, d.returned_at, d.cycle,
  (select array_agg(t.name || ' ' || t.status || ' ' || coalesce(t.judged, '-') || ' ' || coalesce(t.due_own::text, '-')
     order by t.opened_at, t.element) from user_task t where t.dossier_id = d.id) as tasks
from dossier d order by d.filed_at, d.code, d.reference
"""


LATEST = """
select (select max(at) from dossier_event) as events, (select max(filed_at) from dossier) as filings,
  (select max(greatest(opened_at, closed_at)) from user_task) as tasks, (select max(created_at) from outbox) as messages,
  (select max(created_at) from api_token) as tokens, (select max(at) from idempotency) as keys
"""


def played(url: str, home: Path) -> Ran:
    return hoso(
        "demo", "--dossiers", "60", "--seed", "7", *PERIOD, "--no-serve", "--json", url=url, home=home
    )


@pytest.fixture(scope="module")
def demo(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Ran]]:
    with databases.clone(server) as url:
        yield url, played(url, tmp_path_factory.mktemp("home"))


async def story(url: str) -> list[tuple[Any, ...]]:
    async with database.connect(url) as db:
        return [tuple(row) for row in await db.rows(STORY)]


def test_the_counts_add_up_and_every_explanation_counts_to_what_is_stored(demo: tuple[str, Ran]) -> None:
    _, ran = demo
    assert ran.status == 0, ran.err
    totals = ran.json
    before = ("accepted", "refused", "withdrawn_before_acceptance", "closed_unanswered", "waiting")
    after = ("returned", "result_ready", "open", "withdrawn_after_acceptance", "stopped")
    assert totals["dossiers"] == sum(totals[name] for name in before) == 60
    assert totals["accepted"] == sum(totals[name] for name in after)
    assert (totals["explanations_checked"], totals["explanation_mismatches"]) == (totals["accepted"], 0)
    assert totals["overdue"] > 0
    assert totals["http_completions"] >= 6
    assert list(totals) == [
        *(
            "dossiers",
            "waiting",
            "refused",
            "withdrawn_before_acceptance",
            "closed_unanswered",
            "accepted",
            "returned",
        ),
        *(
            "result_ready",
            "open",
            "withdrawn_after_acceptance",
            "stopped",
            "overdue",
            "tasks_completed",
            "events",
            "reports_submitted",
            "reports_late",
        ),
        *(
            "http_completions",
            "seconds",
            "tasks_per_second",
            "explanations_checked",
            "explanation_mismatches",
        ),
    ]


async def test_what_is_stored_is_what_happened(demo: tuple[str, Ran]) -> None:
    async with database.connect(demo[0]) as db:
        assert [str(difference) async for difference in audit.differences(DossierService(db))] == []


async def test_nothing_happens_after_the_closing_with_which_the_play_ends(demo: tuple[str, Ran]) -> None:
    async with database.connect(demo[0]) as db:
        (last,) = await db.rows(LATEST)
    closing = datetime(2026, 11, 20, 17, tzinfo=localtime.ZONE)
    assert [name for name, at in dict(last).items() if at > closing] == []


async def test_a_version_carries_the_date_of_its_decision(demo: tuple[str, Ran]) -> None:
    async with database.connect(demo[0]) as db:
        rows = await db.rows("select procedure_code, decision_date from workflow_version order by 1")
    assert [tuple(row) for row in rows] == [
        ("1.001806", date(2025, 11, 27)),
        ("1.012994", date(2025, 11, 26)),
        ("1.013871", date(2025, 12, 1)),
        ("1.014464", date(2025, 11, 21)),
    ]


def test_its_agencies_owe_the_reports_of_the_quarter_and_of_the_year(demo: tuple[str, Ran]) -> None:
    owed = hoso("report", "obligations", "--json", url=demo[0]).json["items"]
    assert {(each["period_key"], each["due_before"]) for each in owed if each["part"] == "agency"} == {
        ("2026-Q4", "2026-12-05"),
        ("2026", "2026-12-05"),
    }
    assert {each["status"] for each in owed} == {"owed"}


async def test_its_catalogue_has_the_declared_procedures_and_some_that_are_not_filed_online(
    demo: tuple[str, Ran],
) -> None:
    async with database.connect(demo[0]) as db:
        day = date(2026, 11, 20)
        shown = await rows.of(db, await reads.published(db, day), day)
    assert {each.entry.code for each in shown if each.online} == {
        "1.001806",
        "1.012994",
        "1.013871",
        "1.014464",
    }
    assert {each.entry.code for each in shown if not each.online} == {
        f"9.00000{number}" for number in range(1, 7)
    }


async def test_substitutes_act_for_the_absent_in_the_events(demo: tuple[str, Ran]) -> None:
    async with database.connect(demo[0]) as db:
        rows = await db.rows(
            "select actor_id <> on_behalf_of as other from dossier_event where on_behalf_of is not null"
        )
    assert {row.other for row in rows} == {True}


async def test_the_same_seed_gives_the_same_codes_verdicts_and_dates(
    demo: tuple[str, Ran], database_url: str, tmp_path: Path
) -> None:
    again = played(database_url, tmp_path)
    timing = ("seconds", "tasks_per_second")
    assert {k: v for k, v in again.json.items() if k not in timing} == {
        k: v for k, v in demo[1].json.items() if k not in timing
    }
    assert await story(database_url) == await story(demo[0])


async def test_what_was_played_is_served_again_with_what_was_done_since(
    demo: tuple[str, Ran], server: postgres.Server, tmp_path: Path
) -> None:
    with databases.clone(server, make_url(demo[0]).database or "") as url:
        again = hoso("demo", "--seed", "8", "--no-serve", "--json", url=url, home=tmp_path, **owner(url))
        assert await story(url) == await story(demo[0])
    assert again.json["dossiers"] == 60
    assert "what was played here up to 20/11/2026" in again.err
    assert "only --again takes it away" in again.err


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        pytest.param(("--again",), "select 1", id="again"),
        pytest.param(
            (), "update watermark set at = '2026-11-01Z' where job = 'demo played'", id="broken off"
        ),
    ],
)
async def test_a_demonstration_is_played_anew(
    asked: tuple[str, ...], before: str, demo: tuple[str, Ran], server: postgres.Server, tmp_path: Path
) -> None:
    with databases.clone(server, make_url(demo[0]).database or "") as url:
        await databases.changed(url, before)
        again = hoso(
            *("demo", *asked, "--dossiers", "5", *PERIOD, "--no-serve", "--json"),
            url=url,
            home=tmp_path,
            **owner(url),
        )
    assert again.json["dossiers"] == 5


def test_nothing_is_played_under_who_serves(database_url: str, tmp_path: Path) -> None:
    with (tmp_path / "serve.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        ran = hoso("demo", "--again", "--dossiers", "5", "--no-serve", url=database_url, home=tmp_path)
    assert (ran.status, "stop that `hoso serve` or `hoso demo` first" in ran.err) == (2, True)


def test_nobody_serves_what_is_being_played(database_url: str, tmp_path: Path) -> None:
    with (tmp_path / "serve.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = hoso("serve", url=database_url, home=tmp_path)
    assert (ran.status, "A demonstration is being played" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("theirs", "kept"),
    [
        (
            "insert into principal (kind, name, created_at) values ('officer', 'Chuyên viên', '2026-01-01Z')",
            "select name from principal",
        ),
        ("create table another as select 'Chuyên viên' as name", "select name from another"),
    ],
)
async def test_data_that_no_demonstration_made_are_left_alone(
    theirs: str, kept: str, database_url: str, tmp_path: Path
) -> None:
    await databases.changed(database_url, theirs)
    ran = hoso("demo", "--dossiers", "5", "--no-serve", url=database_url, home=tmp_path)
    assert (ran.status, "holds data that no demonstration made" in ran.err) == (2, True)
    async with database.connect(databases.as_owner(database_url)) as db:
        assert [tuple(row) for row in await db.rows(kept)] == [("Chuyên viên",)]


def test_of_two_demonstrations_at_once_the_second_is_refused(database_url: str, tmp_path: Path) -> None:
    with (tmp_path / "demo.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = hoso("demo", "--dossiers", "5", "--no-serve", url=database_url, home=tmp_path)
    assert (ran.status, "Another demonstration is being played" in ran.err) == (2, True)


def test_officers_and_applicants_are_named_by_role_alone() -> None:
    assert {title.split()[0] for title in seed.TITLES.values()} == {
        *("Cán", "Văn", "Lãnh", "Chuyên", "Thủ", "Người", "Quản"),
    }


def test_a_fate_depends_on_seed_and_number_alone() -> None:
    shares = {"1.014464": 3, "1.013871": 1}
    first, end = date(2026, 10, 1), datetime(2026, 10, 31, 17)  # noqa: DTZ001 - local on purpose
    draws = [[plan.draw(seed, n, shares, first, end).filed for n in (1, 2, 3)] for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]
    assert all(first <= filed.date() and filed < end for row in draws for filed in row)
