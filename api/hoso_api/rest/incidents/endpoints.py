"""Open incidents over all dossiers; each is resolved at its dossier."""

from fastapi import APIRouter
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.incidents import schemas
from hoso_workflows.monitoring import incidents
from hoso_workflows.organisation import permissions

router = APIRouter(prefix="/incidents", tags=["incidents"], route_class=KnownRoute)


@router.get("", response_model=schemas.IncidentPage, responses=responses(400, 401))
@acts.named("list_incidents")
async def list_incidents(
    caller: CallerNow,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Open incidents of your units' dossiers, and of those that you oversee; those open longest first."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    page = await incidents.search(db, permissions.incident_units(rights), limit=limit, after=after)
    await caller.listed("list_incidents", None, rights, [each.id for each in page.items])
    return Json(page.answer(incidents.said))
