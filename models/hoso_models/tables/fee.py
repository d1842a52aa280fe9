"""Fees and payments of dossiers. Amounts are whole đồng."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, index, surrogate


class Fee(Record, table=True):
    """A fee or charge with its legal basis."""

    __tablename__ = "fee"

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    number: int = Field(primary_key=True)
    name: str
    amount: int = Field(sa_type=BigInteger)
    basis: str | None = None


class Payment(Record, table=True):
    """Money received for a fee."""

    __tablename__ = "payment"
    __table_args__ = (
        ForeignKeyConstraint(["dossier_id", "fee_number"], ["fee.dossier_id", "fee.number"]),
        index("ix_payment_dossier_id_fee_number", "dossier_id", "fee_number"),
    )

    id: UUID = surrogate()
    dossier_id: UUID
    fee_number: int
    amount: int = Field(sa_type=BigInteger)
    method: str
    reference: str | None = None
    paid_at: datetime
    recorded_by: UUID = Field(foreign_key="principal.id")
