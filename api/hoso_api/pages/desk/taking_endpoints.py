"""Takings of a day at the desk, and open fees."""

from datetime import date
from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.pages.desk import desks, fees, queue
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow
from hoso_workflows import errors, localtime
from hoso_workflows.payments import takings
from hoso_workflows.payments.surpluses import Asked

ADDRESS = f"{queue.ADDRESS}/thu-phi"
DAY, AFTER = "ngay", "sau"
LENGTH = 50
router = session.router(ADDRESS)


@router.get("")
@acts.named("list_takings")
async def takings_page(
    visit: VisitNow,
    unit: Annotated[str, Query(alias=desks.UNIT, max_length=80)] = "",
    day: Annotated[date | None, Query(alias=DAY, ge=FIRST_DAY, le=LAST_DAY)] = None,
    after: Annotated[str, Query(alias=AFTER, max_length=200)] = "",
) -> Response:
    """The takings of a desk on a day, and its oldest open fees."""
    named = await desks.readable(visit, takings.LIST)
    unit = await desks.chosen(visit, takings.LIST, unit, named)
    today = localtime.local_date(visit.at)
    part = takings.Part(day or today, unit, LENGTH, after or None)
    asked = Asked(visit.principal, visit.at, visit.origin)
    try:
        found = await takings.read(visit.service.db, part, asked)
    except errors.BadCursor:
        return RedirectResponse(f"{ADDRESS}?{desks.UNIT}={unit}&{DAY}={part.day}", status_code=303)
    return visit.page(
        "desk/takings.html",
        here="mot-cua",
        units=named,
        unit=unit,
        day=part.day,
        today=today,
        found=found,
        methods=fees.METHODS,
        first=not after,
        most_open=takings.MOST_OPEN,
    )
