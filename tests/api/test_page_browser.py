"""The pages in a real browser, without a script: wide and narrow, nothing runs over, nothing is blocked."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright

from hoso_api.app import create_app
from hoso_api.settings import Settings
from hoso_workflows import demonstration
from rest import CLERK, Rest

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = (1280, 390)
#: Milliseconds after which something hangs.
PATIENCE = 300_000

pytestmark = pytest.mark.slow


@asynccontextmanager
async def served(rest: Rest) -> AsyncIterator[str]:
    """The application on a free port of this machine, its board open."""
    await demonstration.mark(rest.world.db, at=rest.clock.at)
    app = create_app(rest.world.office, clock=rest.clock, settings=Settings(open_board=True))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        running = asyncio.create_task(server.serve([listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await running


@asynccontextmanager
async def opened(width: int, complaints: list[str], *, scripts: bool = False) -> AsyncIterator[Page]:
    """A browser page, without scripts unless it is said, that writes down what it complains of."""
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE)
        page = await browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        yield page
        await browser.close()


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_board_leads_to_the_explanation_and_nothing_runs_over(rest: Rest, width: int):
    code = (await rest.accepts())["code"]
    rest.clock.turn("2026-03-10 09:00")
    complaints: list[str] = []
    async with served(rest) as address, opened(width, complaints) as page:
        await page.goto(address)
        assert await page.inner_text("h1") == "Hồ sơ quá hạn"
        await fits(page, width)
        await page.select_option("#loc", "H27.SVHTTDL")
        await follows(page, "form.filter button")
        await follows(page, f"text={code}")
        assert (await page.inner_text("h1")).startswith("Vì sao hẹn 17:00, thứ Năm 05/03/2026")
        await fits(page, width)
    assert complaints == []


async def follows(page: Page, what: str) -> None:
    """Click, and have the whole page that comes: who leaves it before breaks off what it still loads."""
    async with page.expect_navigation(wait_until="load"):
        await page.click(what)


async def fits(page: Page, width: int) -> None:
    """No part of the page is wider than the window, and our own font is there."""
    box = await page.locator("html").bounding_box()
    parts = [await part.bounding_box() for part in await page.locator("main *:visible").all()]
    assert box is not None
    assert max(part["x"] + part["width"] for part in [box, *parts] if part) <= width + 1


async def test_the_interactive_page_of_the_api_is_made_of_our_own_files_and_asks_for_real(rest: Rest):
    complaints: list[str] = []
    asked: list[str] = []
    async with served(rest) as address, opened(1280, complaints, scripts=True) as page:
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{address}/v1/docs")
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
