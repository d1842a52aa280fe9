"""Process-wide cache of reference data: calendars, units and procedure versions.

Versions of procedures and calendars never change, so they stay; a unit's calendar, and the newest version of it, are
read again after a few seconds.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn.package.package import Package
from hoso_bpmn.runs.specification import Loaded
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.operation.cached_figures import FigureCache
from hoso_workflows.procedures import dependencies

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


class ReferenceData:
    """The cached reference data of one service."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._versions: dict[UUID, Version] = {}
        self._calendars: dict[tuple[str, str], wt.WorkCalendar] = {}
        self._units: Mapping[str, wt.WorkCalendar] = {}
        self._until = 0.0
        #: Expensive figures, cached.
        self.figures = FigureCache()

    def calendars(self, calendar: str, version: str) -> wt.WorkCalendar:
        """A calendar in the version that an event names. `unit_calendars` or `ensure_calendars` must have loaded it."""
        return self._calendars[calendar, version]

    async def version(self, version: UUID) -> Version:
        """The version of a procedure that a dossier runs on. Raises NotFound."""
        if version not in self._versions:
            found = await dependencies.version(self._db, version)
            if found is None:
                raise errors.NotFound("version", version)
            self._versions[version] = Version(version, *found)
        return self._versions[version]

    async def active(self, procedure: str) -> Version:
        """The version that new dossiers of a procedure run on. Raises NotFound."""
        row = await self._db.row(
            "select id from workflow_version where procedure_code = $1 and status = 'active'", [procedure]
        )
        if row is None:
            raise errors.NotFound("active procedure", procedure)
        return await self.version(row.id)

    async def unit_calendars(self, units: Iterable[str] = ()) -> Mapping[str, wt.WorkCalendar]:
        """Current calendars by unit code. An unknown unit is read again."""
        if time.monotonic() > self._until or not self._units.keys() >= set(units):
            await self._refresh()
        return self._units

    def forget_units(self) -> None:
        """Read the units' calendars again at the next question."""
        self._until = 0.0

    def keep_calendar(self, calendar: wt.WorkCalendar) -> None:
        """Keep a compiled calendar under its version."""
        self._calendars[calendar.id, calendar.version] = calendar

    async def ensure_calendars(self, payloads: Iterable[Mapping[str, Any]]) -> None:
        """Load the calendars that the payloads of events name. Raises NotFound."""
        for payload in payloads:
            named = payload.get("calendar")
            if named and (named["id"], named["version"]) not in self._calendars:
                row = await self._db.row(
                    "select documents from calendar_version where calendar = $1 and version = $2",
                    [named["id"], named["version"]],
                )
                if row is None:
                    raise errors.NotFound("calendar version", f"{named['id']} {named['version']}")
                self._keep(named["id"], row.documents)

    async def _refresh(self) -> None:
        rows = await self._db.rows(_UNITS)
        for row in rows:
            if (row.calendar, row.version) not in self._calendars:
                self._keep(row.calendar, await self._documents(row.calendar, row.version))
        self._units = {row.code: self._calendars[row.calendar, row.version] for row in rows}
        self._until = time.monotonic() + FRESH

    async def _documents(self, calendar: str, version: str) -> Mapping[str, str]:
        row = await self._db.row(
            "select documents from calendar_version where calendar = $1 and version = $2", [calendar, version]
        )
        assert row is not None  # noqa: S101 - just read from the same table, which only grows
        documents: Mapping[str, str] = row.documents
        return documents

    def _keep(self, calendar: str, documents: Mapping[str, str]) -> None:
        compiled = wt.compile({name: text.encode() for name, text in documents.items()}, calendar)
        self.keep_calendar(compiled)


_UNITS = """
select u.code, u.calendar, c.version from unit u join calendar c on c.id = u.calendar where c.version is not null
"""


async def store_calendar(db: Database, calendar: str, *, at: datetime, by: UUID | None = None) -> str:
    """Store a bundled calendar and its parents as first versions.

    Does nothing for one that is there already. Returns the version by which dates are counted.
    """
    sources = wt.sources(calendar)
    for name in reversed(sources):
        documents = {each: data.decode() for each, data in wt.sources(name).items()}
        cal = wt.load(name)
        await db.one_statement(_STORE, [name, cal.version, documents, at, by, cal.name])
    row = await db.row("select version from calendar where id = $1", [calendar])
    return str(row.version)


#: $1 calendar, $2 version, $3 documents, $4 instant, $5 by whom, $6 name.
_STORE = """
with c as (
  insert into calendar (id, name, version, created_at, created_by) values ($1, $6, $2, $4, $5)
  on conflict (id) do update set version = excluded.version where calendar.version is null returning id
)
insert into calendar_version (calendar, version, documents, created_at, created_by)
select id, $2, $3::jsonb, $4, $5 from c on conflict (calendar, version) do nothing
"""
