"""Units and administrative areas: lists and acts."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest import register_acts
from hoso_api.rest.units import schemas
from hoso_workflows.organisation.register import commands, lists

router = APIRouter(tags=["register"], route_class=KnownRoute)

Unit = Annotated[Key, Path(description="The unit's code.")]
AreaCode = Annotated[Key, Path(description="The area's code.")]
Parent = Annotated[Key | None, Query(description="Only those directly below this one.")]
On = Annotated[date | None, Query(description="Only those that exist on this day.")]


@router.get("/units", response_model=schemas.UnitPage, responses=responses(400, 401))
@acts.named("list_units")
async def list_units(
    caller: CallerNow, parent: Parent = None, on: On = None, after: After = None, limit: Limit = 50
) -> Response:
    """The units by code: the organisation list, open to everybody with a token."""
    page = await lists.units(caller.service.db, parent=parent, on=on, limit=limit, after=after)
    return Json(page.answer(asdict))


@router.post("/units", **register_acts.documented(201))
@acts.named("enter_unit")
async def enter_unit(body: schemas.UnitEntry, caller: CallerNow) -> Response:
    """Enter a unit below one that the caller administers."""
    return await register_acts.perform(caller, commands.EnterUnit(**dict(body)), status=201)


@router.get("/units/{code}", response_model=schemas.UnitListed, responses=responses(401, 404))
@acts.named("get_unit")
async def get_unit(code: Unit, caller: CallerNow) -> Response:
    """A unit."""
    return Json(asdict(await lists.unit(caller.service.db, code)))


@router.patch("/units/{code}", **register_acts.documented())
@acts.named("change_unit")
async def change_unit(code: Unit, body: schemas.UnitChange, caller: CallerNow) -> Response:
    """Change a unit's names, or move it below another unit."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    return await register_acts.perform(caller, commands.ChangeUnit(code=code, changes=changes))


@router.post("/units/{code}/closure", **register_acts.documented())
@acts.named("close_unit")
async def close_unit(code: Unit, body: schemas.UnitClosure, caller: CallerNow) -> Response:
    """End a unit; its successor has its competences and people from the day after."""
    return await register_acts.perform(caller, commands.CloseUnit(code=code, **dict(body)))


@router.post("/units/{code}/reopening", **register_acts.documented())
@acts.named("reopen_unit")
async def reopen_unit(code: Unit, caller: CallerNow) -> Response:
    """Let a closed unit go on."""
    return await register_acts.perform(caller, commands.ReopenUnit(code=code))


@router.get("/areas", response_model=schemas.AreaPage, responses=responses(400, 401))
@acts.named("list_areas")
async def list_areas(
    caller: CallerNow, parent: Parent = None, on: On = None, after: After = None, limit: Limit = 50
) -> Response:
    """The administrative areas by code."""
    page = await lists.areas(caller.service.db, parent=parent, on=on, limit=limit, after=after)
    return Json(page.answer(asdict))


@router.post("/areas", **register_acts.documented(201))
@acts.named("enter_area")
async def enter_area(body: schemas.AreaEntry, caller: CallerNow) -> Response:
    """Enter an administrative area."""
    return await register_acts.perform(caller, commands.EnterArea(**dict(body)), status=201)


@router.post("/areas/{code}/closure", **register_acts.documented())
@acts.named("close_area")
async def close_area(code: AreaCode, body: schemas.AreaClosure, caller: CallerNow) -> Response:
    """End an area; its successor holds its places from the day after."""
    return await register_acts.perform(caller, commands.CloseArea(code=code, **dict(body)))
