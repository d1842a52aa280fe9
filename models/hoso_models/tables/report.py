"""Owed reports, submissions with frozen figures, and yearly targets."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, UniqueConstraint
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


@described("How often a report is owed.")
class ReportPeriod(StrEnum):
    """Periods of owed reports."""

    #: Four times a year.
    QUARTER = "quarter"
    #: Once a year.
    YEAR = "year"


@described("Whose report it is.")
class ReportPart(StrEnum):
    """Parts in an obligation to report."""

    #: An agency's own report.
    AGENCY = "agency"
    #: The report into which those of the agencies are consolidated.
    CONSOLIDATED = "consolidated"


@described("Where an owed report stands.")
class ReportStatus(StrEnum):
    """Status of an owed report. Late is derived from its dates, never a status."""

    #: Nobody has written anything yet.
    OWED = "owed"
    #: Its texts were written.
    DRAFTED = "drafted"
    #: A head of the unit has approved it.
    APPROVED = "approved"
    #: It was submitted; its figures are frozen.
    SUBMITTED = "submitted"
    #: It came back with a reason.
    RETURNED = "returned"


class ReportKind(Record, table=True):
    """A kind of owed report, as the law has it from a day on.

    Months are counted from the first one of the period; a day beyond the end of its month is its last one.
    """

    __tablename__ = "report_kind"
    __table_args__ = (
        one_of("period", ReportPeriod),
        CheckConstraint("valid_to is null or valid_from <= valid_to", name="validity"),
        CheckConstraint(
            "first_day between 1 and 31 and last_day between 1 and 31 and due_day between 1 and 31",
            name="days",
        ),
        UniqueConstraint("code", "valid_from"),
    )

    id: UUID = surrogate()
    code: str
    name: str
    period: ReportPeriod = enum_field(ReportPeriod)
    #: The first and the last day that its figures cover.
    first_month: int = Field(sa_type=SmallInteger)
    first_day: int = Field(sa_type=SmallInteger)
    last_month: int = Field(sa_type=SmallInteger)
    last_day: int = Field(sa_type=SmallInteger)
    #: It is owed before this day.
    due_month: int = Field(sa_type=SmallInteger)
    due_day: int = Field(sa_type=SmallInteger)
    #: How many days before that heads were reminded by earlier releases: rungs of the ladder tell since (ADR 0071).
    remind_days: int = defaulted(value=10, literal="10", sa_type=SmallInteger)
    #: How many days behind that the consolidated report is owed.
    consolidate_days: int = defaulted(value=10, literal="10", sa_type=SmallInteger)
    #: The units that owe it; empty for every topmost authority below the receiving unit that handles something.
    owing: list[Any] = listing()
    consolidating_unit: str = Field(foreign_key="unit.code")
    receiving_unit: str = Field(foreign_key="unit.code")
    valid_from: date
    valid_to: date | None = None
    basis: str
    entered_by: UUID = Field(foreign_key="principal.id")
    entered_at: datetime


class ReportObligation(Record, table=True):
    """A report that a unit owes for a period. Its id follows from kind, period, unit and part."""

    __tablename__ = "report_obligation"
    __table_args__ = (
        one_of("part", ReportPart),
        one_of("status", ReportStatus),
        CheckConstraint(
            "not (array[approved_by, approved_for] && array[written_by, written_for])", name="second_person"
        ),
        UniqueConstraint("kind_id", "period_key", "unit_code", "part"),
        index("ix_report_obligation_unit_code", "unit_code", "due_before"),
        index("ix_report_obligation_due_before", "due_before", "id"),
    )

    id: UUID = Field(primary_key=True)
    kind_id: UUID = Field(foreign_key="report_kind.id")
    #: As `2026-Q1`, or `2026`.
    period_key: str
    unit_code: str = Field(foreign_key="unit.code")
    part: ReportPart = enum_field(ReportPart)
    period_from: date
    #: The last day, included.
    period_to: date
    #: The first day that is too late.
    due_before: date
    status: ReportStatus = enum_field(ReportStatus)
    #: Counts the acts on it.
    version: int = defaulted(value=1, literal="1")
    #: `difficulties`, `proposals`, and of a consolidated report `chapter`.
    texts: dict[str, Any] = document()
    written_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: On whose word an operator entered it, or for which absent officer.
    written_for: UUID | None = Field(default=None, foreign_key="principal.id")
    written_at: datetime | None = None
    approved_by: UUID | None = Field(default=None, foreign_key="principal.id")
    approved_for: UUID | None = Field(default=None, foreign_key="principal.id")
    approved_at: datetime | None = None
    #: Of the newest submission, and of the first one, which lateness is judged by.
    submitted_by: UUID | None = Field(default=None, foreign_key="principal.id")
    submitted_at: datetime | None = None
    first_submitted_at: datetime | None = None
    #: The number of the newest submission; 0 before the first.
    submissions: int = defaulted(value=0, literal="0", sa_type=SmallInteger)
    returned_by: UUID | None = Field(default=None, foreign_key="principal.id")
    returned_at: datetime | None = None
    return_reason: str | None = None
    created_at: datetime


class ReportSubmission(Record, table=True):
    """A submission of a report: figures, texts and their digest. Never altered."""

    __tablename__ = "report_submission"

    obligation_id: UUID = Field(primary_key=True, foreign_key="report_obligation.id")
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    at: datetime
    by: UUID = Field(foreign_key="principal.id")
    figures: dict[str, Any] = document()
    texts: dict[str, Any] = document()
    #: SHA-256 of figures, texts and dossiers in canonical JSON.
    digest: bytes


class ReportedDossier(Record, table=True):
    """A dossier behind the figures of a submission, as it was counted. Never altered."""

    __tablename__ = "report_submission_dossier"

    obligation_id: UUID = Field(primary_key=True, foreign_key="report_obligation.id")
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    code: str = Field(primary_key=True)
    unit_code: str
    procedure_code: str
    field: str
    level: str
    channel: str
    came: str
    went: str


class OnlineTarget(Record, table=True):
    """The share that a unit should get online in a year. The newest row holds."""

    __tablename__ = "online_target"
    __table_args__ = (
        CheckConstraint("percent between 0 and 100", name="percent"),
        index("ix_online_target_unit_code", "unit_code", "year", "entered_at"),
    )

    id: UUID = surrogate()
    unit_code: str = Field(foreign_key="unit.code")
    year: int = Field(sa_type=SmallInteger)
    percent: int = Field(sa_type=SmallInteger)
    basis: str
    entered_by: UUID = Field(foreign_key="principal.id")
    entered_at: datetime
