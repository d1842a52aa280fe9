"""The escalation ladder over REST and on the command line: what it is, who would be told, who was told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hoso_workflows.reports.obligations import register
from hoso_workflows.reports.obligations import sweep as obligation_sweep
from support import owed_reports
from support.api_client import ADMINISTRATOR, CLERK, Rest
from support.command_line import hoso
from support.visitor import Visitor
from support.world import DEPARTMENT, DESK, UNITS, instant, person

LATE = "2026-03-02 11:01"
HEAD = person("head", DESK)


def told(dossier: dict[str, Any], unit_name: str, **said: Any) -> dict[str, Any]:
    """The notice of the late first step of a dossier that nobody has taken."""
    (task,) = dossier["tasks"]
    about = {name: dossier[name] for name in ("reference", "code")}
    return {
        "level": "step_unclaimed",
        "dossier": {**about, "procedure": "1.014464"},
        "report": None,
        "unit": {"code": DESK, "name": unit_name},
        "step": task["name"],
        "due": "2026-03-02T11:00:00+07:00",
        "recipient": {"id": str(HEAD), "name": f"head 1 · {UNITS[DESK][0]}"},
        **said,
    }


async def test_who_administers_foresees_sweeps_once_and_reads_who_was_told(rest: Rest) -> None:
    dossier = await rest.accepts()
    name = await rest.world.one("select name from unit where code = $1", DESK)
    rest.clock.at = instant(LATE)
    (task,) = dossier["tasks"]

    foreseen = (await rest.get("/v1/escalations/preview", ADMINISTRATOR)).json()
    about = {"subject": "task", "id": task["id"], "cycle": 1}
    assert foreseen == {"items": [told(dossier, name, **about)], "page": {"after": None}, "counted_only": 0}

    swept = await asyncio.gather(*(rest.done("/v1/escalations/sweep", ADMINISTRATOR) for _ in range(2)))
    assert sum(each["messages"] for each in swept) == 1
    assert (await rest.get("/v1/escalations/preview", ADMINISTRATOR)).json()["items"] == []
    (row,) = (await rest.get("/v1/escalations", ADMINISTRATOR)).json()["items"]
    assert row == told(
        dossier, name, id=row["id"], at=f"{LATE.replace(' ', 'T')}:00+07:00", delivery="waiting"
    )
    rows = await rest.world.db.rows(
        "select act, count(*) as n from access_log where act ~ 'escalations' and granted group by 1 order by 1"
    )
    assert [tuple(each) for each in rows] == [
        ("list_escalations", 1),
        ("preview_escalations", 2),
        ("sweeping escalations", 2),
    ]


async def test_an_owed_report_is_foreseen_and_told_beside_dossiers(rest: Rest) -> None:
    await owed_reports.owed(rest.world, instant("2026-01-06 08:00"))
    await obligation_sweep.sweep(rest.world.db, at=instant("2026-02-02 08:00"))
    (owed,) = await register.listed(rest.world.db, None, period="2026-Q1", unit=DEPARTMENT)
    rest.clock.at = instant("2026-03-05 08:00")
    awaited = {
        "level": "report_awaited",
        "dossier": None,
        "report": {"id": str(owed.id), "name": owed.kind_name, "period": "2026-Q1"},
        "unit": {"code": DEPARTMENT, "name": owed.unit_name},
        "step": None,
        "due": "2026-03-05T00:00:00+07:00",
        "recipient": {"id": str(HEAD), "name": f"head 1 · {UNITS[DESK][0]}"},
    }

    async def items(address: str) -> list[dict[str, Any]]:
        found = (await rest.get(address, ADMINISTRATOR)).json()["items"]
        return [
            each for each in found if (each["unit"]["code"], each["level"]) == (DEPARTMENT, awaited["level"])
        ]

    about = {"subject": "report", "id": str(owed.id), "cycle": 1}
    assert await items("/v1/escalations/preview") == [{**awaited, **about}]
    visitor = await Visitor.of(rest, ADMINISTRATOR)
    line = f"{owed.kind_name}, 2026-Q1 {owed.unit_name} Báo cáo quá hạn, đơn vị nhận đang chờ 00:00"
    await visitor.goes("/noi-bo/quan-tri/canh-bao")
    assert line in visitor.text
    await rest.done("/v1/escalations/sweep", ADMINISTRATOR)
    (row,) = await items("/v1/escalations")
    assert row == {**awaited, "id": row["id"], "at": "2026-03-05T08:00:00+07:00", "delivery": "waiting"}
    await visitor.goes("/noi-bo/quan-tri/canh-bao/da-bao")
    assert line in visitor.text
    assert f"/noi-bo/bao-cao/nop/{owed.id}" in visitor.page.text


async def test_the_ladder_is_for_all_inside_and_the_rest_for_administrators(rest: Rest) -> None:
    ladder = (await rest.get("/v1/escalations/ladder", CLERK)).json()
    assert [each["level"] for each in ladder["rungs"]] == [
        "reception_waits",
        "reception_overdue",
        "step_due",
        "step_unclaimed",
        "due_soon",
        "overdue",
        "overdue_received",
        "return_overdue",
        "report_due",
        "report_awaited",
        "report_late",
        "report_late_agency",
        "report_late_coordinator",
    ]
    assert {name: ladder[name] for name in ("heads", "channels", "swept_at")} == {
        "heads": ["head", "agency_head", "division_head"],
        "channels": ["portal"],
        "swept_at": None,
    }
    asked = [await rest.get(f"/v1/escalations{word}", CLERK) for word in ("", "/preview")]
    asked.append(await rest.post("/v1/escalations/sweep", CLERK))
    assert [each.status_code for each in asked] == [403] * 3
    assert await rest.world.one("select count(*) from watermark where job = 'escalate'") == 0


async def test_the_command_line_shows_the_same(rest: Rest, world_url: str) -> None:
    await rest.accepts()

    async def said(*words: str) -> Any:
        ran = await asyncio.to_thread(hoso, "escalations", *words, "--json", url=world_url)
        assert ran.status == 0, ran.err
        return json.loads(ran.out)

    assert len((await said("ladder"))["rungs"]) == 13
    foreseen = (await said("preview"))["items"]
    swept = await said("sweep")
    found = (await said("told"))["items"]
    levels = sorted(each["level"] for each in foreseen)
    assert (levels, swept["messages"]) == (["overdue", "overdue_received", "step_unclaimed"], 3)
    assert sorted(each["level"] for each in found) == levels
