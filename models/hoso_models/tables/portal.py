"""Portals of other authorities, the statuses told to them, their answers."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger, UniqueConstraint
from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    defaulted,
    described,
    document,
    enum_field,
    index,
    one_of,
    serial,
    surrogate,
)


@described("Which dossiers of its unit a portal is told of.")
class PortalConcern(StrEnum):
    """Dossiers of a unit that concern a portal."""

    #: Those that were filed on it.
    FILED_THERE = "filed_there"
    #: Every one.
    ALL = "all"


@described("What a portal has answered.")
class PortalAnswerKind(StrEnum):
    """Kinds of answers of a portal."""

    #: Up to where it has applied what it was told, and what it does not take.
    ACKNOWLEDGEMENT = "acknowledgement"
    #: The statuses that it has.
    RECONCILIATION = "reconciliation"


class PartnerPortal(Record, table=True):
    """Another authority's portal, from a day on."""

    __tablename__ = "partner_portal"
    __table_args__ = (
        one_of("concerns", PortalConcern),
        CheckConstraint("valid_to is null or valid_from <= valid_to + 1", name="period"),
        CheckConstraint("resend_minutes > 0", name="resend"),
        UniqueConstraint("code", "valid_from", name="uq_partner_portal_code"),
        index("ix_partner_portal_unit_code", "unit_code"),
        index("ix_partner_portal_principal_id", "principal_id"),
    )

    id: UUID = surrogate()
    #: As dossiers that were filed on it name it.
    code: str
    name: str
    #: It is told of dossiers that this unit or one below it receives or handles.
    unit_code: str = Field(foreign_key="unit.code")
    concerns: PortalConcern = enum_field(PortalConcern)
    #: The system that speaks for it.
    principal_id: UUID = Field(foreign_key="principal.id")
    #: Where it is told at once; null for one that only reads.
    receiver_id: UUID | None = Field(default=None, foreign_key="webhook_receiver.id")
    #: Minutes after which what it has not acknowledged is told again; null where to be given a status is to acknowledge it.
    resend_minutes: int | None = None
    basis: str
    valid_from: date
    valid_to: date | None = None
    entered_by: UUID = Field(foreign_key="principal.id")
    entered_at: datetime


class PortalFeed(Record, table=True):
    """The last place that was given out to a status for a portal."""

    __tablename__ = "portal_feed"

    portal: str = Field(primary_key=True)
    place: int = defaulted(value=0, literal="0", sa_type=BigInteger)


class PortalStatus(Record, table=True):
    """A status of a dossier that a portal is told."""

    __tablename__ = "portal_status"
    __table_args__ = (
        CheckConstraint("portal_code between 1 and 10", name="portal_code"),
        UniqueConstraint("portal", "dossier_id", "number", name="uq_portal_status_number"),
        UniqueConstraint("portal", "place", name="uq_portal_status_place"),
        index("ix_portal_status_unplaced", "portal", "id", where="place is null"),
        index(
            "ix_portal_status_unanswered",
            "portal",
            "delivered_at",
            where="delivered_at is not null and acknowledged_at is null and refused_at is null",
        ),
        index("ix_portal_status_dossier_id", "dossier_id"),
        index("ix_portal_status_at", "portal", "at", "id"),
    )

    id: int = serial()
    portal: str
    dossier_id: UUID = Field(foreign_key="dossier.id")
    #: Counts the statuses of a dossier for the portal, from 1 on.
    number: int
    portal_code: int = Field(sa_type=SmallInteger)
    #: The promised date.
    due: datetime | None = None
    #: The number of the event of which it follows.
    event_seq: int
    at: datetime
    #: The key of its message in the outbox, and the id under which it is told.
    key: str = Field(unique=True)
    message: str = Field(unique=True)
    #: What is told; nothing personal.
    payload: dict[str, Any] = document()
    #: Its place in what the portal reads; null until it has one, and again when it is to be read once more.
    place: int | None = Field(default=None, sa_type=BigInteger)
    #: How often it was told before now.
    attempts: int = defaulted(value=0, literal="0")
    #: How often it was told anew because it was not acknowledged, or somebody asked for it; when the last time.
    resent: int = defaulted(value=0, literal="0")
    resent_at: datetime | None = None
    #: When the receiver took it, or it was read.
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    #: When the portal said that it does not take it, and why.
    refused_at: datetime | None = None
    refusal: str | None = None


class PortalFiling(Record, table=True):
    """A dossier by the code that the portal gave it when it filed it."""

    __tablename__ = "portal_filing"
    __table_args__ = (
        UniqueConstraint("portal", "external_code", name="uq_portal_filing_code"),
        index("ix_portal_filing_dossier_id", "dossier_id"),
        index("ix_portal_filing_at", "portal", "at", "id"),
    )

    id: int = serial()
    portal: str
    external_code: str
    dossier_id: UUID = Field(foreign_key="dossier.id")
    at: datetime
    #: How often it was filed once more.
    again: int = defaulted(value=0, literal="0")


class PortalAnswer(Record, table=True):
    """An acknowledgement of a portal, or a reconciliation with it."""

    __tablename__ = "portal_answer"
    __table_args__ = (
        one_of("kind", PortalAnswerKind),
        index("ix_portal_answer_at", "portal", "at", "id"),
    )

    id: int = serial()
    portal: str
    kind: PortalAnswerKind = enum_field(PortalAnswerKind)
    at: datetime
    #: Who has said it: the portal's system, or who has given its list here.
    principal_id: UUID = Field(foreign_key="principal.id")
    #: Of what was said.
    sha256: bytes
    #: What came of it, in figures.
    found: dict[str, Any] = document()
