"""The pages on paper, in the dark, on the narrowest screen, and as a way to what somebody looks for."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from support.api_client import Rest
from support.browser import fits, follows, opened, served

pytestmark = pytest.mark.slow

CSS = Path(__file__).parents[3] / "api" / "hoso_api" / "pages" / "static" / "hoso.css"
#: Text and the ground that it stands on, by their tokens.
PAIRS = (
    *(
        (ink, ground)
        for ink in ("ink", "ink-soft", "link")
        for ground in ("paper", "sheet", "hover", "rest-ground")
    ),
    *((state, f"{state}-ground") for state in ("late", "soon", "fine")),
    *((state, "sheet") for state in ("late", "soon", "fine")),
    *(("brand-ink", ground) for ground in ("brand", "brand-deep")),
    ("ink", "fine-ground"),
)


def tokens(dark: bool) -> dict[str, str]:
    """The colours of a scheme; the dark one keeps what it does not change."""
    light, _, rest = CSS.read_text(encoding="utf-8").partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", rest)) if dark else found


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
def test_every_pair_of_text_and_ground_is_told_apart(dark: bool) -> None:
    colours = tokens(dark)
    weak = []
    for ink, ground in PAIRS:
        low, high = sorted((luminance(colours[ink]), luminance(colours[ground])))
        if (high + 0.05) / (low + 0.05) < 4.5:
            weak.append((ink, ground))
    assert weak == []


async def pages_of(page: Page) -> int:
    """Number of sheets of the printed page."""
    printed = await page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


async def test_ten_late_dossiers_are_printed_on_one_page(rest: Rest) -> None:
    for _ in range(10):
        await rest.accepts()
    rest.clock.turn("2026-03-10 09:00")
    complaints: list[str] = []
    async with served(rest) as address, opened(1280, complaints) as page:
        await page.goto(address)
        await page.emulate_media(media="print", color_scheme="dark")
        assert await page.locator("#tre").is_visible()
        assert not await page.locator(".filter").is_visible()
        assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 37, 48)"
        assert await pages_of(page) == 1
        await page.set_viewport_size({"width": 703, "height": 1000})
        await fits(page, 703)
    assert complaints == []


async def test_the_dark_scheme_and_the_narrowest_screen_hold_everything(rest: Rest) -> None:
    await rest.accepts()
    rest.clock.turn("2026-03-10 09:00")
    complaints: list[str] = []
    async with served(rest) as address, opened(320, complaints) as page:
        await page.emulate_media(color_scheme="dark")
        for path in ("/noi-bo/qua-han", "/noi-bo/qua-han?loai=buoc", "/noi-bo/qua-han?loai=tiep-nhan"):
            await page.goto(address + path)
            await fits(page, 320)
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 31)"
    assert complaints == []


async def test_a_code_is_looked_for_and_a_number_leads_to_its_list(rest: Rest) -> None:
    code = (await rest.accepts())["code"]
    complaints: list[str] = []
    async with served(rest) as address, opened(1280, complaints) as page:
        await page.goto(address)
        assert await page.locator(".totals .late, .totals .soon").count() == 0
        await follows(page, ".totals div:nth-child(4) a")
        assert page.url == f"{address}/noi-bo/qua-han?loai=buoc#tre"
        await page.fill("#ma", f" {code} ")
        await follows(page, "form.search button")
        assert page.url == f"{address}/noi-bo/ho-so/{code}/thoi-han"
    assert complaints == []
