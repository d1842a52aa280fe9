"""One kind of paging for every list, and no key of a query that is passed over in silence."""

import pytest

from support.api_client import CLERK, LEADER, Rest, problem
from support.world import CITIZEN, DEPARTMENT, person

pytestmark = pytest.mark.world("shared")

LISTS = [
    "/v1/dossiers/{reference}/events",
    "/v1/procedures",
    "/v1/procedures/1.014464/versions",
    "/v1/overdue",
    "/v1/incidents",
]
OTHERS = [
    "/v1/dossiers/{reference}",
    "/v1/dossiers/{reference}/deadline",
    "/v1/user-tasks/{task}",
    "/v1/reports/lateness",
    "/v1/public/dossiers/H27.26.01",
]


async def pages(rest: Rest, path: str, by, limit: int) -> list[list]:
    """Every page of a list, each asked for by what the one before gave."""
    found, after = [], None
    while True:
        params = {"limit": limit, **({"after": after} if after else {})}
        response = await rest.get(path, by, params=params)
        assert response.status_code == 200, response.text
        found.append(response.json()["items"])
        after = response.json()["page"]["after"]
        if after is None:
            return found


@pytest.mark.parametrize("by", [CLERK, CITIZEN], ids=["officer", "applicant"])
async def test_events_come_page_by_page_as_they_come_at_once(rest: Rest, by):
    filed = await rest.files(CITIZEN, channel="online")
    path = f"/v1/dossiers/{filed['reference']}"
    await rest.done(f"{path}/acceptance", CLERK)
    for word in ("một", "hai", "ba"):
        await rest.done(f"{path}/supplement-request", CLERK, {"reason": word, "justification": word})
        await rest.done(f"{path}/supplement", CLERK)
    whole = (await rest.get(f"{path}/events", by)).json()
    found = await pages(rest, f"{path}/events", by, 2)
    assert whole["page"] == {"after": None}
    assert [len(page) for page in found[:-1]] == [2] * (len(found) - 1)
    assert [event for page in found for event in page] == whole["items"]
    assert len(whole["items"]) > 6


async def test_procedures_and_versions_come_page_by_page(rest: Rest):
    assert [[each["code"] for each in page] for page in await pages(rest, "/v1/procedures", CLERK, 1)] == [
        ["1.013871"],
        ["1.014464"],
    ]
    versions = await pages(rest, "/v1/procedures/1.014464/versions", CLERK, 1)
    assert [[each["number"] for each in page] for page in versions] == [[1]]


@pytest.mark.parametrize("after", ["x", "-1", "²", "99999999999"])
async def test_a_place_that_was_never_given_out_is_told(rest: Rest, after: str):
    filed = await rest.files()
    for path in (f"/v1/dossiers/{filed['reference']}/events", "/v1/procedures/1.014464/versions"):
        refused = await rest.get(path, CLERK, params={"after": after})
        assert problem(refused)["type"] == "urn:hoso:problem:bad-cursor"


@pytest.mark.parametrize("limit", ["0", "201", "viele"])
@pytest.mark.parametrize("path", LISTS)
async def test_a_length_that_no_page_has_is_refused_by_its_name(rest: Rest, path: str, limit: str):
    filed = await rest.files()
    refused = await rest.get(path.format(**filed), person("head"), params={"limit": limit})
    assert (refused.status_code, [each["field"] for each in problem(refused)["errors"]]) == (
        422,
        ["query.limit"],
    )


@pytest.mark.parametrize("path", LISTS + OTHERS)
async def test_a_key_of_the_query_that_is_not_known_is_refused_by_its_name(rest: Rest, path: str):
    filed = await rest.files()
    asked = path.format(reference=filed["reference"], task=filed["tasks"][0]["id"])
    refused = await rest.get(asked, LEADER, params={"limmit": "2"})
    told = problem(refused)
    assert (refused.status_code, [each["field"] for each in told["errors"]]) == (422, ["query.limmit"])
    assert told["type"] == "urn:hoso:problem:invalid-request"


@pytest.mark.parametrize("path", ["/v1/overdue", "/v1/dossiers"])
async def test_a_key_of_the_query_that_comes_twice_is_refused_by_its_name(rest: Rest, path: str):
    refused = await rest.get(f"{path}?unit={DEPARTMENT}&unit=H27", LEADER)
    told = problem(refused)
    assert (refused.status_code, [each["field"] for each in told["errors"]]) == (422, ["query.unit"])
    assert told["type"] == "urn:hoso:problem:invalid-request"


async def test_an_act_refuses_a_query_and_does_nothing(rest: Rest):
    filed = await rest.files()
    before = await rest.content()
    refused = await rest.post(f"/v1/dossiers/{filed['reference']}/acceptance?note=x", CLERK)
    assert [each["field"] for each in problem(refused)["errors"]] == ["query.note"]
    assert await rest.content() == before
