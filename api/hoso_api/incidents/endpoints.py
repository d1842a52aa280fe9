"""Where runs are held up, over all dossiers; each is resolved at its dossier."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hoso_api.acts import Json
from hoso_api.problems import responses
from hoso_api.security import CallerNow
from hoso_workflows import incidents, lookup
from hoso_workflows.overdue import Place

from . import schemas

router = APIRouter(prefix="/incidents", tags=["incidents"])


@router.get("", response_model=schemas.IncidentPage, responses=responses(400, 401))
async def list_incidents(
    caller: CallerNow,
    after: Annotated[
        str | None, Query(max_length=100, description="`page.after` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=incidents.MOST)] = 50,
) -> Response:
    """Open incidents of your units' dossiers, and of those that you oversee; those open longest first."""
    db = caller.office.db
    units = incidents.scope(await lookup.rights(db, caller.principal, caller.at))
    page = await incidents.search(db, units, limit=limit, after=Place.parse(after) if after else None)
    items = [incidents.said(incident) for incident in page.items]
    return Json({"items": items, "page": {"after": str(page.after) if page.after else None}})
