"""Numbered papers, and the counters that number them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, document, index, surrogate

#: Forms that the head of an authority signs: a letter of one waits until somebody has.
OF_HEADS = ("04", "consultation", "extension", "obligation", "resumption", "stop", "suspension", "transfer")
#: The letters that wait.
WAITING = f"signed_at is null and form in ({', '.join(map(repr, OF_HEADS))})"


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
        index("ix_letter_waiting", "unit_code", "issued_at", "id", where=WAITING),
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
    #: When somebody first signed it by a certificate.
    signed_at: datetime | None = None


class LetterFile(Record, table=True):
    """A signed PDF of a letter, under the digest in its dossier's event."""

    __tablename__ = "letter_file"
    __table_args__ = (index("ix_letter_file_dossier_id", "dossier_id"),)

    #: In hex.
    sha256: str = Field(primary_key=True)
    dossier_id: UUID = Field(foreign_key="dossier.id")
    content: bytes
    stored_at: datetime


class LetterTemplate(Record, table=True):
    """A template of a form, entered for the letters of a unit."""

    __tablename__ = "letter_template"
    __table_args__ = (
        UniqueConstraint("unit_code", "form", "number"),
        CheckConstraint(
            "not (array[approved_by, approved_for] && array[entered_by, entered_for])", name="other_persons"
        ),
        CheckConstraint("(html is null) = (typst is null)", name="both"),
    )

    id: UUID = surrogate()
    unit_code: str = Field(foreign_key="unit.code")
    form: str
    number: int
    #: None where the form is our own again.
    html: str | None = None
    typst: str | None = None
    basis: str
    valid_from: date
    entered_by: UUID = Field(foreign_key="principal.id")
    entered_for: UUID | None = Field(default=None, foreign_key="principal.id")
    entered_at: datetime
    approved_by: UUID | None = Field(default=None, foreign_key="principal.id")
    approved_for: UUID | None = Field(default=None, foreign_key="principal.id")
    approved_at: datetime | None = None


class CodeSequence(Record, table=True):
    """The last dossier code a unit gave on a local day."""

    __tablename__ = "code_sequence"

    unit_code: str = Field(primary_key=True, foreign_key="unit.code")
    day: date = Field(primary_key=True)
    last: int
