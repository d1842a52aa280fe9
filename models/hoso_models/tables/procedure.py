"""Workflow versions of procedures, and the owners and openings of these."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from hoso_models.tables.base import (
    Record,
    described,
    document,
    enum_field,
    index,
    one_of,
    optional_document,
    surrogate,
)


@described("Where a workflow version stands between its declaration and its end.")
class VersionStatus(StrEnum):
    """Status of a workflow version between its declaration and its end."""

    #: Declared and checked; not submitted to anybody yet.
    DRAFT = "draft"
    #: Waits for approval by somebody else.
    SUBMITTED = "submitted"
    #: Approved by a decision with number and date.
    APPROVED = "approved"
    #: New dossiers of the procedure run on it.
    ACTIVE = "active"
    #: Only dossiers that are already on it run on it.
    RETIRED = "retired"


#: Versions whose lanes name units, or of whose cases other authorities are told the number only.
TRACKED = "manifest -> 'lanes' is not null or manifest -> 'counted_cases' is not null"


class WorkflowVersion(Record, table=True):
    """An immutable, numbered procedure package with its approval."""

    __tablename__ = "workflow_version"
    __table_args__ = (
        one_of("status", VersionStatus),
        UniqueConstraint("procedure_code", "number"),
        CheckConstraint("approved_by <> declared_by", name="four_eyes"),
        CheckConstraint(
            "status = 'retired' or not"
            " (array[approved_by, approved_for] && array[declared_by, declared_for, submitted_by, submitted_for])",
            name="other_persons",
        ),
        CheckConstraint(
            "status not in ('approved', 'active')"
            " or (approved_by is not null and decision_no is not null and decision_date is not null)",
            name="decision",
        ),
        Index(
            "uq_workflow_version_active",
            "procedure_code",
            unique=True,
            postgresql_where=text("status = 'active'"),
        ),
        Index(
            "uq_workflow_version_scheduled",
            "procedure_code",
            unique=True,
            postgresql_where=text("status = 'approved' and active_from is not null"),
        ),
        index(
            "ix_workflow_version_tracked",
            "id",
            where=TRACKED,
        ),
    )

    id: UUID = surrogate()
    procedure_code: str
    number: int
    name: str
    status: VersionStatus = enum_field(VersionStatus)
    #: The package as a canonical zip.
    package: bytes
    sha256: str
    manifest: dict[str, Any] = document()
    #: What the check and the scenarios found at publication.
    report: dict[str, Any] | None = optional_document()
    declared_by: UUID = Field(foreign_key="principal.id")
    declared_at: datetime
    submitted_by: UUID | None = Field(default=None, foreign_key="principal.id")
    submitted_at: datetime | None = None
    approved_by: UUID | None = Field(default=None, foreign_key="principal.id")
    approved_at: datetime | None = None
    decision_no: str | None = None
    decision_date: date | None = None
    activated_by: UUID | None = Field(default=None, foreign_key="principal.id")
    activated_at: datetime | None = None
    retired_at: datetime | None = None
    #: In whose name each of them acted: an absent officer's, or that of the person on whose word an operator entered it.
    declared_for: UUID | None = Field(default=None, foreign_key="principal.id")
    submitted_for: UUID | None = Field(default=None, foreign_key="principal.id")
    approved_for: UUID | None = Field(default=None, foreign_key="principal.id")
    activated_for: UUID | None = Field(default=None, foreign_key="principal.id")
    #: The day from which new dossiers run on it: of an approved version, one for which its activation is scheduled.
    active_from: date | None = None


class ProcedureOwner(Record, table=True):
    """The unit that owns a procedure from a day on, until another row begins.

    Of several rows of one day the last holds.
    """

    __tablename__ = "procedure_owner"
    __table_args__ = (UniqueConstraint("procedure_code", "valid_from", "named_at"),)

    id: UUID = surrogate()
    procedure_code: str
    unit_code: str = Field(foreign_key="unit.code")
    valid_from: date
    basis: str
    named_at: datetime
    #: None where the owner follows from versions that were declared before there were owners.
    named_by: UUID | None = Field(default=None, foreign_key="principal.id")
    #: In whose name, as for versions.
    named_for: UUID | None = Field(default=None, foreign_key="principal.id")


class ProcedureOpening(Record, table=True):
    """Opening or closing of a procedure to new dossiers, from a day on.

    It holds until another row begins; of several rows of one day the last holds. A procedure without a row is open.
    """

    __tablename__ = "procedure_opening"
    __table_args__ = (UniqueConstraint("procedure_code", "valid_from", "entered_at"),)

    id: UUID = surrogate()
    procedure_code: str
    valid_from: date
    is_open: bool
    basis: str
    entered_at: datetime
    entered_by: UUID = Field(foreign_key="principal.id")
    #: In whose name, as for versions.
    entered_for: UUID | None = Field(default=None, foreign_key="principal.id")
