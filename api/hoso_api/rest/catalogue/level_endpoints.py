"""Service levels of procedures, and the systems of agencies."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import asked, said
from hoso_api.rest.catalogue import level_schemas as schemas
from hoso_models import Integration
from hoso_workflows.catalogue import service_levels, systems
from hoso_workflows.catalogue.service_levels import Setting
from hoso_workflows.organisation import asking

router = APIRouter(prefix="/service-levels", tags=["catalogue"], route_class=KnownRoute)
systems_router = APIRouter(prefix="/agency-systems", tags=["catalogue"], route_class=KnownRoute)

CHANGES = responses(401, 403, 404, 409, 413, 415)
READS = responses(400, 401, 403)


@router.get("", response_model=schemas.ServiceLevels, responses=READS)
@acts.named("list_service_levels")
async def list_service_levels(
    caller: CallerNow,
    code: Key | None = None,
    authority: Key | None = None,
    kind: Key | None = None,
    day: Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The service levels that were set. Of a day, only those that hold then."""
    page = await service_levels.listed(
        caller.service.db, code=code, authority=authority, kind=kind, on=day, limit=limit, after=after
    )
    return Json(page.answer(lambda each: said(each, schemas.ServiceLevel)))


@router.post("", status_code=201, response_model=schemas.ServiceLevel, responses=CHANGES)
@acts.named("set_service_level")
async def set_service_level(body: schemas.ServiceLevelSetting, caller: CallerNow) -> Response:
    """Set the service level of a published entry. The one before ends."""
    setting = Setting(
        body.code,
        body.kind,
        body.decision_no,
        body.decision_date,
        body.valid_from,
        body.valid_to,
        body.reason,
    )
    made = await service_levels.set_level(caller.service.db, setting, asked(caller))
    return Json(said(made, schemas.ServiceLevel), status_code=201)


@systems_router.get("", response_model=schemas.AgencySystems, responses=READS)
@acts.named("list_agency_systems")
async def list_agency_systems(
    caller: CallerNow,
    unit: Key | None = None,
    state: Integration | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The systems of one's authority, and how far each is integrated in the portal."""
    db = caller.service.db
    within = await asking.circle(db, asked(caller))
    page = await systems.listed(db, unit=unit, state=state, limit=limit, after=after, within=within)
    answer = page.answer(lambda each: said(each, schemas.AgencySystem))
    return Json({**answer, "not_integrated": await systems.not_integrated(db)})


@systems_router.post("", status_code=201, response_model=schemas.AgencySystem, responses=CHANGES)
@acts.named("enter_agency_system")
async def enter_agency_system(body: schemas.AgencySystemEntry, caller: CallerNow) -> Response:
    """Enter a system of an agency. One of that name is the one that stands."""
    entry = systems.Entry(
        body.unit, body.name, body.purpose, body.state, body.state_from, body.address or "", body.note
    )
    made = await systems.enter(caller.service.db, entry, asked(caller))
    return Json(said(made, schemas.AgencySystem), status_code=201)


@systems_router.post("/{system}/state", response_model=schemas.AgencySystem, responses=CHANGES)
@acts.named("change_agency_system")
async def change_agency_system(
    system: Annotated[UUID, Path(description="The id of a system.")],
    body: schemas.AgencySystemState,
    caller: CallerNow,
) -> Response:
    """Say how far a system is integrated since a day."""
    found = await systems.change(
        caller.service.db, system, body.state, body.state_from, asked(caller), note=body.note
    )
    return Json(said(found, schemas.AgencySystem))
