"""Takings of a day or period at the desk, and open fees."""

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BeforeValidator, Field
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.pages.desk import desks
from hoso_api.pages.fees import fees, places
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow
from hoso_calendar import messages
from hoso_workflows import errors, localtime
from hoso_workflows.organisation.permissions import table
from hoso_workflows.payments import fee_views, takings
from hoso_workflows.payments.surpluses import Asked

DAY, UNTIL, AFTER = "ngay", "den", "sau"
LENGTH = 50
#: A field of a day that may be left empty.
Day = Annotated[
    Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)] | None, BeforeValidator(lambda text: text or None)
]
router = session.router(places.TAKINGS)


@router.get("")
@acts.named("list_takings")
async def takings_page(
    visit: VisitNow,
    unit: Annotated[str, Query(alias=desks.UNIT, max_length=80)] = "",
    day: Annotated[Day, Query(alias=DAY)] = None,
    until: Annotated[Day, Query(alias=UNTIL)] = None,
    after: Annotated[str, Query(alias=AFTER, max_length=200)] = "",
) -> Response:
    """The takings of a desk in a period, and its oldest open fees."""
    named = await desks.readable(visit, takings.LIST)
    unit = await desks.chosen(visit, takings.LIST, unit, named)
    today = localtime.local_date(visit.at)
    part = takings.Part(day or until or today, unit, LENGTH, after or None, until)
    found, why = None, ""
    try:
        found = await takings.read(visit.service.db, part, Asked(visit.principal, visit.at, visit.origin))
    except errors.BadCursor:
        said = urlencode({desks.UNIT: unit, DAY: part.day, UNTIL: part.last})
        return RedirectResponse(f"{places.TAKINGS}?{said}", status_code=303)
    except errors.FormRefused as refused:
        why = messages.opening(messages.translated(refused.faults[0].message))
    return visit.page(
        "fees/takings.html",
        here="mot-cua",
        among=places.PLACES,
        units=named,
        unit=unit,
        day=part.day,
        last=part.last,
        today=today,
        found=found,
        why=why,
        methods=fees.METHODS,
        first=not after,
        # Administrators track what was paid; they do not open the dossiers.
        opens=unit in table.units(fee_views.LIST, visit.rights),
        most_open=takings.MOST_OPEN,
    )
