"""Pages as people read them."""

import re
from html import unescape
from uuid import UUID

import httpx

from support import signing_in
from support.api_client import Rest


def words(page: httpx.Response) -> str:
    """Visible text of a page, without HTML tags."""
    main = re.sub(r"^.*<main[^>]*>|</main>.*$", "", page.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


async def seen(rest: Rest, by: UUID, path: str = "/noi-bo/qua-han") -> httpx.Response:
    """A page read by somebody who has signed in."""
    headers = await signing_in.signed_in(rest.world.db, by, at=rest.clock.at)
    return await rest.get(path, headers=headers)
