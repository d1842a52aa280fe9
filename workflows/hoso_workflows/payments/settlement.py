"""Statements of the gateway settled: recorded once, or disputed.

A paid order first takes the gateway's reference for itself, in one statement, so that of two payments of one order only one is
recorded. Then each of its fees is paid by the command of the desk, under a key of the order and the fee: notification and
reconciliation may come at once, twice, late, or die in the middle, and go on where the other has stopped.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import DisputeReason, OrderState, PaymentMethod
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.fees import LAPSED
from hoso_workflows.organisation import principals
from hoso_workflows.payments import refusals, unknown_orders
from hoso_workflows.payments.gateway import CURRENCY, GatewayState, Merchant, Told
from hoso_workflows.payments.settings import LONGEST

#: Refusals of one instant: the gateway tells it again, or is asked.
_PASSING = (errors.Conflict, errors.TooManyRequests)


async def settle(
    service: DossierService, told: Told, merchant: Merchant, *, at: datetime
) -> OrderState | None:
    """Settle what the gateway tells the merchant of an order; the order's state afterwards.

    It is None for an order that is not known here. The same said again changes nothing. Raises Conflict and StorageError
    where it has to be said again, NotificationRefused for an order of another merchant and none of ours.
    """
    order = await _found(service.db, told.order)
    stranger = merchant.stranger(told)
    if stranger and order is None:
        raise refusals.NotificationRefused(say("it is of another merchant and of no order of ours"))
    if told.state is GatewayState.PAID:
        return await _paid(service, order, told, merchant, at)
    if stranger and order:
        return OrderState(order["state"])
    identity = order["id"] if order else None
    failed = told.state is GatewayState.FAILED
    if failed:
        await service.db.one_statement(_FAILED, [identity])
    # Asked afterwards, so that a payment that comes in at this moment is seen. A gateway that says late that the order was open
    # once, says nothing new.
    if await service.db.row(_HELD, [identity, told.order, told.reference, failed]):
        await _enter(service.db, order, told, DisputeReason.TAKEN_BACK, at)
        await unknown_orders.tell(service.db, merchant, at=at)
    return await _state(service.db, identity) if identity else None


async def _paid(
    service: DossierService, order: Mapping[str, Any] | None, told: Told, merchant: Merchant, at: datetime
) -> OrderState | None:
    if order is None:
        await _enter(service.db, None, told, DisputeReason.UNKNOWN_ORDER, at)
        await unknown_orders.tell(service.db, merchant, at=at)
        return None
    stranger = merchant.stranger(told)
    if await service.db.row(_KNOWN, [told.order, told.amount, told.reference, told.currency, stranger or ""]):
        # A person has settled just this: said again, it is nothing new.
        return OrderState(order["state"])
    if reason := _unfit(order, told, stranger):
        return await _dispute(service.db, order, told, reason, at, stranger)
    when = _paid_at(order, told, at) or at
    claimed = await service.db.one_statement(_CLAIMED, [order["id"], told.reference, when])
    if not claimed:
        return await _dispute(service.db, order, told, DisputeReason.PAID_TWICE, at)
    (taken,) = claimed
    if taken["state"] == OrderState.PAID:
        return OrderState.PAID
    return await _recorded(service, taken, told, at)


def _unfit(order: Mapping[str, Any], told: Told, stranger: str | None) -> DisputeReason | None:
    """The reason of a dispute about money other than what was ordered; None where it fits."""
    if stranger:
        return DisputeReason.WRONG_MERCHANT
    if told.currency != CURRENCY:
        return DisputeReason.WRONG_CURRENCY
    return DisputeReason.WRONG_AMOUNT if told.amount != order["amount"] else None


async def _recorded(
    service: DossierService, order: Mapping[str, Any], told: Told, at: datetime
) -> OrderState:
    """Record what is not recorded yet of an order that has its reference."""
    standing = await service.db.row(_STANDING, [order["dossier_id"], order["gateway_reference"]])
    if not standing.recorded and standing.status in LAPSED:
        return await _dispute(service.db, order, told, DisputeReason.NOT_OWED, at)
    for each in order["fees"]:
        if each["fee"] in standing.recorded:
            continue
        try:
            await _record(service, standing.reference, order, each, at)
        except _PASSING:
            raise
        except errors.Refusal:
            return await _dispute(service.db, order, told, DisputeReason.REFUSED, at)
    await service.db.one_statement(_SETTLED, [order["id"]])
    return OrderState.PAID


async def _record(
    service: DossierService, reference: str, order: Mapping[str, Any], fee: Mapping[str, int], at: datetime
) -> None:
    command = commands.RecordPayment(
        fee["fee"], fee["amount"], PaymentMethod.GATEWAY, order["gateway_reference"], order["paid_at"]
    )
    key = f"payment-order-{order['id']}-{fee['fee']}"
    # The key alone says what is done: who comes second may tell another instant of it.
    await service.perform(reference, command, actor=principals.SYSTEM, at=at, key=key, body=key.encode())


async def _found(db: Database, told: str) -> Mapping[str, Any] | None:
    try:
        identity = UUID(told)
    except ValueError:
        return None
    found: Mapping[str, Any] | None = await db.row("select * from payment_order where id = $1", [identity])
    return found


async def _state(db: Database, order: UUID) -> OrderState:
    row = await db.row("select state from payment_order where id = $1", [order])
    return OrderState(row.state)


async def _dispute(
    db: Database,
    order: Mapping[str, Any],
    told: Told,
    reason: DisputeReason,
    at: datetime,
    stranger: str | None = None,
) -> OrderState:
    """Enter a dispute, once; an order that is not paid becomes a disputed one."""
    await _enter(db, order, told, reason, at, stranger)
    return await _state(db, order["id"])


async def _enter(
    db: Database,
    order: Mapping[str, Any] | None,
    told: Told,
    reason: DisputeReason,
    at: datetime,
    stranger: str | None = None,
) -> None:
    when, to = _paid_at(order, told, at), (told.currency, stranger or "")
    said = [order and order["id"], told.order, told.amount, told.reference, reason.value, at, when, *to]
    await db.one_statement(_DISPUTED, said)


def _paid_at(order: Mapping[str, Any] | None, told: Told, at: datetime) -> datetime | None:
    """The instant of a payment as its gateway has it; None where it has none.

    Nobody pays after it is told, nor before the order is made; where none is known, not before the longest order would have been.
    """
    since = order["created_at"] if order else at - LONGEST
    return told.paid_at and max(since, min(told.paid_at, at))


#: $1 order as it was told, $2 amount, $3 the gateway's reference, $4 currency, $5 another merchant or nothing.
_KNOWN = """
select 1 from payment_dispute
where told_order = $1 and amount = $2 and gateway_reference = $3 and currency = $4 and merchant = $5 and settled_at is not null and reason <> 'taken_back'
"""
#: An order with a payment that is not recorded yet has not failed.
_FAILED = """
update payment_order set state = 'failed' where id = $1 and state in ('open', 'expired') and gateway_reference is null
"""
#: $1 order, $2 order as it was told, $3 the gateway's reference, $4 whether it says that nothing was paid: what it said to be paid before,
#: recorded or not, unless a person has settled that it was not or went back.
_HELD = """
select 1 from payment_order o where o.id = $1 and ($4 or o.gateway_reference = $3)
  and (o.state = 'paid' or o.gateway_reference is not null and not exists (select from payment_dispute d
    where d.order_id = o.id and d.gateway_reference = o.gateway_reference and d.settlement in ('refunded', 'mistake')))
