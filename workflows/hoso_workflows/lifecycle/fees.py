"""Fees of a dossier and the payments for them, folded from its events. Amounts are whole đồng."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hoso_models import DossierStatus as Status
from hoso_workflows.events import Event, Kind

if TYPE_CHECKING:
    from hoso_bpmn.package.manifest import Fee as Declared

#: Columns by name.
Row = Mapping[str, Any]
#: Ended without a result: what was not paid by then is asked for no more.
LAPSED = (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.CLOSED_UNANSWERED)


@dataclass(frozen=True, slots=True)
class Fee:
    """An assessed fee; its fields are the columns of `fee`."""

    number: int
    name: str
    #: Of the whole quantity.
    amount: int
    basis: str | None
    #: At which point it is collected.
    due: str
    quantity: int | None
    assessed_at: datetime
    assessed_by: UUID
    #: What is not owed, and on which basis.
    reduction: int = 0
    reduction_basis: str | None = None
    reduced_at: datetime | None = None
    reduced_by: UUID | None = None
    #: What was paid for it and is not owed.
    surplus: int = 0

    @property
    def owed(self) -> int:
        """The amount less its reduction."""
        return max(0, self.amount - self.reduction)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in; its fields are the columns of `payment`."""

    id: UUID
    fee_number: int
    amount: int
    method: str
    #: Of the bank.
    reference: str | None
    paid_at: datetime
    recorded_at: datetime
    recorded_by: UUID
    receipt_unit: str
    receipt_year: int
    receipt_number: int
    cancelled_at: datetime | None = None
    cancelled_by: UUID | None = None
    cancelled_for: str | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back of a payment; its fields are the columns of `refund`."""

    id: UUID
    payment_id: UUID
    fee_number: int
    amount: int
    method: str
    #: Of the bank or the gateway.
    reference: str | None
    reason: str | None
    refunded_at: datetime
    refunded_by: UUID


@dataclass(frozen=True, slots=True)
class Account:
    """Fees of a dossier by number, payments and refunds by id."""

    fees: Mapping[int, Fee] = field(default_factory=dict)
    payments: Mapping[UUID, Payment] = field(default_factory=dict)
    refunds: Mapping[UUID, Refund] = field(default_factory=dict)
    #: By fee number, reductions from before an assessment that is left: the one they followed was erased by law.
    early: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    #: Numbers of fees whose basis is the procedure's own.
    published: frozenset[int] = frozenset()

    def paid(self, number: int) -> int:
        """The payments for a fee that stand, less what was given back of them."""
        standing = (each for each in self.payments.values() if each.cancelled_at is None)
        return sum(each.amount - self.refunded(each.id) for each in standing if each.fee_number == number)

    def refunded(self, payment: UUID) -> int:
        """The part of a payment that was given back."""
        return sum(each.amount for each in self.refunds.values() if each.payment_id == payment)

    def open(self, number: int) -> int:
        """The part of a fee that is owed and not paid."""
        return max(0, self.fees[number].owed - self.paid(number))

    def surplus(self, number: int) -> int:
        """The part of the payments for a fee that is not owed."""
        return self.fees[number].surplus

    def asked(self, status: Status) -> int:
        """All that the applicant still has to pay while the dossier has this status."""
        return 0 if status in LAPSED else sum(map(self.open, self.fees))

    def erased(self) -> Account:
        """The account with its sums, without what people wrote."""
        fees = {
            number: replace(
                each, basis=each.basis if number in self.published else None, reduction_basis=None
            )
            for number, each in self.fees.items()
        }
        payments = {
            key: replace(each, reference=None, cancelled_for=None) for key, each in self.payments.items()
        }
        refunds = {key: replace(each, reference=None, reason=None) for key, each in self.refunds.items()}
        return Account(fees, payments, refunds)

    def after(self, event: Event) -> Account:
        """The account after an event about fees or payments."""
        return _APPLIED[event.kind](self, event)._with_surpluses()

    def _with_surpluses(self) -> Account:
        owed = {number: fee.owed for number, fee in self.fees.items()}
        surplus = {number: max(0, self.paid(number) - owed[number]) for number in owed}
        return replace(
            self, fees={number: replace(fee, surplus=surplus[number]) for number, fee in self.fees.items()}
        )


NONE = Account()


def _assessed(account: Account, event: Event) -> Account:
    payload = event.payload
    before = account.fees.get(payload["fee"])
    early = account.early.get(payload["fee"], {})
    kept = {name: getattr(before, name) for name in _REDUCED} if before else early
    fee = Fee(
        number=payload["fee"],
        name=payload["title"],
        amount=payload["amount"],
        basis=payload["basis"],
        due=payload["due"],
        quantity=payload["quantity"],
        assessed_at=event.at,
        assessed_by=event.actor,
        **kept,
    )
    published = account.published - {fee.number} | ({fee.number} if payload.get("published") else set())
    return replace(account, fees={**account.fees, fee.number: fee}, published=published)


_REDUCED = ("reduction", "reduction_basis", "reduced_at", "reduced_by")


def _exempted(account: Account, event: Event) -> Account:
    number, payload = event.payload["fee"], event.payload
    said = (payload["amount"], payload["basis"], event.at, event.actor)
    reduced: dict[str, Any] = dict(zip(_REDUCED, said, strict=True))
    if number not in account.fees:
        return replace(account, early={**account.early, number: reduced})
    return replace(account, fees={**account.fees, number: replace(account.fees[number], **reduced)})


def _recorded(account: Account, event: Event) -> Account:
    payload = event.payload
    payment = Payment(
        id=UUID(payload["payment"]),
        fee_number=payload["fee"],
        amount=payload["amount"],
        method=payload["method"],
        reference=payload["document"] or None,
        paid_at=datetime.fromisoformat(payload["paid_at"]),
        recorded_at=event.at,
        recorded_by=event.actor,
        receipt_unit=payload["unit"],
        receipt_year=payload["year"],
        receipt_number=payload["receipt"],
    )
    return replace(account, payments={**account.payments, payment.id: payment})


def _cancelled(account: Account, event: Event) -> Account:
    payload = event.payload
    payment = replace(
        account.payments[UUID(payload["payment"])],
        cancelled_at=event.at,
        cancelled_by=event.actor,
        cancelled_for=payload["reason"],
    )
    return replace(account, payments={**account.payments, payment.id: payment})


def _refunded(account: Account, event: Event) -> Account:
    payload = event.payload
    refund = Refund(
        id=UUID(payload["refund"]),
        payment_id=UUID(payload["payment"]),
        fee_number=payload["fee"],
        amount=payload["amount"],
        method=payload["method"],
        reference=payload["document"] or None,
        reason=payload["reason"],
        refunded_at=event.at,
        refunded_by=event.actor,
    )
    return replace(account, refunds={**account.refunds, refund.id: refund})


def others(account: Account, old: Sequence[Declared], new: Sequence[Declared]) -> Iterator[Fee]:
    """Assessed fees in whose place a new version has another one, or none.

    A fee is known by its name, its point of the way and what it is counted by; where the new version has several of these, by
    its amount too. A new amount alone makes no other fee: what was assessed stays.
    """
    for number, fee in sorted(account.fees.items()):
        before, after = (version[number - 1 : number] for version in (old, new))
        if not after or not _same(fee, before, after[0], new):
            yield fee


def _same(fee: Fee, before: Sequence[Declared], after: Declared, new: Sequence[Declared]) -> bool:
    if (fee.name, fee.due) != (after.name, after.due) or {each.per for each in before} - {after.per}:
        return False
    alike = [each for each in new if (each.name, each.due, each.per) == (after.name, after.due, after.per)]
    return len(alike) == 1 or {each.amount for each in before} == {after.amount}


_APPLIED: Mapping[Kind, Callable[[Account, Event], Account]] = {
    Kind.FEE_ASSESSED: _assessed,
    Kind.FEE_EXEMPTED: _exempted,
    Kind.PAYMENT_RECORDED: _recorded,
    Kind.PAYMENT_CANCELLED: _cancelled,
    Kind.PAYMENT_REFUNDED: _refunded,
}
#: Every kind of event about fees and payments.
KINDS = tuple(_APPLIED)

#: What of each kind's row is its instant, and its payload by the row's columns.
_STORED: Mapping[Kind, tuple[str, Mapping[str, str]]] = {
    Kind.FEE_ASSESSED: (
        "assessed_at",
        {
            **{name: name for name in ("amount", "basis", "due", "quantity")},
            "fee": "number",
            "title": "name",
        },
    ),
    Kind.FEE_EXEMPTED: (
        "reduced_at",
        {"fee": "number", "amount": "reduction", "basis": "reduction_basis"},
    ),
    Kind.PAYMENT_RECORDED: (
        "recorded_at",
        {
            **{name: name for name in ("amount", "method", "paid_at")},
            "payment": "id",
            "fee": "fee_number",
            "document": "reference",
            "unit": "receipt_unit",
            "year": "receipt_year",
            "receipt": "receipt_number",
        },
    ),
    Kind.PAYMENT_CANCELLED: ("cancelled_at", {"payment": "id", "reason": "cancelled_for"}),
    Kind.PAYMENT_REFUNDED: (
        "refunded_at",
        {
            **{name: name for name in ("amount", "method", "reason")},
            "refund": "id",
            "payment": "payment_id",
            "fee": "fee_number",
            "document": "reference",
        },
    ),
}


def remaining(event: Event, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Possible payloads of an erased event, from its rows; the likeliest first.

    A fee that was assessed again has lost the instant of the first time. The erasure has left no basis but a published one.
    """
    column, names = _STORED[event.kind]
    more = {"published": True} if event.kind is Kind.FEE_ASSESSED else {}
    instants = [(datetime.fromisoformat(row[column]), row) for row in rows if row.get(column)]
    for fits in (operator.eq, operator.gt):
        for at, row in instants:
            if fits(at, event.at):
                yield {**{key: row[name] for key, name in names.items()}, **more}
