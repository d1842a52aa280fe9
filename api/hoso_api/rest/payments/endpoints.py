"""Payments online: orders of payers and desks, notifications of the gateway, disputes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import Caller, CallerNow, ServiceNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.middleware import limits
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute, KnownRoute
from hoso_api.rest.payments import schemas
from hoso_workflows.payments import dispute_settlement, disputes, orders, settlement, surpluses
from hoso_workflows.payments.orders import Asked, Online

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)
lists = APIRouter(prefix="/payments", tags=["dossiers"], route_class=DirectRoute)
notifications = APIRouter(prefix="/payments", tags=["public"], route_class=KnownRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]
Order = Annotated[UUID, Path(description="The order's `id`.")]
Dispute = Annotated[UUID, Path(description="The dispute's `id`.")]
_TOLD = {
    "type": "object",
    "properties": {
        "order": {"type": "string", "minLength": 1, "maxLength": 64},
        "amount": {"type": "integer", "minimum": 0},
        "currency": {"type": "string", "maxLength": 16, "default": "VND"},
        "merchant": {"type": ["string", "null"], "maxLength": 64},
        "state": {"type": "string", "enum": ["open", "paid", "failed"]},
        "reference": {"type": ["string", "null"], "maxLength": 64},
        "paid_at": {"type": ["string", "null"], "format": "date-time"},
    },
    "required": ["order", "amount", "state"],
}
BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/json": {"schema": _TOLD}}}}


@router.post(
    "/{reference}/payment-orders",
    status_code=201,
    response_model=schemas.PaymentOrder,
    responses=responses(400, 401, 404, 409, 413, 415),
)
@acts.named("create_payment_order")
async def create_payment_order(
    reference: Reference, body: schemas.PaymentOrdering, caller: CallerNow
) -> Response:
    """Order what is open of the fees at the payment gateway, and be told where it is paid; the same again is the same order."""
    made = await orders.create(caller.service, _online(caller.request), reference, body.fees, _asked(caller))
    return Json(made, status_code=201)


@router.get(
    "/{reference}/payment-orders", response_model=schemas.PaymentOrders, responses=responses(400, 401, 404)
)
@acts.named("list_payment_orders")
async def list_payment_orders(reference: Reference, caller: CallerNow) -> Response:
    """The orders of a dossier at the payment gateway, and how far each is."""
    return Json({"items": await orders.listed(caller.service, reference, _asked(caller))})


@router.post(
    "/{reference}/payment-orders/{order}/cancellation",
    response_model=schemas.PaymentOrder,
    responses=responses(400, 401, 404, 409),
)
@acts.named("cancel_payment_order")
async def cancel_payment_order(reference: Reference, order: Order, caller: CallerNow) -> Response:
    """Cancel an order at the payment gateway, so that nobody pays it any more; one that is paid meanwhile stays paid."""
    means = _online(caller.request)
    return Json(await orders.cancel(caller.service, means, reference, order, _asked(caller)))


@lists.get("/disputes", response_model=schemas.PaymentDisputes, responses=responses(400, 401, 403, 404))
@acts.named("list_payment_disputes")
async def list_payment_disputes(
    caller: CallerNow,
    unit: Key | None = None,
    settled: Annotated[
        bool, Query(description="Those that were settled, in the place of the open ones.")
    ] = False,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Statements of the gateway that fit no order of your units: another amount, twice, an order that is not known."""
    asked = surpluses.Asked(caller.principal, caller.at, caller.origin)
    page = await disputes.read(caller.service.db, unit, asked, settled=settled, limit=limit, after=after)
    return Json(page.answer())


@lists.get(
    "/disputes/{dispute}", response_model=schemas.PaymentDisputeHeld, responses=responses(400, 401, 404)
)
@acts.named("get_payment_dispute")
async def get_payment_dispute(dispute: Dispute, caller: CallerNow) -> Response:
    """A statement of the gateway that does not fit, with its order and the fees of its dossier."""
    asked = surpluses.Asked(caller.principal, caller.at, caller.origin)
    return Json(await disputes.one(caller.service.db, dispute, asked))


@lists.post(
    "/disputes/{dispute}/settlement",
    response_model=schemas.PaymentDispute,
    responses=responses(400, 401, 403, 404, 409, 413, 415),
)
@acts.named("settle_payment_dispute")
async def settle_payment_dispute(
    dispute: Dispute,
    body: schemas.DisputeSettling,
    caller: CallerNow,
) -> Response:
    """Settle a dispute: record what was paid, say that it went back, or that the gateway was wrong."""
    asked = surpluses.Asked(caller.principal, caller.at, caller.origin)
    return Json(await dispute_settlement.settle(caller.service, dispute, body.said(), asked))


@notifications.post(
    "/notifications",
    response_model=schemas.NotificationTaken,
    responses=responses(403, 409, 413, 415),
    openapi_extra=BODY,
)
@limits.takes(limits.Size.FORM)
@acts.named("take_payment_notification")
async def take_payment_notification(request: Request, service: ServiceNow) -> Response:
    """Tell, as the payment gateway, what happened to an order. The signature of the body is all that counts; twice is once."""
    at = request.app.state.clock()
    gateway = _online(request).required()
    told = gateway.read(await request.body(), request.headers, at=at)
    return Json({"state": await settlement.settle(service, told, gateway.merchant, at=at)})


def _online(request: Request) -> Online:
    found: Online = request.app.state.online
    return found


def _asked(caller: Caller) -> Asked:
    return Asked(caller.principal, caller.at, caller.origin)
