"""Acts of administration in their chains, and what is missing in the register."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.administration import schemas
from hoso_workflows import errors
from hoso_workflows.organisation import administration, gaps, permissions

router = APIRouter(tags=["register"], route_class=KnownRoute)


@router.get(
    "/administration-events",
    response_model=schemas.AdministrationEventPage,
    responses=responses(400, 401, 403),
)
async def list_administration_events(
    caller: CallerNow,
    subject: Annotated[Key | None, Query(description="Only those about this unit, person or entry.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Acts of administration of the authorities that the caller administers or audits, the newest first."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    authorities = sorted(permissions.overseen(rights))
    if not authorities:
        raise errors.Forbidden(caller.principal, "seeing acts of administration", "administrator", "any unit")
    page = await administration.listed(db, authorities, subject=subject, limit=limit, after=after)
    return Json(page.answer(asdict))


@router.get("/register-gaps", response_model=schemas.RegisterGaps, responses=responses(401, 403))
async def list_gaps(caller: CallerNow) -> Response:
    """Gaps of the units that the caller administers, in words."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    units = permissions.overseen(rights)
    if not units:
        raise errors.Forbidden(caller.principal, "seeing what is missing", "administrator", "any unit")
    found = await gaps.gaps(db, units, caller.at)
    return Json(
        {
            "items": [
                {**asdict(each), "message": str(each.message), "remedy": str(each.remedy)} for each in found
            ]
        }
    )
