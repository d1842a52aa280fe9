"""The coordinating function over REST: outages, maintenance, calls upon units, the register, evaluation."""

from typing import Any

import pytest

from support.api_client import CLERK, HEAD, Rest
from support.coordinators import COORDINATOR, appointed, both_named
from support.world import DEPARTMENT, OTHER, PROVINCE, person

OUTAGE = {
    "unit": DEPARTMENT,
    "service": "Nộp hồ sơ trực tuyến",
    "description": "Không tải được tệp lên",
    "began_at": "2026-03-02T08:10:00+07:00",
    "noticed_at": "2026-03-02T08:25:00+07:00",
}
PUBLIC = {"announcement": "Tạm ngừng nhận hồ sơ trực tuyến"}
PLAN = {
    "unit": PROVINCE,
    "service": "Cổng dịch vụ công",
    "announcement": "Nâng cấp máy chủ",
    "starts_at": "2026-03-02T20:00:00+07:00",
    "ends_at": "2026-03-02T22:00:00+07:00",
}


@pytest.fixture
async def coordinating(rest: Rest) -> Rest:
    """The API over a world with a coordinator and both recipients."""
    rest.clock.turn("2026-03-02 09:00")
    await appointed(rest.world)
    await both_named(rest.world)
    return rest


async def announced(rest: Rest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await rest.client.get("/v1/public/announcements")).json()["items"]
    return found


async def test_an_outage_is_told_at_once_and_anybody_reads_what_a_head_made_public(
    coordinating: Rest,
) -> None:
    rest = coordinating
    made = await rest.done("/v1/outages", person("clerk"), OUTAGE)
    told = [(each["unit"], each["at"], each["people"]) for each in made["told"]]
    assert told == [(PROVINCE, "2026-03-02T09:00:00+07:00", 1), (OTHER, "2026-03-02T09:00:00+07:00", 3)]
    assert (made["minutes_from_beginning"], made["minutes_from_noticing"]) == (50, 35)
    place = f"/v1/outages/{made['id']}/announcement"
    assert (await rest.ask("PUT", place, person("clerk"), json=PUBLIC)).status_code == 403
    assert await announced(rest) == []
    assert (await rest.ask("PUT", place, HEAD, json=PUBLIC)).status_code == 200
    assert await announced(rest) == [
        {
            "unit_name": "Sở Văn hóa, Thể thao và Du lịch",
            "service": OUTAGE["service"],
            **PUBLIC,
            "starts_at": OUTAGE["began_at"],
            "ends_at": None,
        }
    ]
    assert made["unacknowledged"]
    knows = f"/v1/outages/{made['id']}/acknowledgements"
    assert (await rest.post(knows, person("clerk"), {"unit": OTHER})).status_code == 403
    known = await rest.done(knows, person("head", OTHER), {"unit": OTHER})
    assert [(each["unit"], each["acknowledged_at"]) for each in known["told"]] == [
        (PROVINCE, None),
        (OTHER, "2026-03-02T09:00:00+07:00"),
    ]
    ended = {"text": "Đã khắc phục", "resolves": True}
    mended = await rest.done(f"/v1/outages/{made['id']}/updates", COORDINATOR, ended)
    assert (mended["resolved_at"], mended["minutes_lasted"]) == ("2026-03-02T09:00:00+07:00", 50)
    assert await announced(rest) == []
    listed = (await rest.get("/v1/outages?going_on=true", HEAD)).json()["items"]
    assert listed == []
    assert (await rest.get(f"/v1/outages?unit={DEPARTMENT}", HEAD)).json()["items"] == [mended]


