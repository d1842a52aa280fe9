"""Planned maintenance, and what anybody reads of it and of outages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow, ServiceNow
from hoso_api.http.commands import Json
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import asked, calendar, said
from hoso_api.rest.outages import schemas
from hoso_workflows.coordination import maintenance

router = APIRouter(prefix="/maintenance", tags=["coordination"], route_class=KnownRoute)
public = APIRouter(tags=["public"], route_class=KnownRoute)

CHANGES = responses(401, 403, 404, 409, 413, 415)


@public.get("/v1/public/announcements", response_model=schemas.Announcements, responses=responses())
@acts.named("list_announcements")
async def list_announcements(request: Request, service: ServiceNow) -> Response:
    """Planned maintenance that is not over, and outages that last and were made public."""
    found = await maintenance.announcements(service.db, request.app.state.clock())
    return Json({"items": [said(each, schemas.Announcement) for each in found]})


@router.get("", response_model=schemas.MaintenanceList, responses=responses(401, 403))
@acts.named("list_maintenance")
async def list_maintenance(caller: CallerNow) -> Response:
    """Announced maintenance that is not over, the next one first."""
    found = await maintenance.coming(caller.service.db, caller.at)
    return Json({"items": [said(each, schemas.Maintenance) for each in found]})


@router.post("", status_code=201, response_model=schemas.Maintenance, responses=CHANGES)
@acts.named("announce_maintenance")
async def announce_maintenance(body: schemas.MaintenancePlan, caller: CallerNow) -> Response:
    """Announce maintenance the lawful number of working days before. Else it has a reason of urgency."""
    plan = maintenance.Plan(
        body.unit, body.service, body.announcement, body.starts_at, body.ends_at, body.urgency
    )
    days = await calendar(caller, body.unit)
    made = await maintenance.announce(caller.service.db, days, plan, asked(caller))
    return Json(said(made, schemas.Maintenance), status_code=201)


@router.post("/{maintenance}/cancellation", response_model=schemas.Maintenance, responses=CHANGES)
@acts.named("cancel_maintenance")
async def cancel_maintenance(
    planned: Annotated[UUID, Path(alias="maintenance", description="The id of announced maintenance.")],
    caller: CallerNow,
) -> Response:
    """Cancel maintenance that has not begun. The officers who were told of it are told."""
    found = await maintenance.cancel(caller.service.db, planned, asked(caller))
    return Json(said(found, schemas.Maintenance))
