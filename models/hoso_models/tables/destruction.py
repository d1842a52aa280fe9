"""Lists of dossiers that are destroyed when two persons have said so."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, index


class DestructionList(Record, table=True):
    """A list of dossiers, drawn up by one person and decided on by another."""

    __tablename__ = "destruction_list"
    __table_args__ = (
        index("ix_destruction_list_drawn_at", "drawn_at", "id"),
        index(
            "ix_destruction_list_open",
            "decided_at",
            "id",
            where="confirmed and finished_at is null",
        ),
    )

    id: UUID = Field(primary_key=True)
    unit_code: str = Field(foreign_key="unit.code")
    basis: str
    drawn_at: datetime
    drawn_by: UUID = Field(foreign_key="principal.id")
    #: Null until somebody has decided.
    confirmed: bool | None = None
    #: Number and date of the decision.
    decision: str | None = None
    decided_at: datetime | None = None
    decided_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: When nothing of it was left to be erased.
    finished_at: datetime | None = None
    #: The absent administrator in whose name it was drawn up; they do not decide either.
    drawn_for: UUID | None = Field(default=None, foreign_key="principal.id")


class DestructionItem(Record, table=True):
    """A dossier on a list."""

    __tablename__ = "destruction_item"
    __table_args__ = (index("ix_destruction_item_dossier_id", "dossier_id"),)

    list_id: UUID = Field(primary_key=True, foreign_key="destruction_list.id")
    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    erased: bool = defaulted(value=False, literal="false")
    #: Why it could not be erased: the slug of a refusal, or the name of another fault.
    refused: str | None = None
