"""Open consultations of units, those due first first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, pagination
from hoso_workflows.dossiers import response
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST = "list_consultations"
ASKED = Keyset("consultation", due_at=pagination.INSTANT, id=pagination.IDENTITY)


async def search(
    db: Database,
    unit: str | None,
    *,
    reader: UUID,
    at: datetime,
    limit: int = 50,
    after: str | None = None,
    origin: Origin = WITHIN,
) -> Page[dict[str, Any]]:
    """One page of open consultations: a unit's, or all that the reader sees.

    The reading is logged. Raises Forbidden for another's unit, NotFound for one that is none, BadCursor.
    """
    await permissions.existing_unit(db, unit)
    rights = await permissions.held(db, reader, at)
    units = sorted(table.units(LIST, rights))
    async with readings.refusals(db, LIST, reader, unit, at, origin):
        if unit is not None and unit not in units:
            raise errors.Forbidden(reader, "seeing what a unit is asked", None, unit)
    asked = Conditions("c.closed_at is null")
    asked.equal("c.unit_code", units if unit is None else unit)
    asked.behind("c.due_at, c.id", ASKED.values(after))
    page = await pagination.page(db, _OPEN, asked, ASKED, limit=limit, item=shown)
    seen = readings.access(LIST, reader, unit, at, origin, reading=readings.of_list(rights, LIST, unit))
    await readings.record(db, seen, (each["id"] for each in page.items))
    return page


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A consultation in a unit's list, with its dossier."""
    return {
        **response.consultation(row),
        "letter": str(row["letter"]) if row["letter"] else None,
        "dossier": {name: row[name] for name in ("reference", "code", "procedure", "procedure_name")},
    }


_OPEN = """
select c.*, d.reference, d.code, d.procedure_code as procedure, v.name as procedure_name,
  (select l.id from letter l where l.dossier_id = c.dossier_id and l.form = 'consultation' and l.data ->> 'unit' = c.unit_code
     and l.data ->> 'question' = c.question and l.issued_at = c.asked_at limit 1) as letter
from consultation c join dossier d on d.id = c.dossier_id join workflow_version v on v.id = d.workflow_version_id
where {conditions}
order by c.due_at, c.id limit {limit}
"""
