"""A person before a browser: one journey, written once in the words that people read, is walked in five ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, CDPSession, Locator, Page, Request, Response, expect

from hoso_api.pages.shared.session import COOKIES
from hoso_models import SessionKind
from support import looking, rotation, slow_line
from support.browser import PATIENCE, is_left

#: Presses of Tab after which nobody looks further.
FAR = 200
#: Bytes and requests of a page with everything that it loads, the first one with its fonts.
FIRST_BYTES, REQUESTS = 160_000, 16


class Mode(StrEnum):
    """Ways of walking a journey."""

    #: With scripts; axe looks at every page.
    SCRIPT = "script"
    #: Without scripts.
    PLAIN = "plain"
    #: With the keyboard alone.
    KEYS = "keys"
    #: On a telephone, by touch, and once as narrow as at 400 % zoom.
    PHONE = "phone"
    #: Over a slow line, counting bytes.
    SLOW = "slow"


#: Ways of walking most journeys, for `parametrize`: two always, the others in turn.
WAYS = rotation.rotated(
    Mode,
    always=(Mode.SCRIPT, Mode.PLAIN).__contains__,
    unless=("api/hoso_api/pages/templates", "api/hoso_api/pages/static"),
)
#: What the console says of answers that are looked at otherwise, of what signing out clears, and of a part of the page whose focus htmx gives.
NO_COMPLAINT = (
    "Failed to load resource: the server responded",
    "Clear-Site-Data header on",
    "Autofocus processing was blocked because a document already has a focused element",
)
#: The cookie of a session, as the browser keeps it for the pages of this machine.
KEPT: Any = {"value": "", "url": "https://localhost/", "httpOnly": True, "sameSite": "Lax"}
WIDTHS = {Mode.PHONE: 360}
#: A press of Tab as the browser's tools send it.
TAB = [
    {"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
    for kind in ("rawKeyDown", "keyUp")
]
#: What a page finds in itself before its own scripts run.
LOOKERS = {Mode.SCRIPT: looking.AXE, Mode.KEYS: looking.WATCH}
NARROWEST = 320


@dataclass
class Traffic:
    """Files that a page loaded since they were last counted, and the bytes of all pages."""

    size: int = 0
    requests: int = 0
    whole: int = 0

    def loaded(self, said: dict[str, Any]) -> None:
        """Add what came over the line."""
        self.size += int(said["encodedDataLength"])
        self.whole += int(said["encodedDataLength"])
        self.requests += 1


@dataclass
class Person:
    """Somebody who reads, types, chooses and presses; every page that they meet is looked at."""

    page: Page
    address: str
    mode: Mode
    complaints: list[str] = field(default_factory=list)
    traffic: Traffic = field(default_factory=Traffic)
    seen: list[str] = field(default_factory=list)
    #: Buttons that were pressed, and links that were followed.
    clicks: int = 0
    #: The browser's tools, for who walks by keys or over a slow line.
    tools: CDPSession | None = None
    #: Whether the window is that of a telephone, whatever the way of walking.
    narrow: bool = False

    @property
    def path(self) -> str:
        """Path and query of the page."""
        found = urlsplit(self.page.url)
        return found.path + (f"?{found.query}" if found.query else "")

    async def goes(self, path: str) -> None:
        """Open an address."""
        await self.page.goto(self.address + path)
        await self.looks()

    async def reads(self, sought: str) -> bool:
        """True where the main part says something."""
        return sought in " ".join((await self.page.inner_text("main")).split())

    async def heading(self) -> str:
        """The heading of the page."""
        return await self.page.inner_text("h1")

    async def fills(self, label: str, text: str, of: str | None = None) -> None:
        """Type into the field of a label, over what stood there; where several are called so, by that of their group."""
        box = self._within(of).get_by_label(label, exact=True)
        if self.mode is Mode.KEYS:
            await self._tabs_to(box)
            await self.page.keyboard.press("Control+A")
            await self.page.keyboard.type(text)
        else:
            await box.fill(text)

    async def enters(self, label: str, of: str | None = None) -> None:
        """Press Enter in the field of a label; a whole page comes."""
        box = self._within(of).get_by_label(label, exact=True)
        if self.mode is Mode.KEYS:
            await self._tabs_to(box)
        async with self.page.expect_event("load"):
            await box.press("Enter")
        await self.looks()

    async def unfolds(self, summary: str) -> None:
        """Open a part of the page that is folded away."""
        await self._activates(self.page.locator("summary", has_text=summary))

    async def chooses(self, label: str, of: str | None = None) -> None:
        """Tick a box, or choose a round one, by its label; where several are called so, by that of their group."""
        box = self._within(of).get_by_label(label, exact=True)
        if self.mode is not Mode.KEYS:
            await box.check()
            return
        if await box.get_attribute("type") == "radio":
            await self._turns_to(box)
            return
        await self._tabs_to(box)
        if not await box.is_checked():
            await self.page.keyboard.press("Space")
        assert await box.is_checked(), label

    async def uploads(self, label: str, name: str, content: bytes) -> None:
        """Choose a file; its dialogue is the browser's own."""
        box = self.page.get_by_label(label, exact=True)
        if self.mode is Mode.KEYS:
            await self._tabs_to(box)
        await box.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})

    async def picks(self, label: str, option: str, of: str | None = None) -> None:
        """Pick an option of a list; where several are called so, by the label of their group."""
        box = self._within(of).get_by_label(label, exact=True)
        if self.mode is not Mode.KEYS:
            await box.select_option(label=option)
            return
        await self._tabs_to(box)
        await self.page.keyboard.press("Home")
        for _ in range(FAR):
            if await box.evaluate("each => each.selectedOptions[0].text") == option:
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} does not offer {option}")

    async def presses(self, name: str) -> None:
        """Press a button; a whole page comes."""
        await self._leaves(self.page.get_by_role("button", name=name, exact=True))

    async def presses_twice(self, name: str) -> None:
        """Press a button; what it sends reaches the server a second time, as by a quick second press."""
        button = self.page.get_by_role("button", name=name, exact=True)
        sent = await button.evaluate(
            "each => ({ to: each.form.action, said: Object.fromEntries(new FormData(each.form)) })"
        )
        await self.presses(name)
        again = await self.page.request.post(
            sent["to"], form=sent["said"], headers={"origin": self.address}, max_redirects=0
        )
        assert again.status == 303, await again.text()

    async def follows(self, name: str) -> None:
        """Follow a link, to a page or to a place within this one."""
        async with self.page.expect_navigation(wait_until="load"):
            await self._activates(self.page.get_by_role("link", name=name, exact=True))
        await self.looks()

    async def is_led_to(self, place: str) -> None:
        """The page itself puts the focus on a part; a browser does so with its next frame, which may come after the page."""
        await expect(self.page.locator(f"#{place}")).to_be_focused(timeout=PATIENCE)

    async def downloads(self, name: str) -> bytes:
        """Follow a link to a file; its content."""
        async with self.page.expect_download() as coming:
            await self._activates(self.page.get_by_role("link", name=name, exact=True))
        return (await (await coming.value).path()).read_bytes()

    async def stirs(self, name: str) -> None:
        """Press a button that changes a part of the page where scripts run."""
        button = self.page.get_by_role("button", name=name, exact=True)
        if self.mode is Mode.PLAIN:
            await self._leaves(button)
            return
        await self._activates(button)
        busy = self.page.locator(".htmx-request, [aria-busy=true]")
        await expect(busy).to_have_count(0, timeout=PATIENCE)
        await self.looks()

    async def waits(self, part: str, said: str, again: str) -> None:
        """A part of the page that asks by itself says something; without scripts a link asks, where it does not say so yet."""
        found = self.page.locator(part)
        if self.mode is Mode.PLAIN:
            if said not in " ".join((await found.inner_text()).split()):
                await self.follows(again)
            assert await self.reads(said), said
            return
        await expect(found).to_contain_text(said, timeout=PATIENCE)
        # What came by itself is no part of the page as it was opened.
        self.traffic.size = self.traffic.requests = 0
        await self.looks()

    async def looks(self) -> None:
        """Everything that holds for every page in this way of walking."""
        await self.page.wait_for_load_state("load")
        _none(await looking.order(self.page), self.path)
        await (_fits if self.narrow else _LOOKS.get(self.mode, _nothing))(self)
        self.seen.append(urlsplit(self.page.url).path)

    def _within(self, group: str | None) -> Page | Locator:
        return self.page if group is None else self.page.get_by_role("group", name=group, exact=True)

    async def _leaves(self, sought: Locator) -> None:
        # A part that comes at that moment moves within the page, which is no page that comes.
        async with self.page.expect_event("load"):
            await self._activates(sought)
        await self.looks()

    async def _activates(self, sought: Locator) -> None:
        self.clicks += 1
        if self.mode is Mode.KEYS:
            await self._tabs_to(sought)
            await self._comes_back(sought)
            await self.page.keyboard.press("Enter")
        elif self.mode is Mode.PHONE:
            await sought.tap()
        else:
            await sought.click()

    async def _tabs_to(self, sought: Locator) -> None:
        left = FAR
        while left > 0:
            presses = await self._tabbed(sought)
            if not presses:
                return
            await self._tabs(min(presses, left))
            left -= presses
        raise AssertionError(f"Tab does not reach {sought} of {self.path}")

    async def _tabbed(self, sought: Locator) -> int:
        """Presses of Tab that are left at least, none where it is reached; fails for what was wrong on the way."""
        found = await sought.evaluate(looking.AHEAD)
        _none(found["faults"], self.path)
        return 0 if found["there"] else int(found["presses"])

    async def _tabs(self, presses: int) -> None:
        """Press Tab several times; the page looks at each place itself."""
        assert self.tools is not None
        await asyncio.gather(
            *(self.tools.send("Input.dispatchKeyEvent", each) for _ in range(presses) for each in TAB)
        )

    async def _turns_to(self, sought: Locator) -> None:
        """Tab reaches one of a group of round boxes, arrows reach the others."""
        group = self.page.locator(f'[type=radio][name="{await sought.get_attribute("name")}"]')
        chosen = group.and_(self.page.locator(":checked"))
        await self._tabs_to(chosen if await chosen.count() else group.first)
        await self.page.keyboard.press("Space")
        for _ in range(await group.count()):
            if await sought.is_checked():
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"arrows do not reach {sought} of {self.path}")

    async def _comes_back(self, sought: Locator) -> None:
        """The focus leaves backwards and returns: nothing holds it."""
        await self.page.keyboard.press("Shift+Tab")
        await self._tabs(1)
        assert not await self._tabbed(sought), f"{sought} is not come back to"


