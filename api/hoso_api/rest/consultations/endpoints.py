"""Consultations: the opinions that units are asked for."""

from fastapi import APIRouter
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.consultations import schemas
from hoso_workflows.monitoring import consultations

router = APIRouter(prefix="/consultations", tags=["dossiers"], route_class=DirectRoute)


@router.get("", response_model=schemas.Consultations, responses=responses(400, 401, 403, 404))
@acts.named("list_consultations")
async def list_consultations(
    caller: CallerNow, unit: Key | None = None, after: After = None, limit: Limit = 50
) -> Response:
    """The opinions that your units are asked for and have not given, those due first first."""
    page = await consultations.search(
        caller.service.db,
        unit,
        reader=caller.principal,
        at=caller.at,
        limit=limit,
        after=after,
        origin=caller.origin,
    )
    return Json(page.answer())
