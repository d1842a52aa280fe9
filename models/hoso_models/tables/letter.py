"""Numbered papers, and the counters that number them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, document, index, surrogate


class LetterSeries(Record, table=True):
    """The last number a unit gave to a form in a year."""

    __tablename__ = "letter_series"

    unit_code: str = Field(primary_key=True, foreign_key="unit.code")
    form: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class Letter(Record, table=True):
    """A paper as it was issued; `data` is all it was typeset from."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("unit_code", "form", "year", "number"),
        index("ix_letter_dossier_id", "dossier_id"),
    )

    id: UUID = surrogate()
    dossier_id: UUID = Field(foreign_key="dossier.id")
    unit_code: str = Field(foreign_key="unit.code")
    #: `01` … `06`, the forms of the one-stop shop.
    form: str
    year: int
    number: int
    data: dict[str, Any] = document()
    issued_at: datetime
    issued_by: UUID = Field(foreign_key="principal.id")


class CodeSequence(Record, table=True):
    """The last dossier code a unit gave on a local day."""

    __tablename__ = "code_sequence"

    unit_code: str = Field(primary_key=True, foreign_key="unit.code")
    day: date = Field(primary_key=True)
    last: int
