"""Payments online in dispute: lists, the oldest first, and one alone."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.payments.surpluses import Asked

LIST, READ = "list_payment_disputes", "get_payment_dispute"
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

    One without a dossier is the authority's into whose account it was paid. The reading is logged. Raises Forbidden for another's
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


async def one(db: Database, identity: UUID, asked: Asked) -> dict[str, Any]:
    """A dispute with its order and the fees of its dossier.

    The reading is logged. Raises NotFound for what the reader may not see.
    """
    rights = await permissions.held(db, asked.reader, asked.at)
    async with readings.refusals(db, READ, asked.reader, str(identity), asked.at, asked.origin, unseen=True):
        found = await db.row(FOUND, [identity])
        if found is None or not table.reaches(READ, rights, found.units):
            raise errors.NotFound("payment in dispute", identity)
    reading = readings.of_list(rights, READ)
    seen = readings.access(READ, asked.reader, str(identity), asked.at, asked.origin, reading=reading)
    await readings.record(db, seen)
    order = await db.row(_ORDER, [found.order_id])
    return {
        **shown(found),
        "paid_at": localtime.isoformat(found.paid_at),
        "settled_by_name": found.settled_by_name,
        "order": order and {"state": order.state, "created_at": localtime.isoformat(order.created_at)},
        "fees": await fees(db, found.dossier, found.units, found.payment_reference, found.order_id),
    }


async def fees(
    db: Database,
    dossier: str | None,
    units: Collection[str],
    reference: str | None = None,
    order: UUID | None = None,
) -> list[dict[str, Any]]:
    """The assessed fees of a dossier of these units.

    Each tells what is open of it, was ordered by the order, and is recorded by the gateway's reference.
    """
    rows = await db.rows(_FEES, [dossier, sorted(units), reference, order])
    return [{name: row[name] for name in ("fee", "name", "open", "ordered", "recorded")} for row in rows]


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A dispute, JSON-safe."""
    return {
        **{name: row[name] for name in _SHOWN},
        "merchant": row["merchant"] or None,
        **{name: None if row[name] is None else str(row[name]) for name in ("id", "settled_by")},
        **{name: localtime.isoformat(row[name]) for name in ("told_at", "settled_at")},
    }


_SHOWN = (
    *("unit", "reason", "amount", "currency", "gateway_reference", "told_order"),
    *("dossier", "code", "ordered"),
    *("settlement", "settled_for", "settled_reference"),
)
_UNIT = "coalesce(d.receiving_unit, p.unit_code)"
#: The units of its dossier, which see it and whose heads and administrators settle it; of none that of the account.
_UNITS = """case when d.id is null then array_remove(array[p.unit_code], null)
  else array[d.receiving_unit, d.handling_unit, d.deciding_unit] end"""
_FOUND = f"""
select p.*, (select name from principal where id = p.settled_by) as settled_by_name, {_UNIT} as unit, {_UNITS} as units, d.reference as dossier, d.code, o.amount as ordered,
  coalesce(p.gateway_reference, o.gateway_reference) as payment_reference
from payment_dispute p left join payment_order o on o.id = p.order_id left join dossier d on d.id = p.dossier_id
"""  # noqa: S608 - fixed text of this module
_DISPUTES = f"{_FOUND} where {{conditions}} order by p.told_at, p.id limit {{limit}}"
#: $1 dispute.
FOUND = f"{_FOUND} where p.id = $1"
#: $1 order.
_ORDER = "select state, created_at from payment_order where id = $1"
#: $1 reference or code of a dossier, $2 units of which it has one, $3 the gateway's reference, $4 order.
_FEES = """
select f.number as fee, f.name, greatest(0, f.amount - f.reduction - coalesce(paid.amount, 0))::bigint as open,
  coalesce(paid.by_it, 0)::bigint as recorded, coalesce((select sum((e ->> 'amount')::bigint) from payment_order o,
    jsonb_array_elements(o.fees) e where o.id = $4 and (e ->> 'fee')::int = f.number), 0)::bigint as ordered
from dossier d join fee f on f.dossier_id = d.id
left join lateral (
  select sum(p.amount - coalesce((select sum(r.amount) from refund r where r.payment_id = p.id), 0)) as amount,
    sum(p.amount) filter (where p.reference = $3) as by_it
  from payment p where p.dossier_id = d.id and p.fee_number = f.number and p.cancelled_at is null) paid on true
where (d.reference = $1 or d.code = $1) and f.assessed_at is not null
  and array[d.receiving_unit, d.handling_unit, d.deciding_unit] && $2::text[]
order by f.number
"""
