"""Orders at the payment gateway for what is open of a dossier's fees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hoso_models import OrderState
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle.fees import LAPSED
from hoso_workflows.lifecycle.state import State
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.payments import refusals, settlement
from hoso_workflows.payments.gateway import Gateway, GatewayState, Told, Wanted

#: How often an order that stands in the way is cancelled, before somebody else's is left to stand.
TRIES = 3
CREATE, LIST, CANCEL = "create_payment_order", "list_payment_orders", "cancel_payment_order"


@dataclass(frozen=True, slots=True)
class Online:
    """The means of paying online."""

    #: None where nobody pays online.
    gateway: Gateway | None
    #: How long an order can be paid.
    lasts: timedelta
    #: Where a payer comes back to.
    return_to: str

    def required(self) -> Gateway:
        """The gateway. Raises GatewayMissing."""
        if self.gateway is None:
            raise refusals.GatewayMissing
        return self.gateway


@dataclass(frozen=True, slots=True)
class Asked:
    """The person who asks, and the instant."""

    principal: UUID
    at: datetime
    origin: Origin = WITHIN


async def create(
    service: DossierService, online: Online, key: str, fees: Sequence[int], asked: Asked
) -> dict[str, Any]:
    """Order what is open of these fees, or of all.

    The order comes with the address at which it is paid.
    As long as the same can be paid by an order that stands, it is that one; another one is cancelled at the gateway first. Raises
    NotFound, GatewayMissing, NothingToPay, OrderNotCancelled, GatewayAway; after the last one the same request goes on with the
    same order.
    """
    for _ in range(TRIES):
        row, _ = await views.readable(service.db, CREATE, key, asked.principal, asked.at, asked.origin)
        gateway = online.required()
        state = (await service.repository.load(row)).state
        due = _due(state, fees)
        if not due:
            raise refusals.NothingToPay(state.reference)
        order, fits = await _kept(service.db, row.id, due, asked, asked.at + online.lasts)
        if fits:
            break
        # It is perhaps paid by now: what is due is looked at again.
        await _cancelled(service, gateway, order, asked.at)
    else:
        raise errors.Conflict(key)
    made = dict(order._mapping)
    if order.pay_at is None:
        text = f"Phí, lệ phí hồ sơ {state.code or state.reference}"
        wanted = Wanted(order.id, order.amount, text, online.return_to, order.expires_at)
        made["pay_at"] = await gateway.make(wanted, at=asked.at)
        await service.db.one_statement(
            "update payment_order set pay_at = $2 where id = $1", [order.id, made["pay_at"]]
        )
    return shown(made)


async def cancel(
    service: DossierService, online: Online, key: str, order: UUID, asked: Asked
) -> dict[str, Any]:
    """Cancel an order at the gateway; the order as it is then.

    One that is paid, then or before, stays so. Raises NotFound, GatewayMissing, OrderNotCancelled, GatewayAway.
    """
    row, _ = await views.readable(service.db, CANCEL, key, asked.principal, asked.at, asked.origin)
    gateway = online.required()
    found = await service.db.row(_OF_DOSSIER_ALONE, [row.id, order])
    if found is None:
        raise errors.NotFound("payment order", order)
    if found.state not in (OrderState.PAID, OrderState.DISPUTED):
        await _cancelled(service, gateway, found, asked.at)
    (after,) = await service.db.rows(_OF_DOSSIER_ALONE, [row.id, order])
    return shown(after)


async def _cancelled(service: DossierService, gateway: Gateway, order: Any, at: datetime) -> None:
    """Have the gateway cancel an order, and settle what it says. Raises OrderNotCancelled, GatewayAway."""
    told = await gateway.cancel(order.id, at=at)
    if told is None:
        # It was never made there, so that nobody can pay it.
        told = Told(order=str(order.id), amount=order.amount, state=GatewayState.FAILED)
    if told.state is GatewayState.OPEN:
        raise refusals.OrderNotCancelled(order.id)
    await settlement.settle(service, told, gateway.merchant, at=at)


def _due(state: State, fees: Sequence[int]) -> list[dict[str, int]]:
    """The open part of each fee that was named, or of all."""
    if state.status in LAPSED:
        return []
    account = state.account
    named = [number for number in sorted(account.fees) if not fees or number in fees]
    return [{"fee": number, "amount": account.open(number)} for number in named if account.open(number)]


async def _kept(
    db: Database, dossier: UUID, due: list[dict[str, int]], asked: Asked, expires_at: datetime
) -> tuple[Any, bool]:
    """The order that stands, True with it where it fits; else a new one."""
    async with db.transaction() as work:
        # One at a time for each dossier, so that nobody is sent to two orders for the same.
        await work.rows("select 1 from dossier where id = $1 for no key update", [dossier])
        for row in await work.rows(_STANDING, [dossier]):
            return row, row.fees == due and row.expires_at > asked.at
        amount = sum(each["amount"] for each in due)
        (made,) = await work.rows(_MADE, [dossier, due, amount, asked.at, asked.principal, expires_at])
        return made, True


async def listed(service: DossierService, key: str, asked: Asked) -> list[dict[str, Any]]:
    """The orders of a dossier, the oldest first. Raises NotFound."""
    row, _ = await views.readable(service.db, LIST, key, asked.principal, asked.at, asked.origin)
    return [shown(each) for each in await service.db.rows(_OF_DOSSIER, [row.id])]


def shown(order: Mapping[str, Any]) -> dict[str, Any]:
    """An order, JSON-safe. The address at which it is paid stands there only while it can be."""
    return {
        "id": str(order["id"]),
        **{name: order[name] for name in ("state", "amount", "fees")},
        "pay_at": order["pay_at"] if order["state"] == OrderState.OPEN else None,
        "gateway_reference": order["gateway_reference"],
        **{name: localtime.isoformat(order[name]) for name in ("created_at", "expires_at", "paid_at")},
    }


_STANDING = "select * from payment_order where dossier_id = $1 and state = 'open'"
_MADE = """
insert into payment_order (dossier_id, fees, amount, state, created_at, created_by, expires_at)
values ($1, $2::jsonb, $3, 'open', $4, $5, $6) returning *
"""
#: $1 dossier, $2 order.
_OF_DOSSIER_ALONE = "select * from payment_order where dossier_id = $1 and id = $2"
_OF_DOSSIER = "select * from payment_order where dossier_id = $1 order by created_at, id"
