"""Permissions of a person: roles with their periods, and the acts that each allows."""

from datetime import date, datetime
from typing import Any, TypedDict
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import access_log
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import operations, readings, table
from hoso_workflows.organisation.permissions.relations import Relation
from hoso_workflows.organisation.permissions.rights import (
    OFFICES,
    Right,
    Rights,
    held,
    passes_sql,
    rights_sql,
)

ACT = "get_permissions"


class Ground(TypedDict):
    """A role in a unit with its period, and what it allows."""

    role: str
    unit: str
    unit_name: str
    #: True for an office, which reaches the units below as well.
    reaches_below: bool
    #: The absent officer's name; None for one's own role.
    on_behalf_of: str | None
    #: Why there is a substitution; None for one's own role.
    reason: str | None
    valid_from: date
    #: The last day, included; None while no end is set.
    valid_to: date | None
    acts: list[str]


class Permissions(TypedDict):
    """A person's permissions on a day."""

    id: UUID
    name: str
    kind: str
    #: What needs no role.
    acts: list[str]
    roles: list[Ground]


async def of_person(
    db: Database, person: UUID, at: datetime, *, reader: UUID | None = None, origin: Origin = WITHIN
) -> Permissions:
    """The acts of a person on a day with their grounds. Without a reader no rights are checked.

    Raises NotFound, in the same words for a person whom the reader may not ask about.
    """
    day = localtime.local_date(at)
    row = await db.row(_PERSON, [person, day, at])
    if row is None or (reader is not None and not await _shown(db, reader, person, row, at)):
        if reader is not None:
            await access_log.record_refusal(db, reader, ACT, str(person), at, origin)
        raise errors.NotFound("principal", person)
    if reader is not None and reader != person:
        await readings.record(db, readings.access(ACT, reader, str(person), at, origin))
    grounds = await db.rows(_GROUNDS, [person, day, at, list(OFFICES)])
    known = Rights.of(person, row.rights) if row.rights else None
    return {
        "id": UUID(str(person)),
        "name": row.name,
        "kind": row.kind,
        "acts": operations.without_role(known) if known else [],
        "roles": [_ground(each) for each in grounds if known],
    }


async def _shown(db: Database, reader: UUID, person: UUID, row: Any, at: datetime) -> bool:
    """True for the person themselves, and for an office over one of their units."""
    who = table.ACTS[ACT].who
    if reader == person:
        return Relation.SELF in who
    over = table.units(ACT, await held(db, reader, at))
    return not over.isdisjoint(row.units or ())


def _ground(row: Any) -> Ground:
    right = Right(row.unit_code, row.role)
    return {
        "role": row.role,
        "unit": row.unit_code,
        "unit_name": row.unit_name,
        "reaches_below": row.role in OFFICES,
        "on_behalf_of": row.absent,
        "reason": row.reason,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "acts": operations.by_right(right, at_top=row.at_top),
    }


#: $1 person, $2 local date, $3 instant. The units count in which they hold any role on that day or will.
_PERSON = f"""
select p.name, p.kind, {rights_sql("$1::uuid", "$2::date", "$3::timestamptz")} as rights,
  (select array_agg(distinct r.unit_code) from role_assignment r
   where r.principal_id = p.id and coalesce(r.valid_to, 'infinity') >= $2::date) as units
from principal p where p.id = $1 and p.kind <> 'operator'
"""  # noqa: S608 - fixed text of this module
#: The rows of `RIGHTS` with their periods: a substitute's is where both periods hold.
_GROUNDS = f"""
select r.role, r.unit_code, u.name as unit_name, u.parent_code is null as at_top,
  null::text as absent, null::text as reason, r.valid_from, r.valid_to
from role_assignment r join unit u on u.code = r.unit_code
where r.principal_id = $1 and $2::date between r.valid_from and coalesce(r.valid_to, 'infinity')
union all
select r.role, r.unit_code, u.name, u.parent_code is null, a.name, s.reason,
  greatest(r.valid_from, s.valid_from), least(r.valid_to, s.valid_to)
from substitution s join role_assignment r on r.principal_id = s.principal_id
join principal a on a.id = s.principal_id join unit u on u.code = r.unit_code
where s.substitute_id = $1 and $2::date between s.valid_from and s.valid_to
  and $2::date between r.valid_from and coalesce(r.valid_to, 'infinity')
  and {passes_sql("r.unit_code", "$2::date")}
  and (s.role = r.role or s.role is null and r.role <> all ($4::text[]))
  and (a.closed_at is null or a.closed_at > $3::timestamptz)
order by unit_code, role, absent nulls first
"""  # noqa: S608 - fixed text of this module
