"""Signing in by an identity provider, over the pages: who comes in, who does not, and what is left of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from hoso_api.app import create_app
from hoso_api.http.middleware import access_log
from hoso_api.openid import relying_party
from hoso_api.settings import Settings
from hoso_models import SessionKind
from hoso_workflows.audit import stored_rows
from hoso_workflows.identity import accounts, attempts, factors, history, identities, invitations, sessions
from hoso_workflows.identity.providers import linking, logout
from hoso_workflows.identity.refusals import AlreadyEnrolled
from support import fake_provider, provider_pages, signing_in
from support.api_client import Clock
from support.browser_text import words
from support.fake_provider import ISSUER
from support.log import log_lines_of
from support.provider_pages import Door
from support.world import OTHER, PROVINCE, World, instant, person

AT = instant("2026-03-02 09:00")
OFFICER = person("specialist", OTHER)
ADMINISTRATOR = person("administrator", PROVINCE)


@pytest.fixture
async def door(world: World, tmp_path: Path) -> AsyncIterator[Door]:
    """A provider whose people are compared with the register by their number."""
    await world.changed("update principal set code = 'cc-0001' where id = $1", OFFICER)
    async with provider_pages.opened(world, tmp_path, AT) as opened:
        yield opened


async def reads(client: httpx.AsyncClient) -> int:
    """The status of the first page for this browser."""
    return (await client.get("/noi-bo/qua-han")).status_code


async def test_an_officer_of_the_register_signs_in(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        assert "Tài khoản công chức" in (await client.get("/dang-nhap")).text
        asked = await door.begins(client, "/dang-nhap/tinh?tiep=/ho-so")
        assert asked["redirect_uri"] == provider_pages.BACK
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert asked["acr_values"] == "mfa"
        answer = await door.comes_back(client, asked)
        assert (answer.status_code, answer.headers["location"]) == (303, "/ho-so")
        assert await reads(client) == 200
    row = await door.world.db.row("select * from browser_session where principal_id = $1", [OFFICER])
    assert (row.provider, row.provider_sid, row.acr, row.kind) == ("tinh", "session-1", "mfa", "officer")
    assert row.amr == ["mfa", "otp", "pwd"]
    assert row.authenticated_at == AT
    # The ID token is kept for signing out there, and not as it is.
    assert door.fake.token.encode() not in row.id_token_sealed
    identity = await door.world.db.row("select * from identity")
    assert (identity.principal_id, identity.issuer, identity.subject, identity.how) == (
        OFFICER,
        ISSUER,
        "officer-1",
        "claim",
    )


OFFICERS, CITIZENS_HEADING = "Tài khoản của cơ quan", "Công dân, doanh nghiệp"


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    ("audiences", "sections"),
    [
        (
            ("officer", "citizen"),
            [(CITIZENS_HEADING, ["citizen"]), (OFFICERS, ["officer"])],
        ),
        (("citizen",), [(CITIZENS_HEADING, ["citizen"]), (OFFICERS, [])]),
        (("officer",), [(CITIZENS_HEADING, []), (OFFICERS, ["officer"])]),
        ((), [(CITIZENS_HEADING, []), (OFFICERS, [])]),
    ],
)
async def test_each_provider_stands_under_the_heading_of_those_whom_it_signs_in(
    world: World, tmp_path: Path, audiences: tuple[str, ...], sections: list[tuple[str, list[str]]]
) -> None:
    (tmp_path / "secret").write_text("secret")
    links = {"officer": "invitation", "citizen": "first-sign-in"}
    declared = tuple(
        fake_provider.settings(
            name=each,
            issuer=f"https://{each}.example.vn",
            secret_file=tmp_path / "secret",
            link=links[each],
            **{"for": each},
        )
        for each in audiences
    )
    settings = Settings(public_url=provider_pages.ORIGIN, oidc=declared)
    app = create_app(world.service, clock=Clock(AT), settings=settings)
    async with provider_pages.browser(app) as client:
        page = (await client.get("/dang-nhap")).text
    _, *parts = re.split(r"<h2>", page)
    found = [(part.partition("<")[0], re.findall(r'href="/dang-nhap/([a-z]+)\?', part)) for part in parts]
    assert [each for each in found if each[0] in (OFFICERS, CITIZENS_HEADING)] == sections
    assert ("chưa đăng nhập được" in page) == ("citizen" not in audiences)


async def test_the_browser_keeps_no_more_than_a_secret(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        answer = await client.get("/dang-nhap/tinh")
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith("__Host-hoso-di=")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {
            part.strip() for part in cookie.split(";")
        }
        assert "no-store" in answer.headers["cache-control"]


async def test_a_second_sign_in_is_the_same_person_whatever_their_number_has_become(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        await door.signs_in(client)
        assert (await door.signs_in(client, employee_number="CC-9999")).status_code == 303
    assert await door.world.one("select count(*) from identity") == 1
    assert await door.world.one("select count(distinct principal_id) from browser_session") == 1


async def test_a_callback_is_good_once(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        asked = await door.begins(client)
        assert (await door.comes_back(client, asked)).status_code == 303
        assert (await door.comes_back(client, asked)).status_code == 400
    assert door.fake.asked.count("/token") == 1


async def test_a_strangers_callback_signs_nobody_in(door: Door) -> None:
    async with provider_pages.browser(door.app) as stranger, provider_pages.browser(door.app) as victim:
        theirs = await door.begins(stranger)
        assert (await door.comes_back(victim, theirs)).status_code == 400
        own = await door.begins(victim)
        assert (await door.comes_back(victim, theirs)).status_code == 400
        assert await reads(victim) == 303
        # Neither is the victim's own sign-in lost by it, nor the stranger's.
        assert (await door.comes_back(victim, own)).status_code == 303
        assert (await door.comes_back(stranger, theirs)).status_code == 303


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"code": "code", "iss": ISSUER},
        {"code": "code", "iss": ISSUER, "state": ""},
        {"code": "code", "iss": ISSUER, "state": "x" * 5000},
        {"code": "code", "iss": ISSUER, "state": "\x00"},
        {"code": "code", "iss": ISSUER, "state": "ệ"},
    ],
)
async def test_a_callback_without_the_state_is_refused(door: Door, answer: dict[str, str]) -> None:
    async with provider_pages.browser(door.app) as client:
        asked = await door.begins(client)
        assert (await door.comes_back(client, asked, answer)).status_code == 400
        assert (await client.get(f"/dang-nhap/tro-lai?state={asked['state']}&state=x")).status_code == 400


@pytest.mark.parametrize("issuer", [None, "https://evil.example"])
async def test_an_issuer_that_was_changed_or_removed_is_refused(door: Door, issuer: str | None) -> None:
    async with provider_pages.browser(door.app) as client:
        asked = await door.begins(client)
        answer = {"code": "code", "state": asked["state"]}
        refused = await door.comes_back(
            client, asked, answer if issuer is None else {**answer, "iss": issuer}
        )
        assert refused.status_code == 400
        assert await reads(client) == 303
    assert (
        await door.world.one("select detail->>'what' from access_log where act = 'refused sign-in'")
        == "issuer"
    )


NOW = int(AT.timestamp())


@pytest.mark.parametrize(
    ("settings", "claims", "reason", "title"),
    [
        ({"acr": None}, {"amr": ["pwd"]}, "factors", "Cần đăng nhập với hai lớp xác thực"),
        ({}, {"acr": "pwd"}, "level", "Mức xác thực chưa đủ"),
        ({}, {"iat": NOW + 200, "exp": NOW + 500}, "time", "Đồng hồ hai hệ thống lệch nhau"),
        ({}, {"iat": NOW - 400, "exp": NOW - 100}, "expired", "Đồng hồ hai hệ thống lệch nhau"),
        ({}, {"nonce": "other"}, "nonce", "Đăng nhập không thành công"),
    ],
)
async def test_why_a_sign_in_was_refused_is_logged_counted_and_told_where_the_person_can_act(
    world: World,
    tmp_path: Path,
    settings: dict[str, Any],
    claims: dict[str, Any],
    reason: str,
    title: str,
) -> None:
    async with (
        provider_pages.opened(world, tmp_path, AT, **settings) as door,
        provider_pages.browser(door.app) as client,
        log_lines_of(access_log.__name__) as lines,
    ):
        asked = await door.begins(client)
        answer = await door.comes_back(
            client, {**asked, "nonce": claims.pop("nonce", asked["nonce"])}, **claims
        )
        assert (answer.status_code, title in answer.text) == (400, True)
        assert [(each["problem"], each["reason"]) for each in lines if "problem" in each] == [
            ("sign-in-refused", reason)
        ]
    assert await history.refused_at_providers(world.db, at=AT + timedelta(days=1)) == [
        history.RefusedSignIns("tinh", reason, 1, AT, AT)
    ]
    assert await history.refused_at_providers(world.db, at=AT + history.COUNTED) == []


async def test_who_breaks_off_at_the_provider_is_told_so(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        asked = await door.begins(client)
        said = {"iss": ISSUER, "error": "access_denied", "state": asked["state"]}
        answer = await door.comes_back(client, asked, said)
        assert (answer.status_code, "Bạn chưa đăng nhập" in answer.text) == (400, True)


async def test_a_sign_out_that_is_refused_is_logged_with_its_reason(door: Door) -> None:
    async with log_lines_of(access_log.__name__) as lines:
        assert (await door.sends("x")).status_code == 400
        assert [each.get("reason") for each in lines] == ["malformed"]


async def test_an_attempt_is_over_after_ten_minutes(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        asked = await door.begins(client)
        door.clock.at = AT + attempts.LIFETIME
        assert (await door.comes_back(client, asked)).status_code == 400


async def test_an_unknown_officer_is_told_whom_to_ask_and_the_administrator_who_it_was(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        for _ in range(2):
            answer = await door.signs_in(
                client, sub="officer-7", employee_number="CC-7", name="Chuyên viên 7"
            )
            assert answer.status_code == 403
            assert "quản trị" in answer.text
        assert await reads(client) == 303
    (found,) = (await linking.unknown(door.world.db, at=AT)).items
    assert (found.provider, found.subject, found.name, found.compared, found.tries) == (
        "tinh",
        "officer-7",
        "Chuyên viên 7",
        "CC-7",
        2,
    )
    assert await door.world.one("select count(*) from identity") == 0
    assert await linking.delete_old(door.world.db, at=AT + timedelta(days=90)) == 1


@pytest.mark.world("shared")
@pytest.mark.parametrize("number", [None, "", "CC-0002", 7, ["CC-0001"], "CC-0001\x00", "%"])
async def test_a_number_that_is_not_in_the_register_links_nobody(door: Door, number: Any) -> None:
    async with provider_pages.browser(door.app) as client:
        assert (await door.signs_in(client, employee_number=number)).status_code == 403


async def test_a_second_account_with_the_same_number_is_not_linked(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        await door.signs_in(client)
        assert (await door.signs_in(client, sub="officer-2")).status_code == 403
    assert await door.world.one("select count(*) from identity") == 1


async def test_a_closed_officer_does_not_come_in(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        await door.signs_in(client)
        await door.world.changed("update principal set closed_at = $2 where id = $1", OFFICER, AT)
        assert await reads(client) == 303
        assert (await door.signs_in(client)).status_code == 403


async def test_the_way_on_is_a_path_of_ours(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        for onward in ("https://evil.example/", "//evil.example", "/\\evil.example", "x"):
            asked = await door.begins(client, f"/dang-nhap/tinh?tiep={quote(onward)}")
            assert (await door.comes_back(client, asked)).headers["location"] == "/noi-bo"


async def test_a_provider_that_is_away_is_a_page_that_says_try_again(door: Door) -> None:
    def nothing(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    async with provider_pages.browser(door.app) as client:
        asked = await door.begins(client)
        party = door.app.state.parties["tinh"]
        party._client = fake_provider.outgoing.Client(transport=httpx.MockTransport(nothing))
        door.clock.at = AT + timedelta(seconds=1)
        answer = await door.comes_back(client, asked)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        assert "Thử lại" in answer.text
        door.clock.at = AT + relying_party.FRESH
        assert (await client.get("/dang-nhap/tinh")).status_code == 503
        assert (await client.get("/dang-nhap")).status_code == 200


async def test_a_provider_that_is_not_configured_is_not_found(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        assert (await client.get("/dang-nhap/khac")).status_code == 404
        assert (await client.post("/dang-xuat/kenh-sau/khac", data={"logout_token": "x"})).status_code == 404


async def test_many_sign_ins_from_one_network_are_slowed(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        answers = [(await client.get("/dang-nhap/tinh")).status_code for _ in range(21)]
    assert answers == [302] * 20 + [429]


async def test_an_invitation_links_the_account_that_its_person_signs_in_with(
    world: World, tmp_path: Path
) -> None:
    async with provider_pages.opened(world, tmp_path, AT, link="invitation") as door:
        async with provider_pages.browser(door.app) as client:
            assert (await door.signs_in(client)).status_code == 403
            async with world.db.transaction() as tx:
                given = await invitations.invite(tx, OFFICER, by=ADMINISTRATOR, at=AT)
            assert (await client.post("/loi-moi", data={"ma": given.code})).status_code == 303
            assert "/dang-nhap/tinh" in (await client.get("/tai-khoan")).text
            assert await reads(client) == 303
            assert (await door.signs_in(client)).status_code == 303
            assert await reads(client) == 200
        async with provider_pages.browser(door.app) as client:
            assert (await door.signs_in(client)).status_code == 303
            assert await reads(client) == 200
    assert await world.one("select how from identity where principal_id = $1", OFFICER) == "invitation"
    # The invitation's session is over, and its end is as the access log says.
    assert [each async for each in stored_rows.differences(world.db, AT)] == []
    # Whom the administrator has let in is unknown no more.
    assert (await linking.unknown(world.db, at=AT)).items == ()


async def test_a_recovery_unlinks_the_old_account_and_its_invitation_links_another(
    world: World, tmp_path: Path
) -> None:
    async with provider_pages.opened(world, tmp_path, AT, link="invitation") as door:

        async def invited(client: httpx.AsyncClient, code: str) -> None:
            assert (await client.post("/loi-moi", data={"ma": code})).status_code == 303

        async with provider_pages.browser(door.app) as client:
            async with world.db.transaction() as tx:
                given = await invitations.invite(tx, OFFICER, by=ADMINISTRATOR, at=AT)
            await invited(client, given.code)
            assert (await door.signs_in(client)).status_code == 303
            async with world.db.transaction() as tx:
                with pytest.raises(AlreadyEnrolled):
                    await invitations.invite(tx, OFFICER, by=ADMINISTRATOR, at=AT)
            async with world.db.transaction() as tx:
                given = await invitations.reset(tx, OFFICER, by=ADMINISTRATOR, at=AT)
            assert await reads(client) == 303
        async with provider_pages.browser(door.app) as client:
            assert (await door.signs_in(client)).status_code == 403
            await invited(client, given.code)
            assert (await door.signs_in(client, sub="another")).status_code == 303
            assert await reads(client) == 200
    links = await world.db.rows("select subject, unlinked_at from identity order by unlinked_at")
    assert [(row.subject == "another", row.unlinked_at is None) for row in links] == [
        (False, False),
        (True, True),
    ]


async def test_after_a_recovery_a_claim_links_nobody_without_the_invitation(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        assert (await door.signs_in(client)).status_code == 303
    async with door.world.db.transaction() as tx:
        given = await invitations.reset(tx, OFFICER, by=ADMINISTRATOR, at=AT)
    async with provider_pages.browser(door.app) as client:
        assert (await door.signs_in(client)).status_code == 403
        assert (await client.post("/loi-moi", data={"ma": given.code})).status_code == 303
        assert (await door.signs_in(client)).status_code == 303
        assert await reads(client) == 200


@pytest.mark.parametrize("has", ["a password", "an account at another provider"])
async def test_a_claim_links_nobody_who_has_another_way_to_sign_in(door: Door, has: str) -> None:
    async with door.world.db.transaction() as tx:
        if has == "a password":
            await factors.set_password(tx, OFFICER, "x", at=AT)
        else:
            await identities.link(tx, OFFICER, "khac", "https://other.example.vn", "1", how="claim", at=AT)
    async with provider_pages.browser(door.app) as client:
        assert (await door.signs_in(client)).status_code == 403
    assert await door.world.one("select count(*) from identity where issuer = $1", ISSUER) == 0


async def test_a_claim_is_compared_with_the_register_and_not_with_a_name_that_somebody_chose(
    door: Door,
) -> None:
    async with door.world.db.transaction() as tx:
        await accounts.choose_name(tx, person("clerk", OTHER), "cc-0009")
    async with provider_pages.browser(door.app) as client:
        assert (await door.signs_in(client, sub="officer-9", employee_number="CC-0009")).status_code == 403


async def test_an_invitation_links_no_account_that_is_somebody_elses(world: World, tmp_path: Path) -> None:
    async with provider_pages.opened(world, tmp_path, AT, link="invitation") as door:
        for invited, subject in ((OFFICER, "officer-1"), (person("clerk", OTHER), "officer-1")):
            async with provider_pages.browser(door.app) as client:
                async with world.db.transaction() as tx:
                    given = await invitations.invite(tx, invited, by=ADMINISTRATOR, at=AT)
                await client.post("/loi-moi", data={"ma": given.code})
                await door.signs_in(client, sub=subject)
    assert [row.principal_id for row in await world.db.rows("select principal_id from identity")] == [OFFICER]


async def test_without_an_invitation_nobody_is_linked_though_they_have_signed_in_otherwise(
    world: World, tmp_path: Path
) -> None:
    async with (
        provider_pages.opened(world, tmp_path, AT, link="invitation") as door,
        provider_pages.browser(door.app) as client,
    ):
        secret = await signing_in.begun(world.db, OFFICER, at=AT)
        client.cookies.set("__Host-hoso", secret, domain="hoso.test", path="/")
        assert await reads(client) == 200
        assert (await door.signs_in(client)).status_code == 403
        assert await world.one("select count(*) from identity") == 0


CITIZENS = {"for": "citizen", "link": "first-sign-in", "acr": None}


async def test_the_first_sign_in_enters_a_citizen(world: World, tmp_path: Path) -> None:
    async with (
        provider_pages.opened(world, tmp_path, AT, **CITIZENS) as door,
        provider_pages.browser(door.app) as client,
    ):
        for _ in range(2):
            answer = await door.signs_in(
                client, sub="citizen-1", name="Người nộp 9", national_id="001099000001"
            )
            assert answer.status_code == 303
        assert answer.headers["location"] == "/cua-toi"
        assert "Người nộp 9" in (await client.get("/cua-toi")).text
        # A citizen's session is none of an officer.
        assert await reads(client) == 303
    rows = await world.db.rows(
        "select p.kind, p.name, s.kind as session from principal p join browser_session s on s.principal_id = p.id"
    )
    assert {tuple(row) for row in rows} == {("citizen", "Người nộp 9", SessionKind.APPLICANT.value)}
    # What is not needed is not stored.
    for table in ("principal", "identity", "browser_session", "unknown_identity"):
        assert not await world.one(f"select count(*) from {table} t where t::text like '%001099000001%'")  # noqa: S608 - names of our own


async def test_a_number_that_a_provider_has_verified_is_kept_where_the_settings_name_its_claim(
    world: World, tmp_path: Path
) -> None:
    said = {**CITIZENS, "claims": {"identifier": "national_id"}}
    async with (
        provider_pages.opened(world, tmp_path, AT, **said) as door,
        provider_pages.browser(door.app) as client,
    ):
        for number in ("000000000077", "000000000078"):
            await door.signs_in(client, sub="citizen-1", name="Người nộp 9", national_id=number)
            assert await world.one("select identifier from identity") == number


async def test_a_citizen_who_signs_in_twice_at_once_is_entered_once(world: World, tmp_path: Path) -> None:
    async with provider_pages.opened(world, tmp_path, AT, **CITIZENS) as door:
        subject = linking.Subject("tinh", ISSUER, "citizen-1", SessionKind.APPLICANT, "Người nộp 9")
        found = await asyncio.gather(
            *(linking.linked(world.db, subject, linking.How.FIRST_SIGN_IN, at=AT) for _ in range(4))
        )
        del door
    assert len({each.principal for each in found}) == 1
    assert await world.one("select count(*) from principal where name = 'Người nộp 9'") == 1


async def test_one_realm_signs_the_same_person_in_as_an_officer_and_as_a_citizen(
    world: World, tmp_path: Path
) -> None:
    await world.changed("update principal set code = 'cc-0001' where id = $1", OFFICER)
    citizens = {**CITIZENS, "name": "dan", "client_id": "hoso-dan"}
    async with (
        provider_pages.opened(world, tmp_path, AT, also=(citizens,)) as door,
        provider_pages.browser(door.app) as client,
    ):
        for _ in range(2):
            asked = await door.begins(client, "/dang-nhap/dan")
            assert asked["client_id"] == "hoso-dan"
            # A token for the officers' client is none for citizens.
            assert (await door.comes_back(client, asked, name="Người nộp 9")).status_code == 400
            asked = await door.begins(client, "/dang-nhap/dan")
            came = await door.comes_back(client, asked, aud="hoso-dan", name="Người nộp 9")
            assert (came.status_code, came.headers["location"]) == (303, "/cua-toi")
            assert (await door.signs_in(client)).status_code == 303
        assert await reads(client) == 200
        rows = await world.db.rows(
            "select i.provider, i.subject, p.kind from identity i join principal p on p.id = i.principal_id order by 1"
        )
        assert [tuple(row) for row in rows] == [
            ("dan", "officer-1", "citizen"),
            ("tinh", "officer-1", "officer"),
        ]
        # The sign-out of the officers' client ends the officer's session alone.
        assert (await door.logs_out()).status_code == 200
        assert await reads(client) == 303
        assert (await client.get("/cua-toi")).status_code == 200


@pytest.mark.parametrize("name", [None, "", " ", "a\u202eb", "x" * 301, "a\nb", 7, {}])
async def test_a_name_that_cannot_be_read_enters_nobody(world: World, tmp_path: Path, name: Any) -> None:
    before = await world.one("select count(*) from principal")
    async with (
        provider_pages.opened(world, tmp_path, AT, **CITIZENS) as door,
        provider_pages.browser(door.app) as client,
    ):
        answer = await door.signs_in(client, sub="citizen-1", name=name)
        assert answer.status_code == (303 if name == 7 else 403)
    assert await world.one("select count(*) from principal") == before + (name == 7)


async def test_the_same_subject_of_two_issuers_is_two_persons(world: World) -> None:
    found = [
        await linking.linked(
            world.db,
            linking.Subject("tinh", issuer, "1", SessionKind.APPLICANT, "Người nộp 9"),
            linking.How.FIRST_SIGN_IN,
            at=AT,
        )
        for issuer in (ISSUER, "https://other.example.vn")
    ]
    assert found[0].principal != found[1].principal


async def test_a_confirmation_needs_a_new_proof_of_the_same_person(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        await door.world.changed(
            "update principal set code = 'CC-0002' where id = $1", person("clerk", OTHER)
        )
        await door.signs_in(client, sub="officer-2", employee_number="CC-0002")
        await door.signs_in(client)
        before = client.cookies["__Host-hoso"]
        door.clock.at = now = AT + timedelta(minutes=20)
        assert "/xac-thuc-lai/tinh" in (await client.get("/xac-thuc-lai")).text
        proven = int(now.timestamp())

        async def confirms(**claims: Any) -> int:
            asked = await door.begins(client, "/xac-thuc-lai/tinh?tiep=/tai-khoan")
            assert asked["max_age"] == "300"
            return (await door.comes_back(client, asked, **claims)).status_code

        assert await confirms(auth_time=int(AT.timestamp())) == 400
        assert await confirms(auth_time=None) == 400
        assert await confirms(auth_time=proven, acr="password") == 400
        assert await confirms(auth_time=proven, sub="officer-2") == 400
        assert client.cookies["__Host-hoso"] == before
        assert await confirms(auth_time=proven - 200, sid="session-2") == 303
        assert client.cookies["__Host-hoso"] != before
        session = await sessions.read(
            door.world.db, client.cookies["__Host-hoso"], SessionKind.OFFICER, at=now
        )
        assert session is not None
        assert session.recent(now)
        # The proof is as old as the provider says.
        assert session.authenticated_at == now - timedelta(seconds=200)
    # The provider's new session is the one that it will sign out.
    assert (await door.logs_out(sid="session-2")).status_code == 200
    lasting = "select count(*) from browser_session where ended_at is null and principal_id = $1"
    assert await door.world.one(lasting, OFFICER) == 0


async def test_a_silent_sign_in_is_no_new_proof(door: Door) -> None:
    for claims in ({"auth_time": int((AT - timedelta(hours=1)).timestamp())}, {"auth_time": None}):
        async with provider_pages.browser(door.app) as client:
            await door.signs_in(client, **claims)
            session = await sessions.read(
                door.world.db, client.cookies["__Host-hoso"], SessionKind.OFFICER, at=AT
            )
            assert session is not None
            assert not session.recent(AT)


async def test_a_confirmation_is_for_the_session_that_asked_for_it(door: Door) -> None:
    async with provider_pages.browser(door.app) as client, provider_pages.browser(door.app) as other:
        assert (await client.get("/xac-thuc-lai/tinh")).status_code == 303
        await door.signs_in(client)
        await door.signs_in(other)
        asked = await door.begins(client, "/xac-thuc-lai/tinh")
        client.cookies.set("__Host-hoso", other.cookies["__Host-hoso"], domain="hoso.test", path="/")
        assert (await door.comes_back(client, asked)).status_code == 400


async def test_a_confirmation_is_asked_of_the_provider_that_signed_in(door: Door) -> None:
    door.app.state.parties["khac"] = door.app.state.parties["tinh"]
    async with provider_pages.browser(door.app) as client:
        await door.signs_in(client)
        assert (await client.get("/xac-thuc-lai/khac")).status_code == 404


async def test_an_officers_account_is_no_citizens_whatever_the_settings_have_become(
    door: Door, tmp_path: Path
) -> None:
    async with provider_pages.browser(door.app) as client:
        await door.signs_in(client)
    async with (
        provider_pages.opened(door.world, tmp_path, AT, **CITIZENS) as changed,
        provider_pages.browser(changed.app) as client,
    ):
        assert (await changed.signs_in(client, name="Người nộp 9")).status_code == 403


async def test_a_sign_out_at_the_provider_ends_our_session_and_no_other(door: Door) -> None:
    async with provider_pages.browser(door.app) as first, provider_pages.browser(door.app) as second:
        await door.signs_in(first, sid="session-1")
        await door.signs_in(second, sid="session-2")
        answer = await door.logs_out(sid="session-1")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert (await reads(first), await reads(second)) == (303, 200)
        assert (await door.logs_out(sid=None)).status_code == 200
        assert await reads(second) == 303
    ended = await door.world.db.rows("select distinct ended_why from browser_session")
    assert [row.ended_why for row in ended] == ["provider"]


async def test_a_logout_token_is_good_once(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        assert (await door.logs_out(jti="once")).status_code == 200
        await door.signs_in(client)
        assert (await door.logs_out(jti="once")).status_code == 400
        assert await reads(client) == 200
    assert await logout.delete_old(door.world.db, at=AT + timedelta(hours=2)) == 1


async def test_a_logout_token_of_somebody_unknown_changes_nothing(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        await door.signs_in(client)
        assert (await door.logs_out(sub="officer-9", sid=None)).status_code == 200
        assert (await door.logs_out(sub="officer-1", sid="session-9")).status_code == 200
        assert await reads(client) == 200


async def test_what_is_no_logout_token_ends_nothing(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        await door.signs_in(client)
        for token in ("", "x", "a.b.c", door.fake.token, "é", "x" * 15_000):
            answer = await door.sends(token)
            assert (answer.status_code, answer.headers["cache-control"]) == (400, "no-store"), token[:20]
        assert await reads(client) == 200
        assert (await client.post("/dang-xuat/kenh-sau/tinh")).status_code == 400


async def test_signing_out_offers_a_link_to_the_provider(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        await door.signs_in(client)
        answer = await client.post("/dang-xuat")
        assert answer.status_code == 200
        assert f"{ISSUER}/end?client_id=hoso" in answer.text
        assert "Đăng xuất cả ở Tài khoản công chức" in words(answer)
        assert door.fake.token in answer.text
        assert await reads(client) == 303


async def test_a_citizen_signs_out(world: World, tmp_path: Path) -> None:
    async with (
        provider_pages.opened(world, tmp_path, AT, **CITIZENS) as door,
        provider_pages.browser(door.app) as client,
    ):
        await door.signs_in(client, sub="citizen-1", name="Người nộp 9")
        secret = client.cookies["__Host-hoso-nop"]
        assert f"{ISSUER}/end?" in (await client.post("/dang-xuat")).text
        assert (await client.get("/cua-toi")).status_code == 303
        assert await sessions.read(world.db, secret, SessionKind.APPLICANT, at=AT) is None


async def test_an_officer_has_no_page_of_an_applicant(door: Door) -> None:
    async with provider_pages.browser(door.app) as client:
        await door.signs_in(client)
        assert (await client.get("/cua-toi")).status_code == 303
