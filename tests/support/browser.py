"""A real browser before the application on a free port of this machine."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from playwright.async_api import Browser, Page, Request, ViewportSize, async_playwright

from hoso_api.app import create_app
from hoso_api.settings import Settings
from hoso_workflows.operation import demonstration
from support import ports, signing_in
from support.api_client import Rest

#: The shell does what a browser without windows does for two thirds of the processor; where it is not to be had, the whole browser.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: Milliseconds after which something hangs.
PATIENCE = 300_000


@asynccontextmanager
async def served(rest: Rest, *, open_board: bool = True) -> AsyncIterator[str]:
    """The application on a free port of this machine, its board open unless it is said."""
    if open_board:
        await demonstration.mark(rest.world.db, at=rest.clock.at)
    app = create_app(rest.world.service, clock=rest.clock, settings=Settings(open_board=open_board))
    signing_in.hasten(app)
    with ports.listening() as listening:
        # Who reads for long finds the line still open: a request that crosses its end would be broken off.
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_keep_alive=PATIENCE // 1000))
        running = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            # The loop goes on to the next test, and so would a server that nobody ends.
            server.should_exit = True
            await running


@asynccontextmanager
async def started() -> AsyncIterator[Browser]:
    """A browser with its driver; tests share the one of the fixture `browser`."""
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE)
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser, width: int, complaints: list[str], *, scripts: bool = False
) -> AsyncIterator[Page]:
    """A page in a fresh context, without scripts unless it is said; complaints are written down."""
    viewport: ViewportSize = {"width": width, "height": 900}
    async with await browser.new_page(viewport=viewport, java_script_enabled=scripts) as page:
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: is_left(request) or complaints.append(request.url))
        yield page


def is_left(request: Request) -> bool:
    """Say whether a browser broke off what a page loads, as it does where the page is left before."""
    return request.resource_type != "document" and request.failure == "net::ERR_ABORTED"


async def follows(page: Page, what: str) -> None:
    """Click, and have the whole page that comes: who leaves it before breaks off what it still loads."""
    async with page.expect_navigation(wait_until="load"):
        await page.click(what)


async def fits(page: Page, width: int) -> None:
    """No part of the page is wider than the window, and our own font is there."""
    ends = await page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("main *")]
          .filter((each) => each.checkVisibility({ visibilityProperty: true }))
          .map((each) => each.getBoundingClientRect().right)"""
    )
    assert max(ends) <= width + 1
