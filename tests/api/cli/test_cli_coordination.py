"""`hoso outages`, `maintenance`, `urgings`, `measures`, `evaluations`: by an operator, on the word of a person."""

import asyncio
from datetime import timedelta
from typing import Any

from hoso_api.system_clock import now
from hoso_workflows import localtime
from support.command_line import Ran, hoso
from support.coordinators import BASIS, COORDINATOR, appointed
from support.world import DEPARTMENT, OTHER, PROVINCE, World, person

BY = ("--by", str(COORDINATOR))
HEAD = ("--by", str(person("head")))


async def ran(url: str, *words: str, json: bool = True) -> Ran:
    found = await asyncio.to_thread(hoso, *words, *(("--json",) if json else ()), url=url)
    assert found.status == 0, found.err
    return found


async def said(url: str, *words: str) -> Any:
    return (await ran(url, *words)).json


async def test_an_operator_names_a_recipient_and_reports_an_outage_until_it_is_mended(
    world: World, world_url: str
) -> None:
    await appointed(world)
    (entry,) = (await said(world_url, "outages", "name", PROVINCE, OTHER, *BY, "--basis", BASIS))["items"]
    assert (await said(world_url, "outages", "recipients"))["items"] == [entry]
    words = ("Nộp hồ sơ", "Không tải được tệp", *BY, "--since", "2026-03-02T08:00")
    made = await said(world_url, "outages", "report", DEPARTMENT, *words)
    public = await said(world_url, "outages", "announce", made["id"], "Tạm ngừng", *BY)
    assert (made["announcement"], public["announcement"]) == (None, "Tạm ngừng")
    assert [(each["unit"], each["people"]) for each in made["told"]] == [(OTHER, 3)]
    await said(world_url, "outages", "update", made["id"], "Đang sửa", *BY)
    assert "đang xảy ra" in (await ran(world_url, "outages", "list", "--going-on", json=False)).out
    known = await said(world_url, "outages", "acknowledge", made["id"], OTHER, *BY)
    assert [each["acknowledged_by"] is None for each in known["told"]] == [False]
    mended = await said(world_url, "outages", "resolve", made["id"], "Đã sửa", *BY)
    assert (await said(world_url, "outages", "list"))["items"] == [mended]
    await said(world_url, "outages", "end", entry["id"], *BY)
    rows = await world.db.rows(
        "select e.kind, p.kind as by, e.on_behalf_of from administration_event e join principal p on p.id = e.actor_id"
        " where e.kind like 'outage%' order by e.at"
    )
    assert {(row.by, row.on_behalf_of) for row in rows} == {("operator", COORDINATOR)}
    assert [row.kind for row in rows] == [
        *("outage_recipient_entered", "outage_reported", "outage_announced", "outage_updated"),
        *("outage_acknowledged", "outage_resolved", "outage_recipient_ended"),
    ]


async def test_an_operator_announces_maintenance_and_cancels_it(world: World, world_url: str) -> None:
    await appointed(world)
    begins = now().astimezone(localtime.ZONE) + timedelta(days=40)
    times = ("--from", f"{begins:%Y-%m-%dT%H:%M}", "--to", f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    words = (PROVINCE, "Cổng dịch vụ công", "Nâng cấp", *BY, *times, "--urgency", "Vá lỗ hổng")
    (made,) = (await said(world_url, "maintenance", "announce", *words))["items"]
    assert "Cổng dịch vụ công" in (await ran(world_url, "maintenance", "list", json=False)).out
    await said(world_url, "maintenance", "cancel", made["id"], *BY)
    assert (await said(world_url, "maintenance", "list")) == {"items": []}


async def test_an_operator_enters_a_call_its_answer_and_a_measure(world: World, world_url: str) -> None:
    await appointed(world)
    call = ("urgings", "send", DEPARTMENT, "Báo cáo", *BY, "--term", "2 ngày làm việc")
    (made,) = (await said(world_url, *call))["items"]
    (waiting,) = (await said(world_url, "urgings", "list", "--waiting"))["items"]
    assert (waiting["id"], waiting["told"]) == (made["id"], 3)
    (answered,) = (await said(world_url, "urgings", "answer", made["id"], "Đã xong", *HEAD))["items"]
    assert answered["answer"] == "Đã xong"
    target = ("--year", "2026", "--amount", "4,5", "--in", "lớp")
    entry = ("measures", "enter", DEPARTMENT, "target", "13/KH", "Tập huấn", *HEAD, "--issued", "2026-01-15")
    (document,) = (await said(world_url, *entry, *target))["items"]
    note = ("measures", "note", document["id"], "under_way", "Hai lớp", *HEAD, "--reached", "2")
    (noted,) = (await said(world_url, *note))["items"]
    assert (noted["amount"], noted["reached"]) == ("4.5", "2")
    assert "13/KH" in (await ran(world_url, "measures", "list", "--kind", "target", json=False)).out


async def test_an_operator_enters_a_proposal_and_its_answer(world: World, world_url: str) -> None:
    await appointed(world)
    (made,) = (await said(world_url, "feedback", "propose", DEPARTMENT, "Sáng thứ Bảy", *HEAD))["items"]
    await said(world_url, "feedback", "forward", made["id"], OTHER, *BY)
    answer = ("feedback", "answer", made["id"], "Đã nhận", *BY, "--summary", "Nhận hồ sơ thứ Bảy")
    (answered,) = (await said(world_url, *answer))["items"]
    assert (answered["unit"], answered["published"]) == (OTHER, True)
    assert made["number"] in (await ran(world_url, "feedback", "list", json=False)).out


async def test_an_operator_opens_marks_and_ends_a_sheet(world: World, world_url: str) -> None:
    await appointed(world)
    sheet = await said(world_url, "evaluations", "open", DEPARTMENT, "2026-01-01", "2026-03-31", *BY)
    await said(world_url, "evaluations", "mark", sheet["id"], "attitude", "1,5", "Khảo sát", *BY)
    shown = await ran(world_url, "evaluations", "final", sheet["id"], *BY, json=False)
    assert "chưa có" in shown.out
    (final,) = (await said(world_url, "evaluations", "list"))["items"]
    assert (final["groups"][0]["total"], final["final_by"] is None) == ("1.5", False)


async def test_who_may_not_do_it_is_no_word_to_act_on(world_url: str) -> None:
    call = ("urgings", "send", DEPARTMENT, "Báo cáo", *HEAD, "--term", "2 ngày làm việc")
    refused = await asyncio.to_thread(hoso, *call, url=world_url)
    assert (refused.status != 0, "coordinator" in refused.err or "đầu mối" in refused.err) == (True, True)
