"""Fees for which too much was paid, of the oldest dossiers first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST = "list_surpluses"
PLACE = Keyset("surplus", filed_at=pagination.INSTANT, dossier=pagination.IDENTITY, fee=pagination.NUMBER)


@dataclass(frozen=True, slots=True)
class Asked:
    """The reader of the list, and the instant."""

    reader: UUID
    at: datetime
    origin: Origin = WITHIN


async def read(
    db: Database, unit: str | None, asked: Asked, *, limit: int = 50, after: str | None = None
) -> Page[dict[str, Any]]:
    """One page of the surpluses of a receiving unit, or of all overseen.

    The reading is logged. Raises Forbidden for another's unit, NotFound for one that is none, BadCursor.
    """
    await permissions.existing_unit(db, unit)
    rights = await permissions.held(db, asked.reader, asked.at)
    units = sorted(table.units(LIST, rights))
    async with readings.refusals(db, LIST, asked.reader, unit, asked.at, asked.origin):
        if unit is not None and unit not in units:
            raise errors.Forbidden(asked.reader, "seeing what was paid too much", "reception", unit)
    page = await search(db, units if unit is None else [unit], limit=limit, after=after)
    reading = readings.of_list(rights, LIST, unit)
    seen = readings.access(LIST, asked.reader, unit, asked.at, asked.origin, reading=reading)
    await readings.record(db, seen, (each["dossier"]["reference"] for each in page.items))
    return page


async def search(
    db: Database, units: list[str] | None, *, limit: int = 50, after: str | None = None
) -> Page[dict[str, Any]]:
    """One page of the surpluses of these receiving units; of all without any. Raises BadCursor."""
    wanted = Conditions()
    wanted.equal("d.receiving_unit", units)
    wanted.behind("d.filed_at, f.dossier_id, f.number", PLACE.values(after))
    return await pagination.page(db, _SURPLUSES, wanted, PLACE, limit=limit, item=_shown)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A fee with its surplus, JSON-safe."""
    return {
        **{name: row[name] for name in ("unit", "fee", "name", "owed", "paid", "surplus")},
        "dossier": {
            **{name: row[name] for name in ("reference", "code", "procedure", "procedure_name", "status")},
            "filed_at": localtime.isoformat(row["filed_at"]),
        },
    }


_SURPLUSES = """
select f.dossier_id as dossier, f.number as fee, f.name, greatest(0, f.amount - f.reduction) as owed,
  greatest(0, f.amount - f.reduction) + f.surplus as paid, f.surplus, d.receiving_unit as unit, d.reference, d.code, d.status,
  d.filed_at, d.procedure_code as procedure, v.name as procedure_name
from fee f join dossier d on d.id = f.dossier_id join workflow_version v on v.id = d.workflow_version_id
where f.surplus > 0 and {conditions}
order by d.filed_at, f.dossier_id, f.number limit {limit}
"""
