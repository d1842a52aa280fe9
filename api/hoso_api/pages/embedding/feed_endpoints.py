"""The list as JSON and as Atom, for other sites and readers of feeds."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.http.commands import Json
from hoso_api.pages.embedding import framing, listing
from hoso_api.pages.embedding.listing import AskedNow, Item
from hoso_api.pages.shared import templating
from hoso_models import SiteUse
from hoso_workflows import localtime

router = APIRouter(include_in_schema=False)
SCHEMA = "hoso-danh-muc/1"
#: Items of an answer.
LENGTH = 200


@router.get(listing.FEED)
@acts.named("show_catalogue")
async def feed(request: Request, asked: AskedNow, service: ServiceNow) -> Response:
    """The list as JSON."""
    found = await listing.read(service.db, asked, request.app.state.clock(), LENGTH)
    framing.counted(request, SiteUse.JSON)
    said = {
        "schema": SCHEMA,
        "day": found.day,
        "owner": found.owner,
        "address": found.address,
        "total": found.total,
        "items": [_item(each) for each in found.items],
        "next": asked.address(listing.FEED, sau=found.after) if found.after else None,
    }
    return framing.tagged(request, Json(said, headers=dict(framing.SHARED)), framing.MINUTES)


@router.get(listing.ATOM)
@acts.named("show_catalogue")
async def atom(request: Request, asked: AskedNow, service: ServiceNow) -> Response:
    """The list as Atom (RFC 4287)."""
    found = await listing.read(service.db, asked, request.app.state.clock(), LENGTH)
    framing.counted(request, SiteUse.ATOM)
    written = templating.ENVIRONMENT.get_template("embedding/feed.xml").render(
        listing=found,
        entries=[(each, localtime.isoformat(each.updated_at)) for each in found.items],
        updated=localtime.isoformat(max((each.updated_at for each in found.items), default=found.opened)),
        address=asked.address(listing.ATOM),
        more=asked.address(listing.ATOM, sau=found.after) if found.after else None,
    )
    answer = Response(written, media_type="application/atom+xml", headers=dict(framing.SHARED))
    return framing.tagged(request, answer, framing.MINUTES)


def _item(each: Item) -> dict[str, Any]:
    found = each.found
    return {
        "code": found.code,
        "name": found.name,
        "field": found.field,
        "level": found.level,
        "level_name": each.level_name,
        "authority": found.authority,
        "authority_name": found.authority_name,
        "service_level": found.service_level,
        "service_level_name": each.service_level_name,
        "updated_at": each.updated_at,
        "address": each.address,
        "filing_address": each.filing_address,
    }
