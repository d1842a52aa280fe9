"""Answers about fees and payments."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage
from hoso_models import DossierStatus, FeeDue, PaymentMethod


class FeeOfDossier(Answer):
    """A fee that the procedure declares, or that was assessed."""

    number: int
    name: str
    amount: int | None
    basis: str | None
    due: FeeDue
    quantity: int | None
    per: str | None
    after: int | None
    most: int | None
    assessed_at: AwareDatetime | None
    reduction: int
    reduction_basis: str | None
    paid: int
    open: int
    surplus: int


class RefundOfPayment(Answer):
    """Money given back of a payment."""

    id: UUID
    amount: int
    method: PaymentMethod
    reference: str | None
    reason: str | None
    refunded_at: AwareDatetime


class PaymentOfDossier(Answer):
    """Money that came in for a fee, with its receipt and what was given back of it."""

    id: UUID
    fee: int
    amount: int
    method: PaymentMethod
    reference: str | None
    paid_at: AwareDatetime
    recorded_at: AwareDatetime
    receipt: str
    cancelled_at: AwareDatetime | None
    cancelled_for: str | None
    left: int
    refunds: list[RefundOfPayment]


class Fees(Answer):
    """Fees of a dossier, and the payments for them."""

    reference: str
    code: str | None
    status: DossierStatus
    version: int
    owed: int
    paid: int
    open: int
    surplus: int
    ordered: int
    fees: list[FeeOfDossier]
    payments: list[PaymentOfDossier]


class DossierPaid(Answer):
    """The dossier of a surplus."""

    reference: str
    code: str | None
    procedure: str
    procedure_name: str
    status: DossierStatus
    filed_at: AwareDatetime


class Surplus(Answer):
    """A fee for which more was paid than is owed."""

    unit: str
    fee: int
    name: str
    owed: int
    paid: int
    surplus: int
    dossier: DossierPaid


class Surpluses(Answer):
    """Fees for which more was paid than is owed, those of the oldest dossiers first."""

    items: list[Surplus]
    page: NextPage


class TakingsByMethod(Answer):
    """Sum of a day by the way in which money came in."""

    method: PaymentMethod
    payments: int
    amount: int
    refunds: int
    refunded: int


class Taking(Answer):
    """A payment of a day with its receipt."""

    unit: str
    fee: int
    name: str
    amount: int
    method: PaymentMethod
    receipt: str
    recorded_at: AwareDatetime
    cancelled_at: AwareDatetime | None
    dossier: DossierPaid


class OpenFee(Answer):
    """A fee that was assessed and is not paid as a whole."""

    unit: str
    fee: int
    name: str
    open: int
    dossier: DossierPaid


class Takings(Answer):
    """Money that was taken in fees on a day or in a period, and the oldest open fees."""

    day: date
    until: date
    methods: list[TakingsByMethod]
    open: list[OpenFee]
    items: list[Taking]
    page: NextPage
