"""The catalogue of procedures: versions, drafts, search, service levels, systems of agencies."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    defaulted,
    described,
    document,
    enum_field,
    index,
    one_of,
    surrogate,
)


@described("What a decision of publication does to a procedure.")
class PublicationKind(StrEnum):
    """Kinds of decisions by which a procedure is published."""

    #: It is new in the set of procedures.
    NEW = "new"
    #: It is changed or supplemented.
    AMENDED = "amended"
    #: It is abolished; the version says from which day.
    ABOLISHED = "abolished"


@described("How far an agency's system is integrated in the portal.")
class Integration(StrEnum):
    """States of an agency's system towards the portal."""

    #: It stands by itself.
    APART = "apart"
    #: It is being integrated.
    UNDER_WAY = "under_way"
    #: It is integrated.
    INTEGRATED = "integrated"
    #: It is in use no more.
    ENDED = "ended"


class ProcedureEntryVersion(Record, table=True):
    """One published state of a procedure's entry in the public catalogue. No row changes."""

    __tablename__ = "procedure_entry_version"
    __table_args__ = (
        one_of("kind", PublicationKind),
        UniqueConstraint("procedure_code", "number"),
        CheckConstraint("valid_to is null or valid_from <= valid_to", name="period"),
        CheckConstraint("successor is null or kind = 'abolished'", name="successor"),
        index("ix_procedure_entry_version_entered_at", "entered_at", "id"),
    )

    id: UUID = surrogate()
    procedure_code: str
    number: int
    name: str
    field: str
    #: A code of the list of levels of administration.
    level: str
    #: The unit that answers for the procedure.
    authority: str = Field(foreign_key="unit.code")
    #: The information items beside name and decision.
    items: dict[str, Any] = document()
    decision_no: str | None = None
    decision_date: date | None = None
    #: When the decision was made public.
    published_at: datetime | None = None
    entered_at: datetime
    entered_by: UUID = Field(foreign_key="principal.id")
    #: Of releases before there was `service_level`; nobody reads them.
    service_level: str | None = None
    service_level_from: date | None = None
    service_level_to: date | None = None
    kind: PublicationKind = enum_field(PublicationKind)
    #: It holds from this day until another version begins, and no longer than its last day.
    valid_from: date
    valid_to: date | None = None
    #: Of an abolished procedure: the one that takes its place.
    successor: str | None = None
    #: Who has changed the draft last; null where the version came by an import.
    drafted_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: In whose name, where an operator has entered it.
    entered_for: UUID | None = Field(default=None, foreign_key="principal.id")


class ProcedureEntryDraft(Record, table=True):
    """The draft of a procedure's next version; it goes with its publication."""

    __tablename__ = "procedure_entry_draft"
    __table_args__ = (index("ix_procedure_entry_draft_authority", "authority"),)

    procedure_code: str = Field(primary_key=True)
    authority: str = Field(foreign_key="unit.code")
    content: dict[str, Any] = document()
    version: int = defaulted(1, "1")
    opened_at: datetime
    opened_by: UUID = Field(foreign_key="principal.id")
    changed_at: datetime
    changed_by: UUID = Field(foreign_key="principal.id")


class ProcedureEntrySearch(Record, table=True):
    """A version with its days and the terms by which it is found.

    It follows from the versions.
    """

    __tablename__ = "procedure_entry_search"
    __table_args__ = (
        # Written through: a list of what is pending would be read by every search.
        Index(
            "ix_procedure_entry_search_words",
            "words",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        index("ix_procedure_entry_search_days", "valid_from", "valid_until"),
    )

    procedure_code: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    #: The first day on which it holds, and the first one on which it does no more; null while none is known.
    valid_from: date
    valid_until: date | None = None
    abolished: bool
    name: str
    field: str
    level: str
    authority: str = Field(foreign_key="unit.code")
    #: The letters of the items that the version says nothing of.
    missing: list[str] = Field(sa_type=ARRAY(Text))
    #: The words of code, name and field: folded, and as they are written.
    words: str = Field(sa_type=TSVECTOR)
    accented: str = Field(sa_type=TSVECTOR)
    #: The codes of the audiences that the version names.
    audiences: list[str] = Field(
        default_factory=list, sa_type=ARRAY(Text), sa_column_kwargs={"server_default": text("'{}'")}
    )


class ServiceLevel(Record, table=True):
    """The level at which a procedure is offered online, by a decision."""

    __tablename__ = "service_level"
    __table_args__ = (
        CheckConstraint("valid_to is null or valid_from <= valid_to", name="period"),
        index(
            "ux_service_level_days", "procedure_code", "valid_from", unique=True, where="corrected_at is null"
        ),
    )

    id: UUID = surrogate()
    procedure_code: str
    #: A code of the list of service levels.
    kind: str
    #: Null only in rows from before there were decisions.
    decision_no: str | None = None
    decision_date: date | None = None
    #: Why it is no more than that, for everybody to read.
    reason: str | None = None
    valid_from: date
    valid_to: date | None = None
    entered_at: datetime
    entered_by: UUID = Field(foreign_key="principal.id")
    #: In whose name, where an operator has entered it.
    entered_for: UUID | None = Field(default=None, foreign_key="principal.id")
    #: When another one with the same first day took its place; it holds on no day.
    corrected_at: datetime | None = None


class AgencySystem(Record, table=True):
    """A system of an agency that offers procedures, and how far it is integrated."""

    __tablename__ = "agency_system"
    __table_args__ = (
        one_of("state", Integration),
        index("ux_agency_system_name", "unit_code", "name", unique=True),
    )

    id: UUID = surrogate()
    unit_code: str = Field(foreign_key="unit.code")
    name: str
    #: Where people find it.
    address: str | None = None
    #: What it is for.
    purpose: str
    state: Integration = enum_field(Integration)
    state_from: date
    note: str | None = None
    entered_at: datetime
    entered_by: UUID = Field(foreign_key="principal.id")
    changed_at: datetime
    changed_by: UUID = Field(foreign_key="principal.id")
