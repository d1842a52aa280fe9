"""The coordinating function: outages, maintenance, urgings, its register of documents, evaluation sheets."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Numeric, SmallInteger
from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    defaulted,
    described,
    document,
    enum_field,
    index,
    listing,
    one_of,
    surrogate,
)


@described("What a unit is asked to do.")
class UrgingKind(StrEnum):
    """Kinds of calls upon a unit."""

    #: To do what is late or was left.
    URGING = "urging"
    #: To give account in an inspection.
    INSPECTION = "inspection"


@described("What a document of the register is.")
class DocumentKind(StrEnum):
    """Kinds of documents of the coordinating function's register."""

    #: What is to be built, bought or taught, and when.
    PLAN = "plan"
    #: What is done so that services are used.
    MEASURE = "measure"
    #: A unit's own rules of the service online.
    REGULATION = "regulation"
    #: A figure that is to be reached in a year.
    TARGET = "target"


@described("How far a document is carried out.")
class DocumentState(StrEnum):
    """States of what a document asks for."""

    #: Nothing of it is begun.
    PLANNED = "planned"
    #: Some of it is done.
    UNDER_WAY = "under_way"
    #: All of it is done.
    DONE = "done"
    #: It is not gone on with.
    STOPPED = "stopped"


class OutageRecipient(Record, table=True):
    """A unit that is told of outages in other units, with basis and validity."""

    __tablename__ = "outage_recipient"
    __table_args__ = (
        CheckConstraint("valid_to is null or valid_from <= valid_to + 1", name="period"),
        index("ix_outage_recipient_scope_unit", "scope_unit"),
    )

    id: UUID = surrogate()
    #: Outages in this unit and in all below it are told.
    scope_unit: str = Field(foreign_key="unit.code")
    #: To whom.
    unit_code: str = Field(foreign_key="unit.code")
    #: Only holders of this role there; null for its heads, and where it has none for all who work there.
    role: str | None = None
    valid_from: date
    valid_to: date | None = None
    basis: str
    entered_by: UUID = Field(foreign_key="principal.id")
    entered_at: datetime


class Outage(Record, table=True):
    """A service that failed, from its beginning until it was mended."""

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint("began_at <= noticed_at and noticed_at <= reported_at", name="order"),
        CheckConstraint("(resolved_at is null) = (resolved_by is null)", name="resolution"),
        index("ix_outage_reported_at", "reported_at", "id"),
        index("ix_outage_unit_code", "unit_code"),
    )

    id: UUID = surrogate()
    #: Where the service failed.
    unit_code: str = Field(foreign_key="unit.code")
    service: str
    description: str
    began_at: datetime
    noticed_at: datetime
    #: The recipients were told in the same transaction.
    reported_at: datetime
    reported_by: UUID = Field(foreign_key="principal.id")
    #: What anybody reads; null where nothing is made public.
    announcement: str | None = None
    announced_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: UUID | None = Field(default=None, foreign_key="principal.id")


class OutageTold(Record, table=True):
    """A recipient that was told of an outage."""

    __tablename__ = "outage_told"

    outage_id: UUID = Field(primary_key=True, foreign_key="outage.id")
    recipient_id: UUID = Field(primary_key=True, foreign_key="outage_recipient.id")
    at: datetime
    #: How many people of it; none where nobody holds the role.
    people: int


class OutageAcknowledgement(Record, table=True):
    """A recipient's word that it knows of an outage."""

    __tablename__ = "outage_acknowledgement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["outage_id", "recipient_id"], ["outage_told.outage_id", "outage_told.recipient_id"]
        ),
    )

    outage_id: UUID = Field(primary_key=True)
    recipient_id: UUID = Field(primary_key=True)
    at: datetime
    by: UUID = Field(foreign_key="principal.id")


class OutageUpdate(Record, table=True):
    """News of an outage, or how it was mended."""

    __tablename__ = "outage_update"

    outage_id: UUID = Field(primary_key=True, foreign_key="outage.id")
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    at: datetime
    by: UUID = Field(foreign_key="principal.id")
    text: str
    #: It says that the service works again.
    resolves: bool = defaulted(value=False, literal="false")


