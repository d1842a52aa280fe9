"""Signing in with an own account: password, code, session; and what a page of another site cannot do."""

import asyncio
import re
import unicodedata

import httpx
import pytest

from hoso_models.tables.base import Record
from hoso_workflows.identity import totp
from support.account import Account
from support.api_client import CLERK, HEAD, Rest
from support.browser_text import words
from support.signing_in import OURS, PASSWORD, cookies, signed_in
from support.world import CITIZEN

FONT = "vendor/figures/figures-400.woff2"
WRONG = "Tên tài khoản, mật khẩu hoặc mã không đúng"


@pytest.fixture
async def account(rest: Rest) -> Account:
    """An officer with a password and changing codes."""
    return await Account.of(rest, HEAD, "truong-phong")


async def test_who_has_not_signed_in_is_shown_where_and_comes_back(rest: Rest, account: Account):
    away = await rest.get("/noi-bo/qua-han?loai=buoc", headers={"Accept": "text/html"})
    assert (away.status_code, away.headers["location"]) == (
        303,
        "/dang-nhap?tiep=/noi-bo/qua-han%3Floai%3Dbuoc",
    )
    form = await rest.get(away.headers["location"])
    assert 'value="/noi-bo/qua-han?loai=buoc"' in form.text
    second = await account.types_password(onward="/noi-bo/qua-han?loai=buoc")
    assert (second.status_code, second.headers["location"]) == (303, "/dang-nhap/ma")
    assert (await rest.get("/dang-nhap/ma")).status_code == 200
    back = await account.types_code()
    assert (back.status_code, back.headers["location"]) == (303, "/noi-bo/qua-han?loai=buoc")
    assert (await rest.get("/noi-bo/qua-han")).status_code == 200


async def test_the_cookie_of_a_session_is_read_by_no_script_and_bound_to_the_host(account: Account):
    kept = cookies(await account.signs_in())["__Host-hoso"]
    secret, *rules = kept.split("; ")
    assert len(secret) == 43
    assert set(rules) == {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}


async def test_the_database_holds_no_secret_that_opens_anything(rest: Rest, account: Account):
    answer = await account.signs_in()
    secret = cookies(answer)["__Host-hoso"].partition(";")[0]
    stored = "".join(
        [
            str(tuple(row))
            for name in Record.metadata.tables
            for row in await rest.world.db.rows(f"select t::text from {name} t")  # noqa: S608 - our own names
        ]
    )
    for each in (secret, PASSWORD, account.secret.hex(), totp.shown(account.secret).replace(" ", "")):
        assert each not in stored


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("truong-phong", "con chó nhà tôi sủa mỗi tối"),
        ("khong-ai", PASSWORD),
        ("", ""),
        ("tru\0ong", "wr\0ng"),
        ("TRUONG PHONG", PASSWORD),
        ("x" * 200, "x" * 2000),
        ("ế", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
    ],
)
async def test_what_is_wrong_is_told_alike_whoever_is_named(
    rest: Rest, account: Account, name: str, password: str
):
    del account
    said = {"tai-khoan": name, "mat-khau": password, "tiep": "/x"}
    page = await rest.post("/dang-nhap", data=said, headers=OURS)
    assert page.status_code == 422
    assert WRONG in words(page)
    assert 'value="/x"' in page.text
    assert "<title>Lỗi: Đăng nhập" in page.text
    assert (page.text.count("autofocus"), page.text.count('role="alert" id="loi"')) == (1, 1)
    assert "set-cookie" not in page.headers
    assert not password or password not in page.text


async def test_an_unknown_name_costs_as_much_as_a_known_one(rest: Rest, account: Account):
    """As many hashes are verified, so that time tells nobody which accounts there are."""
    counts = []
    for name in ("truong-phong", "khong-ai"):
        account.work.verified = 0
        await rest.post("/dang-nhap", data={"tai-khoan": name, "mat-khau": "wrong"}, headers=OURS)
        counts.append(account.work.verified)
    assert counts == [1, 1]


