"""The script of the pages, on a page of its own under the policy of all pages: keys, forms left, ticks, uploads, parts that change."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from hoso_api.http.middleware import limits
from hoso_api.pages.shared.look import Look
from hoso_api.pages.shared.templating import ENVIRONMENT, STATIC
from support import looking
from support.browser import PATIENCE

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

FRAME = """{% extends "base.html" %}{% block title %}Mẫu{% endblock %}
{% block htmx %}{% include "htmx.html" %}{% endblock %}{% block main %}<h1>Mẫu</h1>MAIN{% endblock %}"""
LIST = """
<form role="search" action="/tim"><label for="q">Tìm</label><input id="q" name="q"></form>
<form method="post" action="/nhan"><label><input type="checkbox" data-tat-ca id="tat-ca"> Cả trang</label>
<table data-danh-sach><caption>Việc</caption><tbody>
ROWS
</tbody></table></form>
<a href="/truoc" rel="prev">Trước</a> <a href="/sau" rel="next">Sau</a>"""
ROW = """<tr><th scope="row"><a href="/viec/{0}" id="v{0}">Việc {0}</a></th><td><input type="checkbox" id="o{0}" aria-label="Chọn {0}">
<button name="nhan" value="{0}" data-phim="n" type="button" id="n{0}">Nhận {0}</button></td></tr>"""
WORKLIST = LIST.replace("ROWS", "".join(ROW.format(number) for number in (1, 2, 3)))
NOTE = """<form method="post" action="/ghi"><label for="ghi">Ghi chú</label><textarea id="ghi" name="ghi"></textarea>
<button class="button" name="_di" value="luu">Lưu</button></form><a href="/khac">Trang khác</a>"""
SEARCH = """<form role="search" method="post" action="/tim"><label for="q">Tìm</label><input id="q" name="q"></form>
<a href="/khac">Trang khác</a>"""
PAPER = """<form method="post" action="/tep" enctype="multipart/form-data" data-tai-len data-toi-da="1000">
<input type="hidden" name="_khoa" value="a"><label for="tep">Tệp</label><input type="file" multiple id="tep" name="tep"><output></output></form>
<form method="post" action="/tiep"><button class="button">Tiếp tục</button></form>"""
PART = """<button id="doi" class="button" hx-post="/phan" hx-target="#phan" hx-select="#phan" hx-swap="outerHTML">Đổi</button>
<p id="phan">cũ</p>"""


@dataclass
class Site:
    """A browser page, what its addresses answer, and what was asked of them."""

    page: Page
    mains: dict[str, str] = field(default_factory=dict)
    #: Path → status of its answers; none where the line is cut.
    statuses: dict[str, int | None] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def answer(self, route: Route) -> None:
        """Answer a request as the application would, with its headers."""
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            await route.fulfill(path=STATIC / path.removeprefix("/static/"))
            return
        self.asked.append((route.request.method, path))
        status = self.statuses.get(path, 200)
        if status is None:
            await route.abort()
            return
        text = ENVIRONMENT.from_string(FRAME.replace("MAIN", self.mains.get(path, ""))).render(
            reader=None, look=Look()
        )
        await route.fulfill(
            status=status, body=text, headers={**limits.HEADERS, "Content-Type": "text/html; charset=utf-8"}
        )

    async def shows(self, main: str) -> None:
        """Open a page with this main part."""
        self.mains["/mau"] = main
        await self.page.goto("http://localhost/mau")
        self.asked.clear()

    async def focused(self) -> str:
        """The id of what has the focus."""
        found: str = await self.page.evaluate("document.activeElement.id")
        return found

    async def announced(self) -> str:
        """Text of the region of status."""
        return await self.page.inner_text("#noi")


@pytest_asyncio.fixture(loop_scope="session")
async def site(browser: Browser) -> AsyncIterator[Site]:
    async with await browser.new_page() as page:
        page.set_default_timeout(PATIENCE)
        found = Site(page)
        page.on("console", lambda message: found.complaints.append(message.text))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        await page.route("**/*", found.answer)
        yield found


async def test_keys_walk_a_list_tick_take_and_lead_to_search_and_neighbours(site: Site) -> None:
    await site.shows(WORKLIST)
    await site.page.evaluate("() => { n2.onclick = () => { document.title = 'n2' } }")
    been = []
    for key in ("j", "j", "j", "j", "k"):
        await site.page.keyboard.press(key)
        been.append(await site.focused())
    assert been == ["v1", "v2", "v3", "v3", "v2"]
    await site.page.keyboard.press("x")
    await site.page.keyboard.press("n")
    assert await site.page.locator("#o1:checked, #o2:checked, #o3:checked").evaluate_all(
        "found => found.map(each => each.id)"
    ) == ["o2"]
    assert await site.page.title() == "n2"
    await site.page.keyboard.press("/")
    await site.page.keyboard.type("jnx?]/")
    assert await site.page.input_value("#q") == "jnx?]/"
    await site.page.locator("#v1").focus()
    async with site.page.expect_navigation():
        await site.page.keyboard.press("]")
    assert site.page.url == "http://localhost/sau"
    assert site.complaints == []


async def test_no_key_acts_with_a_modifier_while_composing_or_when_switched_off(site: Site) -> None:
    await site.shows(WORKLIST)
    await site.page.locator("#v2").focus()
    for key in ("Alt+j", "Control+x", "Meta+k"):
        await site.page.keyboard.press(key)
    # What an input method for Telex sends for "aj" over a list: letters that compose, a Backspace, the letter with its mark.
    for said in (
        "{key: 'j', isComposing: true}",
        "{key: 'Process', keyCode: 229}",
        "{key: 'Backspace'}",
        "{key: 'ạ'}",
    ):
        await site.page.evaluate(
            f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{bubbles: true, ...{said}}}))"
        )
    assert (await site.focused(), await site.page.locator("input:checked").count()) == ("v2", 0)
    await site.page.evaluate("document.documentElement.dataset.phim = 'tat'")
    for key in ("j", "x", "n", "/", "]", "l", "?"):
        await site.page.keyboard.press(key)
    assert (await site.focused(), await site.page.locator("input:checked").count()) == ("v2", 0)
    assert (site.page.url, site.asked) == ("http://localhost/mau", [])


async def test_control_and_enter_send_the_form_from_its_text(site: Site) -> None:
    await site.shows(NOTE)
    await site.page.fill("#ghi", "Chú ý mục 3")
    async with site.page.expect_navigation():
        await site.page.keyboard.press("Control+Enter")
    assert site.asked == [("POST", "/ghi")]


async def test_the_browser_asks_before_something_typed_is_left_and_not_otherwise(site: Site) -> None:
    asked: list[str] = []

    async def stay(dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    site.page.on("dialog", stay)
    for main in (NOTE.replace("<form", "<form data-tu-luu"), NOTE, NOTE):
        await site.shows(main)
        await site.page.click("#ghi")
        await site.page.keyboard.type("một")
        if len(asked) == 1:
            break
        async with site.page.expect_navigation():
            await site.page.click("text=Trang khác")
    assert asked == ["beforeunload"]
    async with site.page.expect_navigation():
        await site.page.click("text=Lưu")
    await site.shows(SEARCH)
    await site.page.click("#q")
    await site.page.keyboard.type("một")
    async with site.page.expect_navigation():
        await site.page.click("text=Trang khác")
    assert asked == ["beforeunload"]


async def test_one_box_ticks_the_others_and_shows_when_only_some_are(site: Site) -> None:
    await site.shows(WORKLIST)
    state = "() => ['tat-ca', 'o1', 'o2', 'o3'].map(id => document.getElementById(id)).map(b => b.indeterminate ? '-' : b.checked ? 'x' : ' ').join('')"
    seen = []
    for box in ("#tat-ca", "#o2", "#o1", "#o3", "#o1"):
        await site.page.click(box)
        seen.append(await site.page.evaluate(state))
    assert seen == ["xxxx", "-x x", "-  x", "    ", "-x  "]


async def test_each_file_is_sent_at_once_tells_how_it_went_and_can_be_sent_again(site: Site) -> None:
    await site.shows(PAPER)
    site.statuses["/tep"] = 500
    small, large = (
        {"name": name, "mimeType": "text/plain", "buffer": bytes(size)}
        for name, size in (("nhỏ.txt", 10), ("lớn.txt", 1001))
    )
    await site.page.set_input_files("#tep", [small, large])
    await site.page.wait_for_selector("text=nhỏ.txt: chưa gửi được")
    assert await site.page.locator("output p span").all_inner_texts() == [
        "nhỏ.txt: chưa gửi được",
        "lớn.txt: lớn hơn mức cho phép",
    ]
    assert await site.announced() == "nhỏ.txt: chưa gửi được"
    assert site.asked == [("POST", "/tep")]
    site.statuses.clear()
    async with site.page.expect_navigation():
        await site.page.click("text=Thử lại")
    assert site.asked == [("POST", "/tep"), ("POST", "/tep"), ("GET", "/mau")]


async def test_a_page_does_not_go_on_while_a_file_is_being_sent(site: Site) -> None:
    await site.shows(PAPER)
    await site.page.evaluate("XMLHttpRequest.prototype.send = () => {}")
    await site.page.set_input_files("#tep", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    await site.page.click("text=Tiếp tục")
    assert await site.announced() == "1 tệp đang gửi; chờ gửi xong"
    assert site.asked == []


async def test_a_part_is_swapped_under_the_policy_and_a_script_in_it_is_not_run(site: Site) -> None:
    await site.shows(PART)
    site.mains["/phan"] = "<p id='phan'>mới<script>document.title = 'run'</script></p>"
    await site.page.click("#doi")
    await expect(site.page.locator("#phan")).to_contain_text("mới", timeout=PATIENCE)
    assert await site.page.title() == "Mẫu · hồ sơ"
    assert site.asked == [("POST", "/phan")]


async def test_a_cut_line_is_said_and_the_button_works_again(site: Site) -> None:
    await site.shows(PART)
    site.statuses["/phan"] = None
    await site.page.click("#doi")
    await expect(site.page.locator("#noi")).not_to_be_empty(timeout=PATIENCE)
    assert await site.announced() == "Mất kết nối; chưa gửi được. Nội dung vẫn còn ở đây."
    assert await site.page.get_attribute("#phan", "aria-busy") is None
    assert await site.page.is_enabled("#doi")


async def test_what_is_wrong_with_a_page_is_found_by_those_who_look(site: Site) -> None:
    """The harness itself: each thing that it looks for is missing or wrong on this page."""
    await site.shows(
        """<h1>Hai</h1><p id="a"></p><p id="a"></p><a href="/x">Xem</a> <a href="/y">Xem</a><a href="#z">Z</a>
        <table><tr><td>1</td></tr></table><form><button name="_bo" value="1">Bỏ</button></form>
        <label for="nowhere">Tên</label><img src="/static/seal.svg" width="900" height="9"><button id="b">n</button>"""
    )
    assert await looking.order(site.page) == [
        "2 h1",
        "id a twice",
        "two links are called Xem",
        "#z leads nowhere",
        "for names nowhere, which is not there",
        "a table has no name",
        "Enter presses _bo 1",
    ]
    assert {each.split(":")[0] for each in await looking.violations(site.page)} == {
        "image-alt",
        "target-size",
    }
    await site.page.set_viewport_size({"width": 360, "height": 740})
    assert any("img" in each for each in await looking.wider(site.page, 360))
    assert any(each.startswith("button n is") for each in await looking.targets(site.page))
    await site.page.evaluate("document.adoptedStyleSheets = []; b.blur()")
    await site.page.evaluate(
        "for (const rule of document.styleSheets[0].cssRules) if (rule.selectorText === ':focus-visible') rule.style.outline = 'none'"
    )
    await site.page.locator("#b").focus()
    assert await looking.focus(site.page) == ["button n shows no focus"]
