"""`hoso overdue`: what is late, and apart from it what reception has not answered in time."""

import asyncio
from dataclasses import fields
from datetime import datetime

import pytest

from hoso_api.cli import sweep
from hoso_workflows.attachments import sweep as file_sweep
from hoso_workflows.dossiers import due_timers
from hoso_workflows.monitoring import escalation
from hoso_workflows.notifications import outbox
from hoso_workflows.operation import retention
from hoso_workflows.privacy import destruction
from support import world as worlds
from support.command_line import Ran, hoso
from support.procedures import unlimited


async def overdue(url: str, *arguments: str, at: str) -> Ran:
    asked = ("overdue", "--at", f"{at}:00+07:00", *arguments)
    return await asyncio.to_thread(hoso, *asked, url=url)


async def test_late_dossiers_and_overdue_reception_are_listed_apart(
    world: worlds.World, world_url: str
) -> None:
    accepted = await world.accepts(await world.files())
    filed = await world.files("2026-03-05 08:00")

    ran = await overdue(world_url, "--json", at="2026-03-06T10:30")
    shown = await overdue(world_url, at="2026-03-06T10:30")

    late, waiting = ran.json["items"], ran.json["receptions"]
    assert [item["code"] for item in late] == [accepted.code]
    assert [(item["reference"], item["lateness"]["minutes"]) for item in waiting] == [(filed.reference, 150)]
    assert datetime.fromisoformat(waiting[0]["due"]) == worlds.instant("2026-03-06 08:00")
    table, _, apart = shown.out.partition("Chưa tiếp nhận, quá hạn tiếp nhận")
    assert (str(accepted.code) in table, filed.reference in apart, filed.reference in table) == (
        True,
        True,
        False,
    )


async def test_results_that_await_their_return_are_told_with_how_long_their_owners_wait(
    world: worlds.World, world_url: str
) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    missing, fetched = [await unlimited.signed(world) for _ in range(2)]
    await world.completes(fetched, "2026-03-16 11:00")

    ran = await overdue(world_url, "--returns", "--json", at="2026-03-24T09:00")
    shown = await overdue(world_url, "--returns", "--limit", "1", "--fail-if-any", at="2026-03-24T09:00")

    found = [(item["code"], item["readiness"], item["lateness"]) for item in ran.json["items"]]
    assert found == [
        (missing.body["code"], "missing", {"days": 0, "hours": 2, "minutes": 120}),
        (fetched.body["code"], "ready", None),
    ]
    assert (shown.status, "Chờ trả kết quả lúc 09:00 24/03/2026" in shown.out) == (1, True)
    assert (str(missing.body["code"]) in shown.out, "và 1 nữa" in shown.out) == (True, True)


def test_a_sweep_has_a_word_for_everything_that_it_does() -> None:
    done = {"timers": due_timers.Fired, "escalation": escalation.Swept, "outbox": outbox.Delivered}
    done |= {"expiry": retention.Expired, "files": file_sweep.Swept, "destruction": destruction.Executed}
    counted = {field.name for each in done.values() for field in fields(each)}
    unsaid = {"at", "reached", "calendars_end"}
    assert {*done, *escalation.Level, *counted} - unsaid <= sweep.WORDS.keys()


async def test_a_sweep_is_told_in_vietnamese(world: worlds.World, world_url: str) -> None:
    await world.accepts(await world.files())
    ran = await asyncio.to_thread(hoso, "sweep", "--at", "2026-03-06T10:30:00+07:00", url=world_url)
    assert (ran.status, "Hồ sơ quá hạn" in ran.out, "Đã quét" in ran.out) == (0, True, True)


async def test_a_terminal_of_80_columns_breaks_no_code_and_no_word_of_the_report(
    world: worlds.World, world_url: str
) -> None:
    await world.accepts(await world.files())
    period = ("--from", "2026-03-01", "--to", "2026-03-31")
    ran = await asyncio.to_thread(hoso, "report", *period, url=world_url, COLUMNS="80")
    assert ran.status == 0
    words = set(ran.out.replace("│", " ").replace("┃", " ").split())
    assert {"1.014464", "H27.SVHTTDL", "trước", "Trước"} <= words


@pytest.mark.parametrize(("at", "status"), [("2026-03-03T08:00", 0), ("2026-03-03T08:01", 1)])
async def test_overdue_reception_alone_is_enough_to_fail_where_that_is_asked(
    world: worlds.World, world_url: str, at: str, status: int
) -> None:
    await world.files()

    assert (await overdue(world_url, "--fail-if-any", at=at)).status == status


async def test_where_nothing_is_late_that_is_said(world_url: str) -> None:
    shown = await overdue(world_url, at="2026-03-03T08:00")
    assert (shown.status, shown.out) == (0, "Quá hạn lúc 08:00 03/03/2026: không có\n")
