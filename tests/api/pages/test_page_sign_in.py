"""Signing in to read pages, and what a page of another site cannot do."""

import httpx
import pytest

from support.api_client import CLERK, HEAD, Rest
from support.world import CITIZEN

FORM = {"Accept": "text/html", "Origin": "http://hoso.test"}


async def test_who_has_not_signed_in_is_shown_where_and_comes_back(rest: Rest):
    away = await rest.get("/?loai=buoc", headers={"Accept": "text/html"})
    assert (away.status_code, away.headers["location"]) == (303, "/dang-nhap?tiep=/%3Floai%3Dbuoc")
    form = await rest.get(away.headers["location"])
    assert 'value="/?loai=buoc"' in form.text
    said = {"ma": await rest.token(HEAD), "tiep": "/?loai=buoc"}
    back = await rest.post("/dang-nhap", data=said, headers=FORM)
    assert (back.status_code, back.headers["location"]) == (303, "/?loai=buoc")
    cookie = back.headers["set-cookie"]
    assert cookie.startswith("hoso=hs_")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert (await rest.get("/")).status_code == 200
    out = await rest.post("/dang-xuat", data={}, headers=FORM)
    assert out.headers["location"] == "/dang-nhap"
    assert (await rest.get("/", headers={"Accept": "text/html"})).status_code == 303


async def test_over_tls_the_cookie_is_bound_to_the_host(rest: Rest):
    said = {"ma": await rest.token(HEAD)}
    back = await rest.post(
        "https://hoso.test/dang-nhap", data=said, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert back.headers["set-cookie"].startswith("__Host-hoso=hs_")
    assert "Secure" in back.headers["set-cookie"]


async def test_a_wrong_token_gives_the_form_back_with_the_reason(rest: Rest):
    for token in ("", "hs_wrong", "hs_\0", "hs_ế", await rest.token(CITIZEN)):
        page = await rest.post("/dang-nhap", data={"ma": token, "tiep": "/x"}, headers=FORM)
        assert page.status_code == 422
        assert "Mã truy cập không đúng" in page.text
        assert 'value="/x"' in page.text
        assert "set-cookie" not in page.headers


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "/a\r\nb"]
)
async def test_signing_in_leads_to_no_other_host(rest: Rest, onward: str):
    said = {"ma": await rest.token(HEAD), "tiep": onward}
    back = await rest.post("/dang-nhap", data=said, headers=FORM)
    assert back.headers["location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://[evil]/"},
    ],
)
async def test_a_form_from_another_site_is_refused(rest: Rest, headers: dict[str, str]):
    said = {"ma": await rest.token(HEAD)}
    refused = await rest.post("/dang-nhap", data=said, headers=headers)
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)


async def test_a_cookie_opens_pages_and_no_api(rest: Rest):
    headers = {"Cookie": f"hoso={await rest.token(CLERK)}"}
    assert (await rest.get("/v1/overdue", headers=headers)).status_code == 401


async def test_a_cookie_that_holds_no_token_leads_back_to_the_form(rest: Rest):
    for kept in ("hs_wrong", '"hs_\\000"', '"\\377"', ""):
        away = await rest.get("/", headers={"Accept": "text/html", "Cookie": f"hoso={kept}"})
        assert (away.status_code, away.headers["location"]) == (303, "/dang-nhap?tiep=/")


async def test_static_files_may_be_kept_by_browsers_and_stay_in_their_folder(rest: Rest):
    sheet: httpx.Response = await rest.get("/static/hoso.css")
    assert (sheet.status_code, sheet.headers["cache-control"]) == (200, "public, max-age=86400")
    for path in (
        "/static/../templating.py",
        "/static/%2e%2e/templating.py",
        "/static/..%2ftemplating.py",
        "/static/",
    ):
        assert (await rest.get(path)).status_code == 404
