"""Public endpoints: a dossier's progress, and the liveness and readiness of this process."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.http.unknown_callers import throttled
from hoso_api.installation import identity
from hoso_api.rest.public import schemas
from hoso_calendar.messages import translated
from hoso_workflows.dossiers import views

router = APIRouter(tags=["public"])
lookups = APIRouter(tags=["public"], route_class=KnownRoute)

Code = Annotated[Key, Path(description="The code on the receipt.")]


@lookups.get(
    "/v1/public/dossiers/{code}",
    response_model=schemas.Degree,
    responses=responses(404, 429),
    dependencies=[Depends(throttled)],
)
@acts.named("look_up_dossier")
async def look_up_dossier(code: Code, request: Request, service: ServiceNow) -> Response:
    """The degree of completion of a dossier and whether it is late, without personal data."""
    return Json(await views.public(service, code, request.app.state.clock()))


@router.get("/health/live", response_model=schemas.Health)
@acts.named("probe")
async def live() -> Response:
    """This process answers."""
    mark = identity.own()
    return Json({"status": "live"}, headers={identity.HEADER: mark} if mark else None)


@router.get("/health/ready", response_model=schemas.Ready, responses=responses())
@acts.named("probe")
async def ready(request: Request) -> Response:
    """The database answers, takes changes and is this release's, and the disk has room.

    It is `degraded` where something is wrong that no other process could answer better: a regular flow stands, a calendar ends soon,
    a package or calendar in use is damaged, no standby confirms.
    """
    found = await request.app.state.readiness.require(request.app.state.clock())
    return Json({"status": "degraded" if found else "ready", "warnings": list(map(translated, found))})
