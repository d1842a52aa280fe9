"""The plan of a setup file: the acts from the present register to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import TypeVar

from hoso_calendar.messages import say
from hoso_models import ContactKind, PrincipalKind, TaskAssignment
from hoso_workflows import errors
from hoso_workflows.organisation.register import commands, periods
from hoso_workflows.organisation.register.commands import Command
from hoso_workflows.organisation.register.refusals import BelowItself
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.rows import Person, Role
from hoso_workflows.organisation.register.units import CHANGEABLE
from hoso_workflows.setup.document import (
    CompetenceTable,
    Document,
    PersonTable,
    RoleTable,
    SubstitutionTable,
    UnitTable,
)

Held = TypeVar("Held", bound=periods.Period)

#: The stated basis where a file names none.
BASIS = "Tệp thiết lập"


@dataclass(frozen=True, slots=True)
class NameOwner:
    """Name the unit that owns a procedure from today on."""

    procedure: str
    unit: str
    basis: str


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a plan, with its place in the file."""

    place: str
    command: Command | NameOwner


def steps(register: Register, document: Document, *, prune: bool = False) -> Iterator[Step]:
    """The acts, each after those it needs; none for a register as declared.

    With `prune`, roles, competences and substitutions of the units in the file end where it names them no longer, and
    accounts kept by these units close.
    """
    planner = _Planner(register, document)
    yield from planner.areas()
    yield from planner.units()
    yield from planner.people()
    yield from planner.roles()
    yield from planner.owners()
    yield from planner.competences()
    yield from planner.substitutions()
    if prune:
        yield from planner.pruned()
    yield from planner.endings()


