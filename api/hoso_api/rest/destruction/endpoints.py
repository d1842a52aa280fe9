"""Lists of destruction: drawn up, read, confirmed or rejected by administrators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.destruction import schemas
from hoso_workflows import errors
from hoso_workflows.organisation import permissions
from hoso_workflows.privacy import destruction

router = APIRouter(prefix="/destruction-lists", tags=["dossiers"], route_class=KnownRoute)

ListId = Annotated[UUID, Path(alias="list", description="The id of a list.")]
CHANGES = responses(400, 401, 403, 404, 409, 413, 415, 422)


@router.get("", response_model=schemas.DestructionLists, responses=responses(400, 401, 403))
@acts.named("list_destructions")
async def list_destructions(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """The lists of dossiers to be destroyed of your units, the newest first."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    async with caller.refusals("list_destructions"):
        units = destruction.units_of(rights)
    page = await destruction.search(db, units, limit=limit, after=after)
    await caller.listed("list_destructions", None, rights, [each["id"] for each in page.items])
    return Json(page.answer())


@router.get(
    "/{list}", response_model=schemas.DestructionListWithItems, responses=responses(400, 401, 403, 404)
)
@acts.named("get_destruction")
async def get_destruction(identity: ListId, caller: CallerNow) -> Response:
    """A list with its dossiers, and how far it has been carried out."""
    return Json(await _read(identity, caller))


@router.post("", response_model=schemas.DestructionListWithItems, status_code=201, responses=CHANGES)
@acts.named("draw_destruction")
async def draw_destruction(body: schemas.DestructionDraft, caller: CallerNow) -> Response:
    """Draw up a list of the dossiers of a unit, and of those below it, whose retention has ended."""
    drawn = await destruction.draw(
        caller.service, body.unit, body.basis, actor=caller.principal, at=caller.at
    )
    return Json(await _read(drawn, caller), status_code=201)


@router.post("/{list}/confirmation", response_model=schemas.DestructionListWithItems, responses=CHANGES)
@acts.named("confirm_destruction")
async def confirm_destruction(
    identity: ListId, body: schemas.DestructionDecision, caller: CallerNow
) -> Response:
    """Confirm a list that somebody else drew up; a job erases its dossiers."""
    return await _decided(identity, body, caller, confirmed=True)


@router.post("/{list}/rejection", response_model=schemas.DestructionListWithItems, responses=CHANGES)
@acts.named("reject_destruction")
async def reject_destruction(
    identity: ListId, body: schemas.DestructionDecision, caller: CallerNow
) -> Response:
    """Reject a list that somebody else drew up."""
    return await _decided(identity, body, caller, confirmed=False)


async def _decided(
    identity: UUID, body: schemas.DestructionDecision, caller: CallerNow, *, confirmed: bool
) -> Response:
    await destruction.decide(
        caller.service, identity, body.decision, confirmed=confirmed, actor=caller.principal, at=caller.at
    )
    return Json(await _read(identity, caller))


async def _read(identity: UUID, caller: CallerNow) -> dict[str, object]:
    """A list as the caller reads it; the reading is logged."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    async with caller.refusals("get_destruction", str(identity)):
        units = destruction.units_of(rights, destruction.READ)
    try:
        found = await destruction.read(db, identity, units)
    except errors.NotFound:
        await caller.refused("get_destruction", str(identity), caller.origin)
        raise
    await caller.listed("get_destruction", str(identity), rights, [identity])
    return found
