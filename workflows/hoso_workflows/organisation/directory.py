"""Directory of principals: their roles, substitutions and rights, and the officers of a unit.

Of persons it returns the name only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import localtime, pagination
from hoso_workflows.organisation import permissions
from hoso_workflows.pagination import Conditions, Keyset, Page

OFFICERS = Keyset(id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer with a role in a unit today, for selection lists."""

    id: UUID
    name: str
    roles: tuple[str, ...]


async def me(db: Database, principal: UUID, at: datetime) -> dict[str, Any]:
    """A principal's current roles with their units, substitutions, and rights by unit."""
    day = localtime.local_date(at)
    rights = await permissions.held(db, principal, at)
    who = await db.row("select name from principal where id = $1", [principal])
    units = await _names(db, [right.unit for right in rights.held])
    absent = await db.rows(_ABSENT, [[right.on_behalf_of for right in rights.held if right.on_behalf_of]])
    names = {str(each.id): each.name for each in absent}
    return {
        "id": str(principal),
        "name": who.name if who else "",
        "kind": rights.kind,
        "roles": [
            {
                "role": right.role,
                "unit": right.unit,
                "unit_name": units[right.unit],
                "on_behalf_of": right.on_behalf_of and names[str(right.on_behalf_of)],
            }
            for right in rights.held
        ],
        "substitutions": [dict(each.items()) for each in await db.rows(_SUBSTITUTIONS, [principal, day])],
        "may": permissions.allowed_operations(rights),
    }


async def officers(
    db: Database,
    unit: str,
    at: datetime,
    *,
    role: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[Officer]:
    """One page of officers with a role in the unit today, ordered by id."""
    asked = Conditions("p.kind = 'officer'")
    asked.equal("r.unit_code", unit)
    asked.add("{} between r.valid_from and coalesce(r.valid_to, 'infinity')", localtime.local_date(at))
    asked.add("(p.closed_at is null or p.closed_at > {})", at)
    asked.equal("r.role", role)
    asked.behind("p.id", OFFICERS.values(after))
    return await pagination.page(db, _OFFICERS, asked, OFFICERS, limit=limit, item=_officer)


def _officer(row: Any) -> Officer:
    return Officer(UUID(str(row.id)), row.name, tuple(row.roles))


async def _names(db: Database, codes: list[str]) -> dict[str, str]:
    rows = await db.rows("select code, name from unit where code = any($1)", [codes])
    return {row.code: row.name for row in rows}


_ABSENT = "select id, name from principal where id = any($1::uuid[])"
#: $1 principal, $2 local date: those that hold or will, of the principal's absence and of others'.
_SUBSTITUTIONS = """
select a.name as absent, b.name as substitute, s.unit_code as unit, s.role, s.valid_from, s.valid_to
from substitution s join principal a on a.id = s.principal_id join principal b on b.id = s.substitute_id
where (s.principal_id = $1 or s.substitute_id = $1) and s.valid_to >= $2
order by s.valid_from, s.id
"""
_OFFICERS = """
select p.id, p.name, array_agg(distinct r.role order by r.role) as roles
from role_assignment r join principal p on p.id = r.principal_id
where {conditions}
group by p.id, p.name order by p.id limit {limit}
"""
