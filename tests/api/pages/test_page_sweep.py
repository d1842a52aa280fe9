"""Every page of the table of routes, for nobody, an officer, an administrator and an applicant: a new page is in by itself."""

import html
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from hoso_models import SessionKind
from support import api_client, looking, markup, page_samples
from support.account import Account
from support.api_client import ADMINISTRATOR, CLERK, HEAD, Rest
from support.browser import served
from support.signing_in import OURS, signed_in
from support.world import CITIZEN, instant

#: The most that a page may weigh, without what it loads.
HEAVIEST = 90_000
#: Nobody comes back from a provider who was not sent there.
COMES_BACK = ("/dang-nhap/tro-lai", 400)


#: Who may come: nobody who has signed in, or somebody by their kind of session.
READERS: Mapping[str, tuple[UUID, SessionKind] | None] = {
    "nobody": None,
    "officer": (HEAD, SessionKind.OFFICER),
    "desk": (CLERK, SessionKind.OFFICER),
    "administrator": (ADMINISTRATOR, SessionKind.OFFICER),
    "applicant": (CITIZEN, SessionKind.APPLICANT),
}
#: Pages of whom has signed in, and those that each reader is sure to see among them.
OWN = frozenset({"/noi-bo/qua-han", "/noi-bo/viec", "/tai-khoan", "/cua-toi"})
SURE = {
    "nobody": {"/dang-nhap"},
    "administrator": {"/noi-bo/qua-han", "/noi-bo/viec", "/tai-khoan"},
    "applicant": {"/cua-toi"},
}


@dataclass(frozen=True, slots=True)
class House:
    """An application with a page at every address, and what was looked at."""

    rest: Rest
    addresses: Sequence[str]
    met: set[str] = field(default_factory=set)

    async def headers(self, who: str) -> dict[str, str]:
        """The headers of a reader who signs in now."""
        if (found := READERS[who]) is None:
            return OURS
        by, kind = found
        return await signed_in(self.rest.world.db, by, at=self.rest.clock.at, kind=kind)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(shared_world_url: str) -> AsyncIterator[House]:
    """One for all readers: reading changes nothing."""
    async with api_client.opened(shared_world_url, instant("2026-03-02 09:00")) as rest:
        await Account.of(rest, HEAD, "truong-phong")
        await Account.of(rest, ADMINISTRATOR, "quan-tri")
        yield House(rest, await page_samples.addresses(rest))


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("who", READERS)
async def test_every_page_is_answered_in_good_markup_and_changes_nothing(house: House, who: str) -> None:
    rest = house.rest
    rest.clock.turn("2026-03-02 09:00")
    headers, before = await house.headers(who), await rest.content()
    wrong: dict[str, Any] = {}
    seen: set[str] = set()
    for address in house.addresses:
        answer = await rest.get(address, headers=headers)
        usual = answer.status_code in (200, 303, 403, 404)
        assert usual or (address, answer.status_code) == COMES_BACK, (address, answer.status_code)
        if answer.status_code != 303:
            seen.add(address)
            found = markup.faults(answer.text)
            if len(answer.content) > HEAVIEST:
                found.append(f"{len(answer.content)} bytes")
            if found:
                wrong[address] = found
    assert wrong == {}
    assert await rest.content() == before
    assert SURE.get(who, set()) <= seen
    assert who != "nobody" or not OWN & seen


def test_what_is_wrong_with_a_page_is_found() -> None:
    page = '<title>a</title><h1 id="b" style="c">d<p id="b" onclick="e"><a href="javascript:f">g</h1><script>h</script>'
    assert markup.faults(page) == [
        "h1 has style",
        "p has onclick",
        "a has href=javascript:f",
        "</h1> ends ['a'] at (1, 84)",
        "<script> inside the page",
        "<h1> does not end",
        "<p> does not end",
        "<a> does not end",
        "id b twice",
        "no doctype first",
    ]


#: What of a page is new each time it is read: the keys of its forms.
HIDDEN = re.compile(r'<input type="hidden"[^>]*>')


def shown(markup: str, address: str) -> str:
    """The markup of a page without the keys of its forms and its own address."""
    return HIDDEN.sub("", markup).replace(quote(address, safe=""), "").replace(html.escape(address), "")


async def looked_at(page: Page) -> list[str]:
    """Everything that is to be seen of a page, wide, narrow, with larger letters, and on paper."""
    found = [*await looking.order(page), *await looking.violations(page)]
    for width in (360, 320):
        await page.set_viewport_size({"width": width, "height": 740})
        found += [*await looking.wider(page, width), *await looking.targets(page)]
    await page.add_style_tag(content=looking.SPACING)
    found += await looking.clipped(page)
    await page.evaluate("document.documentElement.classList.add('chu-rat-lon', 'tuong-phan')")
    found += [*await looking.wider(page, 320), *await looking.clipped(page)]
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 703, "height": 1000})
    shown = page.locator("nav:visible, button:visible, .button:visible")
    found += [f"printed: {await each.inner_text()}" for each in await shown.all()]
    return found


@asynccontextmanager
async def window(browser: Browser, headers: Mapping[str, str]) -> AsyncIterator[Page]:
    """A page in the session that headers carry."""
    async with await browser.new_context(bypass_csp=True, reduced_motion="reduce") as context:
        if "Cookie" in headers:
            name, _, value = headers["Cookie"].partition("=")
            await context.add_cookies([{"name": name, "value": value, "url": "https://localhost"}])
        yield await context.new_page()


@pytest.mark.slow
@pytest.mark.rotating("api/hoso_api/pages")
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("who", ["nobody", "desk", "administrator", "applicant"])
async def test_every_page_fits_can_be_used_by_everybody_and_prints_without_controls(
    house: House, browser: Browser, who: str
) -> None:
    rest = house.rest
    rest.clock.turn("2026-03-10 09:00")
    # Who signed in before the clock was turned would have to sign in again.
    headers = await house.headers(who)
    wrong: list[str] = []
    async with served(rest, open_board=False) as address, window(browser, headers) as page:
        here = address.replace("127.0.0.1", "localhost")
        for each in house.addresses:
            answer = await rest.get(each, headers=headers)
            # What another address leads to is looked at there; a refusal is the same at many.
            if answer.status_code == 303 or (found := shown(answer.text, each)) in house.met:
                continue
            house.met.add(found)
            await page.set_viewport_size({"width": 1280, "height": 900})
            await page.emulate_media(media="screen")
            await page.goto(here + each)
            assert page.url == here + each
            wrong += [f"{each}: {fault}" for fault in await looked_at(page)]
    assert not wrong, "\n".join(wrong)
