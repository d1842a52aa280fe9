"""Outages of services: reported, followed, mended; and who is told of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import asked, said
from hoso_api.rest.outages import schemas
from hoso_workflows import localtime
from hoso_workflows.coordination import asking, outages, recipients

router = APIRouter(prefix="/outages", tags=["coordination"], route_class=KnownRoute)
recipients_router = APIRouter(prefix="/outage-recipients", tags=["coordination"], route_class=KnownRoute)

CHANGES = responses(401, 403, 404, 409, 413, 415)
OutageId = Annotated[UUID, Path(description="The id of an outage.")]
RecipientId = Annotated[UUID, Path(description="The id of a recipient of outages.")]


@router.get("", response_model=schemas.Outages, responses=responses(400, 401, 403))
@acts.named("list_outages")
async def list_outages(
    caller: CallerNow,
    unit: Annotated[Key | None, Query(description="Of this unit only.")] = None,
    going_on: Annotated[bool, Query(description="Only those that last.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The outages of one's authority and of which one's unit was told: who was told, when, how long it took; the newest first."""
    db = caller.service.db
    within = await asking.circle(db, asked(caller))
    page = await outages.listed(db, unit=unit, going_on=going_on, limit=limit, after=after, within=within)
    return Json(page.answer(lambda each: said(each, schemas.Outage)))


@router.post("", status_code=201, response_model=schemas.Outage, responses=CHANGES)
@acts.named("report_outage")
async def report_outage(body: schemas.OutageReport, caller: CallerNow) -> Response:
    """Report an outage; every recipient that is named for the unit is told at once."""
    report = outages.Report(body.unit, body.service, body.description, body.began_at, body.noticed_at)
    made = await outages.report(caller.service.db, report, asked(caller))
    return Json(said(made, schemas.Outage), status_code=201)


@router.post("/{outage}/updates", response_model=schemas.Outage, responses=CHANGES)
@acts.named("update_outage")
async def update_outage(outage: OutageId, body: schemas.OutageNews, caller: CallerNow) -> Response:
    """Say what became known of an outage, or that it is mended; its recipients are told again."""
    found = await outages.update(
        caller.service.db,
        outage,
        body.text,
        asked(caller),
        resolves=body.resolves,
    )
    return Json(said(found, schemas.Outage))


@router.put("/{outage}/announcement", response_model=schemas.Outage, responses=CHANGES)
@acts.named("announce_outage")
async def announce_outage(outage: OutageId, body: schemas.OutageAnnouncement, caller: CallerNow) -> Response:
    """Make an outage public in these words, or take them back. A head, an administrator or a coordinator does it."""
    found = await outages.announce(caller.service.db, outage, body.announcement, asked(caller))
    return Json(said(found, schemas.Outage))


@router.post("/{outage}/acknowledgements", response_model=schemas.Outage, responses=CHANGES)
@acts.named("acknowledge_outage")
async def acknowledge_outage(
    outage: OutageId, body: schemas.OutageAcknowledgement, caller: CallerNow
) -> Response:
    """Say that a unit which was told of an outage knows of it; whoever reported it is told."""
    found = await outages.acknowledge(caller.service.db, outage, body.unit, asked(caller))
    return Json(said(found, schemas.Outage))


@recipients_router.get("", response_model=schemas.OutageRecipients, responses=responses(401, 403))
@acts.named("list_outage_recipients")
async def list_outage_recipients(caller: CallerNow) -> Response:
    """The recipients of outages, of today and of days to come."""
    found = await recipients.listed(caller.service.db, localtime.local_date(caller.at))
    return Json({"items": [said(each, schemas.OutageRecipient) for each in found]})


@recipients_router.post("", status_code=201, response_model=schemas.OutageRecipient, responses=CHANGES)
@acts.named("enter_outage_recipient")
async def enter_outage_recipient(body: schemas.OutageRecipientEntry, caller: CallerNow) -> Response:
    """Say that a unit is told of outages in another one and below it, on what basis and from when."""
    entry = recipients.Entry(
        body.scope, body.unit, body.basis, body.valid_from, role=body.role, valid_to=body.valid_to
    )
    made = await recipients.enter(caller.service.db, entry, asked(caller))
    return Json(said(made, schemas.OutageRecipient), status_code=201)


@recipients_router.post("/{recipient}/end", response_model=schemas.OutageRecipient, responses=CHANGES)
@acts.named("end_outage_recipient")
async def end_outage_recipient(
    recipient: RecipientId, body: schemas.OutageRecipientEnd, caller: CallerNow
) -> Response:
    """Set the last day on which a unit is told of outages."""
    found = await recipients.end(caller.service.db, recipient, body.last_day, asked(caller))
    return Json(said(found, schemas.OutageRecipient))
