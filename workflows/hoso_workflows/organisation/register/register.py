"""The register in memory: rows as found, and rows that acts put in.

Acts read and change it without a database; `storage` loads it and writes what was put in.
"""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from hoso_models import PrincipalKind
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import bundled_calendars
from hoso_workflows.organisation.permissions import ADMINISTRATOR
from hoso_workflows.organisation.register import refusals
from hoso_workflows.organisation.register.rows import (
    Area,
    Competence,
    Contact,
    Person,
    Proposal,
    Role,
    Rows,
    Substitution,
    Unit,
)


class Register:
    """Areas, units, people and what they hold, as far as needed."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.today = localtime.local_date(at)
        self.areas: Rows[str, Area] = Rows(lambda row: row.code, parent=lambda row: row.parent_code)
        self.units: Rows[str, Unit] = Rows(lambda row: row.code, parent=lambda row: row.parent_code)
        self.people: Rows[UUID, Person] = Rows(
            lambda row: row.id, code=lambda row: row.code, home=lambda row: row.home_unit_code
        )
        self.contacts: Rows[UUID, Contact] = Rows(lambda row: row.id, person=lambda row: row.principal_id)
        self.roles: Rows[UUID, Role] = Rows(
            lambda row: row.id,
            person=lambda row: row.principal_id,
            unit=lambda row: row.unit_code,
            administrators=lambda row: row.unit_code if row.role == ADMINISTRATOR else None,
        )
        self.proposals: Rows[UUID, Proposal] = Rows(
            lambda row: row.id, person=lambda row: row.principal_id, unit=lambda row: row.unit_code
        )
        self.competences: Rows[UUID, Competence] = Rows(
            lambda row: row.id,
            subject=lambda row: row.procedure_code or f"field {row.field}",
            unit=lambda row: row.unit_code,
        )
        self.substitutions: Rows[UUID, Substitution] = Rows(
            lambda row: row.id, absent=lambda row: row.principal_id, unit=lambda row: row.unit_code
        )
        #: By whom a person was entered, where no operator did it.
        self.entered_by: dict[UUID, frozenset[UUID]] = {}
        #: The operators among those who proposed something.
        self.operators: set[UUID] = set()
        #: The unit that owns a procedure today, by its code.
        self.owners: dict[str, str] = {}
        #: The calendars that can be counted by: stored ones, and those that come with hoso.
        self.calendars: frozenset[str] = bundled_calendars.names()
        #: Open dossiers and tasks of units, by the unit's code.
        self.open_work: dict[str, int] = {}
        #: People who have a way to sign in.
        self.enrolled: set[UUID] = set()

    def unit(self, code: str) -> Unit:
        """The unit of a code. Raises NotFound."""
        found = self.units.get(code)
        if found is None:
            raise errors.NotFound("unit", code)
        return found

    def area(self, code: str) -> Area:
        """The area of a code. Raises NotFound."""
        found = self.areas.get(code)
        if found is None:
            raise errors.NotFound("area", code)
        return found

    def person(self, key: str) -> Person:
        """The person of an id or a code. Raises NotFound."""
        try:
            found = self.people.get(UUID(key))
        except ValueError:
            found = next(iter(self.people.of("code", key)), None)
        if found is None:
            raise errors.NotFound("person", key)
        return found

    def open_person(self, key: str, *kinds: PrincipalKind) -> Person:
        """The open account of an id or a code, of one of these kinds. Raises NotFound, PersonClosed."""
        found = self.person(key)
        if found.kind not in kinds:
            raise errors.NotFound("person", key)
        if not found.open_at(self.at):
            raise refusals.PersonClosed(key)
        return found

    def upwards(self, code: str) -> Iterator[Unit]:
        """A unit and those above it, from below."""
        found = self.units.get(code)
        while found is not None:
            yield found
            found = self.units.get(found.parent_code)

    def top(self, code: str) -> str:
        """The code of the unit at the top of a unit's tree."""
        return [unit.code for unit in self.upwards(code)][-1]

    def authority(self, code: str) -> str:
        """The code of the authority to which a unit belongs."""
        return next((unit.code for unit in self.upwards(code) if unit.is_authority), self.top(code))

    def below(self, code: str) -> Iterator[str]:
        """The code of a unit, and those of all units below it."""
        yield code
        for child in self.units.of("parent", code):
            yield from self.below(child.code)

    def administrators(self, unit: str, day: date | None = None, *, stored: bool = False) -> frozenset[UUID]:
        """Open accounts that administer exactly this unit on a day, by default today.

        With `stored`, those alone who did before the batch began.
        """
        on = day or self.today
        roles = self.roles.stored if stored else self.roles.of
        return frozenset(
            role.principal_id
            for role in roles("administrators", unit)
            if role.valid_from <= on
            and (role.valid_to is None or role.valid_to >= on)
            and self._open(role.principal_id)
        )

    def _open(self, person: UUID) -> bool:
        found = self.people.get(person)
        return found is not None and found.open_at(self.at)

    @property
    def administered(self) -> bool:
        """True when there is an administrator in any unit today."""
        return any(self.administrators(unit.code) for unit in self.units)
