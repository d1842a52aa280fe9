"""Moving the dossiers of a unit over REST: preview, job in portions, progress, for administrators alone."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from support import api_client as rests
from support.api_client import Rest, problem
from support.procedures import district
from support.procedures.district import ADMINISTRATOR, BASIS, COMMUNE, DEPARTMENT, FIRST, LAND, SECOND, TRADE
from support.world import World, person

PREVIEW, MOVE = f"/v1/units/{FIRST}/rehoming-preview", f"/v1/units/{FIRST}/rehoming"
PLAN = {"successor": COMMUNE, "procedures": {TRADE: DEPARTMENT}}
ORDER = {**PLAN, "basis": BASIS}


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the province."""
    with district.founded(server) as url:
        yield url


@pytest.fixture
async def rest(world_url: str) -> AsyncIterator[Rest]:
    """The API over the province; its clock says 1 July 2025, 07:30."""
    async with database.connect(world_url) as db:
        service = DossierService(db)
        clock = rests.Clock(district.AT)
        transport = rests.application(World(service), clock)
        async with httpx.AsyncClient(transport=transport, base_url="http://hoso.test") as client:
            province = district.Province(service)
            for procedure in (LAND, LAND, TRADE):
                await province.accepted(procedure)
            yield Rest(World(service), client, clock, rests.Contract())


async def test_a_preview_says_what_would_move_and_changes_nothing(rest: Rest) -> None:
    await rest.token(ADMINISTRATOR)
    before = await rest.content()
    found = await rest.done(PREVIEW, ADMINISTRATOR, PLAN)
    group = {"old": FIRST, "name": "Thủ tục thử nghiệm", "status": "in_process"}
    assert found == {
        "dossiers": 3,
        "without_successor": 0,
        "units": [{"code": FIRST, "name": f"Đơn vị {FIRST}", "valid_to": "2025-06-30", "closed": 0}],
        "groups": [
            {**group, "new": new, "procedure": procedure, "part": part, "dossiers": number, "late": 0}
            for new, procedure, number in ((DEPARTMENT, TRADE, 1), (COMMUNE, LAND, 2))
            for part in ("deciding", "handling", "receiving")
        ],
        "inboxes": [
            {"old": FIRST, "new": new, "role": "specialist", "officer": None, "officer_name": None, "tasks": number,
             "late": number, "keeps": False}
            for new, number in ((DEPARTMENT, 1), (COMMUNE, 2))
        ],
        "lacking": [],
    }  # fmt: skip
    assert await rest.content() == before


async def test_a_job_is_repeated_until_nothing_is_left(rest: Rest) -> None:
    first = await rest.done(MOVE, ADMINISTRATOR, {**ORDER, "limit": 2})
    assert (first["moved"], first["remaining"], first["finished"]) == (2, 1, False)
    (job,) = (await rest.get(MOVE, ADMINISTRATOR)).json()["items"]
    assert (job["id"], job["moved"], job["finished_at"]) == (first["job"], 2, None)
    second = await rest.done(MOVE, ADMINISTRATOR, {**ORDER, "limit": 2})
    assert second == {
        "job": first["job"],
        "moved": 1,
        "moved_altogether": 3,
        "remaining": 0,
        "without_successor": 0,
        "finished": True,
        "left": [],
    }
    (job,) = (await rest.get(f"/v1/units/{COMMUNE}/rehoming", ADMINISTRATOR)).json()["items"]
    assert job == {
        "id": first["job"],
        "moves": [{"old": FIRST, "new": COMMUNE, "procedures": {TRADE: DEPARTMENT}}],
        "basis": BASIS,
        "ordered_by": str(ADMINISTRATOR),
        "ordered_at": "2025-07-01T07:30:00+07:00",
        "moved": 3,
        "updated_at": "2025-07-01T07:30:00+07:00",
        "finished_at": "2025-07-01T07:30:00+07:00",
    }


async def test_several_units_are_merged_into_one(rest: Rest) -> None:
    done = await rest.done(MOVE, ADMINISTRATOR, {**ORDER, "also": [SECOND]})
    assert (done["moved"], done["finished"]) == (3, True)


async def test_competences_that_are_lacking_are_told_before_and_refused_after(rest: Rest) -> None:
    plan = {"successor": COMMUNE}
    found = await rest.done(PREVIEW, ADMINISTRATOR, plan)
    parts = ("deciding", "handling", "receiving")
    assert found["lacking"] == [{"procedure": TRADE, "part": part, "unit": COMMUNE} for part in parts]
    refused = problem(await rest.post(MOVE, ADMINISTRATOR, {**plan, "basis": BASIS}))
    assert (refused["status"], refused["type"]) == (409, "urn:hoso:problem:successor-not-competent")
    assert refused["detail"].startswith(f"On that day these are not competent: {COMMUNE} {TRADE} deciding; ")


@pytest.mark.parametrize("by", [person("head", FIRST), person("reception", COMMUNE), district.CITIZEN])
async def test_it_is_for_administrators_over_both_units_alone(rest: Rest, by: object) -> None:
    for path, body in ((PREVIEW, PLAN), (MOVE, ORDER)):
        assert problem(await rest.post(path, by, body))["type"] == "urn:hoso:problem:forbidden"
    assert problem(await rest.get(MOVE, by))["type"] == "urn:hoso:problem:forbidden"


async def test_a_misspelt_unit_is_told(rest: Rest) -> None:
    path = "/v1/units/H27.D9/rehoming"
    assert problem(await rest.post(path, ADMINISTRATOR, ORDER))["type"] == "urn:hoso:problem:not-found"
    assert problem(await rest.get(path, ADMINISTRATOR))["type"] == "urn:hoso:problem:not-found"


BAD = {
    "no successor": {"basis": BASIS},
    "no basis": PLAN,
    "an empty basis": {**PLAN, "basis": " "},
    "itself": {"successor": FIRST, "basis": BASIS},
    "twice": {**ORDER, "also": [FIRST]},
    "a word more": {**ORDER, "sucessor": COMMUNE},
    "too many at once": {**ORDER, "limit": 100_000},
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_order_gets_one_answer_and_moves_nothing(rest: Rest, what: str) -> None:
    refused = problem(await rest.post(MOVE, ADMINISTRATOR, BAD[what]))
    assert (refused["status"], bool(refused["errors"])) == (422, True)
    assert await rest.world.one("select count(*) from dossier where handling_unit = $1", FIRST) == 3
