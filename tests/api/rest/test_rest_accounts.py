"""Invitations, recoveries by two persons, and sessions ended by administrators."""

import asyncio
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from hoso_models import PrincipalKind
from hoso_workflows.identity import factors
from hoso_workflows.organisation import administration, credentials, principals, units
from support import mail_text
from support.account import Account
from support.api_client import ADMINISTRATOR, CLERK, HEAD, SPECIALIST, Rest, problem
from support.signing_in import OURS, PASSWORD, signed_in
from support.world import CITIZEN, DEPARTMENT, FOUNDED, OTHER, PROVINCE, SINCE

SECOND, ELSEWHERE, NEW = UUID(int=0xAD2), UUID(int=0xAD3), UUID(int=0xAD4)


@pytest.fixture(autouse=True)
async def administrators(rest: Rest) -> None:
    """Another administrator of the province, one of another department, and somebody without a unit."""
    async with rest.world.db.transaction() as tx:
        for who, unit, number in ((SECOND, PROVINCE, 2), (ELSEWHERE, OTHER, 3)):
            principals.principal(tx, PrincipalKind.OFFICER, f"Quản trị {number}", at=FOUNDED, identity=who)
            await tx.flush()
            units.assign(tx, who, unit, "administrator", SINCE)
        principals.principal(tx, PrincipalKind.OFFICER, "Người mới", at=FOUNDED, identity=NEW)


async def test_an_administrator_invites_a_person_of_their_units(rest: Rest):
    given = await rest.done(f"/v1/principals/{HEAD}/invitation", ADMINISTRATOR)
    link, _, code = given["link"].partition("#")
    assert (link, len(code)) == ("https://hoso.test/loi-moi", 22)
    assert given["expires_at"] == "2026-03-05T09:00:00+07:00"
    begun = await rest.client.post("/loi-moi", data={"ma": code}, headers=OURS)
    assert begun.status_code == 303
    (row,) = await rest.world.db.rows(
        "select actor_id, subject, authority from administration_event where kind = 'invitation_given'"
    )
    assert tuple(row) == (ADMINISTRATOR, str(HEAD), DEPARTMENT)


@pytest.mark.parametrize(
    ("by", "whom", "status", "slug"),
    [
        (ELSEWHERE, HEAD, 403, "forbidden"),
        (SPECIALIST, HEAD, 403, "forbidden"),
        (CITIZEN, HEAD, 403, "forbidden"),
        (ADMINISTRATOR, ADMINISTRATOR, 403, "same-person"),
        (ELSEWHERE, NEW, 403, "forbidden"),
        (ADMINISTRATOR, CITIZEN, 404, "not-found"),
        (ADMINISTRATOR, UUID(int=9), 404, "not-found"),
    ],
)
async def test_nobody_else_invites_and_nobody_invites_themselves(
    rest: Rest, by: UUID, whom: UUID, status: int, slug: str
):
    before = await rest.content()
    for act in ("invitation", "recovery"):
        refused = await rest.post(f"/v1/principals/{whom}/{act}", by)
        assert (refused.status_code, problem(refused)["type"]) == (status, f"urn:hoso:problem:{slug}")
    assert await rest.content() == before


async def test_whom_one_administrator_enters_another_or_their_head_lets_in(rest: Rest):
    entered = await rest.done("/v1/principals", ADMINISTRATOR, {"name": "Người mới", "unit": DEPARTMENT})
    place = f"/v1/principals/{entered['acts'][0]['subject']}/invitation"
    refused = await rest.post(place, ADMINISTRATOR)
    assert (refused.status_code, problem(refused)["type"]) == (409, "urn:hoso:problem:entered-alone")
    assert (await rest.post(place, SPECIALIST)).status_code == 403
    assert [(await rest.post(place, by)).status_code for by in (SECOND, HEAD)] == [201, 201]


async def test_who_heads_a_unit_invites_nobody_who_administers_it(rest: Rest):
    async with rest.world.db.transaction() as tx:
        await tx.rows("update principal set home_unit_code = $2 where id = $1", [SECOND, DEPARTMENT])
        units.assign(tx, SECOND, DEPARTMENT, "administrator", SINCE)
    assert (await rest.post(f"/v1/principals/{SECOND}/invitation", HEAD)).status_code == 403


@pytest.mark.parametrize(("minutes", "status"), [(15, 201), (16, 403)])
async def test_what_asks_for_a_fresh_proof_takes_no_token_of_long_ago(rest: Rest, minutes: int, status: int):
    async with rest.world.db.transaction() as tx:
        made_at = rest.clock.at - timedelta(minutes=minutes)
        token = await credentials.give_token(tx, ADMINISTRATOR, "t", at=made_at)
    headers = {"Authorization": f"Bearer {token}"}
    answer = await rest.client.post(f"/v1/principals/{HEAD}/invitation", headers=headers, json={})
    assert answer.status_code == status
    if status == 403:
        assert problem(answer)["type"] == "urn:hoso:problem:token-too-old"
        assert (await rest.client.get("/v1/me", headers=headers)).status_code == 200


