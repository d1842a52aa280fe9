"""Dossiers whose applicants wait for an answer of the desk."""

from fastapi import APIRouter
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.dossiers import schemas
from hoso_workflows.correspondence import conversation

router = APIRouter(prefix="/conversations", tags=["dossiers"], route_class=DirectRoute)


@router.get("/unanswered", response_model=schemas.UnansweredPage, responses=responses(400, 401, 403, 404))
@acts.named("list_unanswered")
async def list_unanswered(
    caller: CallerNow, unit: Key | None = None, after: After = None, limit: Limit = 50
) -> Response:
    """Dossiers whose applicants wait for an answer of your desks, the longest wait first."""
    page = await conversation.unanswered(
        caller.service.db,
        unit,
        reader=caller.principal,
        at=caller.at,
        limit=limit,
        after=after,
        origin=caller.origin,
    )
    return Json(page.answer())
