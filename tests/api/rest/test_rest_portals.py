"""Portals of other authorities over REST and at the shell: what administrators enter and see, what a portal reads and answers."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hoso_models import PortalConcern
from support import partner_portals
from support.api_client import ADMINISTRATOR, CLERK, FILING, OWN, Rest, problem
from support.command_line import hoso
from support.partner_portals import NATIONAL, SPEAKER
from support.world import PROVINCE, World

ENTRY: dict[str, Any] = {
    "code": NATIONAL,
    "name": "Cổng Dịch vụ công quốc gia",
    "unit": PROVINCE,
    "concerns": "filed_there",
    "principal": str(SPEAKER),
    "webhook": None,
    "resend_minutes": 15,
    "basis": "Nghị định mẫu",
    "valid_from": "2026-03-02",
}
PLACE, ENTERED = f"/v1/portals/{NATIONAL}", f"/v1/partner-portals/{NATIONAL}"
ONLINE = {
    **FILING,
    "channel": "online",
    "portal": NATIONAL,
    "external_code": "G22-1",
    "applicant": OWN,
}


@pytest.fixture
async def national(rest: Rest) -> Rest:
    """The API with the national portal, which has filed a dossier that the desk has accepted."""
    await partner_portals.spoken_for(rest.world)
    await rest.done("/v1/partner-portals", ADMINISTRATOR, ENTRY)
    filed = await rest.done("/v1/dossiers", SPEAKER, ONLINE)
    await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)
    return rest


async def log(rest: Rest, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await rest.get(f"{ENTERED}/log", ADMINISTRATOR, params=asked)).json()[
        "items"
    ]
    return found


async def test_a_portal_reads_what_changed_page_by_page_and_is_told_when_nothing_has(national: Rest) -> None:
    first = await national.get(f"{PLACE}/changes", SPEAKER, params={"limit": 2})
    page = first.json()
    last = await national.get(f"{PLACE}/changes", SPEAKER, params={"after": page["page"]["after"]})
    (third,) = last.json()["items"]
    codes = [each["data"]["portal_code"] for each in (*page["items"], third)]
    assert (codes, page["place"], last.json()["place"]) == ([1, 2, 4], 2, 3)
    assert (third["data"]["external_code"], third["data"]["number"]) == ("G22-1", 3)

    asked = {"params": {"after": "3"}}
    nothing = await national.get(f"{PLACE}/changes", SPEAKER, **asked)
    same = {
        "If-None-Match": nothing.headers["etag"],
        "Authorization": f"Bearer {await national.token(SPEAKER)}",
    }
    again = await national.client.get(f"{PLACE}/changes", headers=same, **asked)
    assert (nothing.json()["items"], again.status_code, again.content) == ([], 304, b"")
    assert problem(await national.get(f"{PLACE}/changes", ADMINISTRATOR))["status"] == 404
    beyond = await national.get(f"{PLACE}/changes", SPEAKER, params={"after": "9"})
    assert problem(beyond)["type"] == "urn:hoso:problem:bad-cursor"


async def test_what_a_portal_applies_refuses_and_has_is_seen_by_its_administrators(national: Rest) -> None:
    items = (await national.get(f"{PLACE}/changes", SPEAKER)).json()["items"]
    said = {"up_to": 1, "refused": [{"id": items[2]["id"], "reason": "không có mã 4"}]}
    done = await national.done(f"{PLACE}/acknowledgement", SPEAKER, said)
    assert done == {"acknowledged": 1, "refused": 1, "unknown": []}
    (found,) = (await national.get("/v1/partner-portals", ADMINISTRATOR)).json()["items"]
    assert found == {
        **ENTRY,
        **{name: found[name] for name in ("id", "principal_name", "entered_at", "answered_at")},
        "valid_to": None,
        "waiting": 0,
        "unacknowledged": 1,
        "refused": 1,
    }
    theirs = [{"dossier": "G22-1", "portal_code": 1, "number": 1}]
    compared = await national.done(f"{PLACE}/reconciliation", SPEAKER, {"dossiers": theirs, "complete": True})
    assert (compared["compared"], compared["agreed"], compared["resent"]) == (1, 0, 1)
    assert [each["kind"] for each in compared["differences"]] == ["behind"]

    lines = await log(national)
    assert [(each["direction"], each["subject"], each["result"]) for each in lines] == [
        ("in", "reconciliation", "done"),
        ("in", "acknowledgement", "done"),
        ("in", "filing", "done"),
        ("out", "status", "refused"),
        ("out", "status", "waiting"),
        ("out", "status", "acknowledged"),
    ]
    refused = lines[3]
    assert (refused["reason"], refused["portal_code"], len(refused["sha256"])) == ("không có mã 4", 4, 64)
    assert [each["number"] for each in await log(national, unsettled=True)] == [3, 2]
    anew = await national.done(f"{ENTERED}/resend", ADMINISTRATOR, {"statuses": [refused["id"]]})
    assert anew == {"resent": 1}
    missing = await national.post(f"{ENTERED}/resend", ADMINISTRATOR, {"statuses": [10**9]})
    assert problem(missing)["status"] == 404


async def test_a_dossier_that_is_filed_again_is_the_same_and_another_under_its_code_is_told(
    national: Rest,
) -> None:
    again = await national.post("/v1/dossiers", SPEAKER, ONLINE, headers={"Idempotency-Key": "k2"})
    other = await national.post(
        "/v1/dossiers", SPEAKER, {**ONLINE, "components": ["TP01", "TP02", "TP04", "TP03"]}
    )
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert (other.status_code, problem(other)["type"]) == (409, "urn:hoso:problem:external-code-taken")
    assert await national.world.one("select count(*) from dossier") == 1
    # What comes before the dossier that it is about changes nothing, and the same once more is done when it is there.
    early = {**ONLINE, "external_code": "G22-2"}
    unknown = await national.post("/v1/dossiers/chua-co/withdrawal", SPEAKER, {"reason": "Đổi ý"})
    filed = await national.done("/v1/dossiers", SPEAKER, early)
    path = f"/v1/dossiers/{filed['reference']}/withdrawal"
    taken_back = await national.done(path, SPEAKER, {"reason": "Đổi ý"}, headers={"Idempotency-Key": "k3"})
    assert (unknown.status_code, taken_back["portal_code"]) == (404, 7)


async def test_a_portal_is_entered_once_ended_and_followed(national: Rest) -> None:
    overlapping = await national.post("/v1/partner-portals", ADMINISTRATOR, {**ENTRY, "name": "Khác"})
    assert (overlapping.status_code, problem(overlapping)["type"]) == (
        409,
        "urn:hoso:problem:portal-overlaps",
    )
    first, again = [await national.done("/v1/partner-portals", ADMINISTRATOR, ENTRY) for _ in range(2)]
    assert first == again
    early = await national.post(f"{ENTERED}/end", ADMINISTRATOR, {"last_day": "2026-03-01"})
    assert [each["field"] for each in problem(early)["errors"]] == ["last_day"]
    ended = await national.done(f"{ENTERED}/end", ADMINISTRATOR, {"last_day": "2026-03-31"})
    assert ended == await national.done(f"{ENTERED}/end", ADMINISTRATOR, {"last_day": "2026-04-30"})
    await national.done("/v1/partner-portals", ADMINISTRATOR, {**ENTRY, "valid_from": "2026-04-01"})
    acts = await national.world.db.rows(
        "select kind from administration_event where kind like 'portal%' order by number"
    )
    assert [row.kind for row in acts] == ["portal_entered", "portal_ended", "portal_entered"]


async def test_the_operator_does_the_same_at_the_shell(world: World, world_url: str, tmp_path: Path) -> None:
    async def told(*words: str) -> Any:
        return await asyncio.to_thread(hoso, "portals", *words, url=world_url)

    await partner_portals.spoken_for(world)
    said = ("--principal", str(SPEAKER), "--basis", "QĐ 1", "--from", "2100-01-01", "--minutes", "0", "--all")
    entered = await told("enter", "cong-bo", "Cổng bộ", PROVINCE, *said)
    await partner_portals.enter(world, concerns=PortalConcern.ALL)
    filed = await world.files()
    listing = tmp_path / "cong.csv"
    listing.write_text(f"dossier,portal_code,number\n{filed.reference},9,1\n", encoding="utf-8")
    compared = await told("reconcile", NATIONAL, str(listing), "--complete", "--json")
    bad = tmp_path / "sai.json"
    bad.write_text('[{"dossier": "x"}]', encoding="utf-8")

    assert (entered.status, compared.status, (await told("reconcile", NATIONAL, str(bad))).status) == (
        0,
        1,
        2,
    )
    assert [each["kind"] for each in compared.json["differences"]] == ["other_code"]
    (found, to_come) = (await told("list", "--json")).json["items"][::-1]
    assert (found["code"], found["waiting"], to_come["code"], to_come["resend_minutes"]) == (
        *(NATIONAL, 1),
        *("cong-bo", None),
    )
    assert "Đang chờ gửi" in (await told("log", NATIONAL)).out
    assert (await told("end", NATIONAL, "--last-day", "2100-12-31")).status == 0
