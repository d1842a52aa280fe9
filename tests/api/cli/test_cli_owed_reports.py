"""Owed reports, forms and targets at the shell, entered on the word of those who may."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from hoso_workflows.organisation import credentials
from support import world as worlds
from support.command_line import Ran, hoso
from support.world import DEPARTMENT, DESK, FOUNDED, PROVINCE, World, person

KIND = """
code = "dvc-quy"
name = "Báo cáo quý"
period = "quarter"
first_month = -1
first_day = 1
last_month = 1
last_day = 31
due_month = 2
due_day = 5
consolidating_unit = "H27.PVHCC"
receiving_unit = "H27"
valid_from = {first}
basis = "QĐ 15/2016/QĐ-UBND, Điều 14"
"""
ADMINISTRATOR, CLERK = str(person("administrator", PROVINCE)), str(person("clerk"))
COORDINATOR, HEAD = str(person("reception", DESK)), person("head")


RECORDED = """
select kind from administration_event where kind like '%report%' or kind like '%target%' order by at, number
"""


async def asked(url: str, *arguments: str, given: str | None = None) -> Ran:
    return await asyncio.to_thread(hoso, "report", *arguments, url=url, given=given, COLUMNS="160")


async def answered(url: str, *arguments: str, given: str | None = None) -> Any:
    ran = await asked(url, *arguments, "--json", given=given)
    assert ran.status == 0, ran.err
    return ran.json


async def test_kinds_targets_and_texts_are_entered_on_the_word_of_who_may(
    world: World, world_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "loai.toml"
    file.write_text(KIND.format(first=f"{date(2026, 1, 1)}"), encoding="utf-8")
    made = await answered(world_url, "enter-kind", str(file), "--by", ADMINISTRATOR)
    assert (made["code"], made["owing"], made["due_day"]) == ("dvc-quy", [], 5)
    assert [each["code"] for each in (await answered(world_url, "kinds"))["items"]] == ["dvc-quy"]
    refused = await asked(world_url, "enter-kind", str(file), "--by", CLERK)
    assert refused.status != 0
    file.write_text("code = 1", encoding="utf-8")
    assert (await asked(world_url, "enter-kind", str(file), "--by", ADMINISTRATOR)).status == 2

    said = ("target", DEPARTMENT, "2026", "60", "--basis", "Kế hoạch CCHC", "--by")
    assert (await asked(world_url, *said, ADMINISTRATOR)).status != 0
    assert (await answered(world_url, *said, str(HEAD)))["percent"] == 60

    await asyncio.to_thread(hoso, "sweep", url=world_url)
    owed = (await answered(world_url, "obligations", "--unit", DEPARTMENT, "--period", "2026-Q1"))["items"]
    (report,) = (each["id"] for each in owed)
    written = await answered(world_url, "write", report, "--by", CLERK, "--proposals", "Nâng cấp")
    assert (written["status"], written["texts"]) == ("drafted", {"proposals": "Nâng cấp"})
    assert written["written_for"] == CLERK
    early = await asked(world_url, "submit", report, "--by", CLERK)
    assert early.status != 0
    shown = await answered(world_url, "show", report)
    assert (shown["frozen"], shown["texts"]) == (False, {"Kiến nghị, đề xuất": "Nâng cấp"})
    assert [each["form"] for each in shown["tables"]] == ["ii-06", "ii-07", "online"]
    listed = await asked(world_url, "obligations", "--period", "2026-Q1")
    assert ("đang soạn, trễ" in listed.out, "tổng hợp" in listed.out) == (True, True)
    assert (await asked(world_url, "show", "khong-co")).status == 2
    assert (await answered(world_url, "unintegrated", "--unit", PROVINCE))["items"] == []
    served = await answered(world_url, "statistics")
    assert (served["lines"], served["total"]["received"], served["total"]["on_time"]) == ([], 0, None)
    assert "Cộng" in (await asked(world_url, "statistics")).out
    assert (await asked(world_url, "statistics", "--year", "1999")).status == 2
    recorded = await world.db.rows(RECORDED)
    assert [row.kind for row in recorded] == ["report_kind_entered", "online_target_set", "report_written"]
    await report_goes_its_way(world, world_url, report)


async def report_goes_its_way(world: World, url: str, report: str) -> None:
    """From the approval by a head's own token to a reminder, each act on the word of who may."""
    async with world.db.transaction() as tx:
        token = await credentials.give_token(tx, HEAD, "thử", at=FOUNDED)
    assert (await asked(url, "approve", report, given="hs_nobody")).status == 1
    assert (await answered(url, "approve", report, given=token))["status"] == "approved"
    assert (await answered(url, "submit", report, "--by", CLERK))["submissions"] == 1
    assert (await asked(url, "return", report, "Thiếu số liệu", "--by", CLERK)).status == 1
    returned = await answered(url, "return", report, "Thiếu số liệu", "--by", COORDINATOR)
    assert (returned["status"], returned["return_reason"]) == ("returned", "Thiếu số liệu")
    assert (await asked(url, "remind", report, "--by", CLERK)).status == 1
    assert (await answered(url, "remind", report, "--by", COORDINATOR))["told"] > 0
    assert (await asked(url, "remind", report, "--by", COORDINATOR)).status == 1
    kinds = [row.kind for row in await world.db.rows(RECORDED)]
    assert kinds[3:] == ["report_approved", "report_submitted", "report_returned", "report_reminded"]
    by = await world.db.rows(
        "select actor_id, on_behalf_of from administration_event where kind = 'report_approved'"
    )
    assert [tuple(row) for row in by] == [(HEAD, None)]


async def test_a_form_is_counted_and_written_to_a_file(world: World, world_url: str, tmp_path: Path) -> None:
    await world.accepts(await world.files())
    days = ("--from", "2026-03-01", "--to", "2026-03-31")
    made = await answered(world_url, "form", "ii-06", *days)
    assert (made["total"]["desk"], made["total"]["open_overdue"]) == (1, 1)
    table = await asked(world_url, "form", "ii-06", *days, "--split", "unit")
    assert "3 = 7 + 11 + 14: 1 = 1" in table.out
    book = tmp_path / "ii-06.xlsx"
    assert (await asked(world_url, "form", "ii-06", *days, "--file", str(book))).status == 0
    assert [*openpyxl.load_workbook(book)["II-06"].values][1][6] == 1
    for kind in ("ii-07", "steps", "officers", "online"):
        assert (await answered(world_url, "form", kind, *days))["form"] == kind
    assert (await asked(world_url, "form", "ii-06", *days, "--file", str(tmp_path / "a.doc"))).status == 2
    ahead = f"{worlds.SINCE + timedelta(days=36500)}"
    assert (await asked(world_url, "form", "ii-06", "--from", ahead, "--to", ahead)).status == 2
