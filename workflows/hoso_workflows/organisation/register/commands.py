"""Acts on the register as values: who enters, changes, gives and ends what.

Persons are named by their id or their code, units by their code. Periods are days, both included.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from hoso_models import CompetencePart, ContactKind, PrincipalKind, TaskAssignment


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterArea:
    """Enter an administrative area."""

    code: str
    name: str
    kind: str
    valid_from: date
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseArea:
    """End an area; another one may take its place."""

    code: str
    last_day: date
    successor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterUnit:
    """Enter an authority or a part of one."""

    code: str
    name: str
    kind: str
    level: str
    #: None for that of its parent.
    calendar: str | None = None
    valid_from: date
    parent: str | None = None
    area: str | None = None
    #: It answers for itself, and has a chain of acts of its own; a unit without a parent always does.
    authority: bool = False
    identifiers: Mapping[str, Any] = field(default_factory=dict)
    #: How its tasks get their officers.
    assignment: TaskAssignment = TaskAssignment.BY_HAND
    #: The number at which it answers questions about dossiers.
    telephone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUnit:
    """Change a unit's name, kind, place in the tree, area, identifiers, assignment or telephone.

    `changes` holds the new values by the names of `EnterUnit`, those of its period and its calendar aside.
    """

    code: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUnit:
    """End a unit; a successor takes over its competences and its people."""

    code: str
    last_day: date
    successor: str | None = None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenUnit:
    """Let a closed unit go on."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterPerson:
    """Enter an officer or a system, whose record a unit keeps."""

    name: str
    unit: str
    #: One of `ROLE_HOLDERS`. It stays.
    kind: PrincipalKind = PrincipalKind.OFFICER
    code: str | None = None
    title: str | None = None
    #: Of the row to come; drawn where it is left out.
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePerson:
    """Change an officer's name, title, code, or the unit that keeps their record."""

    person: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePerson:
    """End an officer's account: they act and are acted for no more."""

    person: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenPerson:
    """Open a closed officer's account again."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterContact:
    """Enter where a person is reached."""

    person: str
    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndContact:
    """End a contact point."""

    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRole:
    """Give a person a role in a unit. A guarded office becomes a proposal."""

    person: str
    unit: str
    role: str
    valid_from: date
    valid_to: date | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRole:
    """Set the last day of a role. The day before it begins takes it back."""

    assignment: UUID
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRole:
    """Confirm, as the second person, an office that was proposed."""

    proposal: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRole:
    """Reject an office that was proposed."""

    proposal: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCompetence:
    """Make a unit competent for a part of a procedure, or of a field."""

    unit: str
    part: CompetencePart
    valid_from: date
    basis: str
    procedure: str | None = None
    field: str | None = None
    case: str | None = None
    area: str | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCompetence:
    """Set the last day of a competence. The day before it begins takes it back."""

    competence: UUID
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterSubstitution:
    """Let somebody act for an absent officer, in all roles or in one."""

    absent: str
    acting: str
    valid_from: date
    valid_to: date
    reason: str
    unit: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSubstitution:
    """Set the last day of a substitution. The day before it begins takes it back."""

    substitution: UUID
    last_day: date


Command = (
    EnterArea
    | CloseArea
    | EnterUnit
    | ChangeUnit
    | CloseUnit
    | ReopenUnit
    | EnterPerson
    | ChangePerson
    | ClosePerson
    | ReopenPerson
    | EnterContact
    | EndContact
    | GiveRole
    | EndRole
    | ConfirmRole
    | RejectRole
    | GiveCompetence
    | EndCompetence
    | EnterSubstitution
    | EndSubstitution
)
