"""Dossiers under a legal hold, those filed last first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST = "list_holds"
HELD = Keyset("hold", filed_at=pagination.INSTANT, id=pagination.IDENTITY)


async def read(
    db: Database,
    unit: str | None,
    *,
    reader: UUID,
    at: datetime,
    limit: int = 50,
    after: str | None = None,
    origin: Origin = WITHIN,
) -> Page[dict[str, Any]]:
    """One page of dossiers under a hold, of a unit or of all overseen.

    The reading is logged. Raises Forbidden for who oversees none, or not that one, NotFound for what is no unit, BadCursor.
    """
    await permissions.existing_unit(db, unit)
    rights = await permissions.held(db, reader, at)
    units = sorted(table.units(LIST, rights))
    async with readings.refusals(db, LIST, reader, unit, at, origin):
        if not units or (unit is not None and unit not in units):
            raise errors.Forbidden(reader, table.ACTS[LIST].says, permissions.ADMINISTRATOR, unit)
    page = await search(db, units, unit, limit=limit, after=after)
    seen = readings.access(LIST, reader, unit, at, origin, reading=readings.of_list(rights, LIST, unit))
    await readings.record(db, seen, (each["dossier"]["reference"] for each in page.items))
    return page


async def search(
    db: Database,
    units: list[str] | None,
    unit: str | None = None,
    *,
    limit: int = 50,
    after: str | None = None,
) -> Page[dict[str, Any]]:
    """One page of dossiers under a hold in these units; in all without any. Raises BadCursor."""
    wanted = Conditions("d.held")
    wanted.equal("d.handling_unit", units if unit is None else unit)
    wanted.behind("d.filed_at, d.id", HELD.values(after), falling=True)
    return await pagination.page(db, _HELD, wanted, HELD, limit=limit, item=_shown)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A hold with its dossier, JSON-safe. Its ground is null where it was erased by law."""
    return {
        "unit": row["unit"],
        **{name: row[name] for name in ("reason", "basis", "placed_by")},
        "placed_at": localtime.isoformat(row["placed_at"]),
        "dossier": {name: row[name] for name in ("reference", "code", "procedure", "procedure_name")},
    }


_HELD = """
select d.id, d.filed_at, d.handling_unit as unit, d.reference, d.code, d.procedure_code as procedure, v.name as procedure_name,
  h.at as placed_at, h.payload ->> 'reason' as reason, h.payload ->> 'basis' as basis, p.name as placed_by
from dossier d join workflow_version v on v.id = d.workflow_version_id
cross join lateral (
  select e.at, e.payload, e.actor_id from dossier_event e
  where e.dossier_id = d.id and e.at >= d.filed_at and e.kind = 'hold_placed' order by e.seq desc limit 1
) h
join principal p on p.id = h.actor_id
where {conditions}
order by d.filed_at desc, d.id desc limit {limit}
"""
