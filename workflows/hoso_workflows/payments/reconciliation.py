"""Reconciliation: the gateway is asked about orders that are not known as paid."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hoso_models import OrderState
from hoso_models import errors as storage
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.payments import refusals, settlement, unknown_orders
from hoso_workflows.payments.gateway import Gateway, GatewayState

#: How long after its end an order is still asked about.
AFTERWARDS = timedelta(days=3)
#: How long after the last answer about it an order counts as forgotten; it is asked about each quarter of an hour.
LATE = timedelta(hours=1)
#: Orders that one run asks about; those that were asked longest ago come first.
BATCH = 200
#: Answers in a row that do not come, after which the gateway is left alone until the next run.
PATIENCE = 3
#: Seconds after which a run asks about no further order: below its schedule and the time that a flow has, so that no two runs take
#: the places of the mail (ADR 0026).
BUDGET = 480.0


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Result of a run."""

    #: Orders about which the gateway has answered.
    asked: int = 0
    #: Of these, the paid ones that were not known as paid, and those whose time is over.
    paid: int = 0
    expired: int = 0
    #: What could not be done now, by order, and why; the next run tries again.
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of affairs with the gateway, for who looks after it."""

    #: Orders that are still asked about, and have not been for an hour.
    unasked: int
    #: Disputes that nobody has settled.
    disputed: int


async def standing(db: Database, *, at: datetime) -> Standing:
    """Count what waits to be asked about or settled."""
    row = await db.row(_STANDING, [at - AFTERWARDS, at - LATE])
    return Standing(row.unasked, row.disputed)


async def run(
    service: DossierService, gateway: Gateway, *, at: datetime, budget: float = BUDGET
) -> Reconciled:
    """Ask about the orders that are not paid, and settle what is said.

    Ends when none is left or after `budget` seconds; the next run goes on. Raises StorageError when the database cannot answer.
    """
    failed: dict[str, str] = {}
    found: list[OrderState | None] = []
    await unknown_orders.tell(service.db, gateway.merchant, at=at)
    silent, until = 0, time.monotonic() + budget
    for order in await service.db.rows(_DUE, [at, at - AFTERWARDS, BATCH]):
        if silent == PATIENCE or time.monotonic() >= until:
            break
        try:
            found.append(await _one(service, gateway, order, at))
            silent = 0
        except storage.StorageError:
            raise
        except errors.Refusal as refused:
            failed[str(order.id)] = refused.slug
            silent = silent + 1 if isinstance(refused, refusals.GatewayAway) else 0
    return Reconciled(len(found), found.count(OrderState.PAID), found.count(OrderState.EXPIRED), failed)


async def _one(service: DossierService, gateway: Gateway, order: Any, at: datetime) -> OrderState | None:
    """The state of an order after the gateway was asked; None where it is as before."""
    told = await gateway.state(order.id, at=at)
    await service.db.one_statement(_ANSWERED, [order.id, at])
    if told is not None and told.state is not GatewayState.OPEN:
        return await settlement.settle(service, told, gateway.merchant, at=at)
    over = await service.db.one_statement(_EXPIRED, [order.id, at])
    return OrderState.EXPIRED if over else None


#: $1 the oldest end of an order that is asked about, $2 the instant before which it should not have been asked last.
_STANDING = """
select (select count(*) from payment_order
    where state <> 'paid' and expires_at > $1 and coalesce(asked_at, created_at) < $2) as unasked,
  (select count(*) from payment_dispute where settled_at is null) as disputed
"""
#: $1 instant, $2 the oldest end of an order that is asked about, $3 how many. In another order each time, so that a few about which the
#: gateway never answers do not keep it from being asked about the others.
_DUE = """
with due as (
  select id from payment_order where state <> 'paid' and expires_at > $2 order by asked_at nulls first, id limit $3
)
select id from due order by md5(id::text || $1::timestamptz::text)
"""
_ANSWERED = "update payment_order set asked_at = $2 where id = $1"
#: An order with a payment that is not recorded yet is not over.
_EXPIRED = """
update payment_order set state = 'expired' where id = $1 and state = 'open' and expires_at <= $2 and gateway_reference is null
returning id
"""
