"""Receivers of webhooks: list, enter, change, new secret, end, try out, last messages."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from hoso_api.http import acts, commands
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.webhooks import schemas
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.webhooks import changes, deliveries, receivers
from hoso_workflows.webhooks.deliveries import Delivery
from hoso_workflows.webhooks.receivers import Entry
from hoso_workflows.webhooks.settings import WebhookSettings

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=KnownRoute)

Receiver = Annotated[UUID, Path(description="The receiver's `id`.")]
_GIVEN = commands.documented(schemas.WebhookGiven, conditional=False)
_CHANGED = responses(401, 403, 404)


@router.get("", response_model=schemas.Webhooks, responses=responses(400, 401, 403))
@acts.named("list_webhooks")
async def list_webhooks(caller: CallerNow) -> Response:
    """The receivers of the units that you administer, with how they have answered lately."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    async with caller.refusals(receivers.LIST):
        units = permissions.administered_units(rights, receivers.LIST)
    found = await receivers.listed(db, units, at=caller.at)
    return Json({"items": [asdict(each) for each in found]})


@router.post("", status_code=201, **_GIVEN)
@acts.named("enter_webhook")
async def enter_webhook(caller: CallerNow, body: schemas.WebhookEntry, request: Request) -> Response:
    """Enter a receiver: from now on it is sent the events that it names. Its secret is shown this once."""
    entry = Entry(body.unit, body.kind, body.name, body.url, body.events, body.carries_contact)
    async with caller.refusals(receivers.ENTER, body.unit):
        given = await receivers.enter(
            caller.service.db,
            request.app.state.accounts.seal,
            entry,
            actor=caller.principal,
            at=caller.at,
            inner_hosts=WebhookSettings.read().webhook_inner_hosts,
            key=commands.key(request.headers),
        )
    return Json(asdict(given), status_code=201)


@router.patch("/{webhook}", **commands.conditional(schemas.Webhook, 401, 403, 404, 409, 413, 415))
@acts.named("change_webhook")
async def change_webhook(webhook: Receiver, caller: CallerNow, body: schemas.WebhookChange) -> Response:
    """Change name, address, events or telephone number; what is left out stays. What waits goes to the new address."""
    async with caller.refusals(changes.CHANGE, str(webhook)):
        found = await changes.change(
            caller.service.db,
            webhook,
            changes.Change(body.name, body.url, body.events, body.carries_contact),
            actor=caller.principal,
            at=caller.at,
            seen=commands.versions(caller.request.headers),
            inner_hosts=WebhookSettings.read().webhook_inner_hosts,
        )
    return Json(asdict(found), headers={"ETag": commands.etag(found.version)})


@router.post("/{webhook}/secret", status_code=201, **_GIVEN)
@acts.named("rotate_webhook_secret")
async def rotate_webhook_secret(
    webhook: Receiver, caller: CallerNow, body: schemas.WebhookRotation, request: Request
) -> Response:
    """Make a new secret. Messages are signed by both until the one of before ends."""
    async with caller.refusals(receivers.ROTATE, str(webhook)):
        given = await receivers.rotate(
            caller.service.db,
            request.app.state.accounts.seal,
            webhook,
            actor=caller.principal,
            at=caller.at,
            overlap=timedelta(hours=body.overlap_hours),
            key=commands.key(request.headers),
        )
    return Json(asdict(given), status_code=201)


@router.post("/{webhook}/end", response_model=schemas.WebhookEnd, responses=_CHANGED)
@acts.named("end_webhook")
async def end_webhook(webhook: Receiver, caller: CallerNow) -> Response:
    """End a receiver: nothing goes there any more, nor what waits. One that was ended stays so."""
    async with caller.refusals(receivers.END, str(webhook)):
        ended = await receivers.end(caller.service.db, webhook, actor=caller.principal, at=caller.at)
    return Json({"ended_at": ended})


@router.post(
    "/{webhook}/test",
    status_code=202,
    response_model=schemas.WebhookTest,
    responses=responses(401, 403, 404, 409),
)
@acts.named("test_webhook")
async def test_webhook(webhook: Receiver, caller: CallerNow) -> Response:
    """Put a test message in line; a receiver that rests is tried in the next round."""
    async with caller.refusals(deliveries.TEST, str(webhook)):
        number = await deliveries.try_out(caller.service.db, webhook, actor=caller.principal, at=caller.at)
    return Json({"message": number}, status_code=202)


@router.get(
    "/{webhook}/deliveries",
    response_model=schemas.WebhookDeliveryPage,
    responses=responses(400, 401, 403, 404),
)
@acts.named("list_webhook_deliveries")
async def list_webhook_deliveries(
    webhook: Receiver, caller: CallerNow, after: After = None, limit: Limit = 50
) -> Response:
    """The last messages for a receiver, the newest first; one that was set aside is released as any other."""
    db = caller.service.db
    rights = await permissions.held(db, caller.principal, caller.at)
    seen = db, deliveries.LIST, caller.principal, str(webhook), caller.at, caller.origin
    async with readings.refusals(*seen, unseen=True):
        units = permissions.administered_units(rights, deliveries.LIST)
        scope = await caller.service.reference_data.scope(rights, deliveries.LIST)
        page = await deliveries.listed(db, webhook, units, scope, limit=limit, after=after)
    await caller.listed(deliveries.LIST, str(webhook), rights, [each.id for each in page.items])
    counted = await deliveries.counted(db, webhook, scope)
    return Json({**page.answer(_json), "counted_only": counted})


def _json(each: Delivery) -> dict[str, Any]:
    named = {name: getattr(each, name) for name in schemas.WebhookDelivery.model_fields if name != "dossier"}
    about = {"reference": each.reference, "code": each.code, "procedure": each.procedure}
    return {**named, "dossier": about if each.reference else None}
