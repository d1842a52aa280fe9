"""Loading of the register for a batch of acts, and writing of their changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_models import CompetencePart, ContactKind, PrincipalKind, ProposalDecision
from hoso_models.storage.database import Transaction
from hoso_workflows.organisation import bundled_calendars
from hoso_workflows.organisation.permissions import ADMINISTRATOR
from hoso_workflows.organisation.permissions.rights import HOLDERS
from hoso_workflows.organisation.register.register import Register
from hoso_workflows.organisation.register.rows import (
    Area,
    Competence,
    Contact,
    Person,
    Proposal,
    Role,
    Substitution,
    Unit,
)

#: Fields of commands by what they name.
_PEOPLE = ("person", "absent", "acting")
_UNITS = ("unit", "code")
_ROWS = ("id", "assignment", "proposal", "competence", "substitution", "contact")


@dataclass(frozen=True, slots=True)
class Needs:
    """The part of the register that a batch needs; `everything` for a file."""

    everything: bool = False
    ids: tuple[UUID, ...] = ()
    codes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @classmethod
    def of(cls, commands: Iterable[Any]) -> "Needs":
        """The needs of these commands."""
        people: set[str] = set()
        ids: set[UUID] = set()
        units, procedures, of_fields = set(), set(), set()
        for command in commands:
            given = {each.name: getattr(command, each.name) for each in fields(command)}
            people |= {given[name] for name in _PEOPLE if given.get(name)}
            people |= {given["code"]} if given.get("code") else set()
            people |= {given["changes"]["code"]} if given.get("changes", {}).get("code") else set()
            units |= {given[name] for name in _UNITS if given.get(name)}
            ids |= {given[name] for name in _ROWS if isinstance(given.get(name), UUID)}
            procedures |= {given["procedure"]} if given.get("procedure") else set()
            of_fields |= {given["field"]} if given.get("field") else set()
        ids |= {found for each in people if (found := _uuid(each)) is not None}
        return cls(
            ids=tuple(sorted(ids)),
            codes=tuple(sorted(people)),
            units=tuple(sorted(units)),
            procedures=tuple(sorted(procedures)),
            fields=tuple(sorted(of_fields)),
        )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def hold(tx: Transaction) -> None:
    """Let nobody else change the register until the transaction ends."""
    await tx.rows("select pg_advisory_xact_lock(hashtextextended('register', 0))")


async def load(tx: Transaction, needs: Needs, at: datetime) -> Register:
    """The register of a transaction, which nobody else changes until it ends."""
    await hold(tx)
    # Rights are read by publication under these locks: in the same order (ADR 0022).
    await tx.rows("lock table unit, principal, role_assignment, substitution in row exclusive mode")
    register = Register(at)
    every, ids = needs.everything, list(needs.ids)
    register.areas.load([Area(**row) for row in await _rows(tx, Area, "area", "true")])
    register.units.load([Unit(**row) for row in await _rows(tx, Unit, "unit", "true")])
    named = [row.id for row in await tx.rows(_NAMED, [every, ids, list(needs.codes)])]
    units = list(needs.units)
    register.roles.load(
        Role(**row)
        for row in await _rows(tx, Role, "role_assignment", _HELD, [every, ids, named, units, ADMINISTRATOR])
    )
    register.proposals.load(
        Proposal(**{**row, "decision": row["decision"] and ProposalDecision(row["decision"])})
        for row in await _rows(tx, Proposal, "role_proposal", _PROPOSED, [every, ids, named])
    )
    register.competences.load(
        Competence(**{**row, "part": CompetencePart(row["part"])})
        for row in await _rows(
            tx,
            Competence,
            "competence",
            _COMPETENT,
            [every, ids, units, list(needs.procedures), list(needs.fields)],
        )
    )
    procedures = {row.procedure_code for row in register.competences if row.procedure_code} | set(
        needs.procedures
    )
    register.substitutions.load(
        Substitution(**row)
        for row in await _rows(tx, Substitution, "substitution", _ABSENT, [every, ids, named])
    )
    register.contacts.load(
        Contact(**{**row, "kind": ContactKind(row["kind"])})
        for row in await _rows(tx, Contact, "contact_point", _REACHED, [every, ids, named])
    )
    await _load_people(tx, register, every, named, units)
    proposed = {each.principal_id for each in register.proposals}
    register.entered_by.update(await entered_by(tx, sorted({*named, *proposed})))
    proposers = sorted({each.proposed_by for each in register.proposals})
    register.operators |= {UUID(int=row.id.int) for row in await tx.rows(_OPERATORS, [proposers])}
    register.owners.update(
        {
            row.procedure_code: row.unit_code
            for row in await tx.rows(_OWNERS, [every, sorted(procedures), register.today])
        }
    )
    stored = await tx.rows("select id from calendar where version is not null")
    register.calendars |= {row.id for row in stored}
    register.open_work.update({row.code: row.n for row in await tx.rows(_OPEN_WORK, [units])})
    return register


async def entered_by(tx: Transaction, people: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The people who entered each person, leaving out whom an operator entered."""
    rows = await tx.rows(_ENTERED_BY, [[str(each) for each in people]])
    return {UUID(row.subject): frozenset(row.by) for row in rows}


