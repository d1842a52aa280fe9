"""Pages of the portal about itself: contact, site map, accessibility, privacy."""

from fastapi import Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.information import guide_endpoints, site_map, texts
from hoso_api.pages.portal.visit import Anybody, AnybodyNow
from hoso_api.pages.shared import look, session

router = session.router("")


@router.get("/lien-he")
@acts.named("read_information")
async def contact_page(visit: AnybodyNow) -> Response:
    """Owner of the portal, and how to reach them.

    What nobody has set is said to be so.
    """
    return visit.page("information/contact.html", here="lien-he")


@router.get("/so-do-trang")
@acts.named("read_information")
async def site_map_page(request: Request, visit: AnybodyNow) -> Response:
    """Every page of the portal by the table of routes, and the guides."""
    paths = [route.path_format for route, _ in acts.routes(request.app) if _read(route)]
    guides = texts.guides(look.current().language, guide_endpoints.own(request))
    return visit.page(
        "information/site_map.html", here="so-do-trang", sections=site_map.sections(paths), guides=guides
    )


def _read(route: object) -> bool:
    return "GET" in (getattr(route, "methods", None) or ()) and hasattr(route, "path_format")


@router.get("/tro-nang")
@acts.named("read_information")
async def accessibility_page(visit: AnybodyNow) -> Response:
    """The statement on accessibility."""
    return _statement(visit, "tro-nang")


@router.get("/quyen-rieng-tu")
@acts.named("read_information")
async def privacy_page(visit: AnybodyNow) -> Response:
    """The statement on privacy."""
    return _statement(visit, "quyen-rieng-tu")


def _statement(visit: Anybody, slug: str) -> Response:
    found = texts.statement(slug, look.current().language)
    return visit.page("information/text.html", here=slug, text=found, listed=False)
