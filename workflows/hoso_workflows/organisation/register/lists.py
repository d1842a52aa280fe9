"""Lists of the register, page by page, for those who may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_models import PrincipalKind, text_search
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation.permissions.rights import HOLDERS
from hoso_workflows.pagination import Conditions, Keyset, Page

_CODES = Keyset(code=pagination.TEXT)
_IDS = Keyset(id=pagination.IDENTITY)
_PEOPLE = Keyset(name=pagination.TEXT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class UnitListed:
    """A unit with its place in the tree."""

    code: str
    name: str
    kind: str
    level: str
    parent: str | None
    calendar: str
    area: str | None
    authority: bool
    #: How its tasks get their officers.
    assignment: str
    valid_from: date
    valid_to: date | None
    successor: str | None
    #: The number at which it answers questions about dossiers.
    telephone: str | None


@dataclass(frozen=True, slots=True)
class AreaListed:
    """An administrative area."""

    code: str
    name: str
    kind: str
    parent: str | None
    valid_from: date
    valid_to: date | None
    successor: str | None


@dataclass(frozen=True, slots=True)
class PersonListed:
    """An officer or a system with roles and contact points."""

    id: UUID
    kind: PrincipalKind
    code: str | None
    name: str
    title: str | None
    unit: str | None
    closed_at: datetime | None
    #: As `role @ unit`, today's.
    roles: tuple[str, ...]
    #: As `email a@b`.
    contacts: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RoleListed:
    """A role, or an office that waits for its second person."""

    id: UUID
    person: UUID
    person_code: str | None
    person_name: str
    unit: str
    role: str
    valid_from: date
    valid_to: date | None
    basis: str | None


@dataclass(frozen=True, slots=True)
class ProposalListed:
    """An office that waits for its second person, or was decided."""

    id: UUID
    person: UUID
    person_code: str | None
    person_name: str
    unit: str
    role: str
    valid_from: date
    valid_to: date | None
    basis: str | None
    proposed_at: datetime
    proposed_by: UUID
    decision: str | None


@dataclass(frozen=True, slots=True)
class CompetenceListed:
    """A unit's competence."""

    id: UUID
    procedure: str | None
    field: str | None
    case: str | None
    part: str
    unit: str
    area: str | None
    valid_from: date
    valid_to: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class SubstitutionListed:
    """A substitution."""

    id: UUID
    absent: UUID
    absent_name: str
    acting: UUID
    acting_name: str
    unit: str | None
    role: str | None
    valid_from: date
    valid_to: date
    reason: str


