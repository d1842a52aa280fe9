"""Units as the pages of administrators show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hoso_api.pages.register import administering
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import spoken
from hoso_models import TaskAssignment
from hoso_workflows import localtime
from hoso_workflows.organisation import administration, bundled_calendars, directory, unit_tree
from hoso_workflows.organisation.administration import Recorded
from hoso_workflows.organisation.directory import Officer
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.organisation.register import lists
from hoso_workflows.organisation.register.lists import CompetenceListed, UnitListed
from hoso_workflows.organisation.unit_tree import OpenWork

ADDRESS = f"{administering.ADDRESS}/don-vi"
#: Rows of each table of a unit's page.
MOST = 200
#: Acts of administration that are told of a unit.
RECENT = 10
#: How many units a list to choose from has at most; beyond, their codes are typed.
CHOICES = 150


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit with what belongs to it."""

    unit: UnitListed
    #: Names by code: of the unit above and of the successor.
    names: Mapping[str, str]
    children: Sequence[UnitListed]
    #: None for a reader who may not see who works there.
    officers: Sequence[Officer] | None
    competences: Sequence[CompetenceListed]
    #: None for a reader without an office over the unit.
    work: Sequence[OpenWork] | None
    recent: Sequence[Recorded]
    may: frozenset[str]

    @property
    def dossiers(self) -> int:
        """Open dossiers, each counted for each of its parts."""
        return sum(each.dossiers for each in self.work or ())


async def read(visit: Visit, code: str) -> Shown:
    """A unit with what the reader may see of it. Raises NotFound."""
    db, today = visit.service.db, localtime.local_date(visit.at)
    unit = await lists.unit(db, code)
    below = await lists.units(db, parent=code, limit=MOST)
    competences = await lists.competences(db, unit=code, limit=MOST)
    return Shown(
        unit,
        await names(visit, [each for each in (unit.parent, unit.successor) if each]),
        [each for each in below.items if each.valid_to is None or each.valid_to >= today],
        await _officers(visit, code),
        [each for each in competences.items if each.valid_to is None or each.valid_to >= today],
        await unit_tree.open_work(db, code) if administering.may(visit, "list_gaps", code) else None,
        await _recent(visit, code),
        _allowed(visit, unit),
    )


def _allowed(visit: Visit, unit: UnitListed) -> frozenset[str]:
    """The acts on a unit that the reader may do."""
    above = unit.parent or unit.code
    asked = {
        "enter_unit": unit.code,
        "change_unit": unit.code,
        "close_unit": above,
        "reopen_unit": above,
        "rehome_unit": unit.code,
        "close_units": unit.code,
    }
    return frozenset(act for act, at in asked.items() if administering.may(visit, act, at))


async def _officers(visit: Visit, code: str) -> Sequence[Officer] | None:
    if code not in table.units("list_officers", visit.rights):
        return None
    found = await directory.officers(visit.service.db, code, visit.at, limit=MOST)
    reading = readings.of_list(visit.rights, "list_officers", code)
    seen = readings.access("list_officers", visit.principal, code, visit.at, visit.origin, reading=reading)
    await readings.record(visit.service.db, seen, [each.id for each in found.items])
    return sorted(found.items, key=lambda each: (each.name, str(each.id)))


async def _recent(visit: Visit, code: str) -> Sequence[Recorded]:
    authorities = sorted(visit.rights.over(*table.offices("list_administration_events")))
    if not authorities:
        return ()
    found = await administration.listed(visit.service.db, authorities, subject=code, limit=RECENT)
    return found.items


async def names(visit: Visit, codes: Sequence[str]) -> Mapping[str, str]:
    """Units by code."""
    rows = await visit.service.db.rows(
        "select code, name from unit where code = any($1::text[])", [list(codes)]
    )
    return {row.code: row.name for row in rows}


async def choices(visit: Visit, act: str) -> list[tuple[str, str]] | None:
    """The units of today over which the reader may do the act; None where they are too many to choose from."""
    own = visit.rights.over(*table.offices(act))
    if len(own) > CHOICES:
        return None
    today = localtime.local_date(visit.at)
    rows = await visit.service.db.rows(_CHOICES, [sorted(own), today])
    return [(row.code, f"{row.name} ({row.code})") for row in rows]


async def words(visit: Visit) -> Mapping[str, list[tuple[str, str]]]:
    """Words to choose from, by field: those known, and those in use."""
    (row,) = await visit.service.db.rows(_IN_USE)
    return {
        "kinds": _chosen(wording.UNIT_KINDS, row.kinds),
        "levels": _chosen(wording.UNIT_LEVELS, row.levels),
        "calendars": _chosen(wording.CALENDARS, sorted({*row.calendars, *bundled_calendars.names()})),
        "assignments": [(each.value, spoken(wording.ASSIGNMENTS[each])) for each in TaskAssignment],
    }


def _chosen(known: Mapping[str, str], in_use: Sequence[str] | None) -> list[tuple[str, str]]:
    found = dict.fromkeys([*known, *(in_use or ())])
    return [(each, spoken(known[each]) if each in known else each) for each in found]


#: $1 codes, $2 local date.
_CHOICES = """
select code, name from unit where code = any($1::text[]) and $2::date between valid_from and coalesce(valid_to, 'infinity')
order by code
"""
_IN_USE = """
select (select array_agg(distinct kind order by kind) from unit) as kinds,
  (select array_agg(distinct level order by level) from unit) as levels,
  (select coalesce(array_agg(id order by id), '{}') from calendar where version is not null) as calendars
"""
