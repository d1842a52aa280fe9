"""One's own notices, and the addresses that mail goes to."""

from dataclasses import asdict
from datetime import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.notifications import schemas
from hoso_workflows.identity import contact_points
from hoso_workflows.notifications import email, notices, preferences
from hoso_workflows.notifications.outbox import AtOnce
from hoso_workflows.notifications.preferences import Preference

router = APIRouter(tags=["notifications"], route_class=KnownRoute)

Contact = Annotated[UUID, Path(description="The contact point's id.")]


@router.get("/notifications", response_model=schemas.Notices, responses=responses(400, 401))
@acts.named("list_notifications")
async def list_notifications(
    caller: CallerNow,
    unread: Annotated[bool, Query(description="Only what was not read.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Your own notices, unread ones first, the newest before the older ones."""
    page = await notices.listed(caller.service.db, caller.principal, unread=unread, limit=limit, after=after)
    return Json(page.answer(asdict))


@router.get("/notifications/count", response_model=schemas.NoticeCount, responses=responses(401))
@acts.named("count_notifications")
async def count_notifications(caller: CallerNow) -> Response:
    """The number of notices that you have not read."""
    return Json({"unread": await notices.unread(caller.service.db, caller.principal)})


@router.post(
    "/notifications/read",
    response_model=schemas.NoticesMarked,
    responses=responses(400, 401, 413, 415, 422),
)
@acts.named("mark_notifications")
async def mark_notifications(caller: CallerNow, body: schemas.NoticesSeen) -> Response:
    """Mark your notices as read, up to the last one that you have seen."""
    marked = await notices.mark_up_to(caller.service.db, caller.principal, body.last, at=caller.at)
    return Json({"marked": marked})


@router.post(
    "/notifications/{notice}/read", response_model=schemas.NoticeCount, responses=responses(401, 404)
)
@acts.named("mark_notification")
async def mark_notification(
    caller: CallerNow, notice: Annotated[int, Path(ge=1, le=schemas.LAST, description="The notice's `id`.")]
) -> Response:
    """Mark a notice of your own as read; how many are left is told."""
    await notices.mark(caller.service.db, caller.principal, notice, at=caller.at)
    return await count_notifications(caller)


@router.get("/me/delivery", response_model=schemas.DeliveryKept, responses=responses(401))
@acts.named("get_delivery_preference")
async def get_delivery_preference(caller: CallerNow) -> Response:
    """Your preference about mail: language, digest, quiet hours."""
    return Json(preferences.document(await preferences.of(caller.service.db, caller.principal)))


@router.put("/me/delivery", response_model=schemas.DeliveryKept, responses=responses(401, 413, 415))
@acts.named("set_delivery_preference")
async def set_delivery_preference(caller: CallerNow, body: schemas.DeliveryWish) -> Response:
    """Say how you want to be told by mail, from the next one on; your list of notices is as before."""
    hours = [time.fromisoformat(each) if each else None for each in (body.quiet_from, body.quiet_until)]
    wish = Preference(body.language, body.digest, body.quiet, body.urgent_at_once, *hours)
    await preferences.keep(caller.service.db, caller.principal, wish, at=caller.at)
    return Json(preferences.document(wish))


@router.get("/me/contact-points", response_model=schemas.OwnContacts, responses=responses(401))
@acts.named("list_own_contacts")
async def list_own_contacts(caller: CallerNow) -> Response:
    """Your addresses and numbers; mail goes to the newest one that is proved."""
    found = await contact_points.listed(caller.service.db, caller.principal)
    return Json({"items": [asdict(each) for each in found]})


@router.post(
    "/me/contact-points",
    response_model=schemas.ContactEntered,
    responses=responses(400, 401, 409, 413, 415, 422),
    status_code=201,
)
@acts.named("enter_own_contact")
async def enter_own_contact(request: Request, caller: CallerNow, body: schemas.NewContact) -> Response:
    """Enter an address of e-mail; a code is mailed there, by which you prove it within a quarter of an hour."""
    ways, limits = email.transports(email.MailSettings.read()), request.app.state.rate_limit
    entered, fate = await contact_points.enter(
        caller.service.db, limits, ways, caller.principal, body.email, at=caller.at
    )
    return Json({**asdict(entered), **_fate(fate)}, status_code=201)


@router.post(
    "/me/contact-points/{contact}/code",
    response_model=schemas.CodeSent,
    responses=responses(401, 404, 409),
)
@acts.named("send_contact_code")
async def send_contact_code(request: Request, caller: CallerNow, contact: Contact) -> Response:
    """Have a new code mailed to an address of yours; the one before is good no more."""
    return Json(_fate(await _send(request, caller, contact)))


@router.post(
    "/me/contact-points/{contact}/confirmation",
    response_model=schemas.OwnContacts,
    responses=responses(400, 401, 404, 413, 415, 422),
)
@acts.named("confirm_own_contact")
async def confirm_own_contact(caller: CallerNow, contact: Contact, body: schemas.ContactCode) -> Response:
    """Prove an address by the code that was mailed there; five tries a code."""
    await contact_points.confirm(caller.service.db, caller.principal, contact, body.code, at=caller.at)
    return await list_own_contacts(caller)


@router.delete(
    "/me/contact-points/{contact}", response_model=schemas.OwnContacts, responses=responses(401, 404)
)
@acts.named("end_own_contact")
async def end_own_contact(caller: CallerNow, contact: Contact) -> Response:
    """End an address or number of your own; those that are left are listed."""
    async with caller.service.db.transaction() as tx:
        await contact_points.end(tx, caller.principal, contact, at=caller.at)
    return await list_own_contacts(caller)


def _fate(found: AtOnce | None) -> dict[str, bool]:
    return {"mailed": found is AtOnce.SENT, "queued": found is AtOnce.QUEUED}


async def _send(request: Request, caller: Any, contact: UUID) -> AtOnce:
    ways, limits = email.transports(email.MailSettings.read()), request.app.state.rate_limit
    return await contact_points.send_code(
        caller.service.db, limits, ways, caller.principal, contact, at=caller.at
    )
