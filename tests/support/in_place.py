"""Parts of a page that change where they stand: requests held back, the caret, the words of the live region."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, Route, expect

from support.browser import PATIENCE


@asynccontextmanager
async def held(page: Page, address: str) -> AsyncIterator[None]:
    """Requests to an address go on when the block ends."""
    go = asyncio.Event()

    async def wait(route: Route) -> None:
        await go.wait()
        await route.continue_()

    await page.route(f"**{address}", wait)
    yield
    go.set()
    # While a request may be held back, the browser keeps nothing that it has loaded.
    await page.unroute_all(behavior="wait")


async def focus(page: Page) -> Any:
    """The id of what has the focus, what stands in it, and where the caret is."""
    return await page.evaluate(
        "(({ id, value, selectionStart }) => [id, value, selectionStart])(document.activeElement)"
    )


async def hears(page: Page, words: str) -> None:
    """The live region says this."""
    await expect(page.locator("#noi")).to_have_text(words, timeout=PATIENCE)
