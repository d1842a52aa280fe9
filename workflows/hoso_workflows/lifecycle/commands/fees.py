"""Commands on fees and payments. Amounts are whole đồng."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoso_models import PaymentMethod


@dataclass(frozen=True, slots=True)
class AssessFee:
    """The desk assesses a fee that the procedure declares, or assesses it anew."""

    #: Its number in the procedure, from 1.
    fee: int
    #: Pages or copies, where the procedure counts by them.
    quantity: int | None = None
    #: The same of each copy, in the place of `quantity`: a cap of the procedure holds for each one.
    quantities: tuple[int, ...] = ()
    #: Where the procedure names none, with its basis.
    amount: int | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ExemptFee:
    """A head exempts the applicant from an assessed fee, or reduces it."""

    fee: int
    #: Law or decision on which it is done.
    basis: str
    #: What is not owed; the whole fee when absent, nothing to take it back.
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """The desk records money that came in, and issues the numbered receipt.

    What the payment gateway takes is recorded by the installation itself.
    """

    fee: int
    amount: int
    method: PaymentMethod = PaymentMethod.CASH
    #: Of the bank or the gateway; needed for all but cash.
    reference: str = ""
    #: When the money came in; now when absent.
    paid_at: datetime | None = None
    #: By the bank's reference several dossiers were paid at once.
    shared: bool = False


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """A head cancels a payment that was recorded wrongly; its receipt is void."""

    payment: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """A head records that money of a payment was given back."""

    payment: UUID
    #: The applicant reads it.
    reason: str
    #: All that is left of the payment when absent.
    amount: int | None = None
    #: As it was paid when absent.
    method: PaymentMethod | None = None
    #: Of the bank or the gateway; needed for all but cash.
    reference: str = ""
