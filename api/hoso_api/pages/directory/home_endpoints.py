"""The first page of the portal."""

import asyncio
from datetime import timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.catalogue import places
from hoso_api.pages.directory import caching, listing
from hoso_api.pages.portal.links import LINKS
from hoso_api.pages.portal.visit import AnybodyNow
from hoso_api.pages.shared import session
from hoso_api.translation import vietnamese
from hoso_calendar import messages
from hoso_workflows.coordination import maintenance
from hoso_workflows.directory import figures

router = session.router("")
#: How old the figures of dossiers may be, and how long the page waits for newer ones; without any it says none.
HOUR, PATIENCE = timedelta(hours=1), timedelta(seconds=2)


@router.get("/")
@acts.named("read_public_catalogue")
async def first_page(request: Request, visit: AnybodyNow) -> Response:
    """The portal's home: search, ways in, fields, levels, what is filed most."""
    state = request.app.state
    db, at = state.service.db, state.clock()
    everything = await listing.everything(request)
    answer = visit.page(
        "directory/home.html",
        here="",
        known=caching.known(request, "/"),
        total=everything.total,
        fields=[(name, everything.fields[name]) for name in sorted(everything.fields, key=listing.sorting)],
        levels=[
            (code, name, everything.levels[code])
            for code, name in places.levels()
            if code in everything.levels
        ],
        announced=await maintenance.announcements(db, at),
        links_here=LINKS,
        **await _figures(request),
    )
    return caching.cached(request, visit, answer)


def share(found: figures.OnTime) -> str:
    """The share on time with one decimal, never more than it is."""
    tenths = int(found.percent * 10)
    comma = "," if vietnamese.language() == messages.VIETNAMESE else "."
    return f"{tenths // 10}{comma}{tenths % 10}"


async def _figures(request: Request) -> dict[str, Any]:
    state = request.app.state
    db, at, kept = state.service.db, state.clock(), state.service.reference_data.figures
    filed, on_time = await asyncio.gather(
        kept.soon("most filed", HOUR, at, lambda: figures.most_filed(db, at=at), PATIENCE),
        kept.soon("on time", HOUR, at, lambda: figures.on_time(db, at=at), PATIENCE),
    )
    return {
        "filed": filed or (),
        "on_time": on_time,
        "share": share(on_time) if on_time else "",
    }
