"""Rows of the register as values; their fields are the columns of the tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from hoso_models import CompetencePart, ContactKind, PrincipalKind, ProposalDecision, TaskAssignment


@dataclass(frozen=True)
class Area:
    """An administrative area, as table `area` holds it."""

    code: str
    name: str
    kind: str
    parent_code: str | None
    valid_from: date
    valid_to: date | None = None
    successor_code: str | None = None


@dataclass(frozen=True)
class Unit:
    """A unit, as table `unit` holds it."""

    code: str
    name: str
    kind: str
    level: str
    parent_code: str | None
    calendar: str
    valid_from: date
    valid_to: date | None = None
    successor_code: str | None = None
    area_code: str | None = None
    is_authority: bool = False
    identifiers: Mapping[str, Any] = field(default_factory=dict)
    assignment: TaskAssignment = TaskAssignment.BY_HAND
    telephone: str | None = None


@dataclass(frozen=True)
class Person:
    """A principal, as far as the register keeps it."""

    id: UUID
    kind: PrincipalKind
    name: str
    title: str | None
    code: str | None
    home_unit_code: str | None
    created_at: datetime
    closed_at: datetime | None = None

    def open_at(self, at: datetime) -> bool:
        """True while the person is not closed."""
        return self.closed_at is None or self.closed_at > at


@dataclass(frozen=True)
class Contact:
    """A contact point of a person."""

    id: UUID
    principal_id: UUID
    kind: ContactKind
    value: str
    entered_at: datetime
    verified_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Role:
    """A role of a person in a unit between two days, both included."""

    id: UUID
    principal_id: UUID
    unit_code: str
    role: str
    valid_from: date
    valid_to: date | None = None
    basis: str | None = None


@dataclass(frozen=True)
class Proposal:
    """An office proposed for somebody, with what a second person decided."""

    id: UUID
    principal_id: UUID
    unit_code: str
    role: str
    valid_from: date
    valid_to: date | None
    basis: str | None
    proposed_at: datetime
    proposed_by: UUID
    proposed_for: UUID | None = None
    decided_at: datetime | None = None
    decided_by: UUID | None = None
    decided_for: UUID | None = None
    decision: ProposalDecision | None = None


@dataclass(frozen=True)
class Competence:
    """A unit's competence for a part of a procedure, or of a field's procedures."""

    id: UUID
    procedure_code: str | None
    field: str | None
    case_id: str | None
    part: CompetencePart
    unit_code: str
    area_code: str | None
    valid_from: date
    valid_to: date | None
    basis: str


@dataclass(frozen=True)
class Substitution:
    """Somebody acts for an absent officer between two days, both included."""

    id: UUID
    principal_id: UUID
    substitute_id: UUID
    unit_code: str | None
    role: str | None
    valid_from: date
    valid_to: date
    reason: str


Row = TypeVar("Row")
Key = TypeVar("Key")


class Rows(Generic[Key, Row]):
    """Rows of one table by key, with those put in since they were loaded."""

    def __init__(self, key: Callable[[Row], Key], **groups: Callable[[Row], Any]) -> None:
        self._key = key
        self._rows: dict[Key, Row] = {}
        self._groups = groups
        self._grouped: dict[str, dict[Any, dict[Key, Row]]] = {name: {} for name in groups}
        self._stored: dict[Key, Row] = {}
        self.changed: dict[Key, Row] = {}

    def load(self, rows: Iterable[Row]) -> None:
        """Add rows as they are stored."""
        for row in rows:
            self._keep(row)
            self._stored[self._key(row)] = row

    def put(self, row: Row) -> None:
        """Add a row, or replace the one with its key."""
        self._keep(row)
        self.changed[self._key(row)] = row

    @property
    def added(self) -> list[Row]:
        """Rows that were put in and are not stored yet."""
        return [row for key, row in self.changed.items() if key not in self._stored]

    @property
    def altered(self) -> list[tuple[Row, Row]]:
        """Stored rows with what was put in for them."""
        return [(self._stored[key], row) for key, row in self.changed.items() if key in self._stored]

    def get(self, key: Key | None) -> Row | None:
        """The row of a key, or None."""
        return None if key is None else self._rows.get(key)

    def of(self, group: str, value: Any) -> tuple[Row, ...]:
        """The rows that have this value in a group."""
        return tuple(self._grouped[group].get(value, {}).values())

    def stored(self, group: str, value: Any) -> tuple[Row, ...]:
        """The rows of a group that were not put in since they were loaded."""
        return tuple(row for key, row in self._grouped[group].get(value, {}).items() if key in self._stored)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def _keep(self, row: Row) -> None:
        key = self._key(row)
        before = self._rows.get(key)
        for name, value in self._groups.items():
            grouped = self._grouped[name]
            if before is not None:
                grouped[value(before)].pop(key, None)
            grouped.setdefault(value(row), {})[key] = row
        self._rows[key] = row
