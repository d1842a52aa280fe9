"""The catalogue on other sites: frame, feeds, element, code to copy, sites seen; a dossier knows the site it came through."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from lxml import etree
from playwright.async_api import Browser

from hoso_api.pages.embedding import endpoints
from hoso_api.pages.shared import templating
from hoso_models import Integration, SessionKind
from hoso_models.errors import DatabaseAway
from hoso_workflows import audit
from hoso_workflows.catalogue import drafts, publishing, service_levels, systems
from hoso_workflows.catalogue.service_levels import Setting
from hoso_workflows.embedding import entries, sites
from support import ports
from support.api_client import CLERK, FILING, HEAD, OWN, Rest, problem
from support.browser import opened, served
from support.catalogue_entries import DECISION, EDITOR, WHOLE, asked, kept
from support.coordinators import COORDINATOR, appointed
from support.signing_in import OURS
from support.visitor import Visitor
from support.world import CITIZEN, DEPARTMENT, STRANGER

CODE, HOST = "1.014464", "dichvu.example.vn"
LIST, BASE = "/nhung/danh-muc", "http://localhost"
#: The most that a page of another site loads for the element, in bytes.
MOST = 2 * 1024
HREF = re.compile(r'href="([^"]+)"')


@pytest.fixture
async def shown(rest: Rest) -> Rest:
    return await shows(rest)


async def shows(rest: Rest) -> Rest:
    """A world with an entry that is filed online, and a system of the department."""
    rest.clock.turn("2026-03-02 09:00")
    await kept(rest.world)
    await appointed(rest.world)
    content = WHOLE.model_copy(update={"components": WHOLE.components[:1]})
    await drafts.save(rest.world.db, CODE, content, asked(EDITOR))
    await publishing.publish(rest.world.db, CODE, DECISION, asked())
    level = Setting(CODE, "full", "5/QĐ", date(2026, 2, 2), date(2026, 3, 1))
    await service_levels.set_level(rest.world.db, level, asked(COORDINATOR))
    await registered(rest, f"https://{HOST}/dich-vu")
    return rest


async def registered(rest: Rest, address: str) -> systems.System:
    entry = systems.Entry(
        *(DEPARTMENT, f"Trang {address}", "Giới thiệu thủ tục", Integration.APART, date(2026, 1, 5), address)
    )
    return await systems.enter(rest.world.db, entry, asked(COORDINATOR))


async def test_the_list_is_given_to_other_sites_without_cookies_and_once_for_each_state(shown: Rest):
    feed = await shown.get(
        f"{LIST}.json?co-quan={DEPARTMENT}&tu={HOST}", headers={"Origin": f"https://{HOST}"}
    )
    assert feed.json() == {
        "schema": "hoso-danh-muc/1",
        "day": "2026-03-02",
        "owner": "UBND tỉnh",
        "address": f"{origin(shown)}/thu-tuc?tu={HOST}",
        "total": 1,
        "items": [
            {
                "code": CODE,
                "name": WHOLE.name,
                "field": WHOLE.field,
                "level": "province",
                "level_name": "Cấp tỉnh",
                "authority": DEPARTMENT,
                "authority_name": "Sở Văn hóa, Thể thao và Du lịch",
                "service_level": "full",
                "service_level_name": "Toàn trình",
                "updated_at": "2026-03-02T09:00:00+07:00",
                "address": f"{origin(shown)}/thu-tuc/{CODE}?tu={HOST}",
                "filing_address": f"{origin(shown)}/nop/{CODE}?tu={HOST}",
            }
        ],
        "next": None,
    }
    atom = await shown.get(f"{LIST}.atom?q=chung+nhan")
    read = [
        (each.tag.rpartition("}")[2], each.text or dict(each.attrib))
        for each in etree.fromstring(atom.content)[-1]
    ]
    assert read == [
        ("id", f"{origin(shown)}/thu-tuc/{CODE}"),
        ("title", WHOLE.name),
        ("updated", "2026-03-02T09:00:00+07:00"),
        ("link", {"rel": "alternate", "type": "text/html", "href": f"{origin(shown)}/thu-tuc/{CODE}"}),
        ("category", {"term": WHOLE.field}),
        ("summary", f"{CODE} · Cấp tỉnh · Sở Văn hóa, Thể thao và Du lịch"),
    ]
    script = await shown.get(f"/nhung/the.js?v={endpoints.version()}")
    for answer, kept_for in ((feed, "max-age=300"), (atom, "max-age=300"), (script, "immutable")):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert kept_for in answer.headers["cache-control"]
        again = await shown.get(
            str(answer.request.url), headers={"If-None-Match": f'"x", W/{answer.headers["etag"]}'}
        )
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert "immutable" not in (await shown.get("/nhung/the.js?v=old")).headers["cache-control"]
    for nothing in ("co-quan=H27.SYT", "cap=commune", "muc-do=partial", "linh-vuc=x", "q=khong+co"):
        assert (await shown.get(f"{LIST}.json?{nothing}")).json()["total"] == 0
    signed = {"Cookie": "__Host-hoso=x; hoso-xem=en"}
    for path in (
        LIST,
        f"{LIST}?sau=x&ngon-ngu=en",
        "/nhung/tra-cuu",
        f"{LIST}.json",
        f"{LIST}.atom",
        "/nhung/the.js",
    ):
        assert "set-cookie" not in (await shown.get(path, headers=signed)).headers


def origin(rest: Rest) -> str:
    return str(rest.client.base_url).rstrip("/")


async def test_only_sites_of_the_register_may_frame_the_list_and_it_says_whose_it_is(
    shown: Rest, monkeypatch: Any
):
    page = await shown.get(f"{LIST}?tu={HOST}&sau=x", headers=OURS)
    policy = page.headers["content-security-policy"]
    assert f"frame-ancestors 'self' https://{HOST};" in policy
    assert ("script-src 'self'" in policy, "<script>" in page.text, "style=" in page.text) == (
        True,
        False,
        False,
    )
    assert page.text.count('target="_top"') == 3
    for said in ("Nguồn:", "UBND tỉnh", "Nộp trực tuyến", "Toàn trình", f"/nop/{CODE}?tu={HOST}"):
        assert said in page.text
    assert "Open on the portal" in (await shown.get(f"{LIST}?ngon-ngu=en")).text
    stranger = (await shown.get(f"{LIST}?tu=nobody.example.vn")).text
    assert f"/nop/{CODE}?tu" not in stranger
    (found,) = (await systems.listed(shown.world.db)).items
    await systems.change(shown.world.db, found.id, Integration.ENDED, date(2026, 3, 2), asked(COORDINATOR))
    assert "frame-ancestors 'self';" in (await shown.get("/nhung/tra-cuu")).headers["content-security-policy"]

    async def away(*_: Any) -> Any:
        raise DatabaseAway("gone")

    monkeypatch.setattr(sites, "ancestors", away)
    for path in (LIST, "/nhung/tra-cuu"):
        broken = await shown.get(path, headers=OURS)
        assert (broken.status_code, "Danh mục tạm thời chưa xem được." in broken.text) == (503, True)


async def test_links_of_a_site_keep_it_through_list_and_procedure_to_the_filing(shown: Rest):
    word = f"tu={HOST}"
    begun = [f"/nop/{CODE}?{word}"]
    found = {
        address: [each for each in HREF.findall((await shown.get(address)).text) if HOST in each]
        for address in (
            f"{LIST}?{word}",
            f"/thu-tuc?{word}",
            f"/thu-tuc?q=chung+nhan&{word}",
            f"/thu-tuc/{CODE}?{word}",
        )
    }
    frame, browsed, searched, read = found.values()
    assert f"{origin(shown)}/thu-tuc?{word}" in frame
    for each in (browsed, searched):
        assert {f"/thu-tuc/{CODE}?{word}", *begun} <= {*each}
    assert f"/thu-tuc?q=chung+nhan&amp;cap=province&amp;{word}" in searched
    assert f'<input type="hidden" name="tu" value="{HOST}">' in (await shown.get(f"/thu-tuc?{word}")).text
    assert read == [
        f"/thu-tuc?{word}",
        f"/thu-tuc?linh-vuc={quote(WHOLE.field)}&amp;{word}",
        *begun,
    ]
    for nobody in ("/thu-tuc", f"/thu-tuc/{CODE}"):
        assert "nobody.example.vn" not in (await shown.get(f"{nobody}?tu=nobody.example.vn")).text


async def test_a_dossier_keeps_the_site_it_came_through_from_the_link_to_the_report(shown: Rest):
    citizen = await (await Visitor.of(shown, CITIZEN, SessionKind.APPLICANT)).goes(
        f"/nop/{CODE}?tu=Dichvu.Example.VN"
    )
    await citizen.presses("Bắt đầu")
    draft = citizen.path.rpartition("/")[2]
    assert (await shown.get(f"/v1/drafts/{draft}", CITIZEN)).json()["content"]["site"] == HOST
    await citizen.goes(f"/nop/{CODE}?tu=nobody.example.vn")
    await citizen.presses("Tạo bản nháp mới")
    other = citizen.path.rpartition("/")[2]
    assert "site" not in (await shown.get(f"/v1/drafts/{other}", CITIZEN)).json()["content"]
    (found,) = (await systems.listed(shown.world.db)).items
    await systems.change(shown.world.db, found.id, Integration.ENDED, date(2026, 3, 2), asked(COORDINATOR))
    through = [
        await shown.files(CITIZEN, channel="online", site=HOST),
        await shown.files(CITIZEN, channel="online"),
        await shown.files(CITIZEN, channel="online", portal="dichvucong.example.vn"),
        await shown.files(),
        await shown.files(channel="post"),
    ]
    told = []
    for each in through:
        await shown.done(f"/v1/dossiers/{each['reference']}/acceptance", CLERK)
        read = (await shown.get(f"/v1/dossiers/{each['reference']}", CLERK)).json()
        told.append((read["channel"], read["entry"], read["entry_site"]))
    assert told == [
        ("online", "agency_site", HOST),
        ("online", "portal", None),
        ("online", "other_portal", "dichvucong.example.vn"),
        ("desk", "counter", None),
        ("post", "post", None),
    ]
    for each, words in (
        (through[0], f"Lối vào: Trang của cơ quan · {HOST}"),
        (through[1], "Lối vào: Cổng của tỉnh"),
    ):
        assert words in (await citizen.goes(f"/ho-so/{each['reference']}")).text
    assert [each.what async for each in audit.differences(shown.world.service)] == []
    shown.clock.turn("2026-03-02 10:00")
    period = "from=2026-03-01&to=2026-03-31"
    whole = (await shown.get(f"/v1/reports/forms/ii-06?{period}&split=unit&unit={DEPARTMENT}", HEAD)).json()
    split = (await shown.get(f"/v1/reports/forms/ii-06?{period}&split=entry&unit={DEPARTMENT}", HEAD)).json()
    rows = [(each["entry_name"], each["entry_site"], each["received"]) for each in split["lines"]]
    assert rows == [
        ("Trang của cơ quan", HOST, 1),
        ("Trực tiếp", "", 1),
        ("Cổng của cơ quan khác", "dichvucong.example.vn", 1),
        ("Cổng của tỉnh", "", 1),
        ("Bưu chính", "", 1),
    ]
    assert (split["total"], split["checks"]) == (whole["total"], whole["checks"])
    assert {each["left"] - each["right"] for each in split["checks"]} == {0}
    await shown.world.changed(
        "update dossier set entry_site = 'other.example.vn' where reference = $1", through[0]["reference"]
    )
    assert [each.what async for each in audit.differences(shown.world.service)] != []
    assert await audit.rebuild(shown.world.service, through[0]["reference"]) == []
    assert (
        await shown.world.one("select entry_site from dossier where reference = $1", through[0]["reference"])
        == HOST
    )


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ({"channel": "online", "site": "nobody.example.vn", "applicant": OWN}, CITIZEN),
        ({"channel": "online", "site": HOST, "portal": "dichvucong.example.vn", "applicant": OWN}, CITIZEN),
        ({"channel": "desk", "site": HOST}, CLERK),
    ],
)
async def test_a_site_of_no_system_or_beside_another_way_is_refused(shown: Rest, said: Any, by: Any):
    refused = await shown.post("/v1/dossiers", by, {**FILING, **said})
    assert (refused.status_code, [each["field"] for each in problem(refused)["errors"]]) == (422, ["site"])


def test_the_ways_of_entry_are_told_from_channel_site_and_portal():
    ways = [
        ("desk", None, None),
        ("post", None, None),
        ("online", "a.vn", None),
        ("online", None, "p"),
        ("online", None, None),
    ]
    assert [entries.kind(*each) for each in ways] == [
        "counter",
        "post",
        "agency_site",
        "other_portal",
        "portal",
    ]


async def test_an_agency_copies_the_code_and_the_coordinator_sees_the_sites(shown: Rest):
    officer = await (await Visitor.of(shown, HEAD)).goes(
        f"/noi-bo/danh-muc/nhung?co-quan={DEPARTMENT}&tu={HOST}&q=%22%3E"
    )
    assert officer.page is not None
    for said in (
        "&lt;iframe src=",
        "&lt;hoso-danh-muc ",
        "&amp;quot;&amp;gt;",
        "/nhung/the.js?v=",
        "/nhung/tra-cuu",
    ):
        assert said in officer.page.text
    assert (await officer.goes("/noi-bo/danh-muc/trang-nhung")).page.status_code == 403
    await shown.get(LIST, headers={"Referer": f"https://{HOST}/trang/123?ten=A"})
    await shown.get(f"{LIST}.json", headers={"Origin": "https://blog.example.org"})
    await shown.get(f"{LIST}.json", headers={"Origin": "https://blog.example.org"})
    for unnamed in ({}, {"Referer": "https://203.0.113.7/a"}, {"Origin": "null"}):
        await shown.get("/nhung/the.js", headers=unnamed)
    await shown.get(LIST, headers={"Referer": f"{origin(shown)}/noi-bo/danh-muc/nhung"})
    listed = await shown.get("/v1/embedding-sites?from=2026-03-02&to=2026-03-02", COORDINATOR)
    day = {"first": "2026-03-02", "last": "2026-03-02"}
    nobody = {"unit": None, "unit_name": None, **day}
    assert listed.json() == {
        "items": [
            {"host": "", "uses": {"script": 3}, "number": 3, **nobody},
            {"host": "blog.example.org", "uses": {"json": 2}, "number": 2, **nobody},
            {
                "host": HOST,
                "unit": DEPARTMENT,
                "unit_name": "Sở Văn hóa, Thể thao và Du lịch",
                "uses": {"frame": 1},
                "number": 1,
                **day,
            },
        ]
    }
    coordinator = await (await Visitor.of(shown, COORDINATOR)).goes("/noi-bo/danh-muc/trang-nhung?tu=x")
    for said in (
        "blog.example.org",
        "Không có trong sổ hệ thống",
        "khung danh mục 1",
        "Không cho biết trang nào",
    ):
        assert said in coordinator.text
    refused = await shown.get("/v1/embedding-sites?from=2026-03-02&to=2026-03-02", STRANGER)
    assert refused.status_code == 403


def test_the_script_of_the_element_is_small():
    assert len((templating.STATIC / "the.js").read_bytes()) <= MOST


@asynccontextmanager
async def site(host: str, body: str) -> AsyncIterator[str]:
    """A site of somebody else on a port of this machine, whose only page has that body."""
    whole = f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>Sở</title>{body}</html>'.encode()

    async def answer(scope: Any, _: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = [(b"content-type", b"text/html")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": whole})

    with ports.listening() as listening:
        server = uvicorn.Server(uvicorn.Config(answer, log_level="error", lifespan="off"))
        running = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://{host}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_of_another_origin_shows_frame_and_element_and_one_that_is_in_no_register_does_not(
    browsed: Rest, browser: Browser
):
    shown = await shows(browsed)
    complaints: list[str] = []
    cookies: list[str] = []
    async with served(shown, open_board=False) as ours, site("localhost", "") as stranger:
        body = (
            f'<iframe src="{ours}{LIST}?tu=localhost" height="50" title="a"></iframe>'
            f'<hoso-danh-muc co-quan="{DEPARTMENT}"><a href="{ours}/thu-tuc">Thủ tục</a></hoso-danh-muc>'
            f'<iframe src="{ours}/nhung/tra-cuu" height="300" title="b"></iframe>'
            f'<iframe src="{stranger}" height="60" title="c"></iframe>'
            f'<script src="{ours}/nhung/the.js" defer></script>'
        )
        async with site("localhost", body) as theirs, opened(browser, 1280, complaints, scripts=True) as page:
            page.on(
                "response", lambda each: cookies.append(each.url) if "set-cookie" in each.headers else None
            )
            page.on("request", lambda each: cookies.append(each.url) if "cookie" in each.headers else None)
            await page.route("**/danh-muc.json?*", lambda route: route.abort())
            await page.goto(theirs)
            await page.wait_for_function("document.querySelector('hoso-danh-muc').dataset.xong")
            assert await page.locator("hoso-danh-muc").first.inner_text() == "Thủ tục"
            assert sum("frame-ancestors" in each for each in complaints) == 2
            await page.unroute("**/danh-muc.json?*")
            await registered(shown, theirs)
            complaints.clear()
            await page.goto(theirs)
            first = page.locator("hoso-danh-muc a").first
            await page.wait_for_selector(f'hoso-danh-muc a[href="{ours}/thu-tuc/{CODE}?tu=localhost"]')
            assert await first.inner_text() == WHOLE.name
            frame = page.frame_locator("iframe").first
            assert await frame.locator("h1").inner_text() == "Thủ tục hành chính"
            await page.wait_for_function("document.querySelector('iframe').height > 100")
            await page.evaluate(
                "addEventListener('message', each => { if (each.data.hoso === 9999) document.body.id = 'heard' })"
            )
            (other,) = (each for each in page.frames if each.url.startswith(stranger))
            await other.evaluate("parent.postMessage({ hoso: 9999 }, '*')")
            await page.wait_for_selector("#heard")
            assert await page.get_attribute("iframe[title=c]", "height") == "60"
            assert (complaints, cookies) == ([], [])
            second = page.frame_locator("iframe").nth(1)
            await second.locator("input[name=ma]").fill("H27.PVHCC-260302-0001")
            async with page.expect_navigation():
                await second.locator("button").click()
            assert page.url == f"{ours}/tra-cuu/H27.PVHCC-260302-0001"
            complaints.clear()
            await page.goto(f"{ours}/thu-tuc/{CODE}")
            data = json.loads(await page.text_content("script[type='application/ld+json']") or "")
            assert (data["@type"], data["identifier"], complaints) == ("GovernmentService", CODE, [])
