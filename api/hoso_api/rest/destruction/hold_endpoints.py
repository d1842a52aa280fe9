"""Dossiers under a legal hold."""

from fastapi import APIRouter
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.destruction import schemas
from hoso_workflows.privacy import holds

router = APIRouter(prefix="/holds", tags=["dossiers"], route_class=DirectRoute)


@router.get("", response_model=schemas.Holds, responses=responses(400, 401, 403, 404))
@acts.named("list_holds")
async def list_holds(
    caller: CallerNow, unit: Key | None = None, after: After = None, limit: Limit = 50
) -> Response:
    """Dossiers of your units kept whatever their retention, those filed last first."""
    page = await holds.read(
        caller.service.db,
        unit,
        reader=caller.principal,
        at=caller.at,
        limit=limit,
        after=after,
        origin=caller.origin,
    )
    return Json(page.answer())
