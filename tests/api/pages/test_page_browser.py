"""The pages in a real browser, without a script: wide and narrow, nothing runs over, nothing is blocked."""

import pytest
from playwright.async_api import Browser

from hoso_api.pages.shared import look
from support import looking, signing_in
from support.api_client import CLERK, Rest
from support.browser import fits, follows, opened, served

WIDTHS = (1280, 390)
#: As wide as a page of 1280 px is at four times its size (WCAG 1.4.10).
NARROWEST = 320
#: A name of many words, one of them longer than a line.
LONG_NAME = "Chuyên viên Sở Văn hóa, Thể thao và Du lịch Tonnuhoangphuonganhthuminhkhai"

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def rest(browsed: Rest) -> Rest:
    """The API on the loop of the browser."""
    return browsed


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_board_leads_to_the_explanation_and_nothing_runs_over(
    rest: Rest, browser: Browser, width: int
):
    code = (await rest.accepts())["code"]
    rest.clock.turn("2026-03-10 09:00")
    complaints: list[str] = []
    async with served(rest) as address, opened(browser, width, complaints) as page:
        await page.goto(f"{address}/noi-bo/qua-han")
        assert await page.inner_text("h1") == "Hồ sơ quá hạn"
        await fits(page, width)
        await page.select_option("#loc", "H27.SVHTTDL")
        await follows(page, "form.filter button")
        await follows(page, f"text={code}")
        assert (await page.inner_text("h1")).startswith("Vì sao hẹn 17:00, thứ Năm 05/03/2026")
        await fits(page, width)
    assert complaints == []


async def test_the_head_of_the_inside_holds_a_long_name_in_the_largest_letters(rest: Rest, browser: Browser):
    await rest.world.changed("update principal set name = $1 where id = $2", LONG_NAME, CLERK)
    signed = await signing_in.signed_in(rest.world.db, CLERK, at=rest.clock.at)
    name, _, value = signed["Cookie"].partition("=")
    largest = look.Look(size="rat-lon")
    async with served(rest, open_board=False) as address, opened(browser, NARROWEST, []) as page:
        await page.context.add_cookies(
            [
                {"name": name, "value": value, "url": "https://localhost"},
                {"name": look.COOKIE, "value": largest.words, "url": "http://localhost"},
            ]
        )
        await page.goto(f"{address.replace('127.0.0.1', 'localhost')}/noi-bo/viec")
        assert LONG_NAME in await page.inner_text("header")
        assert await page.get_attribute("html", "class") == largest.classes
        assert await looking.wider(page, NARROWEST) == []


@pytest.mark.rotating("api/hoso_api/pages/static", "api/hoso_api/pages/shared")
async def test_the_interactive_page_of_the_api_is_made_of_our_own_files_and_asks_for_real(
    rest: Rest, browser: Browser
):
    complaints: list[str] = []
    asked: list[str] = []
    async with served(rest) as address, opened(browser, 1280, complaints, scripts=True) as page:
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{address}/v1/docs")
        await page.click("#operations-tag-people")
        await page.click("#operations-people-get_me")
        await page.click("#operations-people-get_me .try-out__btn")
        await page.click(".auth-wrapper .authorize")
        await page.fill("input#auth-bearer-value", await rest.token(CLERK))
        await page.click(".auth-btn-wrapper .authorize")
        await page.click(".auth-btn-wrapper .btn-done")
        await page.click("#operations-people-get_me .execute")
        answered = await page.inner_text(
            "#operations-people-get_me .live-responses-table .microlight >> nth=0"
        )
        assert str(CLERK) in answered
        assert "Who you are" in await page.inner_text("#operations-people-get_me")
    assert {url.split("/")[2] for url in asked if not url.startswith("data:")} == {address.split("/")[2]}
    assert complaints == []
