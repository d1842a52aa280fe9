"""Feedback of anybody and proposals of agencies, with their answers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, UniqueConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, described, enum_field, index, one_of, surrogate


@described("What feedback is about.")
class FeedbackKind(StrEnum):
    """Subjects of feedback."""

    #: The portal itself.
    PORTAL = "portal"
    #: A procedure.
    PROCEDURE = "procedure"
    #: The handling of a dossier.
    DOSSIER = "dossier"
    #: What an agency proposes to do better.
    PROPOSAL = "proposal"


class Feedback(Record, table=True):
    """Feedback on the service, or a proposal. The words, name and mail lie sealed, and go after the answer."""

    __tablename__ = "feedback"
    __table_args__ = (
        one_of("kind", FeedbackKind),
        UniqueConstraint("year", "number", name="uq_feedback_year_number"),
        CheckConstraint("(answer is null) = (answered_at is null)", name="answer"),
        CheckConstraint("not published or summary is not null", name="published"),
        index("ix_feedback_given_at", "given_at", "id"),
        index("ix_feedback_unit_code", "unit_code", "given_at"),
        index("ix_feedback_dossier_id", "dossier_id", where="dossier_id is not null"),
        index("ix_feedback_published", "answered_at", "id", where="published"),
    )

    id: UUID = surrogate()
    year: int = Field(sa_type=SmallInteger)
    number: int
    kind: FeedbackKind = enum_field(FeedbackKind)
    procedure_code: str | None = None
    dossier_id: UUID | None = Field(default=None, foreign_key="dossier.id")
    #: Words, name and mail as JSON, sealed by the key of the installation; null once they were forgotten.
    sealed: bytes | None = None
    wants_answer: bool
    given_at: datetime
    #: Null for who has not signed in.
    given_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: The unit that proposes; null for feedback.
    from_unit: str | None = Field(default=None, foreign_key="unit.code")
    #: The unit that answers; the top one until it is forwarded.
    unit_code: str = Field(foreign_key="unit.code")
    term: str
    basis: str
    due_at: datetime
    forwarded_at: datetime | None = None
    forwarded_by: UUID | None = Field(default=None, foreign_key="principal.id")
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: True where anybody reads the answer.
    published: bool = defaulted(value=False, literal="false")
    #: What was said, in words of the answering unit that name nobody.
    summary: str | None = None