class Maintenance(Record, table=True):
    """A planned interruption of a service, announced before."""

    __tablename__ = "maintenance"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period"),
        CheckConstraint("given_days >= required_days or urgency is not null", name="notice"),
        CheckConstraint("(cancelled_at is null) = (cancelled_by is null)", name="cancellation"),
        index("ix_maintenance_ends_at", "ends_at"),
        index("ix_maintenance_announced_at", "announced_at", "id"),
    )

    id: UUID = surrogate()
    unit_code: str = Field(foreign_key="unit.code")
    service: str
    #: What anybody reads.
    announcement: str
    starts_at: datetime
    #: When the service is expected back.
    ends_at: datetime
    announced_at: datetime
    announced_by: UUID = Field(foreign_key="principal.id")
    #: Working days before it begins: those that the law asks for, with its basis, and those that were given.
    required_days: int = Field(sa_type=SmallInteger)
    given_days: int = Field(sa_type=SmallInteger)
    basis: str
    #: Why it could not wait, where fewer days were given.
    urgency: str | None = None
    #: Officers who were told.
    told: int
    cancelled_at: datetime | None = None
    cancelled_by: UUID | None = Field(default=None, foreign_key="principal.id")


class Urging(Record, table=True):
    """A call upon a unit, with its term and the unit's answer."""

    __tablename__ = "urging"
    __table_args__ = (
        one_of("kind", UrgingKind),
        CheckConstraint("(answered_at is null) = (answer is null)", name="answer"),
        index("ix_urging_asked_at", "asked_at", "id"),
        index("ix_urging_unit_code", "unit_code", "asked_at"),
    )

    id: UUID = surrogate()
    kind: UrgingKind = enum_field(UrgingKind)
    unit_code: str = Field(foreign_key="unit.code")
    text: str
    #: References of the dossiers that it is about.
    dossiers: list[Any] = listing()
    #: The term as it was given, such as `5 ngày làm việc`.
    term: str
    due_at: datetime
    asked_at: datetime
    asked_by: UUID = Field(foreign_key="principal.id")
    #: People of the unit who were told.
    told: int
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: UUID | None = Field(default=None, foreign_key="principal.id")


class RegisterDocument(Record, table=True):
    """A plan, measure, internal regulation or target of a unit."""

    __tablename__ = "register_document"
    __table_args__ = (
        one_of("kind", DocumentKind),
        one_of("state", DocumentState),
        CheckConstraint("valid_to is null or valid_from <= valid_to", name="period"),
        CheckConstraint(
            "(kind = 'target') = (year is not null and amount is not null and measured_in is not null)",
            name="target",
        ),
        index("ix_register_document_issued_on", "issued_on", "id"),
        index("ix_register_document_unit_code", "unit_code"),
    )

    id: UUID = surrogate()
    kind: DocumentKind = enum_field(DocumentKind)
    unit_code: str = Field(foreign_key="unit.code")
    number: str
    title: str
    content: str
    issued_on: date
    valid_from: date
    valid_to: date | None = None
    #: Of a target: the year, the figure, and what it counts.
    year: int | None = Field(default=None, sa_type=SmallInteger)
    amount: Decimal | None = Field(default=None, sa_type=Numeric)
    measured_in: str | None = None
    state: DocumentState = enum_field(DocumentState)
    entered_by: UUID = Field(foreign_key="principal.id")
    entered_at: datetime


class DocumentProgress(Record, table=True):
    """A note on how far a document is carried out."""

    __tablename__ = "document_progress"
    __table_args__ = (one_of("state", DocumentState),)

    document_id: UUID = Field(primary_key=True, foreign_key="register_document.id")
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    at: datetime
    by: UUID = Field(foreign_key="principal.id")
    text: str
    state: DocumentState = enum_field(DocumentState)
    #: Of a target: what is reached so far.
    reached: Decimal | None = Field(default=None, sa_type=Numeric)


class EvaluationSheet(Record, table=True):
    """The evaluation of a unit in a period. Its figures are frozen when it is final."""

    __tablename__ = "evaluation_sheet"
    __table_args__ = (
        CheckConstraint("period_from <= period_to", name="period"),
        CheckConstraint("(final_at is null) = (final_by is null)", name="final"),
        index("ux_evaluation_sheet_period", "unit_code", "period_from", "period_to", unique=True),
        index("ix_evaluation_sheet_period_to", "period_to", "id"),
    )

    id: UUID = surrogate()
    unit_code: str = Field(foreign_key="unit.code")
    period_from: date
    period_to: date
    #: By indicator: value, points and what they were counted from.
    figures: dict[str, Any] = document()
    computed_at: datetime
    opened_by: UUID = Field(foreign_key="principal.id")
    opened_at: datetime
    final_at: datetime | None = None
    final_by: UUID | None = Field(default=None, foreign_key="principal.id")


class EvaluationMark(Record, table=True):
    """A mark that was given by hand, with its reason."""

    __tablename__ = "evaluation_mark"

    sheet_id: UUID = Field(primary_key=True, foreign_key="evaluation_sheet.id")
    indicator: str = Field(primary_key=True)
    points: Decimal = Field(sa_type=Numeric)
    reason: str
    by: UUID = Field(foreign_key="principal.id")
    at: datetime
