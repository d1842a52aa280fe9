"""Every page of the table of routes, for nobody, an officer, an administrator and an applicant: a new page is in by itself."""

import html
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page

from hoso_models import SessionKind
from support import looking, markup, page_samples, person
from support.account import Account
from support.api_client import ADMINISTRATOR, CLERK, HEAD, Rest
from support.browser import served
from support.signing_in import OURS, signed_in
from support.world import CITIZEN

# Reading changes nothing.
pytestmark = pytest.mark.world("shared")

#: The most that a page may weigh, without what it loads.
HEAVIEST = 90_000
#: Nobody comes back from a provider who was not sent there.
COMES_BACK = ("/dang-nhap/tro-lai", 400)


async def readers(rest: Rest) -> Mapping[str, dict[str, str]]:
    """The headers of everybody who may come."""
    db, at = rest.world.db, rest.clock.at
    return {
        "nobody": OURS,
        "officer": await signed_in(db, HEAD, at=at),
        "desk": await signed_in(db, CLERK, at=at),
        "administrator": await signed_in(db, ADMINISTRATOR, at=at),
        "applicant": await signed_in(db, CITIZEN, at=at, kind=SessionKind.APPLICANT),
    }


async def test_every_page_is_answered_for_everybody_in_good_markup_and_changes_nothing(rest: Rest) -> None:
    await Account.of(rest, HEAD, "truong-phong")
    addresses, people = await page_samples.addresses(rest), await readers(rest)
    before = await rest.content()
    wrong: dict[tuple[str, str], Any] = {}
    seen: dict[str, set[str]] = {who: set() for who in people}
    for who, headers in people.items():
        for address in addresses:
            answer = await rest.get(address, headers=headers)
            usual = answer.status_code in (200, 303, 403, 404)
            assert usual or (address, answer.status_code) == COMES_BACK, (who, address, answer.status_code)
            if answer.status_code != 303:
                seen[who].add(address)
                found = markup.faults(answer.text)
                if len(answer.content) > HEAVIEST:
                    found.append(f"{len(answer.content)} bytes")
                if found:
                    wrong[who, address] = found
    assert wrong == {}
    assert await rest.content() == before
    assert {"/noi-bo/qua-han", "/noi-bo/viec", "/tai-khoan"} <= seen["administrator"]
    assert "/cua-toi" in seen["applicant"]
    assert "/dang-nhap" in seen["nobody"]
    assert not {"/noi-bo/qua-han", "/noi-bo/viec", "/tai-khoan", "/cua-toi"} & seen["nobody"]


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
    context = await browser.new_context(bypass_csp=True, reduced_motion="reduce")
    if "Cookie" in headers:
        name, _, value = headers["Cookie"].partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": "https://localhost"}])
    yield await context.new_page()
    await context.close()


@pytest.mark.slow
async def test_every_page_fits_can_be_used_by_everybody_and_prints_without_controls(rest: Rest) -> None:
    await Account.of(rest, ADMINISTRATOR, "quan-tri")
    addresses = await page_samples.addresses(rest)
    rest.clock.turn("2026-03-10 09:00")
    # Who signed in before the clock was turned would have to sign in again.
    people = await readers(rest)
    wrong: list[str] = []
    met: set[str] = set()
    async with served(rest, open_board=False) as address, person.browser() as browser:
        here = address.replace("127.0.0.1", "localhost")
        for who in ("nobody", "desk", "administrator", "applicant"):
            async with window(browser, people[who]) as page:
                for each in addresses:
                    answer = await rest.get(each, headers=people[who])
                    # What another address leads to is looked at there; a refusal is the same at many.
                    if answer.status_code == 303 or (found := shown(answer.text, each)) in met:
                        continue
                    met.add(found)
                    await page.set_viewport_size({"width": 1280, "height": 900})
                    await page.emulate_media(media="screen")
                    await page.goto(here + each)
                    assert page.url == here + each
                    wrong += [f"{who}, {each}: {fault}" for fault in await looked_at(page)]
    assert not wrong, "\n".join(wrong)
