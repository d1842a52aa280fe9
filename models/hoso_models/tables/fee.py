"""Fees and payments of dossiers. Amounts are whole đồng."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, described, enum_field, index, one_of, surrogate


@described("At which point of the way a fee is collected.")
class FeeDue(StrEnum):
    """Point at which a fee is collected."""

    #: With the filing.
    FILING = "filing"
    #: When reception takes the dossier in.
    RECEPTION = "reception"
    #: With a supplement.
    SUPPLEMENT = "supplement"
    #: When the result is handed over.
    RETURN = "return"


@described("How a payment was made.")
class PaymentMethod(StrEnum):
    """Way in which money came in."""

    #: At the desk.
    CASH = "cash"
    #: By a bank, with its reference.
    TRANSFER = "transfer"
    #: By the payment gateway, with its reference.
    GATEWAY = "gateway"


#: SQL of what is open of the assessed fees of a dossier d, as `fees_open`.
OPEN_OF_DOSSIER = """
select coalesce(sum(greatest(f.amount - f.reduction - coalesce(paid.amount, 0), 0)), 0)::bigint as fees_open
from fee f left join lateral (
  select sum(p.amount - coalesce((select sum(r.amount) from refund r where r.payment_id = p.id), 0)) as amount
  from payment p where p.dossier_id = f.dossier_id and p.fee_number = f.number and p.cancelled_at is null) paid on true
where f.dossier_id = d.id and f.assessed_at is not null
"""


class Fee(Record, table=True):
    """A fee or charge with its legal basis: foreseen by the procedure, or assessed."""

    __tablename__ = "fee"
    __table_args__ = (
        one_of("due", FeeDue),
        index("ix_fee_surplus", "dossier_id", "number", where="surplus > 0"),
    )

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    number: int = Field(primary_key=True)
    name: str
    #: Of the whole quantity; before it is assessed, of one.
    amount: int = Field(sa_type=BigInteger)
    basis: str | None = None
    due: FeeDue = enum_field(FeeDue)
    #: Pages or copies, where the procedure counts by them.
    quantity: int | None = None
    #: What of the amount is not owed, by an exemption or reduction.
    reduction: int = Field(default=0, sa_type=BigInteger)
    reduction_basis: str | None = None
    #: Null while the procedure only foresees it.
    assessed_at: datetime | None = None
    assessed_by: UUID | None = Field(default=None, foreign_key="principal.id")
    reduced_at: datetime | None = None
    reduced_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: What was paid for it and is not owed.
    surplus: int = Field(default=0, sa_type=BigInteger)


class Payment(Record, table=True):
    """Money received for a fee, with its receipt."""

    __tablename__ = "payment"
    __table_args__ = (
        ForeignKeyConstraint(["dossier_id", "fee_number"], ["fee.dossier_id", "fee.number"]),
        one_of("method", PaymentMethod),
        index("ix_payment_dossier_id_fee_number", "dossier_id", "fee_number"),
        index("ix_payment_recorded_at", "recorded_at", "id"),
        index("ix_payment_reference", "reference", where="reference is not null"),
    )

    id: UUID = surrogate()
    dossier_id: UUID
    fee_number: int
    amount: int = Field(sa_type=BigInteger)
    method: PaymentMethod = enum_field(PaymentMethod)
    reference: str | None = None
    paid_at: datetime
    recorded_by: UUID = Field(foreign_key="principal.id")
    recorded_at: datetime
    #: The receipt: the book of a unit and year, and the number there.
    receipt_unit: str = Field(foreign_key="unit.code")
    receipt_year: int
    receipt_number: int
    #: Set where it was recorded wrongly; the receipt is void then.
    cancelled_at: datetime | None = None
    cancelled_by: UUID | None = Field(default=None, foreign_key="principal.id")
    cancelled_for: str | None = None


class Refund(Record, table=True):
    """Money given back of a payment."""

    __tablename__ = "refund"
    __table_args__ = (
        ForeignKeyConstraint(["dossier_id", "fee_number"], ["fee.dossier_id", "fee.number"]),
        one_of("method", PaymentMethod),
        index("ix_refund_payment_id", "payment_id"),
        index("ix_refund_dossier_id", "dossier_id"),
        index("ix_refund_refunded_at", "refunded_at"),
    )

    id: UUID = surrogate()
    dossier_id: UUID
    payment_id: UUID = Field(foreign_key="payment.id")
    fee_number: int
    amount: int = Field(sa_type=BigInteger)
    method: PaymentMethod = enum_field(PaymentMethod)
    #: Of the bank or the gateway.
    reference: str | None = None
    reason: str | None = None
    refunded_at: datetime
    refunded_by: UUID = Field(foreign_key="principal.id")