class _Planner:
    def __init__(self, register: Register, document: Document) -> None:
        self.register, self.document = register, document
        self.begins = document.defaults.begins or register.today
        self.basis = document.defaults.basis or BASIS

    def areas(self) -> Iterator[Step]:
        declared = {row.code: (index, row) for index, row in enumerate(self.document.area)}
        _unique([row.code for row in self.document.area], "area")
        for code in _parents_first({code: row.parent for code, (_, row) in declared.items()}):
            index, row = declared[code]
            if self.register.areas.get(code) is None:
                entered = commands.EnterArea(
                    code=code,
                    name=row.name,
                    kind=row.kind,
                    parent=row.parent,
                    valid_from=row.begins or self.begins,
                )
                yield Step(f"area.{index}", entered)

    def units(self) -> Iterator[Step]:
        declared = {row.code: (index, row) for index, row in enumerate(self.document.unit)}
        _unique([row.code for row in self.document.unit], "unit")
        for code in _parents_first({code: row.parent for code, (_, row) in declared.items()}):
            index, row = declared[code]
            if (command := self._unit(row)) is not None:
                yield Step(f"unit.{index}", command)

    def _unit(self, row: UnitTable) -> Command | None:
        current = self.register.units.get(row.code)
        if current is None:
            return commands.EnterUnit(
                code=row.code,
                name=row.name,
                kind=row.kind,
                level=row.level,
                calendar=row.calendar,
                valid_from=row.begins or self.begins,
                parent=row.parent,
                area=row.area,
                authority=row.authority,
                identifiers=row.identifiers,
                assignment=row.assignment or TaskAssignment.BY_HAND,
                telephone=row.telephone,
            )
        if row.calendar not in {None, current.calendar}:
            fault = say(
                "{code} keeps {calendar}; a calendar is changed with a preview of its dossiers",
                code=row.code,
                calendar=current.calendar,
            )
            raise errors.FormRefused([errors.Fault(f"unit {row.code}", fault)])
        authority = row.authority or row.parent is None
        declared = {name: authority if name == "authority" else getattr(row, name) for name in CHANGEABLE}
        for name in ("assignment", "telephone"):
            if declared[name] is None:
                del declared[name]
        changes = {
            name: value for name, value in declared.items() if value != getattr(current, CHANGEABLE[name])
        }
        return commands.ChangeUnit(code=row.code, changes=changes) if changes else None

    def people(self) -> Iterator[Step]:
        _unique([row.code for row in self.document.person], "person")
        for index, row in enumerate(self.document.person):
            current = next(iter(self.register.people.of("code", row.code)), None)
            if current is not None and current.kind.value != row.kind:
                raise errors.FormRefused([errors.Fault(f"person.{index}.kind", say("cannot be changed so"))])
            for command in self._person(row, current):
                yield Step(f"person.{index}", command)

    def _person(self, row: PersonTable, current: Person | None) -> Iterator[Command]:
        if current is None:
            yield commands.EnterPerson(
                code=row.code, name=row.name, title=row.title, unit=row.unit, kind=PrincipalKind(row.kind)
            )
        else:
            declared = {"name": row.name, "title": row.title, "unit": row.unit}
            known = {"name": current.name, "title": current.title, "unit": current.home_unit_code}
            changes = {name: value for name, value in declared.items() if value != known[name]}
            if changes:
                yield commands.ChangePerson(person=row.code, changes=changes)
            if not row.closed and not current.open_at(self.register.at):
                yield commands.ReopenPerson(person=row.code)
            if row.closed and current.open_at(self.register.at):
                yield commands.ClosePerson(person=row.code, reason=self.basis)
        yield from self._contacts(row, current)

    def _contacts(self, row: PersonTable, current: Person | None) -> Iterator[Command]:
        known = self.register.contacts.of("person", current.id) if current else ()
        for kind, value in ((ContactKind.EMAIL, row.email), (ContactKind.TELEPHONE, row.telephone)):
            held = [each for each in known if each.kind is kind and each.ended_at is None]
            if value is None:
                continue
            yield from (commands.EndContact(contact=each.id) for each in held if each.value != value.strip())
            if not any(each.value == value.strip() for each in held):
                yield commands.EnterContact(person=row.code, kind=kind, value=value)

    def roles(self) -> Iterator[Step]:
        for place, row in self._declared_roles():
            if (command := self._role(row)) is not None:
                yield Step(place, command)

    def _declared_roles(self) -> Iterator[tuple[str, RoleTable]]:
        for index, person in enumerate(self.document.person):
            if person.closed:
                continue
            for text in person.roles:
                role, _, unit = (part.strip() for part in text.partition("@"))
                yield (
                    f"person.{index}.roles",
                    RoleTable(person=person.code, unit=unit or person.unit, role=role),
                )
        for index, row in enumerate(self.document.role):
            yield f"role.{index}", row

    def _role(self, row: RoleTable) -> Command | None:
        begins = row.begins or self._begin_in(row.unit)
        current = next(iter(self.register.people.of("code", row.person)), None)
        if current is not None:
            held, begins = self._standing(self._same_roles(current, row), begins, row.ends)
            if held is not None:
                if row.ends is None or held.valid_to == row.ends:
                    return None
                return commands.EndRole(assignment=held.id, last_day=row.ends)
            if self._proposed(current, row, begins):
                return None
        return commands.GiveRole(
            person=row.person,
            unit=row.unit,
            role=row.role,
            valid_from=begins,
            valid_to=row.ends,
            basis=row.basis or self.basis,
        )

    def _begin_in(self, unit: str) -> date:
        """The first day where none is named: the file's, or the unit's if later."""
        declared = next((row.begins for row in self.document.unit if row.code == unit and row.begins), None)
        known = self.register.units.get(unit)
        return max(self.begins, declared or (known.valid_from if known else self.begins))

    def _same_roles(self, person: Person, row: RoleTable) -> list[Role]:
        roles = self.register.roles.of("person", person.id)
        return [role for role in roles if (role.unit_code, role.role) == (row.unit, row.role)]

    def _standing(self, same: Sequence[Held], begins: date, ends: date | None) -> tuple[Held | None, date]:
        """The entry that stands for a declared period, and the first day otherwise.

        An entry that has been ended does not stand for a period that goes on: it is given anew from today.
        """
        met = [each for each in same if periods.overlap(each, begins, ends)]
        for each in met:
            if each.valid_to is None or each.valid_to >= self.register.today or each.valid_to == ends:
                return each, begins
        return None, max(begins, self.register.today) if met else begins

    def _proposed(self, person: Person, row: RoleTable, begins: date) -> bool:
        waiting = [
            each
            for each in self.register.proposals.of("person", person.id)
            if (each.unit_code, each.role, each.decision) == (row.unit, row.role, None)
        ]
        return periods.overlapping(waiting, begins, row.ends) is not None

    def owners(self) -> Iterator[Step]:
        for index, row in enumerate(self.document.owner):
            for procedure in row.procedure:
                if self.register.owners.get(procedure) != row.unit:
                    yield Step(f"owner.{index}", NameOwner(procedure, row.unit, row.basis or self.basis))

    def competences(self) -> Iterator[Step]:
        for index, row in enumerate(self.document.competence):
            for command in self._competence(row):
                yield Step(f"competence.{index}", command)

    def _competence(self, row: CompetenceTable) -> Iterator[Command]:
        subjects = [*((code, None) for code in row.procedure), *((None, name) for name in row.field)]
        if not subjects:
            raise errors.FormRefused([errors.Fault("competence", say("name either a procedure or a field"))])
        for (procedure, field), part, unit in product(subjects, row.part, row.unit):
            begins = row.begins or self._begin_in(unit)
            same = [
                each
                for each in self.register.competences.of("subject", procedure or f"field {field}")
                if (each.part, each.unit_code, each.case_id, each.area_code)
                == (part, unit, row.case, row.area)
            ]
            held, begins = self._standing(same, begins, row.ends)
            if held is None:
                yield commands.GiveCompetence(
                    unit=unit,
                    part=part,
                    valid_from=begins,
                    valid_to=row.ends,
                    basis=row.basis or self.basis,
                    procedure=procedure,
                    field=field,
                    case=row.case,
                    area=row.area,
                )
            elif row.ends is not None and held.valid_to != row.ends:
                yield commands.EndCompetence(competence=held.id, last_day=row.ends)

    def substitutions(self) -> Iterator[Step]:
        for index, row in enumerate(self.document.substitution):
            if not self._substituted(row):
                entered = commands.EnterSubstitution(
                    absent=row.absent,
                    acting=row.acting,
                    valid_from=row.begins,
                    valid_to=row.ends,
                    reason=row.reason,
                    unit=row.unit,
                    role=row.role,
                )
                yield Step(f"substitution.{index}", entered)

    def _substituted(self, row: SubstitutionTable) -> bool:
        absent, acting = (
            next(iter(self.register.people.of("code", code)), None) for code in (row.absent, row.acting)
        )
        if absent is None or acting is None:
            return False
        same = [
            each
            for each in self.register.substitutions.of("absent", absent.id)
            if (each.substitute_id, each.unit_code, each.role) == (acting.id, row.unit, row.role)
        ]
        return periods.overlapping(same, row.begins, row.ends) is not None

    def pruned(self) -> Iterator[Step]:
        """Ends of entries of the file's units that it does not name."""
        units = {row.code for row in self.document.unit}
        kept = {(row.person, row.unit, row.role) for _, row in self._declared_roles()}
        people = {row.code for row in self.document.person}
        codes = {person.id: person.code for person in self.register.people}
        for role in self.register.roles:
            named = (codes.get(role.principal_id), role.unit_code, role.role) in kept
            if role.unit_code in units and not named and self._lasting(role):
                yield Step("prune", commands.EndRole(assignment=role.id, last_day=self._ended(role)))
        entered = {
            (subject, part, unit, row.case, row.area)
            for row in self.document.competence
            for subject, part, unit in product(
                [*row.procedure, *(f"field {name}" for name in row.field)], row.part, row.unit
            )
        }
        for each in self.register.competences:
            subject = each.procedure_code or f"field {each.field}"
            named = (subject, each.part, each.unit_code, each.case_id, each.area_code) in entered
            if each.unit_code in units and not named and self._lasting(each):
                yield Step("prune", commands.EndCompetence(competence=each.id, last_day=self._ended(each)))
        for person in self.register.people:
            if (
                person.home_unit_code in units
                and person.code not in people
                and person.open_at(self.register.at)
            ):
                yield Step("prune", commands.ClosePerson(person=str(person.id), reason=self.basis))

    def _lasting(self, held: periods.Period) -> bool:
        return held.valid_to is None or held.valid_to >= max(self.register.today, held.valid_from)

    def _ended(self, held: periods.Period) -> date:
        return max(self.register.today, held.valid_from) - timedelta(days=1)

    def endings(self) -> Iterator[Step]:
        """Units and areas that the file ends, after everything else."""
        for index, row in enumerate(self.document.unit):
            current = self.register.units.get(row.code)
            if row.ends is not None and (current is None or current.valid_to != row.ends):
                closed = commands.CloseUnit(
                    code=row.code, last_day=row.ends, successor=row.successor, basis=row.basis or self.basis
                )
                yield Step(f"unit.{index}", closed)
        for index, area in enumerate(self.document.area):
            known = self.register.areas.get(area.code)
            if area.ends is not None and (known is None or known.valid_to != area.ends):
                yield Step(
                    f"area.{index}",
                    commands.CloseArea(code=area.code, last_day=area.ends, successor=area.successor),
                )


def _unique(codes: list[str], table: str) -> None:
    """Raise FormRefused for a code that stands twice."""
    twice = sorted({code for code in codes if codes.count(code) > 1}) if len(set(codes)) < len(codes) else []
    if twice:
        raise errors.FormRefused(
            [errors.Fault(f"{table} {code}", say("stands twice in the file")) for code in twice]
        )


def _parents_first(parents: dict[str, str | None]) -> Iterator[str]:
    """Codes, each after its parent. Raises BelowItself for a circle."""
    done: set[str] = set()
    for code in parents:
        chain: list[str] = []
        current: str | None = code
        while current is not None and current in parents and current not in done:
            if current in chain:
                raise BelowItself(current, parents[current] or current)
            chain.append(current)
            current = parents[current]
        for each in reversed(chain):
            done.add(each)
            yield each
