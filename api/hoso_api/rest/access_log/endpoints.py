"""The access log, for those who watch over units and for applicants."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, FromDay, Limit, ToDay
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.access_log import schemas
from hoso_workflows.organisation import accesses

router = APIRouter(tags=["people"], route_class=KnownRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]


@router.get("/access-log", response_model=schemas.AccessPage, responses=responses(400, 401, 403))
@acts.named("list_access_log")
async def list_access_log(
    caller: CallerNow,
    principal: Annotated[UUID | None, Query(description="Only what this person did.")] = None,
    subject: Annotated[Key | None, Query(description="Only what concerns this.")] = None,
    refused: Annotated[bool | None, Query(description="Only what was refused, or only what was not.")] = None,
    first: FromDay = None,
    last: ToDay = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Reads and refused attempts of your units' people, and of whoever read their dossiers; the newest first."""
    page = await accesses.read(
        caller.service.db,
        caller.principal,
        accesses.Wanted(principal, subject, refused, first, last),
        caller.at,
        limit=limit,
        after=after,
        origin=caller.origin,
    )
    return Json(page.answer(asdict))


@router.get(
    "/dossiers/{reference}/access-log", response_model=schemas.Readers, responses=responses(400, 401, 404)
)
@acts.named("see_readers")
async def see_readers(reference: Reference, caller: CallerNow) -> Response:
    """The units that have read one's dossier, by day and reason; no names."""
    found = await accesses.of_own_dossier(
        caller.service.db, reference, caller.principal, caller.at, caller.origin
    )
    return Json({"items": [asdict(each) for each in found]})
