"""Tokens that a person makes on the page of their account, and the fresh proof that acts of the table ask for."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from hoso_api.app import create_app
from hoso_api.http import acts
from hoso_workflows.identity.methods import Method
from hoso_workflows.organisation.permissions import table
from support import api_client
from support.api_client import ADMINISTRATOR, CLERK, SPECIALIST, Contract, Rest
from support.browser_text import words
from support.signing_in import signed_in
from support.world import PROVINCE, person

TOKENS = "/tai-khoan/ma-truy-cap"
SAID = {"ten": "Báo cáo tuần", "quyen": ["read", "act"], "ngay": "30"}
WITH_CODE = (Method.PASSWORD, Method.TOTP)
#: Pages whose acts ask for a fresh proof.
ROUTES = tuple(acts.routes(create_app()))
PROVEN = sorted(
    (method, route.path)
    for route, act in ROUTES
    if act and table.ACTS[act].step_up and not route.path.startswith("/v1")
    for method in route.methods & {"GET", "POST"}
)


async def made(rest: Rest, headers: dict[str, str], **said: object) -> httpx.Response:
    return await rest.client.post(TOKENS, data={**SAID, **said}, headers=headers)


async def kept(rest: Rest) -> int:
    return int(await rest.world.one("select count(*) from api_token where revoked_at is null"))


async def test_a_person_makes_a_token_that_is_shown_once_and_revokes_it(rest: Rest) -> None:
    headers = await signed_in(rest.world.db, CLERK, at=rest.clock.at)
    assert "Chưa có mã nào" in words(await rest.get("/tai-khoan", headers=headers))
    shown = await made(rest, headers)
    (token,) = re.findall(r"hs_[\w-]{43}", shown.text)
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await rest.get("/v1/me", headers=bearer)).json()["id"] == str(CLERK)
    assert (await rest.post("/v1/units", headers=bearer)).json()["type"] == "urn:hoso:problem:scope-missing"
    page = await rest.get("/tai-khoan", headers=headers)
    assert (token in page.text, "Báo cáo tuần" in page.text) == (False, True)
    assert "Đọc và tìm; Xử lý hồ sơ và công việc" in words(page)
    ended = await rest.client.post(f"{TOKENS}/thu-hoi", data={"ma": token[:11]}, headers=headers)
    assert (ended.status_code, ended.headers["location"]) == (303, "/tai-khoan#ma-truy-cap")
    assert (await rest.get("/v1/me", headers=bearer)).status_code == 401
    told = await rest.world.db.rows(
        "select principal_id, act from access_log where act like '%token' order by id"
    )
    assert [tuple(row) for row in told] == [(CLERK, "giving a token"), (CLERK, "revoking a token")]


async def test_a_token_of_somebody_else_is_not_revoked(rest: Rest) -> None:
    prefix = (await rest.token(SPECIALIST))[:11]
    headers = await signed_in(rest.world.db, CLERK, at=rest.clock.at)
    refused = await rest.client.post(f"{TOKENS}/thu-hoi", data={"ma": prefix}, headers=headers)
    assert (refused.status_code, await kept(rest)) == (404, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ten": ""},
        {"ten": " "},
        {"ten": "x" * 201},
        {"ten": "a\u202eb"},
        {"quyen": []},
        {"quyen": ["everything"]},
        {"ngay": ""},
        {"ngay": "366"},
        {"ngay": "9" * 9},
    ],
)
async def test_a_form_that_is_filled_in_wrongly_comes_back_with_what_was_typed(
    rest: Rest, wrong: dict[str, object]
) -> None:
    headers = await signed_in(rest.world.db, CLERK, at=rest.clock.at)
    back = await made(rest, headers, **wrong)
    assert (back.status_code, back.text.count('role="alert"'), await kept(rest)) == (422, 1, 0)
    assert "ten" in wrong or 'value="Báo cáo tuần"' in back.text


@pytest.mark.parametrize(("method", "path"), PROVEN)
async def test_what_the_table_says_needs_a_fresh_proof_asks_for_one_after_five_minutes(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    headers = await signed_in(rest.world.db, CLERK, at=rest.clock.at - timedelta(minutes=5, seconds=1))

    async def asked() -> bool:
        answer = await rest.client.request(method, path, headers=headers)
        return answer.headers.get("location", "").startswith("/xac-thuc-lai?tiep=")

    assert await asked()
    (act,) = {act for route, act in ROUTES if route.path == path and method in route.methods}
    assert act is not None
    monkeypatch.setitem(table.ACTS.acts, act, replace(table.ACTS[act], step_up=False))
    assert not await asked()


def test_pages_and_calls_have_acts_that_need_a_fresh_proof() -> None:
    assert {path for _, path in PROVEN} >= {"/tai-khoan/mat-khau", "/tai-khoan/khoa", TOKENS}


async def test_without_two_factors_nobody_makes_a_token(rest: Rest) -> None:
    headers = await signed_in(rest.world.db, CLERK, at=rest.clock.at, amr=(Method.PASSWORD,))
    answer = await made(rest, headers)
    assert (answer.headers["location"], await kept(rest)) == ("/tai-khoan", 0)


@pytest.mark.parametrize(
    ("who", "amr", "status"),
    [
        (ADMINISTRATOR, WITH_CODE, 403),
        (person("procedure_approver", PROVINCE), WITH_CODE, 403),
        (ADMINISTRATOR, (Method.PASSKEY,), 200),
        (ADMINISTRATOR, (Method.SEVERAL,), 200),
        (CLERK, WITH_CODE, 200),
    ],
)
async def test_who_holds_an_office_makes_a_token_with_a_passkey_only(
    rest: Rest, who: UUID, amr: tuple[str, ...], status: int
) -> None:
    answer = await made(rest, await signed_in(rest.world.db, who, at=rest.clock.at, amr=amr))
    assert (answer.status_code, await kept(rest)) == (status, status == 200)
    assert ("Cần khóa đăng nhập" in answer.text) is (status == 403)


async def has_passkey(rest: Rest, who: UUID) -> None:
    """Somebody who has a passkey, whatever it is."""
    await rest.world.changed(
        "insert into credential (principal_id, kind, label, key_id, public_key, sign_count, copied, created_at, confirmed_at)"
        " values ($1, 'passkey', 'Khóa', 'a', 'b', 0, false, $2, $2)",
        who,
        rest.clock.at,
    )


async def test_an_administrator_with_a_passkey_changes_factors_with_nothing_less(rest: Rest) -> None:
    ways = [(method, path) for method, path in PROVEN if table_act(method, path) == "choose_factors"]
    assert len(ways) >= 6
    before = await signed_in(rest.world.db, ADMINISTRATOR, at=rest.clock.at, amr=WITH_CODE)
    assert (await rest.get("/tai-khoan/mat-khau", headers=before)).status_code == 200
    await has_passkey(rest, ADMINISTRATOR)
    for method, path in ways:
        answer = await rest.ask(method, path, headers=before)
        assert (answer.status_code, "Cần khóa đăng nhập" in answer.text) == (403, True), path
    page = await rest.get("/tai-khoan/mat-khau", headers=before)
    assert 'href="/xac-thuc-lai?tiep=/tai-khoan/mat-khau"' in page.text
    again = await rest.get("/xac-thuc-lai?tiep=/tai-khoan/mat-khau", headers=before)
    assert (again.status_code, 'name="mat-khau"' in again.text) == (200, False)
    with_it = await signed_in(rest.world.db, ADMINISTRATOR, at=rest.clock.at)
    assert (await rest.get("/tai-khoan/mat-khau", headers=with_it)).status_code == 200


def table_act(method: str, path: str) -> str | None:
    """The act of a page."""
    for route, act in ROUTES:
        if route.path == path and method in route.methods:
            return act
    return None


async def test_the_scope_of_the_register_takes_a_passkey_whoever_asks(rest: Rest) -> None:
    headers = await signed_in(rest.world.db, CLERK, at=rest.clock.at, amr=WITH_CODE)
    assert (await made(rest, headers, quyen=["read", "register"])).status_code == 403
    assert await kept(rest) == 0
    headers = await signed_in(rest.world.db, CLERK, at=rest.clock.at)
    assert (await made(rest, headers, quyen=["read", "register"])).status_code == 200


@pytest.fixture
async def lenient(rest: Rest) -> AsyncIterator[Rest]:
    """The API of an installation that asks nobody for a passkey."""
    transport = api_client.application(rest.world, rest.clock, offices_need_passkey=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
        yield Rest(rest.world, client, rest.clock, Contract())


async def test_an_installation_may_do_without_passkeys(lenient: Rest) -> None:
    headers = await signed_in(lenient.world.db, ADMINISTRATOR, at=lenient.clock.at, amr=WITH_CODE)
    assert (await made(lenient, headers)).status_code == 200