async def test_a_person_without_a_unit_is_invited_by_the_top(rest: Rest):
    assert (await rest.post(f"/v1/principals/{NEW}/invitation", ADMINISTRATOR)).status_code == 201


async def test_an_invitation_does_not_go_round_existing_factors(rest: Rest):
    await Account.of(rest, HEAD, "truong-phong")
    refused = await rest.post(f"/v1/principals/{HEAD}/invitation", ADMINISTRATOR)
    assert (refused.status_code, problem(refused)["type"]) == (409, "urn:hoso:problem:already-enrolled")


async def test_a_recovery_takes_two_administrators_and_every_factor_and_session(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")
    session = await signed_in(rest.world.db, HEAD, at=rest.clock.at)
    asked = await rest.done(f"/v1/principals/{HEAD}/recovery", ADMINISTRATOR)
    way = f"/v1/recoveries/{asked['id']}/confirmation"
    assert problem(await rest.post(way, ADMINISTRATOR))["type"] == "urn:hoso:problem:same-person"
    assert problem(await rest.post(way, HEAD))["type"] == "urn:hoso:problem:same-person"
    assert problem(await rest.post(way, ELSEWHERE))["type"] == "urn:hoso:problem:forbidden"
    assert (await rest.get("/noi-bo/qua-han", headers=session)).status_code == 200
    (waiting,) = (await rest.get("/v1/recoveries", SECOND)).json()["items"]
    assert (waiting["id"], waiting["person"], waiting["asked_by"]) == (
        asked["id"],
        str(HEAD),
        "administrator 1 · UBND tỉnh",
    )
    assert (await rest.get("/v1/recoveries", ELSEWHERE)).json() == {"items": []}
    async with rest.world.db.transaction() as tx:
        token = await credentials.give_token(tx, HEAD, "t", at=rest.clock.at)
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await rest.get("/v1/me", headers=bearer)).status_code == 200
    given = await rest.done(way, SECOND)
    assert (await rest.get("/noi-bo/qua-han", headers=session)).status_code == 303
    assert (
        await rest.world.one(
            "select count(*) from api_token where principal_id = $1 and revoked_at is null", HEAD
        )
        == 0
    )
    assert (await account.types_password()).status_code == 422
    assert await factors.of(rest.world.db, HEAD) == factors.Factors()
    assert (await rest.post(way, SECOND)).status_code == 404
    code = given["link"].partition("#")[2]
    assert (await rest.client.post("/loi-moi", data={"ma": code}, headers=OURS)).status_code == 303
    page = await rest.client.get("/tai-khoan/mat-khau")
    assert 'value="truong-phong"' in page.text


