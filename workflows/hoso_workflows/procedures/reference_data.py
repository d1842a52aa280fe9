"""Process-wide cache of reference data: calendars, units, areas and procedure versions.

Versions of procedures and calendars never change, so they stay; units and areas, a unit's calendar, and the newest version of
it, are read again after a few seconds, and then also which versions of procedures are new.
"""

import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn.package.package import Package
from hoso_bpmn.runs.specification import Loaded
from hoso_models.storage.database import Database
from hoso_models.tables import procedure
from hoso_workflows import errors
from hoso_workflows.operation.cached_figures import FigureCache
from hoso_workflows.organisation import bundled_calendars, competence
from hoso_workflows.organisation.permissions import Rights, tracking
from hoso_workflows.organisation.permissions.readers import LIST_OVERDUE
from hoso_workflows.procedures import damage, dependencies, openings

#: Seconds after which units and their calendars are read again.
FRESH = 5.0


@dataclass(frozen=True, slots=True)
class Version:
    """A numbered version of a procedure with its specifications, each compiled when first needed."""

    id: UUID
    number: int
    package: Package
    _cases: dict[str | None, Loaded] = field(default_factory=dict, repr=False)

    def case(self, case: str | None) -> Loaded:
        """The case of that id, or the only one, ready to run. Raises `package.NoSuchCase`."""
        if case not in self._cases:
            self._cases[case] = hoso_bpmn.load(self.package, case)
        return self._cases[case]


class UnitCalendars(dict[str, wt.WorkCalendar]):
    """The calendars that units keep, by the units' codes. One that is damaged is refused when it is asked for."""

    def __init__(
        self, sound: Mapping[str, wt.WorkCalendar] = {}, damaged: Mapping[str, damage.CalendarDamaged] = {}
    ) -> None:
        super().__init__(sound)
        #: By the unit's code, why its calendar cannot be used.
        self.damaged = damaged

    def __missing__(self, unit: str) -> wt.WorkCalendar:
        self.require([unit])
        raise KeyError(unit)

    def require(self, units: Iterable[str]) -> None:
        """Raise CalendarDamaged where one of these units keeps a calendar that cannot be used."""
        for unit in units:
            if unit in self.damaged:
                why = self.damaged[unit]
                raise damage.CalendarDamaged(why.key[0], str(why.key[1]), why.stored)