def _none(found: list[str], where: str) -> None:
    """Fail with what was found, a line each."""
    if found:
        raise AssertionError("\n".join((where, *found)))


async def _nothing(_: Person) -> None:
    """Nothing beyond the journey itself."""


async def _accessible(person: Person) -> None:
    # The sweep of all pages looks at contrast.
    _none(await looking.violations(person.page, contrast=False), person.path)


async def _fits(person: Person) -> None:
    page = person.page
    _none(await looking.targets(page), person.path)
    for width in (NARROWEST, WIDTHS[Mode.PHONE]):
        await page.set_viewport_size({"width": width, "height": 740})
        _none(await looking.wider(page, width), f"{person.path} at {width} px")


async def _light(person: Person) -> None:
    await person.page.evaluate("document.fonts.ready")
    spent, person.traffic.size, person.traffic.requests = (
        (person.traffic.size, person.traffic.requests),
        0,
        0,
    )
    assert spent[0] <= FIRST_BYTES, (person.path, spent)
    assert spent[1] <= REQUESTS, (person.path, spent)


_LOOKS: dict[Mode, Callable[[Person], Awaitable[None]]] = {
    Mode.SCRIPT: _accessible,
    Mode.PHONE: _fits,
    Mode.SLOW: _light,
}


async def _context(started: Browser, mode: Mode, *, narrow: bool = False) -> BrowserContext:
    phone = narrow or mode is Mode.PHONE
    return await started.new_context(
        viewport={"width": WIDTHS[Mode.PHONE] if phone else 1280, "height": 740 if phone else 900},
        has_touch=phone,
        is_mobile=phone,
        java_script_enabled=mode is not Mode.PLAIN,
        reduced_motion="reduce",
        locale="vi-VN",
    )


