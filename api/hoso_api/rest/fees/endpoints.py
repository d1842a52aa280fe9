"""Fees of a dossier, and the payments for them."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.fees import schemas
from hoso_workflows.payments import fee_views

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]


@router.get("/{reference}/fees", response_model=schemas.Fees, responses=responses(400, 401, 404))
@acts.named("list_fees")
async def list_fees(reference: Reference, caller: CallerNow) -> Response:
    """The fees of a dossier with what is open of each, and its payments with their receipts."""
    found = await fee_views.listed(
        caller.service, reference, reader=caller.principal, at=caller.at, origin=caller.origin
    )
    return Json(found)
