"""Bodies and answers about payments online."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import Answer, Body, Key, Name, Text
from hoso_api.http.paging import NextPage
from hoso_models import DisputeReason, DisputeSettlement, OrderState
from hoso_workflows.payments.dispute_settlement import Said


class PaymentOrdering(Body):
    """The fees to be paid online."""

    fees: list[Annotated[int, Field(ge=1, le=1_000)]] = Field(default_factory=list, max_length=100)


class FeeOrdered(Answer):
    """A fee with what is paid of it by an order."""

    fee: int
    amount: int


class PaymentOrder(Answer):
    """An order at the payment gateway."""

    id: UUID
    state: OrderState
    amount: int
    fees: list[FeeOrdered]
    pay_at: str | None
    gateway_reference: str | None
    created_at: AwareDatetime
    expires_at: AwareDatetime
    paid_at: AwareDatetime | None


class PaymentOrders(Answer):
    """The orders of a dossier at the payment gateway, the oldest first."""

    items: list[PaymentOrder]


class NotificationTaken(Answer):
    """The order of a notification, as it stands now."""

    state: OrderState | None


class PaymentDispute(Answer):
    """A statement of the gateway that does not fit, and its settlement."""

    id: UUID
    unit: str | None
    reason: DisputeReason
    amount: int
    currency: str
    merchant: str | None
    ordered: int | None
    gateway_reference: str | None
    told_order: str
    dossier: str | None
    code: str | None
    told_at: AwareDatetime
    settlement: DisputeSettlement | None
    settled_at: AwareDatetime | None
    settled_by: UUID | None
    settled_for: str | None
    settled_reference: str | None


class OrderDisputed(Answer):
    """The order that a dispute is about."""

    state: OrderState
    created_at: AwareDatetime


class FeeDisputed(Answer):
    """A fee of the dossier of a dispute."""

    fee: int
    name: str
    open: int
    ordered: int
    recorded: int


class PaymentDisputeHeld(PaymentDispute):
    """A statement of the gateway that does not fit, with what is held here."""

    paid_at: AwareDatetime | None
    settled_by_name: str | None
    order: OrderDisputed | None
    fees: list[FeeDisputed]


class PaymentDisputes(Answer):
    """Statements of the gateway that do not fit, the oldest first."""

    items: list[PaymentDispute]
    page: NextPage


class FeeSettled(Body):
    """A fee with what is recorded for it."""

    fee: int = Field(ge=1, le=1_000)
    amount: int = Field(ge=1, le=10**15)


class DisputeSettling(Body):
    """The settlement of a dispute, and why."""

    settlement: DisputeSettlement
    reason: Text
    dossier: Key | None = None
    fees: list[FeeSettled] = Field(default_factory=list, max_length=100)
    reference: Name | None = None

    def said(self) -> Said:
        """The settlement."""
        fees = tuple((each.fee, each.amount) for each in self.fees)
        return Said(self.settlement, self.reason, fees, self.dossier, self.reference or "")
