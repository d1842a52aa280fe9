"""Overdue dossiers, steps and receptions, derived when asked."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.overdue import schemas
from hoso_workflows.monitoring import overdue, reception_queue, reminders, return_queue
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import tracking

router = APIRouter(prefix="/overdue", tags=["overdue"], route_class=KnownRoute)


class OverdueKind(StrEnum):
    """A kind of overdue item."""

    #: A dossier past its legal due date.
    DOSSIER = "dossier"
    #: An open step past its own limit.
    STEP = "step"
    #: A dossier that reception has not answered within its term; before acceptance no dossier is late.
    RECEPTION = "reception"
    #: Every dossier that reception has to answer, overdue or not.
    WAITING = "waiting"
    #: Every result that awaits its return; who fetches one late delays nothing.
    RETURN = "return"


LISTS: dict[OverdueKind, Any] = {
    OverdueKind.DOSSIER: overdue.dossiers,
    OverdueKind.STEP: overdue.steps,
    OverdueKind.RECEPTION: overdue.receptions,
    OverdueKind.WAITING: reception_queue.receptions,
    OverdueKind.RETURN: return_queue.returns,
}
#: What of each list is told as a number only.
COUNTED: dict[OverdueKind, Any] = {
    OverdueKind.DOSSIER: overdue.counted_dossiers,
    OverdueKind.STEP: overdue.counted_steps,
    OverdueKind.RECEPTION: overdue.counted_receptions,
    OverdueKind.WAITING: reception_queue.counted_receptions,
    OverdueKind.RETURN: return_queue.counted_returns,
}


@router.get("", response_model=schemas.OverduePage, responses=responses(400, 401, 403, 404, 409))
@acts.named("list_overdue")
async def list_overdue(
    caller: CallerNow,
    unit: Annotated[
        Key | None,
        Query(
            description="One that you survey: what it handles, receives, or has a step of. Left out: all that you follow."
        ),
    ] = None,
    kind: OverdueKind = OverdueKind.DOSSIER,
    officer: Annotated[UUID | None, Query(description="Only what waits for this officer.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Overdue dossiers, steps or receptions of a unit, most late first, with their lateness in working time.

    `kind=waiting` lists all who wait to be received, those due first first; `kind=return` all results that await their return, what is
    not ready for its owner first, by the appointed hour.
    """
    db = caller.service.db
    asked = await permissions.existing_unit(db, unit)
    rights = await permissions.held(db, caller.principal, caller.at)
    scope = await caller.service.reference_data.scope(rights)
    async with caller.refusals("list_overdue", asked):
        tracking.require(rights, scope, asked)
    page = await LISTS[kind](
        db,
        await caller.service.reference_data.unit_calendars(),
        at=caller.at,
        scope=scope,
        unit=asked,
        officer=officer,
        after=after,
        limit=limit,
    )
    await caller.listed("list_overdue", asked, rights, [each.id for each in page.items], unit=asked)
    counted = await COUNTED[kind](db, scope, asked, caller.at)
    told = page.answer(lambda item: {"kind": kind, **_json(item)})
    return Json({"at": caller.at, **told, "counted_only": counted})


@router.post(
    "/reminders",
    response_model=schemas.OverdueReminder,
    responses=responses(400, 401, 403, 404, 409, 413, 415),
)
@acts.named("remind_overdue")
async def remind_overdue(body: schemas.ReminderOf, caller: CallerNow) -> Response:
    """Send a reminder of a late item to whoever has it, or could take it; once a day each.

    It stands in their list of notices, and goes out by mail where that is set up.
    """
    known = caller.service.reference_data
    rights = await permissions.held(known.db, caller.principal, caller.at)
    async with caller.refusals("remind_overdue", str(body.id)):
        sent = await reminders.remind(known, body.kind, body.id, rights, at=caller.at)
    return Json(
        {
            "kind": body.kind,
            "id": body.id,
            "at": sent.at,
            "by": {"id": sent.by, "name": sent.by_name},
            "told": sent.told,
        }
    )


def _json(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in type(item).__slots__}
