"""Guides: a list, and one of them."""

from pathlib import Path
from typing import Annotated

from fastapi import Path as InPath
from fastapi import Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.information import texts
from hoso_api.pages.portal.visit import AnybodyNow
from hoso_api.pages.shared import look, session

ADDRESS, HERE = "/huong-dan", "huong-dan"
router = session.router(ADDRESS)


def own(request: Request) -> Path | None:
    """The folder of the authority's own guides."""
    found: Path | None = request.app.state.settings.portal_owner.guides
    return found


@router.get("")
@acts.named("read_information")
async def guides_page(request: Request, visit: AnybodyNow) -> Response:
    """The guides, in the order in which somebody needs them."""
    found = texts.guides(look.current().language, own(request))
    return visit.page("information/guides.html", here=HERE, guides=found)


@router.get("/{slug}")
@acts.named("read_information")
async def guide_page(
    slug: Annotated[str, InPath(max_length=100)], request: Request, visit: AnybodyNow
) -> Response:
    """One guide."""
    found = texts.guide(slug, look.current().language, own(request))
    return visit.page("information/text.html", here=HERE, text=found, listed=True)
