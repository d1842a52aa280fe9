"""Moving the open dossiers of a unit to its successors: preview, job, progress."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.rehoming import schemas
from hoso_workflows import rehoming
from hoso_workflows.organisation import permissions

router = APIRouter(prefix="/units", tags=["units"], route_class=KnownRoute)

Unit = Annotated[Key, Path(description="The unit's code.")]


@router.post(
    "/{code}/rehoming-preview",
    response_model=schemas.RehomingPreview,
    responses=responses(400, 401, 403, 404, 413, 415),
)
@acts.named("preview_rehoming", only_asks=True)
async def preview_rehoming(code: Unit, body: schemas.RehomingPlan, caller: CallerNow) -> Response:
    """Preview of moving the open dossiers of a unit: dossiers, tasks, officers, lacking competences."""
    await permissions.existing_unit(caller.service.db, code)
    async with caller.refusals("preview_rehoming", code):
        found = await rehoming.preview(
            caller.service, _moves(code, body), actor=caller.principal, at=caller.at
        )
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    await caller.listed("preview_rehoming", code, rights, [each.officer for each in found.inboxes], unit=code)
    return Json(found.to_json())


@router.post(
    "/{code}/rehoming",
    response_model=schemas.RehomingDone,
    responses=responses(401, 403, 404, 409, 413, 415),
)
@acts.named("rehome_unit")
async def rehome_unit(code: Unit, body: schemas.RehomingOrder, caller: CallerNow) -> Response:
    """Move the open dossiers of a unit to its successors, so many at a time: repeat it until it is finished."""
    await permissions.existing_unit(caller.service.db, code)
    done = await rehoming.apply(
        caller.service,
        _moves(code, body),
        basis=body.basis,
        actor=caller.principal,
        at=caller.at,
        limit=body.limit,
    )
    return Json(done.to_json())


@router.get("/{code}/rehoming", response_model=schemas.RehomingJobs, responses=responses(401, 403, 404))
@acts.named("list_rehomings")
async def list_rehomings(code: Unit, caller: CallerNow) -> Response:
    """The jobs that moved dossiers from or to a unit, and how far each has come, for its administrators."""
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    await permissions.existing_unit(caller.service.db, code)
    permissions.authorise_administration(rights, [code], "list_rehomings", rehoming.ACT)
    return Json({"items": [asdict(job) for job in await rehoming.jobs(caller.service, code)]})


def _moves(code: str, body: schemas.RehomingPlan) -> tuple[rehoming.Move, ...]:
    return tuple(rehoming.Move(old, body.successor, body.procedures) for old in (code, *body.also))