async def test_the_code_of_somebody_who_signs_in_changes_by_a_recovery_alone(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")
    await rest.world.changed(
        "update principal set code = 'cc-1', home_unit_code = $2 where id = $1", HEAD, DEPARTMENT
    )
    before = await rest.content()
    for code in ("ten-moi", None):
        refused = await rest.ask("PATCH", f"/v1/principals/{HEAD}", ADMINISTRATOR, json={"code": code})
        assert (refused.status_code, problem(refused)["type"]) == (409, "urn:hoso:problem:recovery-needed")
    assert await rest.content() == before
    way = f"/v1/principals/{HEAD}/recovery"
    for code, said in (("có dấu", "form-refused"), ("cc-2", "already-entered")):
        await rest.world.changed("update principal set code = 'cc-2' where id = $1", CLERK)
        assert (
            problem(await rest.post(way, ADMINISTRATOR, {"code": code}))["type"] == f"urn:hoso:problem:{said}"
        )
    asked = await rest.done(way, ADMINISTRATOR, {"code": "ten-moi"})
    (waiting,) = (await rest.get("/v1/recoveries", SECOND)).json()["items"]
    assert (waiting["id"], waiting["code"]) == (asked["id"], "ten-moi")
    assert await rest.world.one("select code from principal where id = $1", HEAD) == "cc-1"
    await rest.done(f"/v1/recoveries/{asked['id']}/confirmation", SECOND)
    row = await rest.world.db.row("select code, account from principal where id = $1", [HEAD])
    assert tuple(row) == ("ten-moi", "truong-phong")
    assert (await account.types_password()).status_code == 422
    changed = await rest.world.db.row(
        "select actor_id, payload from administration_event where kind = 'person_changed'"
    )
    assert tuple(changed) == (SECOND, {"code": {"from": "cc-1", "to": "ten-moi"}})
    assert await administration.verify(rest.world.db) == []
    told = (await rest.get("/v1/notifications", HEAD)).json()["items"]
    assert [each["topic"] for each in told][:2] == ["account.recovered", "account.recovery_asked"]


async def test_of_two_who_confirm_at_once_one_gets_the_link(rest: Rest):
    asked = await rest.done(f"/v1/principals/{HEAD}/recovery", ADMINISTRATOR)
    way = f"/v1/recoveries/{asked['id']}/confirmation"
    await rest.token(SECOND)
    answers = await asyncio.gather(*(rest.post(way, SECOND) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 404, 404, 404]


async def test_a_recovery_that_nobody_confirms_is_over_after_72_hours(rest: Rest):
    asked = await rest.done(f"/v1/principals/{HEAD}/recovery", ADMINISTRATOR)
    rest.clock.turn("2026-03-05 09:00")
    assert (await rest.get("/v1/recoveries", SECOND)).json() == {"items": []}
    assert (await rest.post(f"/v1/recoveries/{asked['id']}/confirmation", SECOND)).status_code == 404


async def test_an_administrator_ends_the_sessions_of_a_person_and_everybody_their_own(rest: Rest):
    headers = [await signed_in(rest.world.db, HEAD, at=rest.clock.at) for _ in range(2)]
    way = f"/v1/principals/{HEAD}/sessions"
    for by in (CLERK, ELSEWHERE, SPECIALIST):
        assert (await rest.ask("DELETE", way, by)).status_code == 403
    assert (await rest.get("/noi-bo/qua-han", headers=headers[0])).status_code == 200
    assert (await rest.ask("DELETE", way, ADMINISTRATOR)).json() == {"ended": 2}
    assert [(await rest.get("/noi-bo/qua-han", headers=each)).status_code for each in headers] == [303, 303]
    await signed_in(rest.world.db, HEAD, at=rest.clock.at)
    assert (await rest.ask("DELETE", way, HEAD)).json() == {"ended": 1}


async def test_every_sign_in_and_every_refused_one_is_recorded_without_what_was_typed(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")
    await account.types_password("sai mật khẩu rồi")
    said = {"tai-khoan": PASSWORD, "mat-khau": "x"}
    await rest.post("/dang-nhap", data=said, headers=OURS)
    await account.types_password()
    await account.types_code("000000")
    await account.types_code()
    rows = await rest.world.db.rows(
        "select act, principal_id, subject, granted, detail from access_log where act like '%sign%in' order by id"
    )
    found = [(row.act, row.principal_id, row.granted, row.detail.get("what")) for row in rows]
    assert found == [
        ("refused sign-in", HEAD, False, "password"),
        ("refused sign-in", None, False, "password"),
        ("refused sign-in", HEAD, False, "code"),
        ("sign in", HEAD, True, None),
    ]
    assert DEPARTMENT not in str([tuple(row) for row in rows])
    assert PASSWORD not in str([tuple(row) for row in rows])


def only_mail(folder: Path) -> EmailMessage:
    """The only mail in a folder."""
    (file,) = folder.glob("*.eml")
    return message_from_bytes(file.read_bytes(), policy=default)


async def test_an_invitation_is_mailed_to_a_proved_address_and_shown_to_nobody(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("HOSO_MAIL_FOLDER", str(tmp_path))
    shown = await rest.done(f"/v1/principals/{HEAD}/invitation", ADMINISTRATOR)
    assert (shown["mailed"], shown["link"].startswith("https://hoso.test/loi-moi#")) == (False, True)

    await rest.world.changed(
        "insert into contact_point (principal_id, kind, value, entered_at, verified_at)"
        " values ($1, 'email', 'tp@example.org', $2, $2)",
        HEAD,
        FOUNDED,
    )
    given = await rest.done(f"/v1/principals/{HEAD}/invitation", ADMINISTRATOR)
    assert (given["mailed"], given["link"]) == (True, None)
    mail = only_mail(tmp_path)
    link, _, code = mail_text.plain(mail).strip().rpartition(" ")[2].partition("#")
    assert (mail["To"], link, len(code)) == ("tp@example.org", "https://hoso.test/loi-moi", 22)
    kept = await rest.world.db.rows("select o::text || n::text as rows from outbox o, notice n")
    assert [each.rows for each in kept if code in each.rows] == [], "the code is stored nowhere"
    begun = await rest.client.post("/loi-moi", data={"ma": code}, headers=OURS)
    assert begun.status_code == 303


async def test_a_person_is_told_of_what_happens_to_their_account(rest: Rest):
    asked = await rest.done(f"/v1/principals/{HEAD}/recovery", ADMINISTRATOR)
    confirmed = await rest.done(f"/v1/recoveries/{asked['id']}/confirmation", SECOND)
    assert (confirmed["mailed"], confirmed["link"] is None) == (False, False)
    entered = {"kind": "email", "value": "moi@example.org"}
    await rest.world.changed("update principal set home_unit_code = $2 where id = $1", HEAD, DEPARTMENT)
    await rest.done(f"/v1/principals/{HEAD}/contact-points", ADMINISTRATOR, entered)
    async with rest.world.db.transaction() as tx:
        await factors.set_password(tx, HEAD, "x", at=rest.clock.at)

    told = (await rest.get("/v1/notifications", HEAD)).json()["items"]
    assert [each["topic"] for each in told] == [
        "account.sign_in_changed",
        "account.contact_changed",
        "account.recovered",
        "account.recovery_asked",
    ]
    assert (await rest.get("/v1/notifications", CLERK)).json()["items"] == []