async def units(
    db: Database,
    *,
    parent: str | None = None,
    on: date | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[UnitListed]:
    """One page of units, by code: below one, or existing on a day."""
    asked = Conditions()
    asked.equal("u.parent_code", parent)
    _holding(asked, "u", on)
    asked.behind("u.code", _CODES.values(after))
    return await pagination.page(db, _UNITS, asked, _CODES, limit=limit, item=lambda row: UnitListed(*row))


async def unit(db: Database, code: str) -> UnitListed:
    """The unit of a code. Raises NotFound."""
    row = await db.row(_UNITS.format(conditions="u.code = $1", limit="1"), [code])
    if row is None:
        raise errors.NotFound("unit", code)
    return UnitListed(*row)


async def areas(
    db: Database,
    *,
    parent: str | None = None,
    on: date | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[AreaListed]:
    """One page of areas, by code."""
    asked = Conditions()
    asked.equal("a.parent_code", parent)
    _holding(asked, "a", on)
    asked.behind("a.code", _CODES.values(after))
    return await pagination.page(db, _AREAS, asked, _CODES, limit=limit, item=lambda row: AreaListed(*row))


async def area(db: Database, code: str) -> AreaListed:
    """The area of a code. Raises NotFound."""
    row = await db.row(_AREAS.format(conditions="a.code = $1", limit="1"), [code])
    if row is None:
        raise errors.NotFound("area", code)
    return AreaListed(*row)


async def people(
    db: Database,
    homes: Collection[str],
    at: datetime,
    *,
    unit: str | None = None,
    role: str | None = None,
    name: str = "",
    limit: int | None = None,
    after: str | None = None,
) -> Page[PersonListed]:
    """One page of officers and systems whose records these units keep, by name.

    `role` is one that they have on the day; `name` is part of a code or, accents aside, of a name.
    """
    asked = Conditions(f"p.kind in ({HOLDERS})")
    day = asked.given(localtime.local_date(at))
    asked.add("p.home_unit_code = any({}::text[])", sorted(homes))
    asked.equal("p.home_unit_code", unit)
    if role is not None:
        asked.add(_WITH_ROLE.replace("{day}", day), role)
    if name:
        asked.add("p.id = any({}::uuid[])", await _named(db, sorted(homes), name))
    asked.behind("p.name, p.id", _PEOPLE.values(after))
    sql = _PERSONS.replace("{day}", day)
    return await pagination.page(db, sql, asked, _PEOPLE, limit=limit, item=_person)


async def _named(db: Database, homes: Collection[str], text: str) -> list[UUID]:
    """The officers and systems of these units whose code or name contains a text."""
    code, name = text.casefold(), text_search.fold(text)
    return [
        row.id
        for row in await db.rows(_NAMES, [homes])
        if code in (row.code or "").casefold() or (name and name in text_search.fold(row.name))
    ]


async def person(db: Database, key: str, at: datetime) -> PersonListed:
    """The officer or system of an id or a code. Raises NotFound."""
    sql = _PERSONS.replace("{day}", "$2").format(
        conditions=f"p.kind in ({HOLDERS}) and (p.id::text = lower($1) or p.code = $1)", limit="1"
    )
    row = await db.row(sql, [key, localtime.local_date(at)])
    if row is None:
        raise errors.NotFound("person", key)
    return _person(row)


def _person(row: Any) -> PersonListed:
    values = dict(row)
    values["kind"] = PrincipalKind(row.kind)
    return PersonListed(**{**values, "roles": tuple(row.roles or ()), "contacts": tuple(row.contacts or ())})


async def roles(
    db: Database,
    units: Collection[str],
    *,
    unit: str | None = None,
    person: UUID | None = None,
    on: date | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[RoleListed]:
    """One page of roles in these units."""
    asked = Conditions()
    asked.add("r.unit_code = any({}::text[])", sorted(units))
    asked.equal("r.unit_code", unit)
    asked.equal("r.principal_id", person)
    _holding(asked, "r", on)
    asked.behind("r.id", _IDS.values(after))
    return await pagination.page(db, _ROLES, asked, _IDS, limit=limit, item=lambda row: RoleListed(*row))


async def proposals(
    db: Database,
    units: Collection[str],
    *,
    undecided: bool = False,
    limit: int | None = None,
    after: str | None = None,
) -> Page[ProposalListed]:
    """One page of proposed offices in these units."""
    asked = Conditions()
    asked.add("r.unit_code = any({}::text[])", sorted(units))
    if undecided:
        asked.add("r.decision is null")
    asked.behind("r.id", _IDS.values(after))
    return await pagination.page(
        db, _PROPOSALS, asked, _IDS, limit=limit, item=lambda row: ProposalListed(*row)
    )


async def competences(
    db: Database,
    *,
    procedure: str | None = None,
    field: str | None = None,
    unit: str | None = None,
    on: date | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[CompetenceListed]:
    """One page of competences, by procedure, field, unit or day."""
    asked = Conditions()
    asked.equal("c.procedure_code", procedure)
    asked.equal("c.field", field)
    asked.equal("c.unit_code", unit)
    _holding(asked, "c", on)
    asked.behind("c.id", _IDS.values(after))
    return await pagination.page(
        db, _COMPETENCES, asked, _IDS, limit=limit, item=lambda row: CompetenceListed(*row)
    )


async def substitutions(
    db: Database,
    reader: UUID | None,
    homes: Collection[str],
    *,
    headed: Collection[str] = (),
    on: date | None = None,
    since: date | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[SubstitutionListed]:
    """One page of substitutions: a reader's own, and of these units' officers.

    Without a reader only those of the officers. In `headed` units those that pass on a role there. With `since` only those that
    have not ended before that day.
    """
    asked = Conditions()
    asked.add(_SHOWN, sorted(homes), reader, sorted(headed))
    if since is not None:
        asked.add("s.valid_to >= {}", since)
    _holding(asked, "s", on)
    asked.behind("s.id", _IDS.values(after))
    return await pagination.page(
        db, _SUBSTITUTIONS, asked, _IDS, limit=limit, item=lambda row: SubstitutionListed(*row)
    )


def _holding(asked: Conditions, alias: str, on: date | None) -> None:
    if on is not None:
        asked.add(f"{{}} between {alias}.valid_from and coalesce({alias}.valid_to, 'infinity')", on)


_UNITS = """
select u.code, u.name, u.kind, u.level, u.parent_code, u.calendar, u.area_code, u.is_authority, u.assignment, u.valid_from, u.valid_to,
  u.successor_code, u.telephone
from unit u where {conditions} order by u.code limit {limit}
"""
_AREAS = """
select a.code, a.name, a.kind, a.parent_code, a.valid_from, a.valid_to, a.successor_code
from area a where {conditions} order by a.code limit {limit}
"""
_PERSONS = """
select p.id, p.kind, p.code, p.name, p.title, p.home_unit_code as unit, p.closed_at,
  (select array_agg(r.role || ' @ ' || r.unit_code order by r.unit_code, r.role) from role_assignment r
   where r.principal_id = p.id and {day}::date between r.valid_from and coalesce(r.valid_to, 'infinity')) as roles,
  (select array_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'value', c.value) order by c.kind, c.value)
   from contact_point c where c.principal_id = p.id and c.ended_at is null) as contacts
from principal p where {conditions} order by p.name, p.id limit {limit}
"""
_NAMES = (
    f"select id, code, name from principal where kind in ({HOLDERS}) and home_unit_code = any($1::text[])"  # noqa: S608 - names of our own
)
#: {day} the local date, {} the role.
_WITH_ROLE = """exists (select from role_assignment r where r.principal_id = p.id and r.role = {}
  and {day}::date between r.valid_from and coalesce(r.valid_to, 'infinity'))"""
_ROLES = """
select r.id, r.principal_id, p.code, p.name, r.unit_code, r.role, r.valid_from, r.valid_to, r.basis
from role_assignment r join principal p on p.id = r.principal_id
where {conditions} order by r.id limit {limit}
"""
_PROPOSALS = """
select r.id, r.principal_id, p.code, p.name, r.unit_code, r.role, r.valid_from, r.valid_to, r.basis,
  r.proposed_at, r.proposed_by, r.decision
from role_proposal r join principal p on p.id = r.principal_id
where {conditions} order by r.id limit {limit}
"""
_COMPETENCES = """
select c.id, c.procedure_code, c.field, c.case_id, c.part, c.unit_code, c.area_code, c.valid_from, c.valid_to, c.basis
from competence c where {conditions} order by c.id limit {limit}
"""
_SHOWN = """(a.home_unit_code = any({0}::text[]) or {1}::uuid in (s.principal_id, s.substitute_id) or exists (
  select from role_assignment r where r.principal_id = s.principal_id and r.unit_code = any({2}::text[])
    and (s.unit_code is null or s.unit_code = r.unit_code) and (s.role is null or s.role = r.role)))"""
_SUBSTITUTIONS = """
select s.id, s.principal_id, a.name as absent_name, s.substitute_id, b.name as acting_name, s.unit_code, s.role,
  s.valid_from, s.valid_to, s.reason
from substitution s join principal a on a.id = s.principal_id join principal b on b.id = s.substitute_id
where {conditions} order by s.id limit {limit}
"""
