"""First page of administrators: the state of their units and of the installation."""

from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.register import administering, health
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow

router = session.router(administering.ADDRESS)


@router.get("")
@acts.named("list_gaps")
async def health_page(visit: VisitNow) -> Response:
    """Everything that was looked at, in words."""
    units = await administering.overseen(visit, "list_gaps")
    parts = await health.read(visit, units)
    return visit.page(
        "register/health.html", here=administering.HERE, parts=parts, sections=administering.PLACES
    )
