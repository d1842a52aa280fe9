"""A principal's rights: roles held in units at an instant, and their SQL.

A substitute has the rights of the absent officer between the dates of the substitution, in units where both work, or in the one that
it names. A principal who has left has no
substitutes, and an office passes to a substitute only where the substitution names it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import ROLE_HOLDERS, PrincipalKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import units

RECEPTION = "reception"
#: Roles that may hand a task of their unit to somebody, or take it back.
ASSIGNERS = ("head", "division_head", "agency_head")
#: Signs and decides for a province.
PROVINCIAL_LEADER = "provincial_leader"
#: Roles of publication and administration.
DECLARER = "procedure_declarer"
APPROVER = "procedure_approver"
ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
#: The coordinating function, whichever unit has it.
COORDINATOR = "coordinator"
#: Enters in the catalogue what was published of procedures.
CATALOGUE_EDITOR = "catalogue_editor"
#: Offices that watch over a unit and all below it.
WATCHING = (ADMINISTRATOR, AUDITOR, COORDINATOR, CATALOGUE_EDITOR)
#: Roles that reach a unit and all below it: offices that watch, and heads, who follow what is done below.
REACHING = (*WATCHING, *ASSIGNERS)
#: Given to a person, not to a desk: a substitute holds one only where the substitution names it.
OFFICES = (ADMINISTRATOR, AUDITOR, APPROVER, CATALOGUE_EDITOR, COORDINATOR, DECLARER)


@dataclass(frozen=True, slots=True)
class Right:
    """A role in a unit, one's own or that of an absent officer."""

    unit: str
    role: str
    on_behalf_of: UUID | None = None
    #: Of an office that watches over units, and of a head: the unit and all below it.
    below: frozenset[str] = frozenset()

    def rank(self, assignee: UUID | None) -> int:
        """Precedence among several sufficient rights; the lowest is used."""
        if self.on_behalf_of is None:
            return 1
        return 0 if self.on_behalf_of == assignee else 2


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of a principal at the instant of a command."""

    principal: UUID
    kind: PrincipalKind
    held: tuple[Right, ...] = ()
    #: True when the dossier is theirs.
    applicant: bool = False

    @classmethod
    def of(
        cls, principal: UUID, row: Mapping[str, Any] | None, *, applicant: bool = False, act: str = "acting"
    ) -> "Rights":
        """The rights in a row of `RIGHTS`. Raises Forbidden for a principal that is unknown or closed."""
        if row is None:
            raise errors.Forbidden(principal, act, "principal", "hoso")
        held = (
            Right(unit, role, UUID(absent) if absent else None, frozenset(below or ()))
            for unit, role, absent, below in row["held"] or ()
        )
        return cls(principal, PrincipalKind(row["kind"]), tuple(held), applicant)

    def find(self, unit: str, *roles: str | None, assignee: UUID | None = None) -> Right | None:
        """The right to play one of the roles in a unit. No role means any.

        That of the assignee comes first, one's own before a substitute's.
        """
        fitting = [right for right in self.held if right.unit == unit and (not roles or right.role in roles)]
        return min(fitting, key=lambda right: right.rank(assignee), default=None)

    def own(self) -> "Rights":
        """Without what is held for absent officers."""
        return replace(self, held=tuple(right for right in self.held if right.on_behalf_of is None))

    @property
    def is_system(self) -> bool:
        """True for the installation itself. An authority's machine has the rights of its roles only."""
        return self.principal == commands.SYSTEM.principal

    @property
    def units(self) -> frozenset[str]:
        """The units where the principal works: plays a role that is no office."""
        return frozenset(right.unit for right in self.held if right.role not in OFFICES)

    def over(self, *offices: str) -> frozenset[str]:
        """Units over which the principal holds one of these offices or heads. Their own and all below it."""
        return frozenset().union(*(right.below for right in self.held if right.role in offices))

    def inside(self, units: Collection[str]) -> bool:
        """True when the principal sees a dossier of these units as its officers do."""
        return self.is_system or bool(self.units.intersection(units))

    def has(self, role: str) -> bool:
        """True when the principal has the role in any unit."""
        return any(right.role == role for right in self.held)


