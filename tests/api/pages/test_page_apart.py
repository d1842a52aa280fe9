"""Tests of a worker share a browser, and find nothing of each other."""

import pytest
from playwright.async_api import Browser, Page, Route

from support.browser import opened
from support.person import Mode, person

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

ADDRESS = "http://localhost/"
LEAVES = "() => { document.cookie = 'a=1'; localStorage.b = 2; sessionStorage.c = 3 }"
FINDS = "() => [document.cookie, localStorage.length, sessionStorage.length, 'looked' in window, innerWidth]"


async def goes(page: Page) -> None:
    """Open a page that is empty."""

    async def answers(route: Route) -> None:
        await route.fulfill(body="<title>a</title>", content_type="text/html")

    await page.route("**/*", answers)
    await page.goto(ADDRESS)


async def test_a_page_finds_no_cookie_storage_script_or_width_of_another(browser: Browser) -> None:
    async with opened(browser, 800, [], scripts=True) as first:
        await first.context.add_init_script("window.looked = true")
        await goes(first)
        await first.evaluate(LEAVES)
        assert await first.evaluate(FINDS) == ["a=1", 1, 1, True, 800]
        async with opened(browser, 400, [], scripts=True) as beside:
            await goes(beside)
            assert await beside.evaluate(FINDS) == ["", 0, 0, False, 400]
    async with opened(browser, 400, [], scripts=True) as later:
        await goes(later)
        assert await later.evaluate(FINDS) == ["", 0, 0, False, 400]


async def test_a_person_finds_no_session_of_another_and_no_script_of_another_mode(browser: Browser) -> None:
    async with person(browser, ADDRESS, Mode.SCRIPT, "secret") as first:
        await goes(first.page)
        assert len(await first.page.context.cookies()) == 1
        assert await first.page.evaluate("'axe' in window")
    async with person(browser, ADDRESS, Mode.PHONE) as later:
        await goes(later.page)
        assert await later.page.context.cookies() == []
        assert not await later.page.evaluate("'axe' in window")


async def fails(browser: Browser) -> None:
    """Open two windows, and fail."""
    async with opened(browser, 800, []), person(browser, ADDRESS, Mode.PLAIN):
        assert len(browser.contexts) == 2
        raise ZeroDivisionError


async def test_what_a_test_opened_is_closed_when_it_fails(browser: Browser) -> None:
    with pytest.raises(ZeroDivisionError):
        await fails(browser)
    assert browser.contexts == []
