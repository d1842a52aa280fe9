"""Days over REST: an activation for a day to come, a procedure that closes and opens, and who would be competent."""

from collections.abc import Iterator

import pytest

from hoso_models import CompetencePart, postgres
from support.api_client import CLERK, Rest, problem
from support.procedures import communes
from support.procedures.communes import CODE, COMMUNES, FIRST, SECOND, competent
from support.world import CITIZEN, DEPARTMENT, OTHER, PROVINCE, person

APPROVER = person("procedure_approver", PROVINCE)
OPENINGS = f"/v1/procedures/{CODE}/openings"
COMPETENCE = f"/v1/procedures/{CODE}/competence"
CLOSING = {"is_open": False, "basis": "NQ 1/2026", "valid_from": "2026-04-01"}


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a copy of the world with a hundred communes."""
    with communes.founded(server) as url:
        yield url


async def test_a_procedure_closes_and_opens_by_date(rest: Rest) -> None:
    await competent(rest.world, among=[FIRST])
    closed = await rest.done(OPENINGS, APPROVER, CLOSING)
    assert (closed["valid_from"], closed["is_open"], closed["entered_by"]) == (
        "2026-04-01",
        False,
        str(APPROVER),
    )
    rest.clock.turn("2026-04-01 08:00")
    filing = {
        "procedure": CODE,
        "channel": "online",
        "applicant": {"kind": "person", "name": "Người nộp 1"},
    }
    refused = await rest.post("/v1/dossiers", CITIZEN, filing)
    said = problem(refused)
    assert (refused.status_code, said["type"]) == (409, "urn:hoso:problem:procedure-closed")
    assert said["detail"] == f"{CODE} takes no new dossiers since 2026-04-01: NQ 1/2026."
    assert CODE not in [each["code"] for each in (await rest.get("/v1/procedures", CITIZEN)).json()["items"]]
    again = await rest.post(OPENINGS, APPROVER, {"is_open": False, "basis": "NQ 2"})
    assert problem(again)["type"] == "urn:hoso:problem:opening-stands"
    await rest.done(OPENINGS, APPROVER, {"is_open": True, "basis": "NQ 2"})
    assert (await rest.post("/v1/dossiers", CITIZEN, filing)).status_code == 201
    listed = (await rest.get(OPENINGS, CLERK)).json()["items"]
    assert [(each["valid_from"], each["is_open"]) for each in listed] == [
        ("2026-04-01", True),
        ("2026-04-01", False),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"valid_from": "2026-03-01"}, "valid_from"),
        ({"valid_from": "1.4.2026"}, "valid_from"),
        ({"basis": " "}, "basis"),
        ({"is_open": "vâng"}, "is_open"),
        ({"from": "2026-04-01"}, "from"),
    ],
)
async def test_a_wrong_closing_is_refused_by_field(rest: Rest, wrong: dict[str, str], field: str) -> None:
    refused = await rest.post(OPENINGS, APPROVER, {**CLOSING, **wrong})
    assert (refused.status_code, [each["field"] for each in problem(refused)["errors"]]) == (422, [field])
    assert (await rest.get(OPENINGS, CLERK)).json() == {"items": []}


async def test_only_an_approver_closes(rest: Rest) -> None:
    for actor in (CLERK, CITIZEN, person("procedure_declarer", OTHER)):
        assert (await rest.post(OPENINGS, actor, CLOSING)).status_code == 403


async def test_an_activation_waits_for_its_day_and_is_taken_back(rest: Rest) -> None:
    code = "1.014464"
    place = f"/v1/procedures/{code}/versions/1/activation"
    await rest.world.changed(
        "update workflow_version set status = 'approved', active_from = null, activated_at = null, activated_by = null"
        " where procedure_code = $1",
        code,
    )
    late = await rest.post(place, APPROVER, {"active_from": "2026-03-01"})
    assert [each["field"] for each in problem(late)["errors"]] == ["active_from"]
    waits = await rest.done(place, APPROVER, {"active_from": "2026-04-01"})
    assert (waits["status"], waits["active_from"]) == ("approved", "2026-04-01")
    twice = await rest.post(place, APPROVER, {"active_from": "2026-04-02"})
    assert problem(twice)["type"] == "urn:hoso:problem:activation-scheduled"
    early = await rest.get(f"/v1/procedures/{code}", CITIZEN)
    assert early.status_code == 404
    rest.clock.turn("2026-04-01 00:00")
    assert (await rest.get(f"/v1/procedures/{code}", CITIZEN)).status_code == 200
    standing = (await rest.get(place.removesuffix("/activation"), CLERK)).json()
    assert standing["status"] == "active"
    rest.clock.turn("2026-03-31 23:59")
    taken = await rest.ask("DELETE", place, APPROVER)
    assert (taken.status_code, taken.json()["active_from"]) == (200, None)
    again = await rest.ask("DELETE", place, APPROVER)
    assert problem(again)["type"] == "urn:hoso:problem:not-scheduled"


async def test_who_would_be_competent_is_asked_before_filing(rest: Rest) -> None:
    await competent(rest.world, CompetencePart.RECEIVING, CompetencePart.HANDLING)
    asked = await rest.get(f"{COMPETENCE}?area={COMMUNES[SECOND]}&receiving_unit={FIRST}", CITIZEN)
    receiving, handling, deciding = asked.json()["items"]
    there = {"unit": FIRST, "unit_name": "UBND xã 18000", "ground": "chosen", "choices": [], "would_be": []}
    assert receiving == {"part": "receiving", **there}
    assert (handling["unit"], handling["ground"]) == (SECOND, "place")
    nobody = {"unit": None, "unit_name": None, "ground": None, "choices": [], "would_be": []}
    assert deciding == {"part": "deciding", **nobody}
    anywhere = (await rest.get(COMPETENCE, CITIZEN)).json()["items"]
    assert anywhere[0]["choices"][0] == {"code": FIRST, "name": "UBND xã 18000"}
    outside = (await rest.get(f"{COMPETENCE}?area=40", CITIZEN)).json()["items"]
    assert outside[0]["would_be"][0] == f"{FIRST} UBND xã 18000, in Xã 18000, every case, from 2026-01-01 on"


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("area=99999", 422, "form-refused"),
        ("case=khac", 422, "form-refused"),
        (f"receiving_unit={DEPARTMENT}", 422, "not-competent"),
        ("area=%00", 422, "invalid-request"),
    ],
)
async def test_a_wrong_question_is_refused(rest: Rest, query: str, status: int, slug: str) -> None:
    await competent(rest.world, among=[FIRST])
    refused = await rest.get(f"{COMPETENCE}?{query}", CITIZEN)
    assert (refused.status_code, problem(refused)["type"]) == (status, f"urn:hoso:problem:{slug}")