async def test_a_name_is_known_whatever_its_case_and_a_password_whatever_the_keyboard_composes(
    rest: Rest, account: Account
):
    said = {"tai-khoan": " Truong-Phong ", "mat-khau": unicodedata.normalize("NFD", PASSWORD)}
    del account
    answer = await rest.post("/dang-nhap", data=said, headers=OURS)
    assert answer.headers["location"] == "/dang-nhap/ma"


async def test_a_password_of_ten_years_ago_still_signs_in(rest: Rest, account: Account):
    rest.clock.turn("2036-03-03 09:00")
    await account.types_password()
    assert (await account.types_code()).status_code == 303


async def test_a_code_is_good_once_and_a_password_alone_opens_nothing(rest: Rest, account: Account):
    await account.types_password()
    assert (await rest.get("/noi-bo/qua-han", headers={"Accept": "text/html"})).status_code == 303
    code = account.code()
    assert (await account.types_code(code)).status_code == 303
    await account.types_password()
    replayed = await account.types_code(code)
    assert (replayed.status_code, "đã dùng hoặc đã hết hạn" in replayed.text) == (422, True)
    rest.clock.turn("2026-03-02 09:01")
    assert (await account.types_code()).headers["location"] == "/noi-bo"


async def test_of_one_code_shown_at_once_by_many_one_gets_in(rest: Rest, account: Account):
    browsers = [await account.types_password_elsewhere() for _ in range(4)]
    code = account.code()
    answers = await asyncio.gather(*(account.types_code(code, browser) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]
    assert await rest.world.one("select count(*) from browser_session") == 1


async def test_a_code_of_the_step_before_or_after_is_taken_and_no_other(rest: Rest, account: Account):
    for step, status in ((-2, 422), (2, 422), (-1, 303), (1, 303)):
        await account.types_password()
        assert (await account.types_code(account.code(step))).status_code == status, step


async def test_the_second_step_needs_the_first_one_of_the_same_browser(rest: Rest, account: Account):
    code = account.code()
    away = await rest.post("/dang-nhap/ma", data={"ma": code}, headers=OURS)
    assert (away.status_code, away.headers["location"]) == (303, "/dang-nhap")
    await account.types_password()
    rest.clock.turn("2026-03-02 09:11")
    late = await account.types_code()
    assert (late.status_code, late.headers["location"]) == (303, "/dang-nhap")


async def test_a_recovery_code_is_good_once_in_the_place_of_a_changing_one(rest: Rest, account: Account):
    await account.signs_in()
    page = await rest.post("/tai-khoan/ma-du-phong", headers=OURS)
    codes = re.findall(r"(?<![\w-])\d-\w{4}-\w{4}-\w{4}(?![\w-])", page.text)
    assert len(codes) == 10
    await account.types_password()
    assert (await account.types_code(codes[3].upper().replace("-", " "))).status_code == 303
    await account.types_password()
    assert (await account.types_code(codes[3])).status_code == 422
    assert "Mã dự phòng còn lại: 9" in words(await rest.get("/tai-khoan"))


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "/a\r\nb"]
)
async def test_signing_in_leads_to_no_other_host(account: Account, onward: str):
    await account.types_password(onward=onward)
    assert (await account.types_code()).headers["location"] == "/noi-bo"


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://hoso.test"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://hoso.test"},
        {"Origin": "https://hoso.test:8443"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://[evil]/"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/dang-nhap", "/dang-nhap/ma", "/dang-xuat", "/loi-moi", "/tai-khoan/phien"]
)
async def test_a_form_from_another_site_is_refused(rest: Rest, headers: dict[str, str], path: str):
    refused = await rest.post(path, data={"ma": "x"}, headers=headers)
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)


