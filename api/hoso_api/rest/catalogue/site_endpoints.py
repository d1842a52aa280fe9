"""Sites that show the catalogue of procedures."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import asked, said
from hoso_api.rest.catalogue import site_schemas as schemas
from hoso_workflows.embedding import seen
from hoso_workflows.organisation import asking

router = APIRouter(prefix="/embedding-sites", tags=["catalogue"], route_class=KnownRoute)
Day = Annotated[date, Query(ge=FIRST_DAY, le=LAST_DAY)]


@router.get("", response_model=schemas.EmbeddingSites, responses=responses(400, 401, 403, 422))
@acts.named("list_embedding_sites")
async def list_embedding_sites(
    request: Request,
    caller: CallerNow,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
) -> Response:
    """The sites that show the catalogue in a period, by host. Of readers nothing is known."""
    db = caller.service.db
    await asking.reached(db, seen.LIST, None, asked(caller))
    tally: seen.Tally = request.app.state.sites_seen
    found = await seen.listed(db, first, last, tally)
    return Json({"items": [said(each, schemas.EmbeddingSite) for each in found]})
