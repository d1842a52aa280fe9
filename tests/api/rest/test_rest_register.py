"""The register over REST: entered, listed, changed and ended by those who administer it."""

from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support.api_client import ADMINISTRATOR, HEAD, Rest, problem
from support.signed_calls import Partner
from support.world import CITIZEN, DEPARTMENT, PROVINCE

TODAY = "2026-03-02"
UNIT = {
    "code": "H27.XA01",
    "name": "UBND xã 1",
    "kind": "commune",
    "level": "commune",
    "calendar": "ha-tinh",
    "parent": PROVINCE,
    "authority": True,
    "valid_from": TODAY,
}
OFFICER = {"name": "Cán bộ một cửa 1", "unit": "H27.XA01", "code": "mc1", "email": "mc1@xa01.example"}
TOML = {"Content-Type": "application/toml"}


async def acts(rest: Rest, path: str, body: Any = None, by: UUID = ADMINISTRATOR) -> list[Any]:
    done = await rest.done(path, by, body)
    return [(act["kind"], act["authority"]) for act in done["acts"]]


async def entered(rest: Rest) -> None:
    """A commune with an officer at its desk."""
    rest.clock.turn("2026-03-02 08:00")
    await acts(rest, "/v1/units", UNIT)
    await acts(rest, "/v1/principals", OFFICER)


async def test_a_system_is_entered_given_a_role_and_a_key_and_signs_its_first_call(rest: Rest) -> None:
    await entered(rest)
    system = {"name": "Hệ thống thuế", "unit": "H27.XA01", "code": "thue", "kind": "partner"}
    assert await acts(rest, "/v1/principals", system) == [("person_entered", "H27.XA01")]
    found = (await rest.get("/v1/principals/thue", ADMINISTRATOR)).json()
    assert (found["kind"], found["unit"], found["roles"]) == ("partner", "H27.XA01", [])
    role = {
        "person": "thue",
        "unit": "H27.XA01",
        "role": "clerk",
        "valid_from": TODAY,
        "valid_to": "2026-12-31",
    }
    assert await acts(rest, "/v1/role-assignments", role) == [("role_given", "H27.XA01")]
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    asked = {"principal": found["id"], "public_key": public, "label": "kết nối thuế", "days": 365}
    given = await rest.done("/v1/keys", ADMINISTRATOR, asked)
    partner = Partner(rest, UUID(found["id"]), key, UUID(given["id"]))
    me = await partner.sends(partner.signed("/v1/me", None, method="GET", covered=("@method", "@path")))
    assert (me.status_code, me.json()["kind"], [each["role"] for each in me.json()["roles"]]) == (
        200,
        "partner",
        ["clerk"],
    )
    refused = await rest.post(
        "/v1/principals", ADMINISTRATOR, json={**system, "code": "x", "kind": "citizen"}
    )
    assert refused.status_code == 422


async def test_a_unit_with_an_officer_is_entered_and_listed(rest: Rest) -> None:
    await entered(rest)
    assert await acts(
        rest,
        "/v1/role-assignments",
        {"person": "mc1", "unit": "H27.XA01", "role": "clerk", "valid_from": TODAY},
    ) == [("role_given", "H27.XA01")]
    units = (await rest.get("/v1/units?parent=H27&limit=200", CITIZEN)).json()["items"]
    assert [unit["name"] for unit in units if unit["code"] == "H27.XA01"] == ["UBND xã 1"]
    person = (await rest.get("/v1/principals/mc1", ADMINISTRATOR)).json()
    assert (person["roles"], [contact["value"] for contact in person["contacts"]]) == (
        ["clerk @ H27.XA01"],
        ["mc1@xa01.example"],
    )
    roles = (await rest.get("/v1/role-assignments?unit=H27.XA01", ADMINISTRATOR)).json()["items"]
    assert [(role["person_code"], role["role"], role["valid_to"]) for role in roles] == [
        ("mc1", "clerk", None)
    ]
    events = (await rest.get("/v1/administration-events", ADMINISTRATOR)).json()["items"]
    assert [event["kind"] for event in events] == [
        "role_given",
        "contact_entered",
        "person_entered",
        "unit_entered",
    ]


