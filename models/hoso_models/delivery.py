"""What leaves or has been answered exactly once: messages, escalations, repeated requests."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger
from sqlmodel import Field

from .record import Record, defaulted, document, index, one_of, optional_document, serial, word


class EscalationSubject(StrEnum):
    """What is late or due soon."""

    #: A dossier.
    DOSSIER = "dossier"
    #: A step of one.
    TASK = "task"


class Escalation(Record, table=True):
    """Somebody was told, once per subject, cycle and level: the key makes sweeps idempotent."""

    __tablename__ = "escalation"
    __table_args__ = (one_of("subject_kind", EscalationSubject),)

    subject_kind: EscalationSubject = word(EscalationSubject, primary_key=True)
    subject_id: UUID = Field(primary_key=True)
    cycle: int = Field(primary_key=True)
    level: str = Field(primary_key=True)
    recipient_id: UUID | None = Field(default=None, foreign_key="principal.id")
    at: datetime


class Outbox(Record, table=True):
    """A message written with its cause, delivered at least once."""

    __tablename__ = "outbox"
    __table_args__ = (
        index("ix_outbox_unsent", "available_at", "id", where="sent_at is null"),
        index("ix_outbox_recipient_id", "recipient_id", "id", where="recipient_id is not null"),
        index("ix_outbox_dossier_id", "dossier_id", where="dossier_id is not null"),
    )

    id: int = serial()
    dedup_key: str = Field(unique=True)
    topic: str
    recipient_id: UUID | None = Field(default=None, foreign_key="principal.id")
    dossier_id: UUID | None = Field(default=None, foreign_key="dossier.id")
    payload: dict[str, Any] = document()
    created_at: datetime
    #: Not before this instant; moved after a failed attempt.
    available_at: datetime
    sent_at: datetime | None = None
    attempts: int = defaulted(value=0, literal="0")
    last_error: str | None = None


class Idempotency(Record, table=True):
    """The answer given to a keyed request, for when it is asked again."""

    __tablename__ = "idempotency"
    __table_args__ = (index("ix_idempotency_at", "at"),)

    principal_id: UUID = Field(primary_key=True, foreign_key="principal.id")
    key: str = Field(primary_key=True)
    request_hash: bytes
    #: The HTTP status of the answer.
    status: int = Field(sa_type=SmallInteger)
    response: dict[str, Any] | None = optional_document()
    at: datetime
