"""The unit of a head today."""

from typing import Annotated

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.heads import headship, unit_board
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow

ADDRESS = "/noi-bo/don-vi"
router = session.router(ADDRESS)


@router.get("")
@acts.named("list_user_tasks")
async def own_unit(visit: VisitNow) -> Response:
    """To the unit of the reader; a choice where they head several."""
    unit = await headship.chosen(visit, "", "list_user_tasks")
    if unit is not None:
        return RedirectResponse(f"{ADDRESS}/{unit.code}", status_code=303)
    return visit.page(
        "heads/choice.html", here="don-vi", units=await headship.units(visit), way=f"{ADDRESS}/"
    )


@router.get("/{unit}")
@acts.named("list_user_tasks")
async def unit_today(unit: Annotated[Key, Path()], visit: VisitNow) -> Response:
    """One unit of the reader: load by officer, and what waits longest."""
    found = await headship.of(visit, unit, "list_user_tasks")
    return visit.page("heads/unit.html", here="don-vi", board=await unit_board.read(visit, found))
