"""Units of heads with their officers and absences.

unit = await headship.of(visit, code)
people = await headship.officers(visit, unit.code)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import localtime
from hoso_workflows.organisation import directory, permissions
from hoso_workflows.organisation.directory import Officer
from hoso_workflows.organisation.permissions import OFFICES, readings
from hoso_workflows.organisation.register import lists
from hoso_workflows.organisation.register.lists import SubstitutionListed


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by code and name."""

    code: str
    name: str


async def units(visit: Visit) -> tuple[Unit, ...]:
    """The units that the reader heads, by code."""
    return await _named(visit, permissions.headed_units(visit.rights))


async def of(visit: Visit, code: str, act: str) -> Unit:
    """A unit that the reader heads. Raises NotFound, Forbidden, which is recorded under the act."""
    db = visit.service.db
    await permissions.existing_unit(db, code)
    async with readings.refusals(db, act, visit.principal, code, visit.at, visit.origin):
        permissions.authorise_head(visit.rights, code)
    (unit,) = await _named(visit, [code])
    return unit


async def chosen(visit: Visit, code: str, act: str) -> Unit | None:
    """The unit that is asked for, or the only one of the reader; None where they have to choose.

    Raises NotFound, and Forbidden also for a reader who heads none.
    """
    if code:
        return await of(visit, code, act)
    found = await units(visit)
    if not found:
        async with readings.refusals(visit.service.db, act, visit.principal, None, visit.at, visit.origin):
            permissions.authorise_head(visit.rights, None)
    return found[0] if len(found) == 1 else None


async def officers(visit: Visit, unit: str) -> tuple[Officer, ...]:
    """The officers with a role of steps in a unit today, by name."""
    page = await directory.officers(visit.service.db, unit, visit.at)
    await listed(visit, "list_officers", unit, [each.id for each in page.items])
    working = (each for each in page.items if not set(each.roles) <= set(OFFICES))
    return tuple(sorted(working, key=lambda each: (each.name, str(each.id))))


async def absences(visit: Visit, unit: str) -> tuple[SubstitutionListed, ...]:
    """Substitutions of a unit's officers, today's and those to come, by beginning."""
    today = localtime.local_date(visit.at)
    page = await lists.substitutions(visit.service.db, None, (), headed=[unit], since=today)
    await listed(visit, "list_substitutions", unit, [each.id for each in page.items])
    return tuple(sorted(page.items, key=lambda each: (each.valid_from, each.valid_to, str(each.id))))


def absent_today(visit: Visit, found: Iterable[SubstitutionListed]) -> dict[UUID, SubstitutionListed]:
    """The officers who are absent today, with the substitution that ends last."""
    today = localtime.local_date(visit.at)
    holding = (each for each in found if each.valid_from <= today <= each.valid_to)
    return {each.absent: each for each in sorted(holding, key=lambda each: each.valid_to)}


def words(roles: Iterable[str]) -> str:
    """Roles of steps in words; an agency's own words are shown as they are."""
    return ", ".join(spoken(wording.ROLES.get(role, role)) for role in roles if role not in OFFICES)


async def listed(visit: Visit, act: str, unit: str | None, ids: Iterable[object]) -> None:
    """Record that a list of a unit was read, before it is shown."""
    reading = readings.of_list(visit.rights, act, unit)
    seen = readings.access(act, visit.principal, unit, visit.at, visit.origin, reading=reading)
    await readings.record(visit.service.db, seen, ids)


async def _named(visit: Visit, codes: list[str]) -> tuple[Unit, ...]:
    rows = await visit.service.db.rows(
        "select code, name from unit where code = any($1::text[]) order by code", [codes]
    )
    return tuple(Unit(row.code, row.name) for row in rows)
