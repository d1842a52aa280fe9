"""Undelivered messages, for administrators: of their units and those below."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.rest.outbox import schemas
from hoso_workflows.notifications import undelivered
from hoso_workflows.organisation import permissions

router = APIRouter(prefix="/outbox", tags=["outbox"])
#: The largest number that a message can have.
LAST = 2**63 - 1


@router.get("", response_model=schemas.UndeliveredPage, responses=responses(400, 401, 403))
@acts.named("list_undelivered")
async def list_undelivered(
    caller: CallerNow,
    aside: Annotated[bool, Query(description="Only what was set aside, or has reached nobody.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Messages that wait to be sent, were set aside or have reached nobody, of the units that you administer; the oldest first."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    async with caller.refusals("list_undelivered"):
        units = permissions.outbox_units(rights, "list_undelivered", "listing unsent messages")
    scope = await caller.service.reference_data.scope(rights, "list_undelivered")
    page = await undelivered.search(db, units, scope, aside=aside, limit=limit, after=after)
    await caller.listed("list_undelivered", None, rights, [each.id for each in page.items])
    counted = await undelivered.counted(db, units, scope, aside=aside)
    return Json({**page.answer(_json), "counted_only": counted})


@router.post("/{message}/release", response_model=schemas.Released, responses=responses(401, 403, 404, 409))
@acts.named("release_message")
async def release_message(
    caller: CallerNow, message: Annotated[int, Path(ge=1, le=LAST, description="The message's `id`.")]
) -> Response:
    """Put a message that was set aside in line again, as if it had never been tried."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    async with caller.refusals("release_message", str(message)):
        units = permissions.outbox_units(rights, "release_message", "releasing unsent messages")
    scope = await caller.service.reference_data.scope(rights, "release_message")
    released = await undelivered.release(db, [message], units, scope, actor=caller.principal, at=caller.at)
    return Json({"released": released})


def _json(each: undelivered.Undelivered) -> dict[str, Any]:
    named = {
        name: getattr(each, name) for name in schemas.UndeliveredMessage.model_fields if name != "dossier"
    }
    about = {"reference": each.reference, "code": each.code, "procedure": each.procedure}
    return {**named, "dossier": about if each.reference else None}
