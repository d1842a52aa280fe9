"""The register of what was given to third parties."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, FromDay, Limit, ToDay
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.disclosures import schemas
from hoso_workflows.privacy import disclosures

router = APIRouter(prefix="/disclosures", tags=["dossiers"], route_class=DirectRoute)


@router.get("", response_model=schemas.Disclosures, responses=responses(400, 401, 403, 404))
@acts.named("list_disclosures")
async def list_disclosures(
    caller: CallerNow,
    unit: Key | None = None,
    dossier: Annotated[Key | None, Query(description="Only one dossier, by its reference or code.")] = None,
    first: FromDay = None,
    last: ToDay = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The register of data that your units gave to third parties, the newest first."""
    page = await disclosures.read(
        caller.service.db,
        caller.principal,
        disclosures.Wanted(unit, dossier, first, last),
        caller.at,
        limit=limit,
        after=after,
        origin=caller.origin,
    )
    return Json(page.answer())
