"""Fees taken in a period by receiving units, and open fees. Amounts are whole đồng."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.letters import forms
from hoso_workflows.lifecycle.acts.fees import RECEIPT
from hoso_workflows.lifecycle.fees import LAPSED
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.pagination import Conditions, Keyset
from hoso_workflows.payments.surpluses import Asked

LIST = "list_takings"
PLACE = Keyset("taken", recorded_at=pagination.INSTANT, payment=pagination.IDENTITY)
#: So many open fees are told, those of the oldest dossiers.
MOST_OPEN = 50
#: The longest period, in days.
LONGEST = 366


@dataclass(frozen=True, slots=True)
class Part:
    """A page of what a receiving unit took in a period, or all overseen."""

    day: date
    unit: str | None = None
    limit: int = 50
    after: str | None = None
    #: The last day of the period; the day alone without one.
    until: date | None = None

    @property
    def last(self) -> date:
        """The last day."""
        return self.until or self.day


async def read(db: Database, part: Part, asked: Asked) -> dict[str, Any]:
    """The takings of a period by method, its payments, the oldest open fees.

    The reading is logged. Raises Forbidden for another's unit, NotFound for one that is none, BadCursor, FormRefused for a period
    that ends before it begins or is longer than a year.
    """
    _require_period(part)
    await permissions.existing_unit(db, part.unit)
    rights = await permissions.held(db, asked.reader, asked.at)
    units = sorted(table.units(LIST, rights))
    async with readings.refusals(db, LIST, asked.reader, part.unit, asked.at, asked.origin):
        if part.unit is not None and part.unit not in units:
            raise errors.Forbidden(asked.reader, say("seeing what was taken"), "reception", part.unit)
    found = await search(db, part, units if part.unit is None else [part.unit])
    reading = readings.of_list(rights, LIST, part.unit)
    seen = readings.access(LIST, asked.reader, part.unit, asked.at, asked.origin, reading=reading)
    shown = {each["dossier"]["reference"]: None for each in (*found["items"], *found["open"])}
    await readings.record(db, seen, shown)
    return found


def _require_period(part: Part) -> None:
    """Raise FormRefused for a period that is none.

    One may also be too long to be summed while somebody waits.
    """
    why = None
    if part.last < part.day:
        why = say("{ends} lies before {begins}", ends=part.last, begins=part.day)
    elif (part.last - part.day).days >= LONGEST:
        why = say("is more than {days} days after the first", days=LONGEST)
    if why is not None:
        raise errors.FormRefused([errors.Fault("until", why)])


async def search(db: Database, part: Part, units: list[str] | None) -> dict[str, Any]:
    """The same of these receiving units; of all without any. Raises BadCursor."""
    begins, ends = (
        datetime.combine(day, time.min, tzinfo=localtime.ZONE)
        for day in (part.day, part.last + timedelta(days=1))
    )
    wanted = Conditions()
    wanted.equal("d.receiving_unit", units)
    wanted.add("p.recorded_at >= {}", begins)
    wanted.add("p.recorded_at < {}", ends)
    wanted.behind("p.recorded_at, p.id", PLACE.values(part.after))
    page = await pagination.page(db, _TAKEN, wanted, PLACE, limit=part.limit, item=_taken)
    methods = await db.rows(_METHODS, [units, begins, ends])
    open_fees = await db.rows(_OPEN, [units, [each.value for each in LAPSED], MOST_OPEN])
    return {
        "day": part.day.isoformat(),
        "until": part.last.isoformat(),
        "methods": [
            {name: row[name] for name in ("method", "payments", "amount", "refunds", "refunded")}
            for row in methods
        ],
        "open": [_open(row) for row in open_fees],
        **page.answer(),
    }


def _taken(row: Mapping[str, Any]) -> dict[str, Any]:
    abbreviation = row["receipt_unit"].rpartition(".")[2]
    series = forms.series(forms.titled(RECEIPT), row["receipt_number"], row["receipt_year"], abbreviation)
    return {
        **{name: row[name] for name in ("unit", "fee", "name", "amount", "method")},
        "receipt": series,
        "recorded_at": localtime.isoformat(row["recorded_at"]),
        "cancelled_at": localtime.isoformat(row["cancelled_at"]),
        "dossier": _dossier(row),
    }


def _open(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: row[name] for name in ("unit", "fee", "name", "open")}, "dossier": _dossier(row)}


def _dossier(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("reference", "code", "procedure", "procedure_name", "status")},
        "filed_at": localtime.isoformat(row["filed_at"]),
    }


_TAKEN = """
select p.id as payment, p.recorded_at, p.cancelled_at, p.amount, p.method, p.receipt_unit, p.receipt_year, p.receipt_number,
  f.number as fee, f.name, d.receiving_unit as unit, d.reference, d.code, d.status, d.filed_at, d.procedure_code as procedure,
  v.name as procedure_name
from payment p join fee f on f.dossier_id = p.dossier_id and f.number = p.fee_number
join dossier d on d.id = p.dossier_id join workflow_version v on v.id = d.workflow_version_id
where {conditions}
order by p.recorded_at, p.id limit {limit}
"""
#: $1 receiving units or null, $2 and $3 the instants between which: sums by method of what stands, and of what went back.
_METHODS = """
select method, sum(payments)::int as payments, sum(amount)::bigint as amount, sum(refunds)::int as refunds,
  sum(refunded)::bigint as refunded
from (
  select p.method, 1 as payments, p.amount, 0 as refunds, 0 as refunded from payment p join dossier d on d.id = p.dossier_id
  where p.recorded_at >= $2 and p.recorded_at < $3 and p.cancelled_at is null and ($1::text[] is null or d.receiving_unit = any($1))
  union all
  select r.method, 0, 0, 1, r.amount from refund r join dossier d on d.id = r.dossier_id
  where r.refunded_at >= $2 and r.refunded_at < $3 and ($1::text[] is null or d.receiving_unit = any($1))
) moved group by method order by method
"""
#: $1 receiving units or null, $2 statuses in which nothing is asked for, $3 how many.
_OPEN = """
select d.receiving_unit as unit, f.number as fee, f.name, (f.amount - f.reduction - coalesce(paid.amount, 0))::bigint as open,
  d.reference, d.code, d.status, d.filed_at, d.procedure_code as procedure, v.name as procedure_name
from dossier d join fee f on f.dossier_id = d.id join workflow_version v on v.id = d.workflow_version_id
left join lateral (
  select sum(p.amount - coalesce((select sum(r.amount) from refund r where r.payment_id = p.id), 0)) as amount
  from payment p where p.dossier_id = d.id and p.fee_number = f.number and p.cancelled_at is null) paid on true
where f.assessed_at is not null and d.status <> all($2::text[]) and ($1::text[] is null or d.receiving_unit = any($1))
  and f.amount - f.reduction - coalesce(paid.amount, 0) > 0
order by d.filed_at, d.id, f.number limit $3
"""
