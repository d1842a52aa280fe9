"""Rate limits: too many requests have to wait; valid credentials never wait for failed attempts of others."""

import asyncio
import hashlib
from datetime import timedelta

import httpx
import pytest

from hoso_api.http import client_address
from hoso_workflows.identity.tries import devices
from hoso_workflows.operation.rate_limit import Limit, Purpose
from support import api_client as rests
from support.account import Account
from support.api_client import CLERK, HEAD, Rest, problem
from support.browser_text import seen
from support.signing_in import OURS, begun

WRONG = {"Authorization": "Bearer hs_wrong"}
CODE = "/v1/public/dossiers/H27.PVHCC-260302-000001"


def from_(rest: Rest, host: str, **settings: object) -> httpx.AsyncClient:
    """Somebody else's client, at another address."""
    transport = rests.application(rest.world, rest.clock, **settings)
    transport.client = (host, 1)
    return httpx.AsyncClient(transport=transport, base_url="https://hoso.test")


async def test_three_hundred_wrong_sign_ins_are_slowed_and_the_right_one_elsewhere_is_not(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")

    async def tried(number: int) -> int:
        said = {"tai-khoan": f"ai-{number}", "mat-khau": "sai", "tiep": "/?loai=buoc"}
        return (await rest.post("/dang-nhap", data=said, headers=OURS)).status_code

    assert [await tried(number) for number in range(300)] == [422] * 20 + [429] * 280
    told = await account.types_password("sai", onward="/?loai=buoc")
    assert (told.status_code, told.headers["retry-after"]) == (429, "6")
    assert "Chờ 6 giây rồi thử lại" in told.text
    assert 'value="/?loai=buoc"' in told.text
    async with from_(rest, "203.0.113.9") as elsewhere:
        assert (await account.types_password(client=elsewhere)).status_code == 303
    rest.clock.turn("2026-03-02 09:01")
    assert await tried(301) == 422


async def test_an_account_waits_longer_the_more_is_tried_and_is_never_locked(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")
    statuses = [(await account.types_password("sai")).status_code for _ in range(8)]
    assert statuses == [422] * 5 + [429] * 3
    told = await account.types_password()
    assert (told.headers["retry-after"], "tài khoản không bị khóa" in told.text) == ("30", True)
    rest.clock.turn("2026-03-02 09:01")
    assert (await account.types_password()).status_code == 303


async def guesses(account: Account, rest: Rest, hosts: int, each: int = 6) -> set[int]:
    """Wrong passwords for an account, from several networks until each has to wait; the statuses of the answers."""
    statuses = set()
    for number in range(hosts):
        async with from_(rest, f"198.51.{number}.1") as stranger:
            statuses |= {
                (await account.types_password("sai", client=stranger)).status_code for _ in range(each)
            }
    return statuses


async def test_the_right_password_passes_twenty_times_of_twenty_while_other_networks_guess(rest: Rest):
    tight = {Purpose.ACCOUNT_HOUSE: Limit(timedelta(hours=1), 10)}
    rest.client._transport = rests.application(rest.world, rest.clock, limits=tight)
    account = await Account.of(rest, HEAD, "truong-phong")
    assert await guesses(account, rest, 4) == {422, 429}
    statuses = []
    for _ in range(20):
        rest.clock.at += timedelta(seconds=4)
        await guesses(account, rest, 4, each=1)
        async with from_(rest, "203.0.113.9") as home:
            statuses.append((await account.types_password(client=home)).status_code)
    assert statuses == [303] * 20


async def test_who_guesses_in_ones_own_office_locks_no_device_out_that_has_signed_in(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")
    await account.signs_in()
    rest.client.cookies.delete("__Host-hoso")
    rest.clock.turn("2026-03-02 10:00")
    async with from_(rest, "127.0.0.1") as colleague:

        async def guessed(name: str) -> int:
            said = {"tai-khoan": name, "mat-khau": "sai"}
            return (await colleague.post("/dang-nhap", data=said, headers=OURS)).status_code

        async def guesses_until_it_waits() -> None:
            for name in ["truong-phong", *(f"ai-{number}" for number in range(20))]:
                while await guessed(name) == 422:
                    pass

        statuses = []
        for _ in range(20):
            rest.clock.at += timedelta(seconds=30)
            await guesses_until_it_waits()
            statuses.append((await account.types_password()).status_code)
            statuses.append((await account.types_code()).status_code)
        assert statuses == [303] * 40
        assert (await account.types_password(client=colleague)).status_code == 429


async def test_a_device_that_an_account_knows_guesses_ten_times_an_hour_and_no_more(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")
    await account.signs_in()
    statuses = [(await account.types_password("sai")).status_code for _ in range(17)]
    assert statuses == [422] * 15 + [429] * 2
    rest.clock.at += timedelta(minutes=6)
    statuses = [(await account.types_password("sai")).status_code for _ in range(8)]
    assert statuses == [422] * 6 + [429] * 2


async def test_what_a_device_keeps_is_of_no_use_for_another_account_nor_forged_nor_after_half_a_year(
    rest: Rest,
):
    account = await Account.of(rest, HEAD, "truong-phong")
    await account.signs_in()
    kept, at = rest.client.cookies["__Host-hoso-may"], rest.clock.at
    found = rest.client._transport.app.state.accounts.devices
    assert [*found.known(kept, at=at)] == ["truong-phong"]
    assert found.known("x" + kept, at=at) == {}
    assert found.known(kept, at=at + devices.KNOWN + timedelta(seconds=1)) == {}
    names = [f"ai-{number}" for number in range(devices.ACCOUNTS)]
    for name in names:
        kept = found.signed_in(kept, name, at=at)
    assert [*found.known(kept, at=at)] == names[::-1]
    assert found.known(found.signed_in(kept, names[0], at=at), at=at) == found.known(kept, at=at)


async def test_codes_are_slowed_by_account_wherever_they_come_from(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")
    await account.types_password()
    statuses = [(await account.types_code("000000")).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2
    assert (await account.types_code()).status_code == 429


async def test_of_64_wrong_sign_ins_at_once_over_two_processes_the_burst_is_checked(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")
    async with from_(rest, "127.0.0.1") as other:
        tries = [
            account.types_password("sai", client=client) for client in (rest.client, other) for _ in range(32)
        ]
        answers = await asyncio.gather(*tries)
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(422), statuses.count(429)) == (5, 59)


async def test_of_64_right_sign_ins_at_once_none_is_lost_and_ten_sessions_last(rest: Rest):
    """Sessions after many attempts: who has to wait is told so, the ten newest stay."""
    account = await Account.of(rest, HEAD, "truong-phong")
    answers = await asyncio.gather(*(account.types_password_elsewhere() for _ in range(64)))
    steps = await rest.world.one("select count(*) from sign_in_attempt")
    assert 5 <= steps <= 64
    for browser in answers:
        await browser.aclose()
    secrets = await asyncio.gather(*(begun(rest.world.db, HEAD, at=rest.clock.at) for _ in range(64)))
    headers = [{"Accept": "text/html", "Cookie": f"__Host-hoso={secret}"} for secret in secrets]
    statuses = [(await rest.get("/noi-bo/qua-han", headers=each)).status_code for each in headers]
    assert (statuses.count(200), statuses.count(303)) == (10, 54)


async def test_wrong_tokens_are_slowed_by_the_network_that_they_come_from(rest: Rest):
    statuses = [(await rest.get("/v1/procedures", headers=WRONG)).status_code for _ in range(40)]
    assert statuses == [401] * 30 + [429] * 10
    refused = await rest.get("/v1/procedures", headers=WRONG)
    assert problem(refused)["type"] == "urn:hoso:problem:too-many-requests"
    assert refused.headers["retry-after"] == "2"
    assert (await rest.get("/v1/procedures", CLERK)).status_code == 200
    async with from_(rest, "203.0.113.9") as elsewhere:
        assert (await elsewhere.get("/v1/procedures", headers=WRONG)).status_code == 401


async def test_a_wrong_signature_is_a_wrong_token_too(rest: Rest):
    signed = {"Signature-Input": 's=();keyid="00000000-0000-4000-8000-000000000009"', "Signature": "s=:AA==:"}
    for _ in range(30):
        assert (await rest.get("/v1/procedures", headers=signed)).status_code == 401
    assert (await rest.get("/v1/procedures", headers=signed)).status_code == 429
    assert (await seen(rest, HEAD)).status_code == 200


async def test_wrong_codes_of_invitations_and_of_the_set_up_are_slowed_by_network(rest: Rest):
    ways = ("/loi-moi", "/thiet-lap")
    statuses = [
        (await rest.post(ways[place % 2], data={"ma": "x" * 22}, headers=OURS)).status_code
        for place in range(30)
    ]
    assert statuses == [422, 404] * 10 + [429] * 10


async def test_who_is_right_leaves_no_trace_in_the_throttle(rest: Rest):
    for _ in range(3):
        assert (await rest.get("/v1/procedures", CLERK)).status_code == 200
    account = await Account.of(rest, HEAD, "truong-phong")
    await account.signs_in()
    # The house is counted whoever is right, since each costs it a hash.
    keys = await rest.world.db.rows("select key from throttle")
    assert [bytes(row.key) for row in keys] == [hashlib.sha256(b"sign_in_house\0").digest()]


async def test_the_codes_of_a_house_are_not_harvested_by_counting(rest: Rest):
    statuses = [(await rest.get(CODE)).status_code for _ in range(81)]
    assert statuses == [404] * 10 + [429] * 71
    assert problem(await rest.get(CODE))["type"] == "urn:hoso:problem:too-many-requests"
    assert (await rest.get(CODE)).headers["retry-after"] == "6"
    async with from_(rest, "203.0.113.9") as elsewhere:
        assert (await elsewhere.get(CODE)).status_code == 404


async def test_a_look_up_passes_while_one_network_of_many_lines_asks_at_its_limit(rest: Rest):
    statuses = []
    for number in range(6):
        for host in (f"2001:db8:1:{number}00::1", f"2001:db8:1:{number}01::1"):
            async with from_(rest, host) as line:
                statuses += [(await line.get(CODE)).status_code for _ in range(11)]
    # Of each line 10, of each household 20, of the house of many 40.
    one, two = [404] * 10 + [429], [429] * 11
    assert statuses == [*one * 4, *two * 8]
    for host in ("2001:db8:2::1", "203.0.113.9"):
        async with from_(rest, host) as elsewhere:
            assert (await elsewhere.get(CODE)).status_code == 404


async def test_what_one_provider_has_uses_up_its_share_and_the_rest_is_left_to_others(rest: Rest):
    limits = {Purpose.LOOK_UP_HOUSE: Limit(timedelta(seconds=1), 20)}
    statuses = []
    for number in range(12):
        async with from_(rest, f"2001:db8:{number}::1", limits=limits) as line:
            statuses.append((await line.get(CODE)).status_code)
    assert statuses == [404] * 10 + [429] * 2
    async with from_(rest, "2001:db9::1", limits=limits) as elsewhere:
        assert (await elsewhere.get(CODE)).status_code == 404


async def test_a_part_is_kept_for_networks_that_asked_for_nothing_lately(rest: Rest):
    limits = {Purpose.LOOK_UP_HOUSE: Limit(timedelta(hours=1), 20)}

    async def asks(number: int) -> int:
        async with from_(rest, f"203.0.{number}.1", limits=limits) as somebody:
            return (await somebody.get(CODE)).status_code

    assert [await asks(number % 2) for number in range(17)] == [404] * 15 + [429] * 2
    assert [await asks(number) for number in range(2, 8)] == [404] * 5 + [429]
    rest.clock.at += timedelta(minutes=9)
    assert await asks(0) == 429


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


async def test_papers_are_counted_apart_from_codes_that_are_looked_up(rest: Rest):
    pdf = {"Content-Type": "application/pdf"}
    sent = [await rest.post("/v1/public/papers", content=b"x", headers=pdf) for _ in range(11)]
    assert [each.status_code for each in sent] == [200] * 10 + [429]
    key = {"_khoa": "00000000-0000-4000-8000-000000000000"}
    held, typed = {"tep": ("a.pdf", b"x")}, {**key, "ma": "khong-co"}
    answers = [
        await rest.client.post("/kiem-chung", data=key, files=held, headers=OURS),
        await rest.client.post("/kiem-chung", data=typed, headers=OURS),
        await rest.get(CODE),
    ]
    assert [each.status_code for each in answers] == [429, 422, 404]