async def test_maintenance_today_needs_its_reason_and_is_then_announced(coordinating: Rest) -> None:
    rest = coordinating
    refused = await rest.post("/v1/maintenance", COORDINATOR, PLAN)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "notice-too-short")
    made = await rest.done("/v1/maintenance", COORDINATOR, {**PLAN, "urgency": "Vá lỗ hổng bảo mật"})
    assert (made["given_days"], made["required_days"], made["urgency"]) == (0, 1, "Vá lỗ hổng bảo mật")
    assert [each["announcement"] for each in await announced(rest)] == [PLAN["announcement"]]
    await rest.done(f"/v1/maintenance/{made['id']}/cancellation", COORDINATOR)
    assert (await announced(rest), (await rest.get("/v1/maintenance", CLERK)).json()) == ([], {"items": []})


async def test_a_unit_answers_what_it_was_called_upon(coordinating: Rest) -> None:
    rest = coordinating
    call = {"kind": "inspection", "unit": DEPARTMENT, "text": "Báo cáo", "term": "1 ngày làm việc"}
    made = await rest.done("/v1/urgings", COORDINATOR, call)
    assert (made["due_at"], made["answer"]) == ("2026-03-03T17:00:00+07:00", None)
    title = "Đôn đốc, kiểm tra: Sở Văn hóa, Thể thao và Du lịch"
    assert (await rest.get("/v1/notifications", HEAD)).json()["items"][0]["title"] == title
    answered = await rest.done(f"/v1/urgings/{made['id']}/answer", HEAD, {"text": "Đã xong"})
    assert (await rest.get("/v1/urgings", COORDINATOR)).json()["items"] == [answered]
    assert (answered["answer"], answered["overdue"]) == ("Đã xong", False)


async def test_a_target_is_kept_exactly_and_what_is_reached_of_it_too(coordinating: Rest) -> None:
    rest = coordinating
    entry = {
        "kind": "target",
        "unit": DEPARTMENT,
        "number": "13/KH",
        "title": "Tập huấn",
        "issued_on": "2026-01-15",
        "valid_from": "2026-01-15",
        "target": {"year": 2026, "amount": "4.5", "measured_in": "lớp"},
    }
    made = await rest.done("/v1/register-documents", HEAD, entry)
    note = {"text": "Hai lớp", "state": "under_way", "reached": "2"}
    noted = await rest.done(f"/v1/register-documents/{made['id']}/progress", HEAD, note)
    assert (noted["amount"], noted["reached"], noted["state"]) == ("4.5", "2", "under_way")
    listed = (await rest.get("/v1/register-documents?kind=target", HEAD)).json()["items"]
    elsewhere = (await rest.get("/v1/register-documents?kind=target", CLERK)).json()["items"]
    assert (listed, elsewhere) == ([noted], [])


async def test_a_sheet_says_what_the_data_do_not_carry_and_takes_a_mark(coordinating: Rest) -> None:
    rest = coordinating
    await rest.accepts()
    period = {"unit": DEPARTMENT, "period_from": "2026-03-01", "period_to": "2026-03-31"}
    made = await rest.done("/v1/evaluations", COORDINATOR, period)
    circular, decision = made["groups"]
    lines = {line["indicator"]: line for line in (*circular["lines"], *decision["lines"])}
    assert {name for name, line in lines.items() if line["value"] is not None} == {
        "online",
        "digitisation_766",
        "online_766",
    }
    assert made["grade"] is None
    mark = {"points": "1.5", "reason": "Khảo sát"}
    response = await rest.ask("PUT", f"/v1/evaluations/{made['id']}/marks/attitude", COORDINATOR, json=mark)
    (line,) = (each for each in response.json()["groups"][0]["lines"] if each["indicator"] == "attitude")
    assert (line["computed"], line["marked"], line["points"], line["reason"]) == (
        None,
        "1.5",
        "1.5",
        "Khảo sát",
    )
    early = await rest.post(f"/v1/evaluations/{made['id']}/finalisation", COORDINATOR)
    assert early.status_code == 422
    rest.clock.turn("2026-04-01 09:00")
    final = await rest.done(f"/v1/evaluations/{made['id']}/finalisation", COORDINATOR)
    assert (await rest.get(f"/v1/evaluations/{made['id']}", HEAD)).json() == final