async def test_a_form_of_an_old_browser_is_taken_by_its_origin(rest: Rest):
    answer = await rest.post("/dang-xuat", data={}, headers={"Origin": "https://hoso.test"})
    assert answer.status_code == 200


async def test_a_session_opens_pages_and_no_api_and_a_token_opens_no_page(rest: Rest):
    headers = await signed_in(rest.world.db, CLERK, at=rest.clock.at)
    assert (await rest.get("/v1/overdue", headers=headers)).status_code == 401
    token = await rest.token(CLERK)
    for shown in ({"Cookie": f"__Host-hoso={token}"}, {"Authorization": f"Bearer {token}"}):
        assert (
            await rest.get("/noi-bo/qua-han", headers={"Accept": "text/html", **shown})
        ).status_code == 303


async def test_a_cookie_that_is_no_session_leads_to_the_form(rest: Rest):
    for kept in ("hs_wrong", '"hs_\\000"', '"\\377"', "", "x" * 5000):
        headers = {"Accept": "text/html", "Cookie": f"__Host-hoso={kept}"}
        away = await rest.get("/noi-bo/qua-han", headers=headers)
        assert (away.status_code, away.headers["location"]) == (303, "/dang-nhap?tiep=/noi-bo/qua-han")


async def test_a_citizen_has_no_officers_session(rest: Rest):
    headers = await signed_in(rest.world.db, CITIZEN, at=rest.clock.at)
    assert (await rest.get("/noi-bo/qua-han", headers=headers)).headers[
        "location"
    ] == "/dang-nhap?tiep=/noi-bo/qua-han"


async def test_signing_out_ends_the_session_on_the_server(rest: Rest):
    headers = await signed_in(rest.world.db, HEAD, at=rest.clock.at)
    out = await rest.post("/dang-xuat", headers=headers)
    assert (out.status_code, "Bạn đã đăng xuất" in words(out)) == (200, True)
    assert out.headers["clear-site-data"] == '"cache", "storage"'
    assert "Max-Age=0" in cookies(out)["__Host-hoso"]
    assert (await rest.get("/noi-bo/qua-han", headers=headers)).headers[
        "location"
    ] == "/dang-nhap?tiep=/noi-bo/qua-han"
    assert (await rest.post("/dang-xuat", headers=headers)).status_code == 200


async def test_nobody_signs_in_over_a_line_that_others_read(rest: Rest):
    for path in ("/dang-nhap", "/loi-moi", "/thiet-lap"):
        page = await rest.get(f"http://hoso.test{path}", headers={"Accept": "text/html"})
        assert (page.status_code, "Không đăng nhập qua kết nối không mã hóa" in page.text) == (403, True)
    assert (await rest.get("http://localhost/dang-nhap")).status_code == 200


async def test_static_files_may_be_kept_by_browsers_and_stay_in_their_folder(rest: Rest):
    sheet: httpx.Response = await rest.get("/static/hoso.css")
    assert (sheet.status_code, sheet.headers["cache-control"]) == (200, "public, max-age=86400")
    for path in (
        "/static/../templating.py",
        "/static/%2e%2e/templating.py",
        "/static/..%2ftemplating.py",
        "/static/",
        "/.git/config",
        "/static/.git/config",
    ):
        assert (await rest.get(path)).status_code == 404


async def test_texts_of_ours_come_compressed_and_fonts_as_they_are(rest: Rest):
    answers = {name: await rest.get(f"/static/{name}") for name in ("hoso.css", "hoso.js", "marks.svg", FONT)}
    coded = {name: answer.headers.get("content-encoding") for name, answer in answers.items()}
    assert coded == {"hoso.css": "gzip", "hoso.js": "gzip", "marks.svg": "gzip", FONT: None}
    plain = await rest.get("/static/hoso.css", headers={"Accept-Encoding": "identity"})
    assert (plain.headers.get("content-encoding"), plain.text) == (None, answers["hoso.css"].text)
