"""Fees assessed, reduced, paid; and the steps that open fees stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from hoso_calendar.messages import say
from hoso_models import Outcome, PaymentMethod
from hoso_workflows import errors, localtime
from hoso_workflows.errors import Fault
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands, fees
from hoso_workflows.lifecycle.acts import refusals
from hoso_workflows.lifecycle.decision import Decision, reason
from hoso_workflows.lifecycle.drafts import DraftEvent

if TYPE_CHECKING:
    from hoso_bpmn.package.manifest import Fee

#: The letter of a payment.
RECEIPT = "receipt_of_payment"
#: The most that one fee or payment may be, in đồng.
MOST = 10**15
#: Step of a dossier's way → the points at which a fee of the procedure is due by then.
DUE_BY = {
    "acceptance": ("filing", "reception"),
    "result": ("filing", "reception", "supplement"),
    "handover": ("filing", "reception", "supplement", "return"),
}


def by_rule(act: Decision, *due: str) -> Iterator[Event]:
    """Assess the fees of these points whose amount the procedure names, once each."""
    for number, fee in _declared(act):
        if fee.due in due and fee.amount and not fee.per and number not in act.state.account.fees:
            yield replace(_assessed(act, number, fee.amount), automatic=True)


def _declared(act: Decision) -> Iterator[tuple[int, Fee]]:
    return enumerate(act.loaded.case.fees, start=1)


def _assessed(
    act: Decision, number: int, amount: int, quantity: int | None = None, basis: str | None = None
) -> Event:
    fee = act.loaded.case.fees[number - 1]
    return act.tell(
        Kind.FEE_ASSESSED,
        fee=number,
        title=fee.name,
        amount=amount,
        basis=basis or fee.basis,
        due=fee.due,
        quantity=quantity,
        # What the desk writes may name a person: it is erased with the dossier.
        published=not basis,
    )


def assess(act: Decision, command: commands.AssessFee) -> Iterator[Event]:
    """Assess a fee of the procedure. Raises `FormRefused` for what the procedure does not foresee."""
    fee = dict(_declared(act)).get(command.fee)
    if fee is None:
        raise errors.FormRefused([Fault("fee", say("is no fee of the procedure"))])
    faults = list(_unforeseen(fee, command))
    if faults:
        raise errors.FormRefused(faults)
    pieces = command.quantities or ((command.quantity,) if command.quantity is not None else ())
    quantity = sum(pieces) if pieces else None
    told = _assessed(act, command.fee, _amount(fee, command, pieces), quantity, command.basis.strip())
    if command.quantities:
        told = replace(told, payload={**told.payload, "quantities": list(command.quantities)})
    standing = act.state.account.fees.get(command.fee)
    if told.payload["amount"] > MOST:
        raise errors.FormRefused([Fault("quantity", say("makes an amount that no fee has"))])
    if standing and all(getattr(standing, name) == told.payload[name] for name in _SAID):
        raise errors.FormRefused([Fault("fee", say("is assessed so already"))])
    yield told


#: What an assessment says of a fee.
_SAID = ("amount", "quantity", "basis")


def _amount(fee: Fee, command: commands.AssessFee, pieces: Sequence[int]) -> int:
    if fee.amount is None:
        return (command.amount or 0) * (sum(pieces) if fee.per else 1)
    return fee.of(pieces) if fee.per else fee.amount


def _unforeseen(fee: Fee, command: commands.AssessFee) -> Iterator[Fault]:
    counted = command.quantity is not None or bool(command.quantities)
    if fee.per and not counted:
        yield Fault("quantity", say("is missing: the fee is counted by {per}", per=fee.per))
    if command.quantity is not None and command.quantities:
        yield Fault("quantities", say("is in the place of `quantity`: one of them is given"))
    if not fee.per and counted:
        yield Fault("quantity", say("is not for this fee: the procedure does not count it"))
    if fee.amount is not None and command.amount is not None:
        yield Fault("amount", say("is the procedure's: {amount} đồng", amount=fee.amount))
    if fee.amount is None and command.amount is None:
        yield Fault("amount", say("is missing: the procedure names none"))
    if fee.amount is None and not command.basis.strip():
        yield Fault("basis", say("is missing: the procedure names no amount"))


def exempt(act: Decision, command: commands.ExemptFee) -> Iterator[Event]:
    """Exempt from an assessed fee, or reduce it. Raises `FormRefused`, `ReasonMissing`."""
    fee = _of_the_account(act, command.fee)
    basis = reason(say("exempting from a fee"), command.basis)
    amount = fee.amount if command.amount is None else command.amount
    if amount > fee.amount:
        raise errors.FormRefused([Fault("amount", say("is more than the fee: {most} đồng", most=fee.amount))])
    yield act.tell(Kind.FEE_EXEMPTED, fee=command.fee, title=fee.name, amount=amount, basis=basis)


def record(act: Decision, command: commands.RecordPayment) -> Iterator[DraftEvent]:
    """Record a payment and issue its receipt. Raises `FormRefused`."""
    fee = _of_the_account(act, command.fee)
    faults = list(_unfit(act, command))
    if faults:
        raise errors.FormRefused(faults)
    book = act.letters(RECEIPT)
    yield act.draft(
        Kind.PAYMENT_RECORDED,
        {"receipt": book},
        payment=str(_identity(act)),
        fee=command.fee,
        title=fee.name,
        amount=command.amount,
        method=str(command.method),
        document=command.reference.strip(),
        paid_at=localtime.isoformat(command.paid_at or act.at),
        unit=book.unit,
        year=book.year,
    )
    yield act.letter(RECEIPT)


def _identity(act: Decision) -> UUID:
    """The id of a payment: of this dossier and number."""
    return uuid5(_NAMES, f"{act.state.reference}/{len(act.state.account.payments) + 1}")


_NAMES = UUID("5be2a1a6-2e0a-4b0e-8f34-2d5f6f4d9c11")


def _unfit(act: Decision, command: commands.RecordPayment) -> Iterator[Fault]:
    account, reference = act.state.account, command.reference.strip()
    if command.amount <= 0:
        yield Fault("amount", say("must be more than nothing"))
    if command.method is PaymentMethod.CASH and command.amount > account.open(command.fee):
        # The desk gives change; what a bank brings too much is recorded, and stands as a surplus.
        most = account.open(command.fee)
        yield Fault("amount", say("is more than what is open of the fee: {most} đồng", most=most))
    if command.method is PaymentMethod.TRANSFER and not reference:
        yield Fault("reference", say("is missing: the bank's reference of the transfer"))
    standing = (each for each in account.payments.values() if each.cancelled_at is None)
    if command.method is PaymentMethod.GATEWAY and not act.actor.automatic:
        yield Fault("method", say("is not the desk's: what the gateway takes is recorded by itself"))
    if command.method is PaymentMethod.GATEWAY and not reference:
        yield Fault("reference", say("is missing: the gateway's reference of the payment"))
    if reference and (command.fee, reference) in ((each.fee_number, each.reference) for each in standing):
        yield Fault("reference", say("is recorded for this fee already"))
    if command.paid_at is not None and command.paid_at > act.at:
        yield Fault("paid_at", say("lies ahead"))


def cancel(act: Decision, command: commands.CancelPayment) -> Iterator[Event]:
    """Cancel a payment that stands. Raises `FormRefused`, `ReasonMissing`."""
    payment = act.state.account.payments.get(command.payment)
    if payment is None or payment.cancelled_at is not None:
        raise errors.FormRefused([Fault("payment", say("is no payment of this dossier that stands"))])
    if act.state.account.refunded(payment.id):
        raise errors.FormRefused(
            [Fault("payment", say("was given back, wholly or in part: it stays recorded"))]
        )
    why = reason(say("cancelling a payment"), command.reason)
    yield act.tell(
        Kind.PAYMENT_CANCELLED,
        payment=str(command.payment),
        fee=payment.fee_number,
        amount=payment.amount,
        reason=why,
    )


def refund(act: Decision, command: commands.RefundPayment) -> Iterator[Event]:
    """Record what was given back of a payment that stands. Raises `FormRefused`, `ReasonMissing`."""
    account = act.state.account
    payment = account.payments.get(command.payment)
    if payment is None or payment.cancelled_at is not None:
        raise errors.FormRefused([Fault("payment", say("is no payment of this dossier that stands"))])
    left = payment.amount - account.refunded(payment.id)
    amount = left if command.amount is None else command.amount
    if faults := list(_unreturnable(command, payment, amount, left)):
        raise errors.FormRefused(faults)
    yield act.tell(
        Kind.PAYMENT_REFUNDED,
        refund=str(uuid5(_NAMES, f"{act.state.reference}/refund/{len(account.refunds) + 1}")),
        payment=str(payment.id),
        fee=payment.fee_number,
        amount=amount,
        method=str(command.method or payment.method),
        document=command.reference.strip(),
        reason=reason(say("giving a payment back"), command.reason),
    )


def _unreturnable(
    command: commands.RefundPayment, payment: fees.Payment, amount: int, left: int
) -> Iterator[Fault]:
    if left <= 0:
        yield Fault("payment", say("is given back as a whole already"))
    elif amount <= 0:
        yield Fault("amount", say("must be more than nothing"))
    elif amount > left:
        yield Fault("amount", say("is more than what is left of the payment: {most} đồng", most=left))
    method = command.method or PaymentMethod(payment.method)
    if method is PaymentMethod.GATEWAY and payment.method != PaymentMethod.GATEWAY:
        yield Fault("method", say("is not for this payment: it was not made online"))
    if method is not PaymentMethod.CASH and not command.reference.strip():
        yield Fault(
            "reference", say("is missing: the reference of what went back, at the bank or the gateway")
        )


def _of_the_account(act: Decision, number: int) -> fees.Fee:
    fee = act.state.account.fees.get(number)
    if fee is None:
        raise errors.FormRefused([Fault("fee", say("is not assessed"))])
    return fee


def settled(act: Decision, step: str) -> None:
    """Raise `FeesOpen` at the step that open fees stop, by the procedure's policy."""
    if act.policy.get("fees_stop") != step:
        return
    open_now = dict(_open(act, DUE_BY[step]))
    if open_now:
        raise refusals.FeesOpen([name for _, name in sorted(open_now.items())])


def _open(act: Decision, due: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Fees due by then and not paid or not counted, by number and name."""
    account = act.state.account
    for number, assessed in account.fees.items():
        if assessed.due in due and account.open(number) > 0:
            yield number, assessed.name
    for number, fee in _declared(act):
        if number not in account.fees and fee.due in due and _is_awaited(act, fee):
            yield number, fee.name


def _is_awaited(act: Decision, fee: Fee) -> bool:
    """True for a counted fee: it is unknown before the desk has counted."""
    if fee.due == "supplement" and not act.state.supplements:
        return False
    if fee.due == "return" and act.state.outcome is not Outcome.GRANTED:
        return False
    return bool(fee.per) and fee.amount != 0
