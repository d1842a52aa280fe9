"""Outbox, escalation log and idempotency keys: everything that happens exactly once."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger, text
from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    defaulted,
    document,
    enum_field,
    index,
    one_of,
    optional_document,
    serial,
)

#: Where a message of the outbox waits for somebody to look: it failed, or no mail went out and it stands in no list.
SET_ASIDE = "aside in ('refused', 'given_up', 'unsure', 'unreached')"


class EscalationSubject(StrEnum):
    """Subjects of an escalation: late, or due soon."""

    #: A dossier.
    DOSSIER = "dossier"
    #: A step of one.
    TASK = "task"
    #: An opinion that a unit was asked for.
    CONSULTATION = "consultation"
    #: A supplement that the applicant owes; its id is the dossier's.
    SUPPLEMENT = "supplement"
    #: A report that a unit owes.
    REPORT = "report"


class Escalation(Record, table=True):
    """An escalation, once per subject, cycle and level. The key makes sweeps idempotent."""

    __tablename__ = "escalation"
    __table_args__ = (one_of("subject_kind", EscalationSubject),)

    subject_kind: EscalationSubject = enum_field(EscalationSubject, primary_key=True)
    subject_id: UUID = Field(primary_key=True)
    cycle: int = Field(primary_key=True)
    level: str = Field(primary_key=True)
    recipient_id: UUID | None = Field(default=None, foreign_key="principal.id")
    at: datetime


class Reminder(Record, table=True):
    """A reminder of what is late. The key allows one a day."""

    __tablename__ = "reminder"
    __table_args__ = (
        one_of("subject_kind", EscalationSubject),
        index("ix_reminder_dossier_id", "dossier_id"),
    )

    subject_kind: EscalationSubject = enum_field(EscalationSubject, primary_key=True)
    subject_id: UUID = Field(primary_key=True)
    #: The local date.
    day: date = Field(primary_key=True)
    dossier_id: UUID = Field(foreign_key="dossier.id")
    #: The unit that is late.
    unit_code: str = Field(foreign_key="unit.code")
    #: Who has reminded.
    principal_id: UUID = Field(foreign_key="principal.id")
    at: datetime
    #: How many people were told.
    told: int = Field(sa_type=SmallInteger)


class EscalationWithdrawn(Record, table=True):
    """An escalation sent while the clock was ahead. It counts as not sent, and stays to be read."""

    __tablename__ = "escalation_withdrawn"
    __table_args__ = (one_of("subject_kind", EscalationSubject),)

    subject_kind: EscalationSubject = enum_field(EscalationSubject, primary_key=True)
    subject_id: UUID = Field(primary_key=True)
    cycle: int = Field(primary_key=True)
    level: str = Field(primary_key=True)
    recipient_id: UUID | None = Field(default=None, foreign_key="principal.id")
    #: The instant at which it was told by the clock that was wrong.
    at: datetime = Field(primary_key=True)
    withdrawn_at: datetime


class Aside(StrEnum):
    """Reasons for which a message is not sent, now or ever."""

    #: No way out serves it: it is read in the portal.
    PORTAL = "portal"
    #: It was true no longer when its turn came.
    OVERTAKEN = "overtaken"
    #: The server refused it for good.
    REFUSED = "refused"
    #: It could not be sent for too long.
    GIVEN_UP = "given_up"
    #: It went out twice, and the server said neither time whether it took it.
    UNSURE = "unsure"
    #: No way out serves it, and it stands in nobody's list.
    UNREACHED = "unreached"


class Outbox(Record, table=True):
    """A message written with its cause, delivered at least once."""

    __tablename__ = "outbox"
    __table_args__ = (
        index("ix_outbox_unsent", "available_at", "id", where="sent_at is null"),
        index("ix_outbox_sent", "sent_at", where="sent_at is not null"),
        index("ix_outbox_recipient_id", "recipient_id", "id", where="recipient_id is not null"),
        index("ix_outbox_dossier_id", "dossier_id", where="dossier_id is not null"),
        index("ix_outbox_undelivered", "id", where=SET_ASIDE),
        index("ix_outbox_escalation", "created_at", "id", where="topic like 'escalation.%'"),
        index("ix_outbox_mail", "available_at", "id", where="sent_at is null and receiver_id is null"),
        index(
            "ix_outbox_receiver_due",
            "receiver_id",
            "available_at",
            "id",
            where="sent_at is null and receiver_id is not null",
        ),
        index("ix_outbox_receiver_id", "receiver_id", "id", where="receiver_id is not null"),
        index("ix_outbox_digest_key", "digest_key", where="sent_at is null and digest_key is not null"),
        one_of("aside", Aside),
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
    #: Null while it waits and when it is sent.
    aside: Aside | None = enum_field(Aside, default=None, nullable=True)
    #: The first attempt that said something of the message.
    first_tried_at: datetime | None = None
    #: How often it went out without an answer; raised by each claim and taken back when it is settled.
    unsure: int = defaulted(value=0, literal="0", sa_type=SmallInteger)
    #: The receiver of webhooks that it is for; null for what people are told.
    receiver_id: UUID | None = Field(default=None, foreign_key="webhook_receiver.id")
    #: The key of the mail in which it goes out with others.
    digest_key: str | None = None


class MailServer(Record, table=True):
    """A server that mails go to, and how long it has taken none."""

    __tablename__ = "mail_server"

    #: `host:port`.
    server: str = Field(primary_key=True)
    #: Rounds that found it away, one after the other.
    failures: int
    since: datetime
    #: When it is tried again.
    again_at: datetime
    last_error: str


class Idempotency(Record, table=True):
    """The answer given to a keyed request, for when it is asked again."""

    __tablename__ = "idempotency"
    __table_args__ = (
        index("ix_idempotency_at", "at"),
        index("ix_idempotency_reference", text("(response ->> 'reference')"), where="status = 200"),
    )

    principal_id: UUID = Field(primary_key=True, foreign_key="principal.id")
    key: str = Field(primary_key=True)
    request_hash: bytes
    #: The HTTP status of the answer.
    status: int = Field(sa_type=SmallInteger)
    response: dict[str, Any] | None = optional_document()
    at: datetime
