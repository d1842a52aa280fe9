"""Register of owed reports: lists and single ones, with what is late."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from hoso_models import ReportPart, ReportPeriod, ReportStatus
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation.permissions import Rights, table
from hoso_workflows.pagination import Conditions, Keyset, Page

LIST = "list_report_obligations"
#: Those due last come first.
KEYS = Keyset(due_before=pagination.DAY, kind=pagination.TEXT, part=pagination.TEXT, unit=pagination.TEXT)


@dataclass(frozen=True, slots=True)
class Obligation:
    """A report that a unit owes, as it stands."""

    id: UUID
    kind: str
    kind_name: str
    period: ReportPeriod
    period_key: str
    part: ReportPart
    unit: str
    unit_name: str
    consolidating_unit: str
    receiving_unit: str
    period_from: date
    #: The last day, included.
    period_to: date
    #: The first day that is too late.
    due_before: date
    status: ReportStatus
    version: int
    texts: Mapping[str, str]
    written_by: UUID | None
    #: On whose word an operator entered it, or for which absent officer.
    written_for: UUID | None
    written_at: datetime | None
    approved_by: UUID | None
    approved_at: datetime | None
    submitted_by: UUID | None
    submitted_at: datetime | None
    first_submitted_at: datetime | None
    submissions: int
    returned_by: UUID | None
    returned_at: datetime | None
    return_reason: str | None
    basis: str

    def late(self, at: datetime) -> bool:
        """True for one that was not submitted in time. The first submission counts."""
        due = datetime.combine(self.due_before, time(), localtime.ZONE)
        return (self.first_submitted_at or at) >= due

    @property
    def writers(self) -> frozenset[UUID]:
        """Everybody by whom or in whose name its texts were written last."""
        return frozenset(each for each in (self.written_by, self.written_for) if each)

    @property
    def above(self) -> str:
        """The unit to which it is submitted and that may return it."""
        return self.consolidating_unit if self.part is ReportPart.AGENCY else self.receiving_unit

    @property
    def units(self) -> frozenset[str]:
        """The units that it concerns."""
        return frozenset({self.unit, self.consolidating_unit, self.receiving_unit})


def readable(rights: Rights, found: Obligation, act: str = LIST) -> bool:
    """True for whoever works in a unit that it concerns, or oversees one."""
    return table.reaches(act, rights, found.units)


async def listed(
    db: Database,
    units: Collection[str] | None,
    *,
    period: str | None = None,
    unit: str | None = None,
    limit: int | None = None,
) -> Sequence[Obligation]:
    """The reports that concern these units, those due last first; None for all. With `period` those of one, as `2026-Q1`."""
    return (await page(db, units, period=period, unit=unit, limit=limit)).items


async def page(
    db: Database,
    units: Collection[str] | None,
    *,
    period: str | None = None,
    unit: str | None = None,
    after: str | None = None,
    limit: int | None = 50,
) -> Page[Obligation]:
    """One page of them. Raises BadCursor."""
    asked = Conditions()
    if units is not None:
        asked.add("array[o.unit_code, k.consolidating_unit, k.receiving_unit] && {}::text[]", sorted(units))
    asked.equal("o.period_key", period)
    asked.equal("o.unit_code", unit)
    asked.behind("o.due_before, k.code, o.part, o.unit_code", KEYS.values(after), falling=True)
    return await pagination.page(db, f"{_SELECT} {_PAGE}", asked, KEYS, limit=limit, item=_obligation)


async def one(asked: Database | Transaction, obligation: UUID, *, lock: bool = False) -> Obligation:
    """A report that is owed. Raises NotFound."""
    rows = await asked.rows(f"{_SELECT} where o.id = $1 {'for update of o' if lock else ''}", [obligation])
    if not rows:
        raise errors.NotFound("report that is owed", obligation)
    return _obligation(rows[0])


async def of_period(asked: Database | Transaction, found: Obligation) -> Sequence[Obligation]:
    """The agencies' reports of the same kind and period, by unit."""
    rows = await asked.rows(
        f"{_SELECT} {_SIBLINGS}", [found.kind, found.period_key, found.consolidating_unit]
    )
    return [_obligation(row) for row in rows]


def _obligation(row: Any) -> Obligation:
    values = {name: getattr(row, name) for name in Obligation.__dataclass_fields__}
    enums = {"period": ReportPeriod, "part": ReportPart, "status": ReportStatus}
    return Obligation(**{**values, **{name: of(values[name]) for name, of in enums.items()}})


_SELECT = """
select o.id, k.code as kind, k.name as kind_name, k.period, o.period_key, o.part, o.unit_code as unit, u.name as unit_name,
  k.consolidating_unit, k.receiving_unit, o.period_from, o.period_to, o.due_before, o.status, o.version, o.texts,
  o.written_by, o.written_for, o.written_at, o.approved_by, o.approved_at, o.submitted_by, o.submitted_at, o.first_submitted_at, o.submissions::int,
  o.returned_by, o.returned_at, o.return_reason, k.basis
from report_obligation o join report_kind k on k.id = o.kind_id join unit u on u.code = o.unit_code
"""
_PAGE = """
where {conditions} order by o.due_before desc, k.code desc, o.part desc, o.unit_code desc limit {limit}
"""
_SIBLINGS = """
where k.code = $1 and o.period_key = $2 and k.consolidating_unit = $3 and o.part = 'agency' order by o.unit_code
"""
