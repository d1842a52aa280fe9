"""The register of what was given to third parties, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST = "list_disclosures"
GIVEN = Keyset("disclosure", disclosed_at=pagination.INSTANT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions on the register: a unit, a dossier by reference or code, local days."""

    unit: str | None = None
    dossier: str | None = None
    first: date | None = None
    #: Included.
    last: date | None = None


async def read(
    db: Database,
    reader: UUID,
    wanted: Wanted,
    at: datetime,
    *,
    limit: int = 50,
    after: str | None = None,
    origin: Origin = WITHIN,
) -> Page[dict[str, Any]]:
    """One page of a unit's register, or of all that the reader oversees.

    The reading is logged. Raises Forbidden for another's unit, NotFound for one that is none, BadCursor.
    """
    await permissions.existing_unit(db, wanted.unit)
    rights = await permissions.held(db, reader, at)
    units = sorted(table.units(LIST, rights))
    async with readings.refusals(db, LIST, reader, wanted.unit, at, origin):
        if wanted.unit is not None and wanted.unit not in units:
            raise errors.Forbidden(reader, "seeing what was given to third parties", None, wanted.unit)
    page = await search(db, units, wanted, limit=limit, after=after)
    reading = readings.of_list(rights, LIST, wanted.unit)
    seen = readings.access(LIST, reader, wanted.unit, at, origin, reading=reading)
    await readings.record(db, seen, (each["id"] for each in page.items))
    return page


async def search(
    db: Database, units: list[str] | None, wanted: Wanted, *, limit: int = 50, after: str | None = None
) -> Page[dict[str, Any]]:
    """One page of the register of these units; of all without any. Raises BadCursor."""
    given = Conditions()
    given.equal("g.unit_code", units if wanted.unit is None else wanted.unit)
    if wanted.dossier is not None:
        given.add("(d.reference = {0} or d.code = {0})", wanted.dossier)
    given.within("g.disclosed_at", wanted.first, wanted.last)
    given.behind("g.disclosed_at, g.id", GIVEN.values(after), falling=True)
    return await pagination.page(db, _REGISTER, given, GIVEN, limit=limit, item=_shown)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the register, JSON-safe."""
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in ("unit", "recipient", "basis", "purpose", "data", "decision", "by")},
        "disclosed_at": localtime.isoformat(row["disclosed_at"]),
        "dossier": {name: row[name] for name in ("reference", "code", "procedure", "procedure_name")},
    }


_REGISTER = """
select g.id, g.unit_code as unit, g.recipient, g.basis, g.purpose, g.data, g.decision, g.disclosed_at,
  p.name as by, d.reference, d.code, d.procedure_code as procedure, v.name as procedure_name
from disclosure g join dossier d on d.id = g.dossier_id join workflow_version v on v.id = d.workflow_version_id
join principal p on p.id = g.disclosed_by
where {conditions}
order by g.disclosed_at desc, g.id desc limit {limit}
"""
