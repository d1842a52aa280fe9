"""Disputes settled by a person.

What was paid is recorded as a payment, has gone back to the payer, or was a mistake of the gateway.

All disputes about the order are locked while one is settled, and the payments are recorded under keys of it: two people settle it
once, and what died in the middle is settled again without a second payment. What holds of one dispute about a payment holds of the
other ones that are open, so that nobody settles the same payment in two ways.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import DisputeReason, DisputeSettlement, PaymentMethod
from hoso_models.storage.database import Transaction
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.errors import Fault
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions, principals
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.payments import disputes, refusals
from hoso_workflows.payments.gateway import CURRENCY
from hoso_workflows.payments.surpluses import Asked

SETTLE = "settle_payment_dispute"
_WORDS = "settling a payment in dispute"


@dataclass(frozen=True, slots=True)
class Said:
    """The settlement that somebody decides on."""

    settlement: DisputeSettlement
    #: Why so.
    reason: str
    #: Of what is recorded, the number and amount of each fee; as it was ordered when empty.
    fees: tuple[tuple[int, int], ...] = ()
    #: The dossier that was paid, where no order is known.
    dossier: str | None = None
    #: Of what went back, at the bank or the gateway.
    reference: str = ""


async def settle(service: DossierService, identity: UUID, said: Said, asked: Asked) -> dict[str, Any]:
    """Settle a dispute; the dispute as the list of settled ones shows it.

    The act stands in the chain of the authority too. Raises NotFound, Forbidden, DisputeSettled, FormRefused, and
    what recording a payment raises; nothing is settled then.
    """
    async with (
        readings.refusals(
            service.db, SETTLE, asked.reader, str(identity), asked.at, asked.origin, unseen=True
        ),
        service.db.transaction() as tx,
    ):
        rights = await permissions.held(tx, asked.reader, asked.at, act=_WORDS)
        found = await _mine(tx, identity, rights)
        if found["settled_at"] is not None:
            raise refusals.DisputeSettled(identity)
        found = await _of_dossier(tx, found, said, rights)
        if faults := [fault async for fault in _unfit(tx, found, said)]:
            raise errors.FormRefused(faults)
        return await _settled(service, tx, found, said, asked, _actor(rights, found["units"]))


async def _mine(tx: Transaction, identity: UUID, rights: permissions.Rights) -> dict[str, Any]:
    """The dispute, which nobody else settles now. Raises NotFound for who may not see it, Forbidden for who may."""
    await tx.rows(_ALIKE_LOCKED, [identity])
    found = next((dict(row._mapping) for row in await tx.rows(disputes.FOUND, [identity])), None)
    if found and table.units(SETTLE, rights).intersection(found["units"]):
        return found
    if found and table.units(disputes.LIST, rights).intersection(found["units"]):
        raise errors.Forbidden(rights.principal, _WORDS, "head", found["unit"])
    raise errors.NotFound("payment in dispute", identity)


def _actor(rights: permissions.Rights, units: Sequence[str]) -> Actor:
    """The author of the settlement, by their own right before that of somebody absent."""
    fitting = (
        each
        for each in rights.held
        if (each.unit in units and each.role in permissions.ASSIGNERS)
        or (each.role == permissions.ADMINISTRATOR and each.below.intersection(units))
    )
    return Actor(rights.principal, min(fitting, key=lambda each: each.rank(None)).on_behalf_of)


async def _of_dossier(
    tx: Transaction, found: Mapping[str, Any], said: Said, rights: permissions.Rights
) -> dict[str, Any]:
    """The dispute with the dossier that was named for it. Raises FormRefused, NotFound."""
    if said.dossier is None:
        return dict(found)
    if found["dossier"] is not None or said.settlement is not DisputeSettlement.RECORDED:
        raise errors.FormRefused([Fault("dossier", say("is named only for what no known order was paid by"))])
    rows = await tx.rows(_NAMED, [said.dossier])
    row = next(iter(rows), None)
    if row is None or not table.units(SETTLE, rights).intersection(row.units):
        raise errors.NotFound("dossier", said.dossier)
    return {**found, "dossier_id": row.id, "dossier": row.reference, "code": row.code}


async def _unfit(tx: Transaction, found: Mapping[str, Any], said: Said) -> AsyncIterator[Fault]:
    if not said.reason.strip():
        yield Fault("reason", say("is missing"))
    recorded = said.settlement is DisputeSettlement.RECORDED
    taken_back = found["reason"] == DisputeReason.TAKEN_BACK
    if recorded and (taken_back or found["gateway_reference"] is None):
        yield Fault("settlement", say("is not for this dispute: the gateway told no payment to be recorded"))
    elif recorded and found["currency"] != CURRENCY:
        yield Fault("settlement", say("is not for this dispute: it was not paid in đồng"))
    elif recorded and await tx.rows(
        _TAKEN_BACK, [found["told_order"], found["gateway_reference"], found["told_at"]]
    ):
        yield Fault(
            "settlement", say("is not true any more: the gateway has said since that it was taken back")
        )
    elif recorded and found["dossier"] is None:
        yield Fault("dossier", say("is missing: no known order was paid by it"))
    if said.fees and not recorded:
        yield Fault("fees", say("is for what is recorded"))
    if said.reference and said.settlement is not DisputeSettlement.REFUNDED:
        yield Fault("reference", say("is for what went back"))
    if not recorded and await _stands(tx, found, said):
        yield Fault(
            "settlement", say("is not true yet: the payment stands; record what went back, or cancel it")
        )


async def _stands(tx: Transaction, found: Mapping[str, Any], said: Said) -> bool:
    """True where what is said contradicts a payment that stands by the dispute's reference.

    It was no mistake to take a payment back that stands, nor to tell one otherwise that was told rightly later.
    """
    wrongly = found["reason"] in (DisputeReason.WRONG_CURRENCY, DisputeReason.WRONG_MERCHANT)
    said_otherwise = found["order_id"], found["amount"], wrongly
    asked = [found["payment_reference"], found["dossier_id"], *said_otherwise]
    standing = await tx.rows(_STANDS, asked)
    if said.settlement is DisputeSettlement.REFUNDED:
        return bool(standing)
    return found["reason"] != DisputeReason.TAKEN_BACK and any(not row.ordered for row in standing)


async def _settled(
    service: DossierService,
    tx: Transaction,
    found: Mapping[str, Any],
    said: Said,
    asked: Asked,
    actor: Actor,
) -> dict[str, Any]:
    written = (
        said.settlement.value,
        asked.at,
        asked.reader,
        said.reason.strip(),
        said.reference.strip() or None,
    )
    settled = await tx.rows(_SETTLED, [found["id"], found["dossier_id"], *written])
    if said.settlement is DisputeSettlement.RECORDED:
        # First, so that the gateway that tells it again at this moment waits and finds it paid.
        await tx.rows(_PAID, [found["order_id"], _paid_at(found), found["gateway_reference"]])
        await _recorded(service, tx, found, said, asked.at)
    else:
        await tx.rows(_UNPAID, [found["order_id"]])
    for each in settled:
        told = {"settlement": said.settlement.value, "amount": each.amount}
        await administration.record_of(
            tx, found["unit"], "payment_dispute_settled", str(each.id), actor, asked.at, **told
        )
    (row,) = await tx.rows(disputes.FOUND, [found["id"]])
    return disputes.shown(dict(row._mapping))


async def _recorded(
    service: DossierService, tx: Transaction, found: Mapping[str, Any], said: Said, at: datetime
) -> None:
    """Record what is not recorded of it yet, by the command of the desk. Raises FormRefused where it is not the whole."""
    rows = await tx.rows(_KNOWN, [found["dossier_id"], found["gateway_reference"], found["order_id"]])
    known = {row.fee: row.amount for row in rows if row.state == "stands"}
    cancelled = {row.fee: row.amount for row in rows if row.state == "cancelled"}
    ordered = [(row.fee, row.amount) for row in rows if row.state == "ordered" and row.fee not in known]
    fees = _missing(said.fees, known) if said.fees else tuple(ordered)
    _whole(fees, found["amount"] - sum(known.values()))
    wanted = {
        # One that was cancelled since is recorded anew, and is no answer to be told again.
        f"payment-dispute-{found['id']}-{fee}-{amount}-{cancelled.get(fee, 0)}": commands.RecordPayment(
            fee, amount, PaymentMethod.GATEWAY, found["gateway_reference"], _paid_at(found)
        )
        for fee, amount in fees
    }
    # All before the first: what is refused then has recorded nothing.
    for command in wanted.values():
        await service.require_possible(found["dossier"], [command], actor=principals.SYSTEM, at=at)
    for key, command in wanted.items():
        await service.perform(
            found["dossier"], command, actor=principals.SYSTEM, at=at, key=key, body=key.encode()
        )


def _paid_at(found: Mapping[str, Any]) -> datetime:
    """The instant of the payment, or of its telling where unsaid."""
    at: datetime = found["paid_at"] or found["told_at"]
    return at


def _missing(fees: Sequence[tuple[int, int]], known: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """The fees that are not recorded yet. Raises FormRefused for one of which another amount is."""
    for fee, amount in fees:
        if known.get(fee, amount) != amount:
            fault = say(
                "says another amount of fee {fee} than the {amount} đồng that are recorded of this payment",
                fee=fee,
                amount=known[fee],
            )
            raise errors.FormRefused([Fault("fees", fault)])
    return tuple((fee, amount) for fee, amount in fees if fee not in known)


def _whole(fees: Sequence[tuple[int, int]], amount: int) -> None:
    """Raise FormRefused unless the fees, each once, make up the amount."""
    if sum(each for _, each in fees) != amount or len({fee for fee, _ in fees}) < len(fees):
        fault = say("has to say, for each fee once, what is paid of it: {amount} đồng in all", amount=amount)
        raise errors.FormRefused([Fault("fees", fault)])


#: $1 reference or code.
_NAMED = """
select id, reference, code, array[receiving_unit, handling_unit, deciding_unit] as units from dossier
where reference = $1 or code = $1
"""
#: $1 order as it was told, $2 the gateway's reference, $3 when it was told.
_TAKEN_BACK = """
select 1 from payment_dispute t left join payment_order o on o.id = t.order_id
where t.told_order = $1 and t.reason = 'taken_back' and t.told_at >= $3
  and (t.settled_at is null or t.settlement = 'refunded')
  and coalesce(t.gateway_reference, o.gateway_reference, $2) = $2
