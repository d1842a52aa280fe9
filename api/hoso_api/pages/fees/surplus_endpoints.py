"""Fees paid too much, each with the way to give it back."""

from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.desk import desks
from hoso_api.pages.fees import places
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow
from hoso_workflows import errors
from hoso_workflows.organisation.permissions import table
from hoso_workflows.payments import fee_views, surpluses

#: The word of the query behind which a page begins.
AFTER = "sau"
LENGTH = 50
router = session.router(places.SURPLUSES)


@router.get("")
@acts.named("list_surpluses")
async def surpluses_page(
    visit: VisitNow,
    unit: Annotated[str, Query(alias=desks.UNIT, max_length=80)] = "",
    after: Annotated[str, Query(alias=AFTER, max_length=200)] = "",
) -> Response:
    """Fees paid too much, those of the oldest dossiers first."""
    named, unit = await places.narrowed(visit, surpluses.LIST, unit)
    asked = surpluses.Asked(visit.principal, visit.at, visit.origin)
    try:
        found = await surpluses.read(visit.service.db, unit or None, asked, limit=LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(f"{places.SURPLUSES}?{desks.UNIT}={unit}", status_code=303)
    return visit.page(
        "fees/surpluses.html",
        here="mot-cua",
        among=places.PLACES,
        units=named,
        unit=unit,
        found=found.items,
        after=found.after,
        first=not after,
        # Administrators track what was paid; they do not open the dossiers.
        opens=table.units(fee_views.LIST, visit.rights),
        gives_back=table.units("refund_payment", visit.rights),
    )
