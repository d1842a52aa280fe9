"""List and look-up in frames of other sites, and the script of the element."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.pages.embedding import framing, listing
from hoso_api.pages.embedding.listing import Asked, AskedNow
from hoso_api.pages.shared import templating
from hoso_api.pages.shared.look import Look
from hoso_models import SiteUse
from hoso_models.errors import DatabaseAway
from hoso_workflows.embedding import sites

router = APIRouter(include_in_schema=False)
#: Items of a page.
LENGTH = 50
#: A year, for an address that names the content; an hour for one that does not.
YEAR, HOUR = "public, max-age=31536000, immutable", "public, max-age=3600"


@router.get(listing.FRAME)
@acts.named("show_catalogue")
async def framed_list(request: Request, asked: AskedNow, service: ServiceNow) -> Response:
    """The list in a frame; its links open in the whole window."""
    try:
        found = await listing.read(service.db, asked, request.app.state.clock(), LENGTH)
        headers = framing.framed(await sites.ancestors(service.db))
        framing.counted(request, SiteUse.FRAME)
    except DatabaseAway:
        return _away(asked)
    more = asked.address(listing.FRAME, sau=found.after) if found.after else None
    answer = _page("embedding/list.html", asked, headers, listing=found, more=more)
    return framing.tagged(request, answer, framing.ANEW)


@router.get(listing.SEARCH)
@acts.named("show_catalogue")
async def framed_look_up(request: Request, asked: AskedNow, service: ServiceNow) -> Response:
    """The field for a dossier's code in a frame; the answer opens in the whole window."""
    try:
        headers = framing.framed(await sites.ancestors(service.db))
        framing.counted(request, SiteUse.SEARCH)
    except DatabaseAway:
        return _away(asked)
    return framing.tagged(request, _page("embedding/look_up.html", asked, headers), framing.ANEW)


@router.get(listing.SCRIPT)
@acts.named("show_catalogue")
async def script(request: Request, v: str = "") -> Response:
    """The script of the element `hoso-danh-muc`."""
    framing.counted(request, SiteUse.SCRIPT)
    content = (templating.STATIC / "the.js").read_bytes()
    answer = Response(content, media_type="text/javascript", headers=framing.SHARED)
    return framing.tagged(request, answer, YEAR if v == version() else HOUR)


def version() -> str:
    """The word that names the content of the script in its address."""
    return templating.asset("the.js").rpartition("=")[2]


def _page(
    template: str, asked: Asked, headers: dict[str, str], status: int = 200, **values: object
) -> Response:
    look = Look(language=asked.language)
    return templating.page(template, status, headers, look=look, portal=asked.origin, **values)


def _away(asked: Asked) -> Response:
    """One sentence and the way to the portal. Who may frame it is not known now, so anybody may: it says nothing."""
    headers = {**framing.framed(["*"]), "Cache-Control": "no-store"}
    return _page("embedding/away.html", asked, headers, 503)