@asynccontextmanager
async def person(
    started: Browser,
    address: str,
    mode: Mode,
    session: str | None = None,
    kind: SessionKind = SessionKind.OFFICER,
    *,
    narrow: bool = False,
) -> AsyncIterator[Person]:
    """A person without a past, or in the session whose secret is given, an officer's unless it is said.

    The browser must have complained of nothing when they leave.
    """
    # With Chromium's own slow line a page now and then never ends (microsoft/playwright#22676).
    line = slow_line.before(address) if mode is Mode.SLOW else nullcontext(address)
    kept = None if session is None else {**KEPT, "name": COOKIES[kind], "value": session}
    async with line as there, _walking(started, there, mode, kept, narrow=narrow) as found:
        yield found


@asynccontextmanager
async def _walking(
    started: Browser, address: str, mode: Mode, kept: Any, *, narrow: bool = False
) -> AsyncIterator[Person]:
    async with await _context(started, mode, narrow=narrow) as context:
        if kept is not None:
            await context.add_cookies([kept])
        if mode in LOOKERS:
            await context.add_init_script(LOOKERS[mode])
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        found = Person(page, address, mode, narrow=narrow)
        _listen(found)
        if mode in (Mode.KEYS, Mode.SLOW):
            found.tools = await context.new_cdp_session(page)
        if mode is Mode.SLOW:
            await _counts(found)
        yield found
    _none(found.complaints, "The browser complains.")


async def _counts(found: Person) -> None:
    """Count the bytes that come over their line."""
    assert found.tools is not None
    await found.tools.send("Network.enable")
    found.tools.on("Network.loadingFinished", found.traffic.loaded)


def _listen(found: Person) -> None:
    """Write down what the console says, what fails, and who else is asked."""
    own = urlsplit(found.address).netloc

    def answered(response: Response) -> None:
        # A refused form is a page of its own, also one that is kept by itself while somebody types; all else is there.
        kept = response.request.resource_type == "fetch" and response.status == 409
        if response.status >= 400 and not response.request.is_navigation_request() and not kept:
            found.complaints.append(f"{response.status} {response.url}")

    def asked(url: str) -> None:
        if urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc != own:
            found.complaints.append(f"asks {url}")

    def said(text: str) -> None:
        if not text.startswith(NO_COMPLAINT):
            found.complaints.append(text)

    def failed(request: Request) -> None:
        # What a page asks for is broken off by what it asks for after it, too.
        if not is_left(request):
            said(f"{request.failure} {request.url}")

    found.page.on("console", lambda message: said(message.text))
    found.page.on("pageerror", lambda error: said(str(error)))
    found.page.on("request", lambda request: asked(request.url))
    found.page.on("requestfailed", failed)
    found.page.on("response", answered)
