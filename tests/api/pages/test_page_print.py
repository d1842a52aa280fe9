"""The pages on paper, on the narrowest screen, and as a way to what somebody looks for."""

import re

import pytest
from playwright.async_api import Browser, Page

from support.api_client import Rest
from support.browser import fits, follows, opened, served

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def rest(browsed: Rest) -> Rest:
    """The API on the loop of the browser."""
    return browsed


async def pages_of(page: Page) -> int:
    """Number of sheets of the printed page."""
    printed = await page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


async def test_ten_late_dossiers_are_printed_on_one_page(rest: Rest, browser: Browser) -> None:
    for _ in range(10):
        await rest.accepts()
    rest.clock.turn("2026-03-10 09:00")
    complaints: list[str] = []
    async with served(rest) as address, opened(browser, 1280, complaints) as page:
        await page.goto(f"{address}/noi-bo/qua-han")
        await page.emulate_media(media="print", color_scheme="dark")
        assert await page.locator("#tre").is_visible()
        assert not await page.locator(".filter").is_visible()
        assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 37, 48)"
        assert await pages_of(page) == 1
        await page.set_viewport_size({"width": 703, "height": 1000})
        await fits(page, 703)
    assert complaints == []


async def test_the_narrowest_screen_holds_everything_and_is_light_for_who_asks_for_dark(
    rest: Rest, browser: Browser
) -> None:
    await rest.accepts()
    rest.clock.turn("2026-03-10 09:00")
    complaints: list[str] = []
    async with served(rest) as address, opened(browser, 320, complaints) as page:
        await page.emulate_media(color_scheme="dark")
        for path in ("/noi-bo/qua-han", "/noi-bo/qua-han?loai=buoc", "/noi-bo/qua-han?loai=tiep-nhan"):
            await page.goto(address + path)
            await fits(page, 320)
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 245, 241)"
    assert complaints == []


async def test_a_code_is_looked_for_and_a_number_leads_to_its_list(rest: Rest, browser: Browser) -> None:
    code = (await rest.accepts())["code"]
    complaints: list[str] = []
    async with served(rest) as address, opened(browser, 1280, complaints) as page:
        await page.goto(f"{address}/noi-bo/qua-han")
        assert await page.locator(".totals .late, .totals .soon").count() == 0
        await follows(page, ".totals div:nth-child(4) a")
        assert page.url == f"{address}/noi-bo/qua-han?loai=buoc#tre"
        await page.fill("#ma", f" {code} ")
        await follows(page, "form.search button")
        assert page.url == f"{address}/noi-bo/ho-so/{code}/thoi-han"
    assert complaints == []