union all
select 1 from payment_dispute d where (d.order_id = $1 or d.told_order = $2) and ($4 or d.gateway_reference = $3)
  and d.reason <> 'taken_back' and (d.settled_at is null or d.settlement = 'recorded')
limit 1
"""
#: $1 order, $2 the gateway's reference, $3 when it was paid. Nothing where the order or the reference is another's.
_CLAIMED = """
update payment_order set gateway_reference = $2, paid_at = coalesce(paid_at, $3)
where id = $1 and (gateway_reference = $2 or gateway_reference is null and state <> 'paid')
  and not exists (select from payment_order o where o.gateway_reference = $2 and o.id <> $1)
returning *
"""
_SETTLED = "update payment_order set state = 'paid' where id = $1"
#: $1 dossier, $2 the gateway's reference: the fees that are paid by it already, be it cancelled since.
_STANDING = """
select d.reference, d.status, coalesce(
  (select array_agg(p.fee_number) from payment p where p.dossier_id = d.id and p.method = 'gateway' and p.reference = $2), '{}'
) as recorded
from dossier d where d.id = $1
"""
_DISPUTED = """
with o as (update payment_order set state = 'disputed' where id = $1 and state <> 'paid')
insert into payment_dispute (order_id, dossier_id, told_order, amount, gateway_reference, reason, told_at, paid_at, currency, merchant)
select $1, coalesce((select dossier_id from payment_order where id = $1),
  (select dossier_id from payment_dispute where told_order = $2 and dossier_id is not null order by told_at, id limit 1)), $2, $3, $4, $5, $6, $7, $8, $9
where not exists (select from payment_dispute d where d.told_order = $2 and d.reason = $5 and d.amount = $3
  and d.gateway_reference is not distinct from $4 and d.currency = $8 and d.merchant = $9)
on conflict do nothing
"""
