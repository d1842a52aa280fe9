"""Choosing factors, one's own account, confirming, set-up and invitations, as a person without JavaScript does them."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from hoso_models.storage import database
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.identity import factors, invitations, setup, totp
from hoso_workflows.operation import demonstration
from hoso_workflows.organisation import administration
from support import api_client as rests
from support.account import Account
from support.api_client import ADMINISTRATOR, HEAD, SPECIALIST, Rest
from support.browser_text import words
from support.signing_in import OURS, PASSWORD, cookies, hidden, signed_in
from support.world import DEPARTMENT, World, instant

FOUNDER = {
    "ten": "Quản trị 1",
    "chuc-vu": "Chuyên viên",
    "ma-don-vi": "H27",
    "ten-don-vi": "UBND tỉnh",
    "loai": "people_committee",
    "cap": "province",
    "lich": "ha-tinh",
}


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Rest]:
    """An installation in which nobody was ever entered."""
    async with database.connect(database_url) as db:
        world, clock = World(DossierService(db)), rests.Clock(instant("2026-03-02 09:00"))
        transport = rests.application(world, clock)
        async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
            yield Rest(world, client, clock, rests.Contract())


async def code_of_setup(rest: Rest) -> str:
    code = await setup.open_link(rest.world.db, at=rest.clock.at)
    assert code is not None
    return code


async def invited(rest: Rest, who: UUID) -> str:
    async with rest.world.db.transaction() as tx:
        return (await invitations.invite(tx, who, by=ADMINISTRATOR, at=rest.clock.at)).code


async def chooses_factors(rest: Rest, name: str = "quan-tri") -> bytes:
    """Choose a password and changing codes in the session at hand; the secret of the codes."""
    said = {"tai-khoan": name, "mat-khau": PASSWORD, "nhap-lai": PASSWORD}
    first = await rest.post("/tai-khoan/mat-khau", data=said, headers=OURS)
    assert first.headers["location"] == "/tai-khoan/ma-xac-nhan", first.text
    page = await rest.get("/tai-khoan/ma-xac-nhan")
    shown = re.search(r'Khóa: <span class="code">([A-Z2-7 ]+)</span>', page.text)
    assert shown is not None
    secret = base64.b32decode(shown[1].replace(" ", ""))
    code = totp.code(secret, totp.step(rest.clock.at))
    answer = await rest.post(
        "/tai-khoan/ma-xac-nhan", data={"khoa": hidden(page, "khoa"), "ma": code}, headers=OURS
    )
    assert answer.headers["location"] == "/tai-khoan", answer.text
    return secret


async def test_from_nothing_to_a_signed_in_administrator_by_one_printed_link(empty: Rest):
    code = await code_of_setup(empty)
    assert "dán mã vào" in words(await empty.get("/thiet-lap"))
    form = await empty.post("/thiet-lap", data={"ma": code}, headers=OURS)
    assert hidden(form, "ma") == code
    done = await empty.post("/thiet-lap/quan-tri", data={"ma": code, **FOUNDER}, headers=OURS)
    assert (done.status_code, done.headers["location"]) == (303, "/tai-khoan")
    assert (await empty.get("/noi-bo/qua-han", headers={"Accept": "text/html"})).headers[
        "location"
    ] == "/tai-khoan"
    secret = await chooses_factors(empty)
    assert (await empty.get("/noi-bo/qua-han")).status_code == 200
    unit = await empty.world.db.rows("select code, name, level, calendar from unit")
    assert [tuple(row) for row in unit] == [("H27", "UBND tỉnh", "province", "ha-tinh")]
    held = await empty.world.db.rows(
        "select p.name, p.code, p.account, r.role, r.unit_code from principal p join role_assignment r on r.principal_id = p.id"
    )
    assert [tuple(row) for row in held] == [("Quản trị 1", None, "quan-tri", "administrator", "H27")]
    chained = await empty.world.db.rows(
        "select e.kind, e.authority, p.name from administration_event e join principal p on p.id = e.actor_id order by e.number"
    )
    assert [tuple(row) for row in chained] == [
        (kind, "H27", "hoso") for kind in ("unit_entered", "person_entered", "role_given")
    ]
    assert await administration.verify(empty.world.db) == []
    stored = await empty.world.db.rows("select id from calendar order by id")
    assert [row.id for row in stored] == ["ha-tinh", "vn"]
    await empty.post("/dang-xuat", headers=OURS)
    empty.clock.turn("2026-03-02 09:02")
    await empty.post("/dang-nhap", data={"tai-khoan": "quan-tri", "mat-khau": PASSWORD}, headers=OURS)
    code = totp.code(secret, totp.step(empty.clock.at))
    assert (await empty.post("/dang-nhap/ma", data={"ma": code}, headers=OURS)).headers[
        "location"
    ] == "/noi-bo"


async def test_a_fresh_installation_is_closed_to_who_has_no_code(empty: Rest):
    assert (await empty.get("/thiet-lap", headers=OURS)).status_code == 404
    await code_of_setup(empty)
    for code in ("", "x" * 22, "\0"):
        for path in ("/thiet-lap", "/thiet-lap/quan-tri"):
            said = {"ma": code, **FOUNDER}
            assert (await empty.post(path, data=said, headers=OURS)).status_code == 404, (path, code)
    assert await empty.world.one("select count(*) from principal where kind = 'officer'") == 0


async def test_a_set_up_link_is_good_once_for_an_hour_and_ends_with_the_next_one(empty: Rest):
    first = await code_of_setup(empty)
    second = await code_of_setup(empty)
    said = {"ma": first, **FOUNDER}
    assert (await empty.post("/thiet-lap/quan-tri", data=said, headers=OURS)).status_code == 404
    empty.clock.turn("2026-03-02 10:00")
    assert (await empty.post("/thiet-lap", data={"ma": second}, headers=OURS)).status_code == 404
    third = {"ma": await code_of_setup(empty), **FOUNDER}
    answers = await asyncio.gather(
        *(empty.post("/thiet-lap/quan-tri", data=third, headers=OURS) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 404, 404, 404]
    assert await empty.world.one("select count(*) from principal where kind = 'officer'") == 1


@pytest.mark.parametrize(
    ("field", "wrong", "told"),
    [
        ("ten", " ", "Nhập họ tên"),
        ("ten", "Quản\u202etrị", "không nhìn thấy"),
        ("ma-don-vi", "mã lạ", "Mã đơn vị gồm"),
        ("ten-don-vi", "", "Nhập tên cơ quan"),
        ("lich", "sao-hoa", "trong danh sách"),
        ("cap", "trời", "trong danh sách"),
    ],
)
async def test_a_faulty_form_of_the_set_up_comes_back_filled_and_its_code_stays_good(
    empty: Rest, field: str, wrong: str, told: str
):
    code = await code_of_setup(empty)
    said = {"ma": code, **FOUNDER}
    page = await empty.post("/thiet-lap/quan-tri", data={**said, field: wrong}, headers=OURS)
    assert (page.status_code, told in words(page)) == (422, True)
    assert 'value="Chuyên viên"' in page.text
    assert (await empty.post("/thiet-lap/quan-tri", data=said, headers=OURS)).status_code == 303


async def test_where_somebody_can_sign_in_there_is_no_set_up(rest: Rest):
    await Account.of(rest, HEAD, "truong-phong")
    assert await setup.open_link(rest.world.db, at=rest.clock.at) is None
    assert (await rest.get("/thiet-lap", headers=OURS)).status_code == 404


async def test_administrators_who_were_entered_are_invited_instead_of_a_set_up(rest: Rest):
    assert await setup.open_link(rest.world.db, at=rest.clock.at) is None
    assert await setup.uninvited(rest.world.db, at=rest.clock.at)
    await Account.of(rest, HEAD, "truong-phong")
    assert not await setup.uninvited(rest.world.db, at=rest.clock.at)


async def test_a_set_up_over_a_filled_register_asks_for_the_person_only(rest: Rest):
    await rest.world.changed("delete from role_assignment where role = 'administrator'")
    code = await code_of_setup(rest)
    form = await rest.post("/thiet-lap", data={"ma": code}, headers=OURS)
    assert ("UBND tỉnh" in words(form), "ma-don-vi" in form.text) == (True, False)
    said = {"ma": code, "ten": "Quản trị 2"}
    assert (await rest.post("/thiet-lap/quan-tri", data=said, headers=OURS)).status_code == 303
    assert (
        await rest.world.one(
            "select r.unit_code from principal p join role_assignment r on r.principal_id = p.id where name = 'Quản trị 2'"
        )
        == "H27"
    )


async def test_an_invited_person_chooses_factors_and_nothing_else_before(rest: Rest):
    code = await invited(rest, HEAD)
    begun = await rest.post("/loi-moi", data={"ma": f" {code} "}, headers=OURS)
    assert (begun.status_code, begun.headers["location"]) == (303, "/tai-khoan")
    assert "Chọn cách đăng nhập trước" in words(await rest.get("/tai-khoan"))
    assert (await rest.get("/noi-bo/qua-han", headers={"Accept": "text/html"})).headers[
        "location"
    ] == "/tai-khoan"
    assert (await rest.post("/tai-khoan/ma-du-phong", headers=OURS)).headers["location"] == "/tai-khoan"
    assert (await rest.get("/tai-khoan/ma-xac-nhan")).headers["location"] == "/tai-khoan/mat-khau"
    await chooses_factors(rest, "truong-phong")
    assert (await rest.get("/noi-bo/qua-han")).status_code == 200


async def test_an_invitation_is_good_once_within_72_hours_and_ends_with_the_next_one(rest: Rest):
    first, second = await invited(rest, HEAD), await invited(rest, HEAD)

    async def used(code: str) -> int:
        return (await rest.post("/loi-moi", data={"ma": code}, headers=OURS)).status_code

    assert await used(first) == 422
    rest.clock.turn("2026-03-05 08:59")
    answers = await asyncio.gather(*(used(second) for _ in range(4)))
    assert sorted(answers) == [303, 422, 422, 422]
    third = await invited(rest, HEAD)
    rest.clock.turn("2026-03-08 08:59")
    assert await used(third) == 422


async def test_a_closed_person_takes_up_no_invitation(rest: Rest):
    code = await invited(rest, HEAD)
    await rest.world.changed("update principal set closed_at = $1 where id = $2", rest.clock.at, HEAD)
    assert (await rest.post("/loi-moi", data={"ma": code}, headers=OURS)).status_code == 422


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"mat-khau": PASSWORD, "nhap-lai": PASSWORD + "x"}, "không giống nhau"),
        ({"mat-khau": "ngắn", "nhap-lai": "ngắn"}, "Mật khẩu có từ 15 ký tự trở lên"),
        ({"mat-khau": "matkhau123matkhau", "nhap-lai": "matkhau123matkhau"}, "Mật khẩu này dễ đoán"),
        (
            {"mat-khau": PASSWORD, "nhap-lai": PASSWORD, "tai-khoan": "Có Dấu"},
            "Tên tài khoản đã có người dùng",
        ),
        (
            {"mat-khau": PASSWORD, "nhap-lai": PASSWORD, "tai-khoan": "chuyen-vien"},
            "Tên tài khoản đã có người dùng",
        ),
    ],
)
async def test_a_refused_password_comes_back_with_one_reason_and_without_itself(
    rest: Rest, said: dict[str, str], told: str
):
    await Account.of(rest, SPECIALIST, "chuyen-vien")
    await rest.post("/loi-moi", data={"ma": await invited(rest, HEAD)}, headers=OURS)
    page = await rest.post(
        "/tai-khoan/mat-khau",
        data={"tai-khoan": "truong-phong", **said},
        headers={**OURS, "Accept-Language": "en"},
    )
    assert (page.status_code, told in words(page)) == (422, True)
    assert said["mat-khau"] not in page.text
    assert await factors.of(rest.world.db, HEAD) == factors.Factors()


async def test_a_wrong_first_code_leaves_the_same_secret_on_the_page(rest: Rest):
    await rest.post("/loi-moi", data={"ma": await invited(rest, HEAD)}, headers=OURS)
    said = {"tai-khoan": "truong-phong", "mat-khau": PASSWORD, "nhap-lai": PASSWORD}
    await rest.post("/tai-khoan/mat-khau", data=said, headers=OURS)
    page = await rest.get("/tai-khoan/ma-xac-nhan")
    secret = re.findall(r'<span class="code">([A-Z2-7 ]+)</span>', page.text)
    again = await rest.post(
        "/tai-khoan/ma-xac-nhan", data={"khoa": hidden(page, "khoa"), "ma": "000000"}, headers=OURS
    )
    assert (again.status_code, re.findall(r'<span class="code">([A-Z2-7 ]+)</span>', again.text)) == (
        422,
        secret,
    )
    for broken in ("", "AAAA", "không"):
        away = await rest.post("/tai-khoan/ma-xac-nhan", data={"khoa": broken, "ma": "000000"}, headers=OURS)
        assert away.headers["location"] == "/tai-khoan/ma-xac-nhan"


async def test_a_change_of_factors_asks_again_after_five_minutes_and_ends_other_sessions(rest: Rest):
    account = await Account.of(rest, HEAD, "truong-phong")
    elsewhere = await signed_in(rest.world.db, HEAD, at=rest.clock.at)
    before = cookies(await account.signs_in())["__Host-hoso"]
    assert (await rest.get("/tai-khoan/mat-khau")).status_code == 200
    rest.clock.turn("2026-03-02 09:06")
    away = await rest.get("/tai-khoan/mat-khau", headers=OURS)
    assert (away.status_code, away.headers["location"]) == (303, "/xac-thuc-lai?tiep=/tai-khoan/mat-khau")
    assert (await rest.get(away.headers["location"])).status_code == 200
    wrong = {"mat-khau": "sai", "ma": account.code(), "tiep": "/tai-khoan/mat-khau"}
    assert (await rest.post("/xac-thuc-lai", data=wrong, headers=OURS)).status_code == 422
    back = await rest.post("/xac-thuc-lai", data={**wrong, "mat-khau": PASSWORD}, headers=OURS)
    assert (back.status_code, back.headers["location"]) == (303, "/tai-khoan/mat-khau")
    assert cookies(back)["__Host-hoso"] != before
    new = "mưa rơi trên mái tôn nhà bà"
    said = {"mat-khau": new, "nhap-lai": new}
    assert (await rest.post("/tai-khoan/mat-khau", data=said, headers=OURS)).status_code == 303
    assert (await rest.get("/noi-bo/qua-han", headers=elsewhere)).status_code == 303
    assert (await rest.get("/noi-bo/qua-han", headers={"Accept": "text/html"})).status_code == 200
    assert (await account.types_password()).status_code == 422
    assert (await account.types_password(new)).status_code == 303


async def test_the_account_lists_sessions_and_ends_one_or_all_others(rest: Rest):
    at = rest.clock.at
    mine = await signed_in(rest.world.db, HEAD, at=at)
    others = [await signed_in(rest.world.db, HEAD, at=at) for _ in range(3)]
    stranger = await signed_in(rest.world.db, SPECIALIST, at=at)
    page = await rest.get("/tai-khoan", headers=mine)
    listed = re.findall(r'name="phien" value="([0-9a-f-]{36})"', page.text)
    assert (len(listed), "phiên này" in page.text) == (3, True)
    await rest.post("/tai-khoan/phien", data={"phien": listed[0]}, headers=stranger)
    await rest.post("/tai-khoan/phien", data={"phien": listed[0]}, headers=mine)
    assert sorted([(await rest.get("/noi-bo/qua-han", headers=each)).status_code for each in others]) == [
        200,
        200,
        303,
    ]
    for nonsense in ("", "x", "\0"):
        assert (
            await rest.post("/tai-khoan/phien", data={"phien": nonsense}, headers=mine)
        ).status_code == 303
    await rest.post("/tai-khoan/phien", data={"phien": "khac"}, headers=mine)
    assert [(await rest.get("/noi-bo/qua-han", headers=each)).status_code for each in others] == [303] * 3
    assert (await rest.get("/noi-bo/qua-han", headers=mine)).status_code == 200
    assert (await rest.get("/noi-bo/qua-han", headers=stranger)).status_code == 200
    assert "bạn đã kết thúc từ nơi khác" in words(await rest.get("/tai-khoan", headers=mine))


async def test_a_role_of_the_demonstration_is_tried_on_this_machine_and_its_data_only(rest: Rest):
    here = "http://127.0.0.1:8000"
    ours = {**OURS, "Origin": here}
    said = {"vai": "administrator"}

    async def offered(headers: dict[str, str], base: str = here) -> tuple[bool, int]:
        page = await rest.client.get(f"{base}/dang-nhap", headers=headers)
        tried = await rest.client.post(f"{base}/dang-nhap/vai", data=said, headers=headers)
        return "Vào thử với vai" in page.text, tried.status_code

    assert await offered(ours) == (False, 404)
    await demonstration.mark(rest.world.db, at=rest.clock.at)
    assert await offered(ours) == (True, 303)
    assert await offered({**ours, "X-Forwarded-For": "203.0.113.7"}) == (False, 404)
    assert await offered(OURS, "https://hoso.test") == (False, 404)
    page = await rest.client.get(f"{here}/dang-nhap", headers=ours)
    assert re.findall(r'name="vai" value="(\w+)"', page.text) == [
        "citizen",
        "reception",
        "clerk",
        "specialist",
        "division_head",
        "agency_head",
        "head",
        "provincial_leader",
        "procedure_declarer",
        "procedure_approver",
        "administrator",
    ]
    of_unit = {"vai": f"specialist@{DEPARTMENT}", "tiep": "/nop/1.014464"}
    assert f'name="vai" value="{of_unit["vai"]}"' in page.text
    inside = await rest.client.post(f"{here}/dang-nhap/vai", data=of_unit, headers=ours)
    assert inside.headers["location"] == "/noi-bo"
    strange = await rest.client.post(f"{here}/dang-nhap/vai", data={"vai": "sếp"}, headers=ours)
    assert strange.status_code == 404
    citizen = await rest.client.post(f"{here}/dang-nhap/vai", data={"vai": "citizen"}, headers=ours)
    assert citizen.headers["location"] == "/cua-toi"
    mine = {**OURS, "Cookie": citizen.headers["set-cookie"].partition(";")[0]}
    assert (await rest.client.get("/cua-toi", headers=mine)).status_code == 200


async def test_a_session_of_the_demonstration_is_an_ordinary_one(rest: Rest):
    await demonstration.mark(rest.world.db, at=rest.clock.at)
    here = "http://127.0.0.1:8000"
    answer = await rest.client.post(f"{here}/dang-nhap/vai", data={"vai": "division_head"}, headers=OURS)
    secret = cookies(answer)["__Host-hoso"].partition(";")[0]
    headers = {**OURS, "Cookie": f"__Host-hoso={secret}"}
    assert (await rest.client.get(f"{here}/tai-khoan", headers=headers)).status_code == 200
    rest.clock.turn("2026-03-02 09:10")
    again = await rest.client.get(f"{here}/tai-khoan/mat-khau", headers=headers)
    assert again.headers["location"] == "/xac-thuc-lai?tiep=/tai-khoan/mat-khau"
    confirmed = await rest.client.post(f"{here}/xac-thuc-lai", headers=headers)
    assert confirmed.status_code == 303