async def test_the_number_of_a_unit_is_entered_stays_and_is_taken_away(rest: Rest) -> None:
    await acts(rest, "/v1/units", {**UNIT, "telephone": " (0239) 3855 555 "})

    async def changed(**said: str | None) -> object:
        answer = await rest.ask("PATCH", "/v1/units/H27.XA01", ADMINISTRATOR, json=said)
        if answer.status_code != 200:
            return [each["field"] for each in problem(answer)["errors"]]
        return (await rest.get("/v1/units/H27.XA01", CITIZEN)).json()["telephone"]

    assert await changed(name="UBND xã Một") == "(0239) 3855 555"
    assert await changed(telephone="gọi chị Lan") == ["telephone"]
    assert await changed(telephone="1022") == "1022"
    assert await changed(telephone=None) is None


async def test_what_is_entered_is_changed_and_ended(rest: Rest) -> None:
    await entered(rest)
    changed = await rest.ask("PATCH", "/v1/units/H27.XA01", ADMINISTRATOR, json={"name": "UBND xã Một"})
    assert [act["kind"] for act in changed.json()["acts"]] == ["unit_changed"]
    again = await rest.ask("PATCH", "/v1/units/H27.XA01", ADMINISTRATOR, json={"name": "UBND xã Một"})
    assert again.json() == {"acts": []}
    assert await acts(rest, "/v1/principals/mc1/closure", {"reason": "Chuyển công tác"}) == [
        ("person_closed", "H27.XA01")
    ]
    assert await acts(rest, "/v1/principals/mc1/reopening") == [("person_reopened", "H27.XA01")]
    contact = (await rest.get("/v1/principals/mc1", ADMINISTRATOR)).json()["contacts"][0]["id"]
    ended = await rest.ask("DELETE", f"/v1/contact-points/{contact}", ADMINISTRATOR)
    assert [act["kind"] for act in ended.json()["acts"]] == ["contact_ended"]
    closure = {"last_day": TODAY, "basis": "1/QĐ-UBND", "successor": PROVINCE}
    assert await acts(rest, "/v1/units/H27.XA01/closure", closure) == [
        ("unit_closed", "H27.XA01"),
        ("unit_succeeded", PROVINCE),
    ]
    assert await acts(rest, "/v1/units/H27.XA01/reopening") == [("unit_reopened", "H27.XA01")]


async def test_a_proposed_office_is_rejected(rest: Rest) -> None:
    await entered(rest)
    office = {"person": "mc1", "unit": "H27.XA01", "role": "auditor", "valid_from": TODAY}
    assert await acts(rest, "/v1/role-assignments", office) == [("role_proposed", "H27.XA01")]
    (proposal,) = (await rest.get("/v1/role-proposals?undecided=true", ADMINISTRATOR)).json()["items"]
    refused = await rest.post(f"/v1/role-proposals/{proposal['id']}/confirmation", ADMINISTRATOR)
    assert (refused.status_code, problem(refused)["type"]) == (409, "urn:hoso:problem:second-person-needed")
    assert await acts(rest, f"/v1/role-proposals/{proposal['id']}/rejection") == [
        ("role_rejected", "H27.XA01")
    ]
    assert (await rest.get("/v1/role-proposals?undecided=true", ADMINISTRATOR)).json()["items"] == []


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        ("/v1/units", {**UNIT, "parent": "H99"}, 404, "not-found"),
        ("/v1/units", {**UNIT, "code": PROVINCE}, 409, "already-entered"),
        ("/v1/units", {**UNIT, "nam": "x"}, 422, "invalid-request"),
        ("/v1/principals", {**OFFICER, "unit": DEPARTMENT, "email": "mc1"}, 422, "form-refused"),
        (
            "/v1/role-assignments",
            {"person": str(ADMINISTRATOR), "unit": PROVINCE, "role": "clerk", "valid_from": TODAY},
            409,
            "own-right",
        ),
        (
            "/v1/competences",
            {"unit": PROVINCE, "part": "handling", "valid_from": TODAY, "basis": "1/QĐ"},
            422,
            "form-refused",
        ),
    ],
)
async def test_a_bad_entry_has_one_clear_answer(
    rest: Rest, path: str, body: Any, status: int, slug: str
) -> None:
    rest.clock.turn("2026-03-02 08:00")
    answer = await rest.post(path, ADMINISTRATOR, body)
    assert (answer.status_code, problem(answer)["type"]) == (status, f"urn:hoso:problem:{slug}")


