"""Calls upon units, and their answers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import asked, calendar, said
from hoso_api.rest.coordination import schemas
from hoso_workflows.coordination import urgings

router = APIRouter(prefix="/urgings", tags=["coordination"], route_class=KnownRoute)

CHANGES = responses(401, 403, 404, 409, 413, 415)
UrgingId = Annotated[UUID, Path(description="The id of a call upon a unit.")]


@router.get("", response_model=schemas.Urgings, responses=responses(400, 401, 403, 404))
@acts.named("list_urgings")
async def list_urgings(
    caller: CallerNow,
    unit: Annotated[Key | None, Query(description="Upon this unit only.")] = None,
    waiting: Annotated[bool, Query(description="Only those without an answer.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The calls upon your units, with their answers; the newest first."""
    page = await urgings.read(
        caller.service.db, asked(caller), unit=unit, waiting=waiting, limit=limit, after=after
    )
    return Json(page.answer(lambda each: said(each, schemas.Urging)))


@router.post("", status_code=201, response_model=schemas.Urging, responses=CHANGES)
@acts.named("urge_unit")
async def urge_unit(body: schemas.UrgingCall, caller: CallerNow) -> Response:
    """Urge a unit or inspect it. The term is counted in its working time, and its heads are told."""
    call = urgings.Call(body.kind, body.unit, body.text, body.term, tuple(body.dossiers))
    days = await calendar(caller, body.unit)
    made = await urgings.urge(caller.service.db, days, call, asked(caller))
    return Json(said(made, schemas.Urging), status_code=201)


@router.post("/{urging}/answer", response_model=schemas.Urging, responses=CHANGES)
@acts.named("answer_urging")
async def answer_urging(urging: UrgingId, body: schemas.UrgingAnswer, caller: CallerNow) -> Response:
    """Answer a call for your unit, once."""
    found = await urgings.answer(caller.service.db, urging, body.text, asked(caller))
    return Json(said(found, schemas.Urging))
