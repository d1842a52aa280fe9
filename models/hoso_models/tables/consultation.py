"""Opinions that units are asked for, outside of what a procedure draws."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import Record, described, enum_field, index, one_of

#: It waits for its unit.
OPEN = "closed_at is null"


@described("What silence of the unit that was asked means, by the procedure's law.")
class Silence(StrEnum):
    """Meaning of silence after the term."""

    #: The unit agrees.
    CONSENT = "consent"
    #: Nothing; the opinion is late.
    NOTHING = "nothing"


@described("What a consultation ended with.")
class Opinion(StrEnum):
    """Outcome of a consultation."""

    #: The unit agrees.
    AGREED = "agreed"
    #: It objects.
    OBJECTED = "objected"
    #: It answered without either.
    ANSWERED = "answered"
    #: Its silence is consent by the procedure's law.
    CONSENT = "consent"
    #: It was silent, and may still answer.
    SILENT = "silent"


class Consultation(Record, table=True):
    """An opinion that a unit was asked for, projected from a dossier's events."""

    __tablename__ = "consultation"
    __table_args__ = (
        one_of("silence", Silence),
        one_of("outcome", Opinion),
        index("ix_consultation_unit_code", "unit_code", "due_at", "id", where=OPEN),
        index("ix_consultation_due_at", "due_at", "id", where=f"{OPEN} and outcome is null"),
        index("ix_consultation_dossier_id", "dossier_id"),
    )

    id: UUID = Field(primary_key=True)
    dossier_id: UUID = Field(foreign_key="dossier.id")
    unit_code: str = Field(foreign_key="unit.code")
    question: str
    silence: Silence = enum_field(Silence)
    asked_at: datetime
    asked_by: UUID = Field(foreign_key="principal.id")
    due_at: datetime
    #: Null until it is answered or its term has passed.
    outcome: Opinion | None = enum_field(Opinion, default=None)
    answer: str | None = None
    #: When it ended, by an answer, by consent in silence, or with the handling.
    closed_at: datetime | None = None
    closed_by: UUID | None = Field(default=None, foreign_key="principal.id")
