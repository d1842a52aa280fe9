"""Units, roles of principals in them, substitutions, and competences."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from hoso_models.tables.base import (
    EnumText,
    Record,
    defaulted,
    described,
    document,
    enum_field,
    index,
    one_of,
    surrogate,
)


def _period() -> CheckConstraint:
    return CheckConstraint("valid_to is null or valid_from <= valid_to", name="period")


def _revocable_period() -> CheckConstraint:
    """The CHECK of a period that may be taken back before it begins."""
    return CheckConstraint("valid_to is null or valid_from <= valid_to + 1", name="period")


@described("How the tasks of a unit get their officers.")
class TaskAssignment(StrEnum):
    """Ways in which open tasks of a unit get their officers."""

    #: Somebody takes them, or a head assigns them.
    BY_HAND = "by_hand"
    #: Each goes to who has the fewest.
    BY_LOAD = "by_load"


class Unit(Record, table=True):
    """An authority or a part of one, in a tree with validity. A merged unit names its successor.

    Its duty roster is the table `duty`; the column `duty` is unused.
    """

    __tablename__ = "unit"
    __table_args__ = (
        _period(),
        one_of("assignment", TaskAssignment),
        index("ix_unit_parent_code", "parent_code", where="parent_code is not null"),
    )

    code: str = Field(primary_key=True)
    name: str
    #: Codes of a list with validity, not enums: departments and levels change by law.
    kind: str
    level: str
    parent_code: str | None = Field(default=None, foreign_key="unit.code")
    #: The id of the working calendar it keeps.
    calendar: str
    valid_from: date
    #: The last day on which it exists.
    valid_to: date | None = None
    successor_code: str | None = Field(default=None, foreign_key="unit.code")
    identifiers: dict[str, Any] = document()
    duty: dict[str, Any] = document()
    #: The area for which it answers.
    area_code: str | None = Field(default=None, foreign_key="area.code")
    #: It answers for itself, with the units below it.
    is_authority: bool = defaulted(False, "false")
    #: How its tasks get their officers.
    assignment: TaskAssignment = defaulted(
        value=TaskAssignment.BY_HAND, literal="'by_hand'", sa_type=EnumText(TaskAssignment)
    )
    #: The number at which it answers questions about dossiers; mails to applicants name it.
    telephone: str | None = None


class RoleAssignment(Record, table=True):
    """A principal plays a role in a unit between two days, both included."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        _revocable_period(),
        index("ix_role_assignment_principal_id", "principal_id"),
        index("ix_role_assignment_unit_code_role", "unit_code", "role"),
    )

    id: UUID = surrogate()
    principal_id: UUID = Field(foreign_key="principal.id")
    unit_code: str = Field(foreign_key="unit.code")
    role: str
    valid_from: date
    valid_to: date | None = None
    #: The decision by which it was given.
    basis: str | None = None


class ProposalDecision(StrEnum):
    """Decisions of the second person on a proposed office."""

    #: The office is given.
    CONFIRMED = "confirmed"
    #: It is not.
    REJECTED = "rejected"


class RoleProposal(Record, table=True):
    """An office that was proposed for somebody, until a second person decides."""

    __tablename__ = "role_proposal"
    __table_args__ = (
        _period(),
        one_of("decision", ProposalDecision),
        CheckConstraint(
            "(decision is null) = (decided_at is null) and (decision is null) = (decided_by is null)",
            name="decided",
        ),
        CheckConstraint(
            "decision is distinct from 'confirmed'"
            " or not (array[decided_by, decided_for] && array[proposed_by, principal_id])"
            " and (decided_for = proposed_for) is not true",
            name="second_person",
        ),
        index("ix_role_proposal_open", "unit_code", where="decision is null"),
        index("ix_role_proposal_principal_id", "principal_id"),
    )

    id: UUID = surrogate()
    principal_id: UUID = Field(foreign_key="principal.id")
    unit_code: str = Field(foreign_key="unit.code")
    role: str
    valid_from: date
    valid_to: date | None = None
    basis: str | None = None
    proposed_at: datetime
    proposed_by: UUID = Field(foreign_key="principal.id")
    #: On whose word an operator entered it, or for which absent officer.
    proposed_for: UUID | None = Field(default=None, foreign_key="principal.id")
    decided_at: datetime | None = None
    decided_by: UUID | None = Field(default=None, foreign_key="principal.id")
    decided_for: UUID | None = Field(default=None, foreign_key="principal.id")
    decision: ProposalDecision | None = enum_field(ProposalDecision, default=None)