@pytest.mark.parametrize("by", [HEAD, CITIZEN])
async def test_who_administers_nothing_changes_nothing_and_sees_no_record(rest: Rest, by: UUID) -> None:
    await entered(rest)
    assert (await rest.post("/v1/units", by, {**UNIT, "code": "H27.XA02"})).status_code == 403
    assert (await rest.get("/v1/principals/mc1", by)).status_code == 404
    assert (await rest.get("/v1/principals", by)).json()["items"] == []
    assert (await rest.get("/v1/administration-events", by)).status_code == 403
    assert (await rest.get("/v1/register-gaps", by)).status_code == 403
    assert (await rest.get("/v1/setup", by)).status_code == 403
    file = (await rest.get("/v1/setup", ADMINISTRATOR)).json()["file"]
    for content in ('schema = "hoso-setup/1"', file):
        answer = await rest.post("/v1/setup?dry_run=true", by, headers=TOML, content=content.encode())
        assert answer.status_code == 403


async def test_a_setup_file_is_tried_applied_and_written_back(rest: Rest) -> None:
    rest.clock.turn("2026-03-02 08:00")
    file = 'schema = "hoso-setup/1"\n[[unit]]\ncode = "H27.XA01"\nname = "UBND xã 1"\nkind = "commune"\nlevel = "commune"\nparent = "H27"\ncalendar = "ha-tinh"\n'
    said = {"headers": TOML, "content": file.encode()}
    dry = (await rest.post("/v1/setup?dry_run=true", ADMINISTRATOR, **said)).json()
    assert (dry["dry_run"], [act["kind"] for act in dry["acts"]]) == (True, ["unit_entered"])
    done = (await rest.post("/v1/setup", ADMINISTRATOR, **said)).json()
    assert done["acts"] == [
        {"place": "unit.0", "kind": "unit_entered", "authority": PROVINCE, "subject": "H27.XA01"}
    ]
    assert (await rest.post("/v1/setup", ADMINISTRATOR, **said)).json()["acts"] == []
    assert 'code = "H27.XA01"' in (await rest.get("/v1/setup", ADMINISTRATOR)).json()["file"]
    wrong = await rest.post(
        "/v1/setup", ADMINISTRATOR, headers=TOML, content=file.replace("kind", "kin").encode()
    )
    assert (wrong.status_code, [fault["field"] for fault in problem(wrong)["errors"]]) == (
        422,
        ["unit.0.kind", "unit.0.kin"],
    )


async def test_a_setup_file_that_is_too_deep_or_has_too_many_tables_is_refused(rest: Rest) -> None:
    deep, long = f"a = {'[' * 25_000}", 'schema = "hoso-setup/1"\n' + "[[unit]]\n" * 200_000
    told = []
    for file in (deep, long):
        refused = await rest.post("/v1/setup", ADMINISTRATOR, headers=TOML, content=file.encode())
        told.append((refused.status_code, [fault["message"] for fault in problem(refused)["errors"]]))
    assert told == [(422, ["its values are nested too deeply"]), (422, ["declares more than 20000 tables"])]


async def test_a_setup_file_that_names_sheets_is_refused_over_rest(rest: Rest) -> None:
    file = 'schema = "hoso-setup/1"\nofficers = ["officers.csv"]\n'
    refused = await rest.post("/v1/setup", ADMINISTRATOR, headers=TOML, content=file.encode())
    assert (refused.status_code, problem(refused)["errors"]) == (
        422,
        [{"field": "officers", "message": "sheets are read by the command line only"}],
    )


async def test_what_is_missing_is_told_in_words(rest: Rest) -> None:
    await entered(rest)
    competence = {
        "unit": "H27.XA01",
        "part": "receiving",
        "procedure": "1.999999",
        "valid_from": TODAY,
        "basis": "1/QĐ",
    }
    await acts(rest, "/v1/competences", competence)
    gaps = (await rest.get("/v1/register-gaps", ADMINISTRATOR)).json()["items"]
    assert [gap["kind"] for gap in gaps if gap["unit"] == "H27.XA01"] == [
        "unit-without-head",
        "competence-without-officer",
    ]


@pytest.mark.parametrize("by", [HEAD, CITIZEN])
async def test_who_administers_nobody_does_not_learn_that_there_is_an_officer(rest: Rest, by: UUID) -> None:
    await entered(rest)
    for person in ("mc1", "mc9"):
        answers = [
            await rest.ask("PATCH", f"/v1/principals/{person}", by, json={"title": "Chuyên viên"}),
            await rest.post(f"/v1/principals/{person}/closure", by, {"reason": "Thử"}),
            await rest.post(
                f"/v1/principals/{person}/contact-points", by, {"kind": "email", "value": "a@b.vn"}
            ),
        ]
        assert [answer.status_code for answer in answers] == [403, 403, 403]