def passes_sql(unit: str, day: str) -> str:
    """SQL that is true where the substitution `s` holds on a day.

    The substitute works in that unit; where the substitution names it, in its authority. So nothing is passed on of what the absent
    officer is given elsewhere later, or to who has left.
    """
    return f"""exists (select from (
    select p.home_unit_code as code from principal p where p.id = s.substitute_id
    union all
    select r.unit_code from role_assignment r
    where r.principal_id = s.substitute_id and {day} between r.valid_from and coalesce(r.valid_to, 'infinity')) works
  where works.code = {unit} and coalesce(s.unit_code, {unit}) = {unit}
    or s.unit_code = {unit} and {units.authority_sql("works.code")} = {units.authority_sql("s.unit_code")})"""  # noqa: S608 - names of our own


_OFFICES = ", ".join(f"'{office}'" for office in OFFICES)
_REACHING = ", ".join(f"'{role}'" for role in REACHING)
#: The kinds of accounts that hold roles, as SQL.
HOLDERS = ", ".join(f"'{kind}'" for kind in ROLE_HOLDERS)
#: One jsonb object for principal $1 on local date $2 at instant $3: kind, and [unit, role, absent officer, units below
#: it where the role reaches them] as held. In an order of its own, so that the same rights are
#: equal whatever plan has read them. What stands in the tables for an account that may not hold it gives nothing.
RIGHTS = f"""
(select jsonb_build_object('kind', p.kind, 'held', (
    select jsonb_agg(jsonb_build_array(
       unit_code, role, absent, case when role in ({_REACHING}) then to_jsonb(units_below(unit_code)) end
    ) order by unit_code, role, absent)
    from (
      select r.unit_code, r.role, null::uuid as absent
      from role_assignment r
      where r.principal_id = p.id and p.kind in ({HOLDERS}) and {{day}} between r.valid_from and coalesce(r.valid_to, 'infinity')
      union all
      select r.unit_code, r.role, r.principal_id
      from substitution s join role_assignment r on r.principal_id = s.principal_id
      join principal a on a.id = s.principal_id
      where s.substitute_id = p.id and p.kind = 'officer' and a.kind = 'officer' and {{day}} between s.valid_from and s.valid_to
        and {{day}} between r.valid_from and coalesce(r.valid_to, 'infinity')
        and {passes_sql("r.unit_code", "{day}")}
        and (s.role = r.role or s.role is null and r.role not in ({_OFFICES}))
        and (a.closed_at is null or a.closed_at > {{at}})
    ) held))
 from principal p where p.id = {{principal}} and (p.closed_at is null or p.closed_at > {{at}}))
"""  # noqa: S608 - fixed text of this module


def rights_sql(principal: str, day: str, at: str) -> str:
    """`RIGHTS` as a scalar sub-select over the named parameters."""
    return RIGHTS.format(principal=principal, day=day, at=at)


def represented_sql(reader: str) -> str:
    """SQL that is true where another has filed for a reader, the party `pa`.

    It is in their name whose number, as a provider has verified it, is the applicant's.
    """
    return f"""(pa.principal_id is distinct from {reader} and exists (select from identity i
  where i.principal_id = {reader} and i.identifier = pa.identifier and i.unlinked_at is null))"""


async def held(
    asked: Database | Transaction, principal: UUID, at: datetime, *, act: str = "acting"
) -> Rights:
    """The rights of a principal at an instant. Raises Forbidden for one that is unknown or closed."""
    (row,) = await asked.rows(_HELD, [principal, localtime.local_date(at), at])
    return Rights.of(principal, row.rights, act=act)


_HELD = f"select {rights_sql('$1::uuid', '$2::date', '$3::timestamptz')} as rights"
