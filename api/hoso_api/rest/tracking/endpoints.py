"""Dossiers that are looked for, their timelines and their accounts."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.tracking import schemas
from hoso_models import DossierStatus
from hoso_workflows.tracking import course_views, search
from hoso_workflows.tracking.search import ApplicantFilter, Asked, DossierFilter

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]
From = Annotated[schemas.Day | None, Query(description="Filed on this local date or later.")]
Until = Annotated[schemas.Day | None, Query(description="Filed on this local date or earlier.")]


@router.get("", response_model=schemas.DossierPage, responses=responses(400, 401, 403, 404))
@acts.named("list_dossiers")
async def list_dossiers(
    caller: CallerNow,
    unit: Key | None = None,
    procedure: Key | None = None,
    status: DossierStatus | None = None,
    filed_from: From = None,
    filed_until: Until = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The dossiers of an officer's units, or an applicant's own; the newest first."""
    page = await search.listed(
        caller.service.db,
        DossierFilter(unit, procedure, status, filed_from, filed_until),
        Asked(caller.principal, caller.at, caller.origin, limit, after),
    )
    return Json(page.answer())


@router.post("/search", response_model=schemas.DossierPage, responses=responses(400, 401, 403, 404, 413, 415))
@acts.named("search_dossiers", only_asks=True)
async def search_dossiers(body: schemas.DossierSearch, caller: CallerNow) -> Response:
    """Dossiers of your units by code, by the applicant's name or number; names and numbers stand in no address."""
    given = body.filter
    page = await search.search(
        caller.service.db,
        ApplicantFilter(given.key, given.name, given.identifier, given.phone),
        DossierFilter(given.unit, given.procedure, given.status, given.filed_from, given.filed_until),
        body.reason,
        Asked(caller.principal, caller.at, caller.origin, body.page.limit, body.page.after),
    )
    return Json(page.answer())


@router.get("/{reference}/timeline", response_model=schemas.AnyTimeline, responses=responses(400, 401, 404))
@acts.named("get_timeline")
async def get_timeline(reference: Reference, caller: CallerNow) -> Response:
    """The timeline of a dossier: by unit for its applicant, with officers and steps for officers."""
    found = await course_views.read_timeline(
        caller.service, reference, reader=caller.principal, at=caller.at, origin=caller.origin
    )
    return Json(found)


@router.get(
    "/{reference}/accounting", response_model=schemas.DossierAccount, responses=responses(400, 401, 404)
)
@acts.named("get_accounting")
async def get_accounting(reference: Reference, caller: CallerNow) -> Response:
    """The working time of a dossier by those who had it, and what made it late."""
    found = await course_views.read_account(
        caller.service, reference, reader=caller.principal, at=caller.at, origin=caller.origin
    )
    return Json(found)
