"""Calendars of the house, their revisions, and the versions by which dates were counted."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    described,
    document,
    enum_field,
    one_of,
    optional_document,
    surrogate,
)


class Calendar(Record, table=True):
    """A working calendar of the house, with its present version."""

    __tablename__ = "calendar"

    id: str = Field(primary_key=True)
    name: str
    #: Its administrators, and those above, revise it. None: those at the top of the tree do.
    unit_code: str | None = Field(default=None, foreign_key="unit.code")
    #: None until its first revision is applied, and of a parent that no unit keeps.
    version: str | None = None
    created_at: datetime
    created_by: UUID | None = Field(default=None, foreign_key="principal.id")


class CalendarVersion(Record, table=True):
    """One version of a calendar, with the documents it was compiled from.

    So every date can be counted again for ever.
    """

    __tablename__ = "calendar_version"
    __table_args__ = (UniqueConstraint("calendar", "version"),)

    id: UUID = surrogate()
    calendar: str
    version: str
    #: TOML text by calendar id: the calendar and its parents.
    documents: dict[str, Any] = document()
    as_of: date | None = None
    created_at: datetime
    created_by: UUID | None = Field(default=None, foreign_key="principal.id")


@described("Where a revision of a calendar stands between its entry and the last dossier that it moves.")
class RevisionStatus(StrEnum):
    """Status of a revision of a calendar."""

    #: Entered; checked and previewed as often as is wanted.
    DRAFT = "draft"
    #: Another person has approved what the preview showed.
    APPROVED = "approved"
    #: New dates are counted by it, and open dossiers are moved in batches.
    APPLYING = "applying"
    #: Every open dossier is counted by it.
    APPLIED = "applied"


class CalendarRevision(Record, table=True):
    """A numbered change of a calendar's text, or of the units that keep it."""

    __tablename__ = "calendar_revision"
    __table_args__ = (
        one_of("status", RevisionStatus),
        UniqueConstraint("calendar", "number"),
        CheckConstraint("document is not null or units <> '{}'", name="something"),
        CheckConstraint(
            "not (array[approved_by, approved_for] && array[entered_by, entered_for])", name="other_persons"
        ),
        CheckConstraint("status = 'draft' or approved_by is not null", name="approval"),
        Index(
            "uq_calendar_revision_applying",
            text("(true)"),
            unique=True,
            postgresql_where=text("status = 'applying'"),
        ),
    )

    id: UUID = surrogate()
    calendar: str = Field(foreign_key="calendar.id")
    number: int
    #: TOML text of the calendar itself, without its parents; None where only units change.
    document: str | None = None
    #: Codes of units that keep the calendar from then on.
    units: list[str] = Field(
        default_factory=list, sa_type=ARRAY(Text), sa_column_kwargs={"server_default": text("'{}'")}
    )
    basis: str
    status: RevisionStatus = enum_field(RevisionStatus)
    entered_by: UUID = Field(foreign_key="principal.id")
    entered_for: UUID | None = Field(default=None, foreign_key="principal.id")
    entered_at: datetime
    #: The version before and after, by calendar, and the calendar before, by unit: on what it was previewed.
    base: dict[str, Any] | None = optional_document()
    #: Figures of the preview.
    preview: dict[str, Any] | None = optional_document()
    #: The dossier up to which it has come; the same of the application below.
    previewed_to: UUID | None = None
    approved_by: UUID | None = Field(default=None, foreign_key="principal.id")
    approved_for: UUID | None = Field(default=None, foreign_key="principal.id")
    approved_at: datetime | None = None
    applied_by: UUID | None = Field(default=None, foreign_key="principal.id")
    applied_for: UUID | None = Field(default=None, foreign_key="principal.id")
    begun_at: datetime | None = None
    applied_to: UUID | None = None
    #: Figures of the application.
    result: dict[str, Any] | None = optional_document()
    applied_at: datetime | None = None


class CalendarMove(Record, table=True):
    """The dates of one dossier that a revision moves, as the preview showed them."""

    __tablename__ = "calendar_move"

    revision_id: UUID = Field(primary_key=True, foreign_key="calendar_revision.id")
    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    dates: dict[str, Any] = document()
