"""Rating of one's own dossier."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.ratings import schemas
from hoso_workflows import errors
from hoso_workflows.feedback import ratings

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]


@router.get("/{reference}/rating", response_model=schemas.Rating, responses=responses(400, 401, 404))
@acts.named("get_rating")
async def get_rating(reference: Reference, caller: CallerNow) -> Response:
    """Your rating of your dossier. Nobody of an authority reads it."""
    found = await ratings.of_dossier(
        caller.service.db, reference, reader=caller.principal, at=caller.at, origin=caller.origin
    )
    if found is None:
        raise errors.NotFound("rating", reference)
    return Json(found)


@router.put(
    "/{reference}/rating", response_model=schemas.Rating, responses=responses(400, 401, 404, 409, 413, 415)
)
@acts.named("rate_dossier")
async def rate_dossier(reference: Reference, body: schemas.RatingGiven, caller: CallerNow) -> Response:
    """Rate your dossier once there is a result; you can change it for seven days. Authorities read figures, without names."""
    found = await ratings.rate(
        caller.service.db,
        reference,
        body.marks(),
        by=caller.principal,
        at=caller.at,
        origin=caller.origin,
    )
    return Json(found)
