"""Rate limits: too many requests have to wait; valid credentials never wait for failed attempts of others."""

from datetime import timedelta

import httpx
import pytest

from hoso_api.http import client_address
from hoso_workflows.operation.rate_limit import Limit, Purpose
from support import api_client as rests
from support.api_client import CLERK, HEAD, Rest, problem
from support.browser_text import seen

FORM = {"Accept": "text/html", "Origin": "http://hoso.test"}
WRONG = {"Authorization": "Bearer hs_wrong"}
CODE = "/v1/public/dossiers/H27.PVHCC-260302-000001"


def from_(rest: Rest, host: str, **settings: object) -> httpx.AsyncClient:
    """Somebody else's client, at another address."""
    transport = rests.application(rest.world, rest.clock, **settings)
    transport.client = (host, 1)
    return httpx.AsyncClient(transport=transport, base_url="http://hoso.test")


async def test_three_hundred_wrong_sign_ins_are_slowed_and_the_right_one_is_not(rest: Rest):
    said = {"ma": "hs_wrong", "tiep": "/?loai=buoc"}
    statuses = [(await rest.post("/dang-nhap", data=said, headers=FORM)).status_code for _ in range(300)]
    assert statuses == [422] * 20 + [429] * 280
    told = await rest.post("/dang-nhap", data=said, headers=FORM)
    assert told.headers["retry-after"] == "6"
    assert "Chờ 6 giây rồi thử lại" in told.text
    assert 'value="/?loai=buoc"' in told.text
    assert "hs_wrong" not in told.text
    right = await rest.post("/dang-nhap", data={"ma": await rest.token(HEAD)}, headers=FORM)
    assert right.status_code == 303
    rest.clock.turn("2026-03-02 09:01")
    assert (await rest.post("/dang-nhap", data=said, headers=FORM)).status_code == 422


async def test_wrong_tokens_are_slowed_by_the_network_that_they_come_from(rest: Rest):
    statuses = [(await rest.get("/v1/procedures", headers=WRONG)).status_code for _ in range(40)]
    assert statuses == [401] * 30 + [429] * 10
    refused = await rest.get("/v1/procedures", headers=WRONG)
    assert problem(refused)["type"] == "urn:hoso:problem:too-many-requests"
    assert refused.headers["retry-after"] == "2"
    assert (await rest.get("/v1/procedures", CLERK)).status_code == 200
    async with from_(rest, "203.0.113.9") as elsewhere:
        assert (await elsewhere.get("/v1/procedures", headers=WRONG)).status_code == 401


async def test_a_wrong_cookie_and_a_wrong_signature_are_wrong_tokens_too(rest: Rest):
    signed = {"Signature-Input": 's=();keyid="00000000-0000-4000-8000-000000000009"', "Signature": "s=:AA==:"}
    cookie = {"Cookie": "hoso=hs_wrong", "Accept": "text/html"}
    for _ in range(15):
        assert (await rest.get("/v1/procedures", headers=signed)).status_code == 401
        assert (await rest.get("/", headers=cookie)).status_code == 303
    assert (await rest.get("/v1/procedures", headers=signed)).status_code == 429
    page = await rest.get("/", headers=cookie)
    assert (page.status_code, "Quá nhiều yêu cầu" in page.text) == (429, True)
    assert (await seen(rest, HEAD)).status_code == 200


async def test_who_is_right_leaves_no_trace_in_the_throttle(rest: Rest):
    for _ in range(3):
        assert (await rest.get("/v1/procedures", CLERK)).status_code == 200
        await rest.post("/dang-nhap", data={"ma": await rest.token(HEAD)}, headers=FORM)
    assert await rest.world.one("select count(*) from throttle") == 0


async def test_the_codes_of_a_house_are_not_harvested_by_counting(rest: Rest):
    statuses = [(await rest.get(CODE)).status_code for _ in range(81)]
    assert statuses == [404] * 10 + [429] * 71
    assert problem(await rest.get(CODE))["type"] == "urn:hoso:problem:too-many-requests"
    assert (await rest.get(CODE)).headers["retry-after"] == "6"
    async with from_(rest, "203.0.113.9") as elsewhere:
        assert (await elsewhere.get(CODE)).status_code == 404


async def test_many_networks_together_look_up_no_more_than_the_house_answers(rest: Rest):
    limits = {Purpose.LOOK_UP_HOUSE: Limit(timedelta(seconds=1), 5)}
    statuses = []
    for number in range(7):
        async with from_(rest, f"203.0.{number}.1", limits=limits) as somebody:
            statuses.append((await somebody.get(CODE)).status_code)
    assert statuses == [404] * 5 + [429] * 2


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/56"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_neighbours_are_counted_together(host: str, network: str):
    assert client_address.network(host) == network
