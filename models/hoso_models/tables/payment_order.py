"""Payments online: orders at the gateway, and disputes about them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    defaulted,
    described,
    enum_field,
    index,
    listing,
    one_of,
    surrogate,
)


@described("How far an order at the payment gateway is.")
class OrderState(StrEnum):
    """State of an order at the payment gateway."""

    #: It can be paid.
    OPEN = "open"
    #: Paid, and recorded as payments of its dossier.
    PAID = "paid"
    #: It will not be paid: it was cancelled at the gateway, which says so, or a dispute about it was settled so.
    FAILED = "failed"
    #: Its time is over; what is paid all the same is recorded.
    EXPIRED = "expired"
    #: What the gateway said of it does not fit; a person has to look at it.
    DISPUTED = "disputed"


@described("Why what the gateway said is not recorded as a payment.")
class DisputeReason(StrEnum):
    """Reason of a dispute."""

    #: There is no such order here.
    UNKNOWN_ORDER = "unknown_order"
    #: Another amount was paid than was ordered.
    WRONG_AMOUNT = "wrong_amount"
    #: It was paid in another currency than đồng.
    WRONG_CURRENCY = "wrong_currency"
    #: It was paid to another merchant than this installation.
    WRONG_MERCHANT = "wrong_merchant"
    #: The order was paid already, by another payment; or the payment was told for another order.
    PAID_TWICE = "paid_twice"
    #: The dossier had ended without a result, so that nothing was owed any more.
    NOT_OWED = "not_owed"
    #: What was paid is said not to be paid.
    TAKEN_BACK = "taken_back"
    #: The dossier does not take the payment.
    REFUSED = "refused"


@described("How a dispute about a payment online was settled.")
class DisputeSettlement(StrEnum):
    """Settlement of a dispute by a person."""

    #: What was paid is recorded as a payment of its dossier.
    RECORDED = "recorded"
    #: What was paid went back to the payer.
    REFUNDED = "refunded"
    #: The gateway was wrong: what it said has not happened.
    MISTAKE = "mistake"


class PaymentOrder(Record, table=True):
    """An order of fees at the payment gateway."""

    __tablename__ = "payment_order"
    __table_args__ = (
        one_of("state", OrderState),
        index("ix_payment_order_dossier_id", "dossier_id", "created_at"),
        index("ux_payment_order_open", "dossier_id", where="state = 'open'", unique=True),
        index(
            "ux_payment_order_gateway_reference",
            "gateway_reference",
            where="gateway_reference is not null",
            unique=True,
        ),
        index("ix_payment_order_unpaid", "expires_at", where="state <> 'paid'"),
    )

    #: Its name at the gateway too.
    id: UUID = surrogate()
    dossier_id: UUID = Field(foreign_key="dossier.id")
    #: Numbers of fees with the amount of each.
    fees: list[Any] = listing()
    amount: int = Field(sa_type=BigInteger)
    state: OrderState = enum_field(OrderState)
    #: Where it is paid; null until the gateway has said it.
    pay_at: str | None = None
    #: Of the payment at the gateway.
    gateway_reference: str | None = None
    created_at: datetime
    created_by: UUID = Field(foreign_key="principal.id")
    expires_at: datetime
    #: When the payer paid.
    paid_at: datetime | None = None
    #: When the gateway last answered for it.
    asked_at: datetime | None = None


class PaymentDispute(Record, table=True):
    """A statement of the gateway that does not fit; a person settles it."""

    __tablename__ = "payment_dispute"
    __table_args__ = (
        one_of("reason", DisputeReason),
        one_of("settlement", DisputeSettlement),
        index("ix_payment_dispute_told_at", "told_at", "id"),
        index("ix_payment_dispute_open", "told_at", "id", where="settled_at is null"),
        index("ix_payment_dispute_dossier_id", "dossier_id"),
        index(
            "ux_payment_dispute_said",
            *("told_order", "reason", "amount", "gateway_reference", "currency", "merchant"),
            unique=True,
        ),
    )

    id: UUID = surrogate()
    #: Null, as its dossier, for an order that is not known here.
    order_id: UUID | None = Field(default=None, foreign_key="payment_order.id")
    dossier_id: UUID | None = Field(default=None, foreign_key="dossier.id")
    #: The order as the gateway names it.
    told_order: str
    #: In whole units of the currency.
    amount: int = Field(sa_type=BigInteger)
    gateway_reference: str | None = None
    reason: DisputeReason = enum_field(DisputeReason)
    told_at: datetime
    #: Null while nobody has settled it.
    settlement: DisputeSettlement | None = enum_field(DisputeSettlement, default=None, nullable=True)
    settled_at: datetime | None = None
    settled_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: Why so.
    settled_for: str | None = None
    #: Of what went back, at the bank or the gateway.
    settled_reference: str | None = None
    #: When the payer paid, as the gateway has it; never after it was told.
    paid_at: datetime | None = None
    #: Where no dossier is known, the authority into whose account it was paid; null where nobody has said which that is.
    unit_code: str | None = Field(default=None, foreign_key="unit.code")
    currency: str = defaulted(value="VND", literal="'VND'")
    #: To whom it was paid, where that is not this installation; else empty.
    merchant: str = defaulted(value="", literal="''")
