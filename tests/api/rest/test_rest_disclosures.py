"""Data of dossiers given to third parties: an act of a head, a line of a register, told to the applicant."""

from __future__ import annotations

import asyncio
from typing import Any

from support.acts_of_law import acts, events, read, refused
from support.api_client import CLERK, HEAD, SPECIALIST, Rest
from support.command_line import hoso
from support.world import CITIZEN, DEPARTMENT, OTHER, instant, person

GIVEN = {
    "recipient": "Tòa án nhân dân khu vực 1",
    "basis": "Bộ luật Tố tụng dân sự điều 106",
    "purpose": "Xác minh trong vụ án dân sự",
    "data": ["Họ tên", "Địa chỉ"],
    "decision": "QĐ 12/QĐ-SVHTTDL 03/03/2026",
}
AT = "2026-03-03 09:00"


async def online(rest: Rest) -> Any:
    """An accepted dossier of the citizen's own."""
    rest.clock.turn("2026-03-02 08:00")
    filed = await rest.files(CITIZEN, channel="online")
    return await rest.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)


def line(standing: Any) -> dict[str, Any]:
    """Its line of the register, without the name of a procedure and an id."""
    return {
        **GIVEN,
        "unit": DEPARTMENT,
        "by": "division_head 1 · Sở Văn hóa, Thể thao và Du lịch",
        "disclosed_at": "2026-03-03T09:00:00+07:00",
        "dossier": {"reference": standing["reference"], "code": standing["code"], "procedure": "1.014464"},
    }


def told(found: Any) -> dict[str, Any]:
    """A line as `line` has it."""
    dossier = {name: found["dossier"][name] for name in ("reference", "code", "procedure")}
    return {**{name: value for name, value in found.items() if name != "id"}, "dossier": dossier}


async def test_what_is_given_to_a_third_party_is_a_line_of_the_register_and_told_to_the_applicant(
    rest: Rest,
):
    standing = await online(rest)
    await acts(rest, standing, "disclosures", HEAD, AT, **GIVEN)
    (found,) = (await rest.get("/v1/disclosures", HEAD)).json()["items"]
    assert told(found) == line(standing)
    mine = [each for each in await events(rest, standing, CITIZEN) if each["kind"] == "disclosed"]
    assert [each["payload"] for each in mine] == [GIVEN]
    sent = await rest.world.one("select count(*) from outbox where topic = 'applicant.disclosed'")
    assert sent == 1
    assert (await read(rest, standing))["status"] == "in_process"


async def test_the_register_is_read_by_those_who_answer_for_the_unit_alone(rest: Rest):
    standing = await online(rest)
    await acts(rest, standing, "disclosures", HEAD, AT, **GIVEN)
    seen = {who: (await rest.get("/v1/disclosures", who)).json()["items"] for who in (HEAD, SPECIALIST)}
    assert {who: len(items) for who, items in seen.items()} == {HEAD: 1, SPECIALIST: 0}
    asked = f"/v1/disclosures?unit={DEPARTMENT}"
    elsewhere = person("division_head", OTHER)
    assert [(await rest.get(asked, who)).status_code for who in (HEAD, SPECIALIST, elsewhere)] == [
        200,
        403,
        403,
    ]
    by_dossier = {
        key: len((await rest.get(f"/v1/disclosures?dossier={key}", HEAD)).json()["items"])
        for key in (standing["code"], standing["reference"], "H27.PVHCC-260302-0999")
    }
    assert list(by_dossier.values()) == [1, 1, 0]


async def test_a_disclosure_that_leaves_out_whom_why_or_by_what_right_is_refused(rest: Rest):
    standing = await online(rest)
    for missing in ("recipient", "basis", "purpose", "decision"):
        said = await refused(rest, standing, "disclosures", HEAD, AT, **{**GIVEN, missing: " "})
        assert [each["field"] for each in said["errors"]] == [missing]
    for nothing, field in (([], "data"), ([" "], "data[0]")):
        said = await refused(rest, standing, "disclosures", HEAD, AT, **{**GIVEN, "data": nothing})
        assert [each["field"] for each in said["errors"]] == [field]


async def test_a_line_of_the_register_outlives_the_erasure_of_its_event(rest: Rest):
    standing = await online(rest)
    await acts(rest, standing, "disclosures", HEAD, AT, **GIVEN)
    (found,) = [each for each in await events(rest, standing) if each["kind"] == "disclosed"]
    await rest.world.changed(
        "select dossier_event_erase(id, array[$2::int], $3, $4, 'QĐ 1') from dossier where reference = $1",
        *(standing["reference"], found["seq"], HEAD, instant("2026-03-04 09:00")),
    )
    assert (await read(rest, standing))["status"] == "in_process"
    (kept,) = (await rest.get("/v1/disclosures", HEAD)).json()["items"]
    assert told(kept) == line(standing)


async def test_the_operator_reads_the_whole_register_at_the_shell(rest: Rest, world_url: str):
    standing = await online(rest)
    await acts(rest, standing, "disclosures", HEAD, AT, **GIVEN)
    ran = await asyncio.to_thread(hoso, "disclosures", "--json", "--dossier", standing["code"], url=world_url)
    assert [told(each) for each in ran.json["items"]] == [line(standing)]
    logged = await rest.world.one("select count(*) from access_log where act = 'list_disclosures'")
    assert logged == 1
