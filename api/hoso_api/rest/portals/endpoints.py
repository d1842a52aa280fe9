"""Portals of other authorities: what they read and acknowledge; their register and log."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from hoso_api.http import acts, encoding
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import CommandNow, Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.portals import schemas
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.portals import acknowledgement, exchange_log, feed, reconciliation, register, resending
from hoso_workflows.portals.acknowledgement import Refused, Said
from hoso_workflows.portals.exchange_log import Line
from hoso_workflows.portals.reconciliation import Theirs
from hoso_workflows.portals.register import Entry

#: What a portal's own system asks.
router = APIRouter(prefix="/portals", tags=["portals"], route_class=KnownRoute)
#: What administrators ask.
entries = APIRouter(prefix="/partner-portals", tags=["portals"], route_class=KnownRoute)

Portal = Annotated[Key, Path(description="The portal's code.")]
_SPOKEN = responses(401, 404, 413, 415)
_CHANGED = responses(401, 403, 404, 413, 415)
_SEEN = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the same page as it was read before; 304 where nothing of it has changed.",
    "schema": {"type": "string"},
}
#: What the description says of a page that has not changed.
_UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing has changed since the ETag that was seen."}
}


@router.get(
    "/{portal}/changes",
    response_model=schemas.PortalChanges,
    responses={**responses(400, 401, 404), **_UNCHANGED},
    openapi_extra={"parameters": [_SEEN]},
)
@acts.named("list_portal_changes")
async def list_portal_changes(
    portal: Portal, caller: CallerNow, request: Request, after: After = None, limit: Limit = 50
) -> Response:
    """The statuses behind a place, for the system that speaks for the portal; send `place` as `after` the next time."""
    async with caller.refusals(feed.READ, portal):
        found = await feed.read(
            caller.service.db, portal, principal=caller.principal, at=caller.at, limit=limit, after=after
        )
    answer = {**found.page.answer(dict), "place": found.place}
    tag = encoding.tag(encoding.encode(answer))
    if encoding.is_known(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return Json(answer, headers={"ETag": tag})


@router.post("/{portal}/acknowledgement", response_model=schemas.PortalAcknowledged, responses=_SPOKEN)
@acts.named("acknowledge_portal_changes")
async def acknowledge_portal_changes(
    portal: Portal, request: CommandNow, body: schemas.PortalAcknowledgement
) -> Response:
    """Say up to where the portal has applied what it was told, and what it does not take. The same again changes nothing."""
    caller, refused = request.caller, [Refused(each.id, each.reason) for each in body.refused]
    async with caller.refusals(acknowledgement.ACKNOWLEDGE, portal):
        done = await acknowledgement.acknowledge(
            caller.service.db,
            portal,
            Said(body.up_to, body.applied, refused),
            principal=caller.principal,
            at=caller.at,
        )
    return Json(asdict(done))


@router.post("/{portal}/reconciliation", response_model=schemas.PortalReconciled, responses=_SPOKEN)
@acts.named("reconcile_portal")
async def reconcile_portal(
    portal: Portal, request: CommandNow, body: schemas.PortalReconciliation
) -> Response:
    """Compare the portal's statuses with what it was told; what it lacks is told anew. The same again is harmless."""
    caller = request.caller
    theirs = [Theirs(each.dossier, each.portal_code, each.number) for each in body.dossiers]
    async with caller.refusals(reconciliation.RECONCILE, portal):
        done = await reconciliation.reconcile(
            caller.service.db,
            portal,
            theirs,
            complete=body.complete,
            actor=caller.principal,
            at=caller.at,
        )
    return Json(asdict(done))


@entries.get("", response_model=schemas.Portals, responses=responses(400, 401, 403))
@acts.named("list_portals")
async def list_portals(caller: CallerNow) -> Response:
    """The portals of the units that you administer, with what they were not given yet or have not acknowledged."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    async with caller.refusals(register.LIST):
        units = permissions.administered_units(rights, register.LIST)
    return Json({"items": [asdict(each) for each in await register.listed(db, units)]})


@entries.post(
    "",
    status_code=201,
    response_model=schemas.PortalEntered,
    responses=responses(401, 403, 404, 409, 413, 415),
)
@acts.named("enter_portal")
async def enter_portal(caller: CallerNow, body: schemas.PortalEntry) -> Response:
    """Enter a portal from a day on; the same entry again is answered as the first time."""
    entry = Entry(
        *(body.code, body.name, body.unit, body.concerns, body.principal, body.webhook),
        *(body.resend_minutes, body.basis, body.valid_from),
    )
    async with caller.refusals(register.ENTER, body.unit):
        made = await register.enter(caller.service.db, entry, actor=caller.principal, at=caller.at)
    return Json({"id": made}, status_code=201)


@entries.post("/{portal}/end", response_model=schemas.PortalEnd, responses=_CHANGED)
@acts.named("end_portal")
async def end_portal(portal: Portal, caller: CallerNow, body: schemas.PortalEndAsked) -> Response:
    """End a portal after a day; one that was ended stays so."""
    async with caller.refusals(register.END, portal):
        ended = await register.end(
            caller.service.db, portal, body.last_day, actor=caller.principal, at=caller.at
        )
    return Json({"last_day": ended})


@entries.get("/{portal}/log", response_model=schemas.PortalLog, responses=responses(400, 401, 403, 404))
@acts.named("list_portal_log")
async def list_portal_log(
    portal: Portal,
    caller: CallerNow,
    unsettled: Annotated[bool, Query()] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The sync log of a portal, the newest line first: what it was told, what it filed, what it answered."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    seen = db, exchange_log.LOG, caller.principal, portal, caller.at, caller.origin
    async with readings.refusals(*seen, unseen=True):
        units = permissions.administered_units(rights, exchange_log.LOG)
        page = await exchange_log.listed(db, portal, units, unsettled=unsettled, limit=limit, after=after)
    await caller.listed(exchange_log.LOG, portal, rights, [each.id for each in page.items])
    return Json(page.answer(_line))


@entries.post("/{portal}/resend", response_model=schemas.PortalResent, responses=_CHANGED)
@acts.named("resend_portal_statuses")
async def resend_portal_statuses(
    portal: Portal, caller: CallerNow, body: schemas.PortalResending
) -> Response:
    """Tell statuses anew: those that are named, or all that are not acknowledged. What waits is left as it is."""
    async with caller.refusals(resending.RESEND, portal):
        resent = await resending.resend(
            caller.service.db, portal, body.statuses, actor=caller.principal, at=caller.at
        )
    return Json({"resent": resent})


def _line(each: Line) -> dict[str, Any]:
    named = {name: getattr(each, name) for name in schemas.PortalLogLine.model_fields if name != "dossier"}
    about = {"reference": each.reference, "code": each.code, "procedure": each.procedure}
    return {**named, "dossier": about if each.reference else None}
