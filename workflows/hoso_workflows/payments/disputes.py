"""Payments online in dispute, open or settled, the oldest first."""

from collections.abc import Mapping
from typing import Any

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.payments.surpluses import Asked

LIST = "list_payment_disputes"
PLACE = Keyset("dispute", told_at=pagination.INSTANT, id=pagination.IDENTITY)


async def read(
    db: Database,
    unit: str | None,
    asked: Asked,
    *,
    settled: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[dict[str, Any]]:
    """One page of the disputes about dossiers of a unit, or of all overseen.

    They are the open ones, or those that were settled.

    One without a dossier is its authority's, the unit above all others. The reading is logged. Raises Forbidden for another's
    unit, NotFound for one that is none, BadCursor.
    """
    await permissions.existing_unit(db, unit)
    rights = await permissions.held(db, asked.reader, asked.at)
    units = sorted(table.units(LIST, rights))
    async with readings.refusals(db, LIST, asked.reader, unit, asked.at, asked.origin):
        if unit is not None and unit not in units:
            raise errors.Forbidden(asked.reader, "seeing payments in dispute", "reception", unit)
    page = await search(db, units if unit is None else [unit], settled=settled, limit=limit, after=after)
    reading = readings.of_list(rights, LIST, unit)
    seen = readings.access(LIST, asked.reader, unit, asked.at, asked.origin, reading=reading)
    await readings.record(db, seen, (each["id"] for each in page.items))
    return page


async def search(
    db: Database,
    units: list[str] | None,
    *,
    settled: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[dict[str, Any]]:
    """One page of the disputes about dossiers of these units; of all without any. Raises BadCursor."""
    wanted = Conditions(f"p.settled_at is {'not ' if settled else ''}null")
    if units is not None:
        wanted.add(f"{_UNITS} && {{}}::text[]", units)
    wanted.behind("p.told_at, p.id", PLACE.values(after))
    return await pagination.page(db, _DISPUTES, wanted, PLACE, limit=limit, item=shown)


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A dispute, JSON-safe."""
    return {
        **{name: row[name] for name in _SHOWN},
        **{name: None if row[name] is None else str(row[name]) for name in ("id", "settled_by")},
        **{name: localtime.isoformat(row[name]) for name in ("told_at", "settled_at")},
    }


_SHOWN = (
    *("unit", "reason", "amount", "gateway_reference", "told_order", "dossier", "code", "ordered"),
    *("settlement", "settled_for", "settled_reference"),
)
_TOP = "(select code from unit where parent_code is null order by code limit 1)"
_UNIT = f"coalesce(d.receiving_unit, {_TOP})"
#: The units of its dossier, which see it and whose heads and administrators settle it; of none that above all others.
_UNITS = f"case when d.id is null then array[{_TOP}] else array[d.receiving_unit, d.handling_unit, d.deciding_unit] end"
_FOUND = f"""
select p.*, {_UNIT} as unit, {_UNITS} as units, d.reference as dossier, d.code, o.amount as ordered,
  coalesce(p.gateway_reference, o.gateway_reference) as payment_reference
from payment_dispute p left join payment_order o on o.id = p.order_id left join dossier d on d.id = p.dossier_id
"""  # noqa: S608 - fixed text of this module
_DISPUTES = f"{_FOUND} where {{conditions}} order by p.told_at, p.id limit {{limit}}"
#: $1 dispute.
FOUND = f"{_FOUND} where p.id = $1"