"""
#: $1 dispute: all about its order.
_ALIKE_LOCKED = """
select id from payment_dispute where told_order = (select told_order from payment_dispute where id = $1) order by id for update
"""
#: $1 the gateway's reference, $2 dossier, $3 order, $4 amount, $5 whether it names another currency or merchant: what stands by the
#: reference, and whether it is of what was told rightly, of another order or amount or the same.
_STANDS = """
select exists (select from payment_order o where o.gateway_reference = $1 and o.state = 'paid'
  and (o.id is distinct from $3::uuid or o.amount <> $4 or $5)) as ordered
from payment p
where p.reference = $1 and (p.dossier_id = $2 or $2::uuid is null and p.method = 'gateway') and p.cancelled_at is null
  and p.amount > (select coalesce(sum(r.amount), 0) from refund r where r.payment_id = p.id)
"""
#: $1 dispute, $2 dossier, $3 settlement, $4 instant, $5 by whom, $6 why, $7 reference of what went back. With it what is open about the
#: same payment: all where it went back, else what says the same.
_SETTLED = """
update payment_dispute p set dossier_id = $2, settlement = $3, settled_at = $4, settled_by = $5, settled_for = $6,
  settled_reference = $7
from payment_dispute this left join payment_order o on o.id = this.order_id
where this.id = $1 and (p.id = $1 or p.settled_at is null and p.told_order = this.told_order
  and coalesce(p.gateway_reference, o.gateway_reference) = coalesce(this.gateway_reference, o.gateway_reference)
  and ($3 = 'refunded' or p.amount = this.amount and (p.reason = 'taken_back') = (this.reason = 'taken_back')))
