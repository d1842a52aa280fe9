"""The stage of a journey: a world and an application for each module."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest_asyncio
from playwright.async_api import Browser

from hoso_models import SessionKind
from support import api_client, person, signing_in, world
from support.api_client import Rest
from support.browser import served
from support.person import Mode, Person


@dataclass(frozen=True, slots=True)
class Stage:
    """The API over a world, the address where its pages are served, and a browser."""

    rest: Rest
    address: str
    browser: Browser

    def next_monday(self) -> None:
        """Turn the clock to 09:00 of the Monday after whatever was done here before.

        So a test has a week of its own in any order, and nothing of another one lies ahead of it.
        """
        clock = self.rest.clock
        clock.at = (clock.at + timedelta(days=7 - clock.at.weekday())).replace(hour=9, minute=0)

    @asynccontextmanager
    async def officer(self, principal: UUID, mode: Mode) -> AsyncIterator[Person]:
        """An officer who has just signed in."""
        secret = await signing_in.begun(self.rest.world.db, principal, at=self.rest.clock.at)
        async with person.person(self.browser, self.address, mode, secret) as found:
            yield found

    @asynccontextmanager
    async def applicant(self, principal: UUID, mode: Mode) -> AsyncIterator[Person]:
        """A citizen who has just signed in."""
        secret = await signing_in.begun(self.rest.world.db, principal, at=self.rest.clock.at)
        kind = SessionKind.APPLICANT
        async with person.person(self.browser, self.address, mode, secret, kind) as found:
            yield found

    @asynccontextmanager
    async def anybody(self, mode: Mode) -> AsyncIterator[Person]:
        """Somebody who has not signed in."""
        async with person.person(self.browser, self.address, mode) as found:
            yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(shared_world_url: str, browser: Browser) -> AsyncIterator[Stage]:
    """One for each module; its clock says Monday 2 March 2026, 09:00."""
    async with (
        api_client.opened(shared_world_url, world.instant("2026-03-02 09:00")) as rest,
        served(rest) as address,
    ):
        # Browsers keep secure cookies for this machine by its name.
        yield Stage(rest, address.replace("127.0.0.1", "localhost"), browser)
