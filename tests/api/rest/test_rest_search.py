"""Lists and searches of dossiers over REST and at the shell: names in bodies only, reasons in the access log."""

from __future__ import annotations

import asyncio

import pytest

from hoso_workflows.organisation import credentials
from support.api_client import CLERK, FILING, HEAD, SPECIALIST, Rest, problem
from support.command_line import hoso
from support.world import CITIZEN, DEPARTMENT, FOUNDED, OTHER, STRANGER, person

# Each test files in a name of its own.
pytestmark = pytest.mark.world("shared")


async def files(rest: Rest, name: str) -> str:
    applicant = {"kind": "person", "name": name, "phone": "0912 345 678"}
    reference: str = (await rest.files(applicant=applicant))["reference"]
    return reference


async def test_the_desk_finds_a_person_and_the_access_log_says_why(rest: Rest) -> None:
    reference = await files(rest, "Nguyễn Thị Ánh")
    asked = {"filter": {"name": "anh nguyen"}, "reason": "Người nộp hỏi tại quầy"}
    found = await rest.done("/v1/dossiers/search", CLERK, asked)
    assert ([each["reference"] for each in found["items"]], found["page"]) == ([reference], {"after": None})
    assert found["items"][0]["applicant"] == {"kind": "person", "name": "Nguyễn Thị Ánh"}
    line = (await rest.get("/v1/access-log", person("administrator", "H27"))).json()["items"][0]
    assert (line["act"], line["subject"], line["reason"], line["count"]) == (
        "search_dossiers",
        "name",
        "Người nộp hỏi tại quầy",
        1,
    )


async def test_a_search_for_a_person_without_a_reason_is_refused(rest: Rest) -> None:
    for personal in ({"name": "anh"}, {"identifier": "000000000001"}, {"phone": "0912345678"}):
        refused = await rest.post("/v1/dossiers/search", CLERK, {"filter": personal})
        assert (refused.status_code, problem(refused)["type"]) == (
            422,
            "urn:hoso:problem:reason-needed",
        )
    header = {"Access-Reason": "Tra%20c%E1%BB%A9u"}
    given = await rest.post("/v1/dossiers/search", CLERK, {"filter": {"name": "khong ai"}}, headers=header)
    assert (given.status_code, given.json()["items"]) == (200, [])


async def test_pages_go_on_from_the_place_of_the_one_before(rest: Rest) -> None:
    filed = [await files(rest, "Đoàn Nhiều Hồ Sơ") for _ in range(3)]
    asked = {"filter": {"name": "doan nhieu ho so"}, "reason": "Đối chiếu", "page": {"limit": 2}}
    first = await rest.done("/v1/dossiers/search", SPECIALIST, asked)
    asked["page"] = {"limit": 2, "after": first["page"]["after"]}
    second = await rest.done("/v1/dossiers/search", SPECIALIST, asked)
    shown = [each["reference"] for page in (first, second) for each in page["items"]]
    assert (sorted(shown), len(first["items"]), second["page"]["after"]) == (sorted(filed), 2, None)


async def test_lists_without_names_stand_in_an_address(rest: Rest) -> None:
    reference = await files(rest, "Lương Liệt Kê")
    address = f"/v1/dossiers?unit={DEPARTMENT}&procedure=1.014464&status=filed&filed_from=2026-03-02&filed_until=2026-03-02"
    found = (await rest.get(address, HEAD)).json()["items"]
    assert reference in [each["reference"] for each in found]
    assert (await rest.get("/v1/dossiers", person("specialist", OTHER))).json()["items"] == []
    assert (await rest.get(f"/v1/dossiers?unit={OTHER}", HEAD)).status_code == 403
    assert (await rest.get("/v1/dossiers?unit=H99", HEAD)).status_code == 404
    assert (await rest.get("/v1/dossiers?name=luong", HEAD)).status_code == 422


async def test_an_applicant_has_a_list_of_their_own_and_no_search(rest: Rest) -> None:
    own = await rest.files(CITIZEN, channel="online")
    found = (await rest.get("/v1/dossiers", CITIZEN)).json()["items"]
    assert [each["reference"] for each in found] == [own["reference"]]
    assert (await rest.get("/v1/dossiers", STRANGER)).json()["items"] == []
    asked = {"filter": {"name": FILING["applicant"]["name"]}, "reason": "Tò mò"}
    assert (await rest.post("/v1/dossiers/search", CITIZEN, asked)).status_code == 403


async def test_the_shell_searches_as_the_holder_of_a_token(rest: Rest) -> None:
    reference = await files(rest, "Trịnh Dòng Lệnh")
    async with rest.world.db.transaction() as tx:
        token = await credentials.give_token(tx, CLERK, "thử", at=FOUNDED)
    url = rest.world.db.url.render_as_string(hide_password=False)

    async def ran(*arguments: str):  # type: ignore[no-untyped-def]  # what the helper gives
        return await asyncio.to_thread(hoso, "dossiers", "search", *arguments, url=url, HOSO_TOKEN=token)

    asked = ("--name", "trinh dong lenh", "--reason", "Kiểm tra")
    assert [each["reference"] for each in (await ran(*asked, "--json")).json["items"]] == [reference]
    told = await ran(*asked, "--from", "01/03/2026")
    assert (told.status, "Trịnh Dòng Lệnh" in told.out, "Mới nộp" in told.out) == (0, True, True)
    without = await ran("--name", "trinh")
    assert (without.status, "lý do" in without.err or "reason" in without.err) == (1, True)
    # Nothing is a name of no dossier, not a search for all.
    empty = [await ran(option, "") for option in ("--key", "--identifier", "--unit")]
    assert [(each.status, each.out) for each in empty] == [(2, "")] * 3


async def test_the_shell_lists_an_applicant_s_own(rest: Rest) -> None:
    own = await rest.files(CITIZEN, channel="online")
    async with rest.world.db.transaction() as tx:
        token = await credentials.give_token(tx, CITIZEN, "thử", at=FOUNDED)
    url = rest.world.db.url.render_as_string(hide_password=False)
    asked = ("dossiers", "list", "--status", "filed", "--json")
    told = await asyncio.to_thread(hoso, *asked, url=url, HOSO_TOKEN=token)
    assert told.json == (await rest.get("/v1/dossiers?status=filed", CITIZEN)).json()
    assert own["reference"] in [each["reference"] for each in told.json["items"]]