class ReferenceData:
    """The cached reference data of one service."""

    def __init__(self, db: Database) -> None:
        #: What is not cached is read from it.
        self.db = db
        self._versions: dict[UUID, Version] = {}
        self._calendars: dict[tuple[str, str], wt.WorkCalendar] = {}
        self._units = UnitCalendars()
        self._by_load: frozenset[str] = frozenset()
        self._register = competence.Register()
        #: Of the areas that were read last.
        self._areas = ""
        self._tracked: dict[UUID, tracking.Tracked] = {}
        self._until = 0.0
        #: Expensive figures, cached.
        self.figures = FigureCache()

    def calendars(self, calendar: str, version: str) -> wt.WorkCalendar:
        """A calendar in the version that an event names. `unit_calendars` or `ensure_calendars` must have loaded it."""
        return self._calendars[calendar, version]

    async def version(self, version: UUID) -> Version:
        """The version of a procedure that a dossier runs on. Raises NotFound, ProcedureDamaged."""
        if version not in self._versions:
            found = await dependencies.version(self.db, version)
            if found is None:
                raise errors.NotFound("version", version)
            self._versions[version] = Version(version, *found)
        return self._versions[version]

    async def question(self, version: UUID, case: str | None, element: str) -> str | None:
        """The question that a step decides; None where there is none, or its version cannot be read."""
        with contextlib.suppress(damage.ProcedureDamaged):
            return (await self.version(version)).case(case).specification.question(element)
        return None

    async def active(self, procedure: str, day: date) -> Version:
        """The version that new dossiers of a procedure run on, on a local date. Raises NotFound."""
        row = await self.db.row(openings.in_force_sql("$1", "$2::date"), [procedure, day])
        if row is None:
            raise errors.NotFound("active procedure", procedure)
        return await self.version(row.id)

    async def unit_calendars(self, units: Iterable[str] = ()) -> UnitCalendars:
        """Current calendars by unit code. An unknown unit is read again."""
        known = self._units.keys() | self._units.damaged.keys()
        if time.monotonic() > self._until or not known >= set(units):
            await self._refresh()
        return self._units

    async def units_by_load(self) -> frozenset[str]:
        """The units that have chosen to have their tasks assigned by load."""
        if time.monotonic() > self._until:
            await self._refresh()
        return self._by_load

    async def register(self) -> competence.Register:
        """The units with their names, authorities and areas, and the tree of areas."""
        if time.monotonic() > self._until:
            await self._refresh()
        return self._register

    async def tracked(self) -> tracking.Versions:
        """The versions of procedures that say who follows their dossiers.

        None is missed: between a version and its first dossier stand the persons who approve and activate it.
        """
        if time.monotonic() > self._until:
            await self._refresh()
        return self._tracked

    async def scope(self, rights: Rights, act: str = LIST_OVERDUE) -> tracking.Scope:
        """The scope of an act on the course of dossiers."""
        versions = await self.tracked()
        return tracking.scope(rights, self._register.units, versions, act)

    def forget_units(self) -> None:
        """Read units, calendars and new versions again at the next question."""
        self._until = 0.0

    def keep_calendar(self, calendar: wt.WorkCalendar) -> None:
        """Keep a compiled calendar under its version."""
        self._calendars[calendar.id, calendar.version] = calendar

    async def ensure_calendars(self, payloads: Iterable[Mapping[str, Any]]) -> None:
        """Load the calendars that the payloads of events name. Raises CalendarDamaged."""
        for payload in payloads:
            named = payload.get("calendar")
            if named and (named["id"], named["version"]) not in self._calendars:
                await self._ensure(named["id"], named["version"])

    async def _ensure(self, calendar: str, version: str) -> None:
        if (calendar, version) not in self._calendars:
            self.keep_calendar(await damage.stored_calendar(self.db, calendar, version))

    async def _refresh(self) -> None:
        rows = await self.db.rows(_UNITS)
        sound, damaged = dict[str, wt.WorkCalendar](), dict[str, damage.CalendarDamaged]()
        for row in rows:
            if row.version is None:
                continue
            try:
                await self._ensure(row.calendar, row.version)
            except damage.CalendarDamaged as why:
                damaged[row.code] = why
            else:
                sound[row.code] = self._calendars[row.calendar, row.version]
        self._by_load = frozenset(row.code for row in rows if row.assignment == "by_load")
        self._units = UnitCalendars(sound, damaged)
        self._register = competence.Register(_offices(rows), await self._read_areas(rows))
        await self._read_tracked(rows)
        self._until = time.monotonic() + FRESH

    async def _read_areas(self, rows: Sequence[Any]) -> Mapping[str, competence.Area]:
        """The areas; read only where they are others than before."""
        stamp = rows[0].areas if rows else ""
        if stamp == self._areas:
            return self._register.areas
        found = {row.code: competence.Area(*row) for row in await self.db.rows(_AREAS)}
        self._areas = stamp
        return found

    async def _read_tracked(self, rows: Sequence[Any]) -> None:
        """Read the tracked versions that are not known.

        A version stays as it is, so that only more of them are new.
        """
        if rows and rows[0].tracked > len(self._tracked):
            for row in await self.db.rows(_TRACKED, [list(self._tracked)]):
                found = tracking.Tracked(frozenset(row.lanes or ()), frozenset(row.counted or ()))
                self._tracked[UUID(str(row.id))] = found


def _offices(rows: Sequence[Any]) -> dict[str, competence.Office]:
    """Units by code, each with the nearest authority above it."""
    units = {row.code: row for row in rows}

    def authority(code: str) -> str:
        climbed = [code]
        while not units[code].is_authority and (above := units[code].parent_code) and above not in climbed:
            climbed.append(code := above)
        return code

    return {code: competence.Office(row.name, authority(code), row.area_code) for code, row in units.items()}


#: The stamp of all areas comes with the units, so that thousands of them are read only when one has changed; the number of
#: tracked versions, so that they are read only when there is a new one.
_UNITS = f"""
with stamp as (
  select (select md5(coalesce(string_agg(a::text, '|' order by code), '')) from area a) as areas,
    (select count(*)::int from workflow_version where {procedure.TRACKED}) as tracked
)
select u.code, u.name, u.parent_code, u.is_authority, u.area_code, u.calendar, u.assignment, c.version, stamp.areas, stamp.tracked
from unit u cross join stamp left join calendar c on c.id = u.calendar
"""  # noqa: S608 - fixed text of this module
#: $1 those that are known.
_TRACKED = f"""
select id, manifest -> 'lanes' as lanes, manifest -> 'counted_cases' as counted
from workflow_version where ({procedure.TRACKED}) and id <> all($1::uuid[])
"""  # noqa: S608 - fixed text of this module
_AREAS = "select code, name, valid_from, valid_to, parent_code, successor_code from area"


async def calendar_of(known: ReferenceData, unit: str) -> wt.WorkCalendar:
    """The calendar that a unit keeps now. Raises UnitUnknown where it has none, CalendarDamaged."""
    calendars = await known.unit_calendars([unit])
    try:
        return calendars[unit]
    except KeyError:
        raise errors.UnitUnknown(unit) from None


async def store_calendar(db: Database, calendar: str, *, at: datetime, by: UUID | None = None) -> str:
    """Store a bundled calendar and its parents as first versions.

    Does nothing for one that is there already. Returns the version by which dates are counted.
    """
    async with db.transaction() as tx:
        await bundled_calendars.ensure(tx, [calendar], at=at, by=by)
        (row,) = await tx.rows("select version from calendar where id = $1", [calendar])
    return str(row.version)