returning p.id, p.amount
"""
#: $1 order, $2 when it was paid, $3 the gateway's reference, unless that is another order's.
_PAID = """
update payment_order set state = 'paid', paid_at = coalesce(paid_at, $2), gateway_reference = coalesce(gateway_reference,
  (select $3::text where not exists (select from payment_order o where o.gateway_reference = $3 and o.id <> $1)))
where id = $1 and state <> 'paid'
"""
#: $1 order, about which nothing is in dispute any more.
_UNPAID = """
update payment_order set state = 'failed' where id = $1 and state = 'disputed'
  and not exists (select from payment_dispute where order_id = $1 and settled_at is null)
"""
#: $1 dossier, $2 the gateway's reference, $3 order: sums that stand by the reference, numbers of those that were cancelled, and what was ordered.
_KNOWN = """
select fee_number as fee, sum(amount)::bigint as amount, 'stands' as state from payment
where dossier_id = $1 and reference = $2 and cancelled_at is null group by fee_number
union all
select fee_number, count(*), 'cancelled' from payment
where dossier_id = $1 and reference = $2 and cancelled_at is not null group by fee_number
union all
select (f ->> 'fee')::int, (f ->> 'amount')::bigint, 'ordered' from payment_order o, jsonb_array_elements(o.fees) f where o.id = $3
order by state desc, fee
"""
