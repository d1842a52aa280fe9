"""Orders at the payment gateway for what is open of a dossier's fees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hoso_models import OrderState
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle.fees import LAPSED
from hoso_workflows.lifecycle.state import State
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.payments import refusals
from hoso_workflows.payments.gateway import Gateway, Wanted

CREATE, LIST = "create_payment_order", "list_payment_orders"


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
    As long as the same can be paid by an order that stands, it is that one. Raises NotFound, GatewayMissing, NothingToPay,
    GatewayAway; after the last one the same request goes on with the same order.
    """
    row, _ = await views.readable(service.db, CREATE, key, asked.principal, asked.at, asked.origin)
    gateway = online.required()
    state = (await service.repository.load(row)).state
    due = _due(state, fees)
    if not due:
        raise refusals.NothingToPay(state.reference)
    order = await _kept(service.db, row.id, due, asked, asked.at + online.lasts)
    if order["pay_at"] is None:
        text = f"Phí, lệ phí hồ sơ {state.code or state.reference}"
        wanted = Wanted(order["id"], order["amount"], text, online.return_to, order["expires_at"])
        pay_at = await gateway.make(wanted, at=asked.at)
        await service.db.one_statement(
            "update payment_order set pay_at = $2 where id = $1", [order["id"], pay_at]
        )
        order = {**order, "pay_at": pay_at}
    return shown(order)


def _due(state: State, fees: Sequence[int]) -> list[dict[str, int]]:
    """The open part of each fee that was named, or of all."""
    if state.status in LAPSED:
        return []
    account = state.account
    named = [number for number in sorted(account.fees) if not fees or number in fees]
    return [{"fee": number, "amount": account.open(number)} for number in named if account.open(number)]


async def _kept(
    db: Database, dossier: UUID, due: list[dict[str, int]], asked: Asked, expires_at: datetime
) -> Mapping[str, Any]:
    """The order that stands for just this, else a new one in its place."""
    async with db.transaction() as work:
        # One at a time for each dossier, so that nobody is sent to two orders for the same.
        await work.rows("select 1 from dossier where id = $1 for no key update", [dossier])
        for row in await work.rows(_STANDING, [dossier]):
            if row.fees == due and row.expires_at > asked.at:
                return dict(row._mapping)
        await work.rows(_REPLACED, [dossier])
        amount = sum(each["amount"] for each in due)
        (made,) = await work.rows(_MADE, [dossier, due, amount, asked.at, asked.principal, expires_at])
        return dict(made._mapping)


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
_REPLACED = "update payment_order set state = 'expired' where dossier_id = $1 and state = 'open'"
_MADE = """
insert into payment_order (dossier_id, fees, amount, state, created_at, created_by, expires_at)
values ($1, $2::jsonb, $3, 'open', $4, $5, $6) returning *
"""
_OF_DOSSIER = "select * from payment_order where dossier_id = $1 order by created_at, id"
