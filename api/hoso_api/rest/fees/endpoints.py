"""Fees of a dossier and payments for them; fees paid too much."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.fees import schemas
from hoso_workflows import localtime
from hoso_workflows.payments import fee_views, surpluses, takings

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)
lists = APIRouter(prefix="/fees", tags=["dossiers"], route_class=DirectRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]


@router.get("/{reference}/fees", response_model=schemas.Fees, responses=responses(400, 401, 404))
@acts.named("list_fees")
async def list_fees(reference: Reference, caller: CallerNow) -> Response:
    """The fees of a dossier with what is open of each, and its payments with their receipts."""
    found = await fee_views.listed(
        caller.service, reference, reader=caller.principal, at=caller.at, origin=caller.origin
    )
    return Json(found)


@lists.get("/surpluses", response_model=schemas.Surpluses, responses=responses(400, 401, 403, 404))
@acts.named("list_surpluses")
async def list_surpluses(
    caller: CallerNow, unit: Key | None = None, after: After = None, limit: Limit = 50
) -> Response:
    """Fees for which your units took more than is owed, those of the oldest dossiers first."""
    asked = surpluses.Asked(caller.principal, caller.at, caller.origin)
    page = await surpluses.read(caller.service.db, unit, asked, limit=limit, after=after)
    return Json(page.answer())


@lists.get("/takings", response_model=schemas.Takings, responses=responses(400, 401, 403, 404))
@acts.named("list_takings")
async def list_takings(
    caller: CallerNow,
    unit: Key | None = None,
    day: Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="Today when left out.")] = None,
    until: Annotated[
        date | None,
        Query(ge=FIRST_DAY, le=LAST_DAY, description="The last day of a period that begins on `day`."),
    ] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Takings of your units on a day or in a period: sums by method, payments in order, the oldest open fees."""
    part = takings.Part(day or until or localtime.local_date(caller.at), unit, limit, after, until)
    asked = surpluses.Asked(caller.principal, caller.at, caller.origin)
    return Json(await takings.read(caller.service.db, part, asked))
