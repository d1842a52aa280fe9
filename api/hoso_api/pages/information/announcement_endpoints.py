"""Announcements: planned maintenance, outages, changes of procedures; their feed."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, encoding
from hoso_api.http.authentication import ServiceNow
from hoso_api.pages.information import feed
from hoso_api.pages.portal.visit import AnybodyNow
from hoso_api.pages.shared import session
from hoso_api.translation.vietnamese import marked
from hoso_workflows import errors
from hoso_workflows.coordination import announcements
from hoso_workflows.coordination.announcements import Kind, State

ADDRESS, HERE = "/thong-bao", "thong-bao"
router = session.router("")
KINDS: Mapping[Kind, str] = {
    Kind.MAINTENANCE: marked("Bảo trì"),
    Kind.OUTAGE: marked("Sự cố"),
    Kind.PROCEDURE: marked("Thủ tục"),
}
#: State → the mark that stands before its words.
STATES: Mapping[State, tuple[str, str]] = {
    State.PLANNED: ("provisional", marked("theo kế hoạch")),
    State.ONGOING: ("late", marked("đang diễn ra")),
    State.OVER: ("done", marked("đã xong")),
    State.CANCELLED: ("done", marked("đã hủy")),
    State.NEW: ("done", marked("mới")),
    State.AMENDED: ("done", marked("sửa đổi, bổ sung")),
    State.ABOLISHED: ("late", marked("bãi bỏ")),
}
WORDS = {"kinds": KINDS, "states": STATES}
#: Entries of the feed.
NEWEST = 50
#: Seconds for which a reader of feeds may keep one.
KEPT = 300


@router.get(ADDRESS)
@acts.named("list_announcements")
async def announcements_page(
    request: Request,
    visit: AnybodyNow,
    service: ServiceNow,
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """Current announcements first, then all of them by their last change."""
    at = request.app.state.clock()
    try:
        found = await announcements.listed(service.db, at, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)
    current = () if after else await announcements.current(service.db, at)
    return visit.page("information/announcements.html", here=HERE, current=current, found=found, words=WORDS)


@router.get(f"{ADDRESS}.atom")
@acts.named("list_announcements")
async def announcements_feed(request: Request, service: ServiceNow) -> Response:
    """The newest announcements as an Atom feed, in Vietnamese."""
    state = request.app.state
    found = await announcements.listed(service.db, state.clock(), limit=NEWEST)
    entries = [feed.entry(each, KINDS[each.kind], STATES[each.state][1]) for each in found.items]
    content = feed.document(state.settings.public_origin, entries)
    tag = encoding.tag(content)
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={KEPT}"}
    if encoding.is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=feed.TYPE, headers=headers)


@router.get(f"{ADDRESS}/{{announcement}}")
@acts.named("list_announcements")
async def announcement_page(
    identity: Annotated[UUID, Path(alias="announcement")],
    request: Request,
    visit: AnybodyNow,
    service: ServiceNow,
) -> Response:
    """One announcement, with its state at this instant."""
    found = await announcements.one(service.db, identity, request.app.state.clock())
    return visit.page("information/announcement.html", here=HERE, found=found, words=WORDS)