async def _load_people(
    tx: Transaction, register: Register, every: bool, named: Sequence[UUID], units: Sequence[str]
) -> None:
    known = {role.principal_id for role in register.roles} | {
        each.principal_id for each in register.proposals
    }
    known |= {each.principal_id for each in register.substitutions} | {
        each.principal_id for each in register.contacts
    }
    rows = await _rows(tx, Person, "principal", _PERSONS, [every, [*known, *named], list(units)])
    register.people.load(Person(**{**row, "kind": PrincipalKind(row["kind"])}) for row in rows)
    enrolled = await tx.rows(_ENROLLED, [[row["id"] for row in rows]])
    register.enrolled |= {UUID(int=row.principal_id.int) for row in enrolled}


async def _rows(
    tx: Transaction, row: Any, table: str, where: str, parameters: Sequence[Any] = ()
) -> list[Mapping[str, Any]]:
    columns = ", ".join(_columns(row))
    found = await tx.rows(f"select {columns} from {table} t where {where}", parameters)  # noqa: S608 - fixed text of this module
    return [dict(zip(_columns(row), each, strict=True)) for each in found]


def _columns(row: Any) -> list[str]:
    return [each.name for each in fields(row)]


async def write(tx: Transaction, register: Register) -> None:
    """Write the changes in the order of references.

    What is new of a table is one statement, and what is altered another. A column that nothing alters is not written: what it
    refers to may be what nobody may enter any more.
    """
    kept = {unit.calendar for unit in register.units.changed.values()} & bundled_calendars.names()
    await bundled_calendars.ensure(tx, kept, at=register.at)
    for table, row, key, rows in (
        ("area", Area, "code", register.areas),
        ("unit", Unit, "code", register.units),
        ("principal", Person, "id", register.people),
        ("contact_point", Contact, "id", register.contacts),
        ("role_assignment", Role, "id", register.roles),
        ("role_proposal", Proposal, "id", register.proposals),
        ("competence", Competence, "id", register.competences),
        ("substitution", Substitution, "id", register.substitutions),
    ):
        added: Iterable[Any] = rows.added
        altered: Iterable[tuple[Any, Any]] = rows.altered
        if written := [_plain(each) for each in added]:
            await tx.rows(_insert(table, _columns(row)), [written])
        moved = [name for name in _columns(row) if any(_differ(name, *both) for both in altered)]
        if moved:
            await tx.rows(_update(table, moved, key), [[_plain(after) for _, after in altered]])


def _plain(row: Any) -> dict[str, Any]:
    return {name: _json(getattr(row, name)) for name in _columns(row)}


def _json(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _differ(name: str, before: Any, after: Any) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _insert(table: str, columns: Sequence[str]) -> str:
    listed = ", ".join(columns)
    return f"insert into {table} ({listed}) select {listed} from jsonb_populate_recordset(null::{table}, $1::jsonb)"  # noqa: S608 - names of tables and columns


def _update(table: str, columns: Sequence[str], key: str) -> str:
    moved = ", ".join(f"{name} = given.{name}" for name in columns)
    return (
        f"update {table} kept set {moved} from jsonb_populate_recordset(null::{table}, $1::jsonb) given"  # noqa: S608 - names of tables and columns
        f" where kept.{key} = given.{key}"
    )


_NAMED = f"""
select id from principal where $1 and kind in ({HOLDERS}) or id = any($2::uuid[]) or code = any($3::text[])
"""  # noqa: S608 - names of our own
#: $1 everything, $2 ids that were named, $3 persons, $4 units, $5 the office of administrators.
_HELD = """$1 or t.id = any($2::uuid[]) or t.principal_id = any($3::uuid[]) or t.unit_code = any($4::text[]) or t.role = $5"""
_PROPOSED = """$1 or t.id = any($2::uuid[]) or t.principal_id = any($3::uuid[])"""
_COMPETENT = """$1 or t.id = any($2::uuid[]) or t.unit_code = any($3::text[]) or t.procedure_code = any($4::text[])
  or t.field = any($5::text[])"""
_ABSENT = """$1 or t.id = any($2::uuid[]) or t.principal_id = any($3::uuid[])"""
_REACHED = """$1 or t.id = any($2::uuid[]) or t.principal_id = any($3::uuid[])"""
_PERSONS = """t.kind <> 'operator' and (
    $1 and (t.kind = 'officer' or t.home_unit_code is not null) or t.id = any($2::uuid[]) or t.home_unit_code = any($3::text[]))"""
#: $1 ids of persons.
_ENTERED_BY = """
select e.subject, array_remove(array[e.actor_id, e.on_behalf_of], null) as by
from administration_event e join principal a on a.id = e.actor_id
where e.subject = any($1::text[]) and e.kind = 'person_entered' and a.kind <> 'operator'
"""
_OPERATORS = """select id from principal where id = any($1::uuid[]) and kind = 'operator'"""
_ENROLLED = """
select principal_id from credential where principal_id = any($1::uuid[]) and revoked_at is null
union select principal_id from identity where principal_id = any($1::uuid[]) and unlinked_at is null
"""
_OWNERS = """
select distinct on (procedure_code) procedure_code, unit_code from procedure_owner
where ($1 or procedure_code = any($2::text[])) and valid_from <= $3::date
order by procedure_code, valid_from desc, named_at desc
"""
_OPEN_WORK = """
select u.code, count(*) as n
from unnest($1::text[]) u(code) join dossier d on u.code in (d.receiving_unit, d.handling_unit, d.deciding_unit)
where d.closed_at is null group by u.code
"""