class Substitution(Record, table=True):
    """A principal acts for an absent one between two days. In all of its roles, or in the named unit and role."""

    __tablename__ = "substitution"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_to + 1", name="period"),
        CheckConstraint("principal_id <> substitute_id", name="somebody_else"),
        index("ix_substitution_principal_id", "principal_id"),
        index("ix_substitution_substitute_id", "substitute_id", "valid_to"),
    )

    id: UUID = surrogate()
    #: Who is absent.
    principal_id: UUID = Field(foreign_key="principal.id")
    #: Who acts for them.
    substitute_id: UUID = Field(foreign_key="principal.id")
    unit_code: str | None = Field(default=None, foreign_key="unit.code")
    role: str | None = None
    valid_from: date
    valid_to: date
    reason: str


class CompetencePart(StrEnum):
    """Parts of a procedure for which units are competent."""

    #: It receives dossiers and hands out results.
    RECEIVING = "receiving"
    #: It handles them.
    HANDLING = "handling"
    #: It decides them.
    DECIDING = "deciding"
    #: It publishes the procedure.
    PUBLISHING = "publishing"


#: The parts that are resolved when a dossier is filed.
DOSSIER_PARTS = (CompetencePart.RECEIVING, CompetencePart.HANDLING, CompetencePart.DECIDING)


class Competence(Record, table=True):
    """A unit's competence for a part of a procedure, or of a whole field.

    Between two days, both included.
    """

    __tablename__ = "competence"
    __table_args__ = (
        one_of("part", CompetencePart),
        _revocable_period(),
        CheckConstraint("num_nonnulls(procedure_code, field) = 1", name="procedure_or_field"),
        index("ix_competence_procedure_code", "procedure_code", "part", "unit_code"),
        index("ix_competence_field", "field", "part", "unit_code", where="field is not null"),
        index("ix_competence_unit_code", "unit_code"),
    )

    id: UUID = surrogate()
    procedure_code: str | None = None
    unit_code: str = Field(foreign_key="unit.code")
    part: CompetencePart = enum_field(CompetencePart)
    valid_from: date
    valid_to: date | None = None
    basis: str
    #: A field of the catalogue, as the manifests of its procedures name it.
    field: str | None = None
    #: The case of the procedure; None for all of them.
    case_id: str | None = None
    #: Where; None for the area of the unit.
    area_code: str | None = Field(default=None, foreign_key="area.code")


class DutyKind(StrEnum):
    """Places on the duty roster of a day."""

    #: Whoever is on duty.
    MAIN = "main"
    #: Whoever takes their place.
    BACKUP = "backup"


class Duty(Record, table=True):
    """An officer on duty in a unit on a working day."""

    __tablename__ = "duty"
    __table_args__ = (one_of("kind", DutyKind), index("ix_duty_principal_id", "principal_id", "day"))

    unit_code: str = Field(primary_key=True, foreign_key="unit.code")
    day: date = Field(primary_key=True)
    kind: DutyKind = enum_field(DutyKind, primary_key=True)
    principal_id: UUID = Field(foreign_key="principal.id")
    entered_by: UUID = Field(foreign_key="principal.id")
    entered_at: datetime


class DutyAlarm(Record, table=True):
    """A working day without anybody on duty, of which a unit was told."""

    __tablename__ = "duty_alarm"

    unit_code: str = Field(primary_key=True, foreign_key="unit.code")
    day: date = Field(primary_key=True)
    at: datetime


class Rehoming(Record, table=True):
    """A job that moves open dossiers of units to their successors."""

    __tablename__ = "rehoming"
    __table_args__ = (index("ix_rehoming_ordered_at", "ordered_at", "id"),)

    #: Follows from moves and basis, so that the same order is the same job.
    id: UUID = Field(primary_key=True)
    #: `{"moves": [{"old": …, "new": …, "procedures": {code: unit}}]}`
    moves: dict[str, Any] = document()
    #: The decision or law by which it is done.
    basis: str
    ordered_by: UUID = Field(foreign_key="principal.id")
    ordered_at: datetime
    #: How many dossiers it has moved.
    moved: int = defaulted(value=0, literal="0")
    updated_at: datetime
    #: When nothing was left; null until then.
    finished_at: datetime | None = None
