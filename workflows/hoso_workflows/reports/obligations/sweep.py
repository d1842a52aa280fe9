"""Sweep of owed reports: obligations of begun periods.

Idempotent by primary key: safe twice, late and by hand. Who is told of them, and when, is the ladder's (ADR 0067).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from hoso_models import ReportPart
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.reports.obligations import kinds
from hoso_workflows.reports.obligations.kinds import Stored, Window

_IDS = UUID("b6a8f1de-0e9c-5c0b-9d57-1d2f7b6f3c52")


@dataclass(frozen=True, slots=True)
class Swept:
    """Result of a sweep."""

    #: Obligations that are new.
    generated: int = 0


async def sweep(db: Database, *, at: datetime) -> Swept:
    """Generate the obligations of all periods that have begun."""
    made = 0
    for kind in await kinds.listed(db):
        made += await _generate(db, kind, at)
    return Swept(made)


async def _generate(db: Database, kind: Stored, at: datetime) -> int:
    today = localtime.local_date(at)
    last = min(today, kind.valid_to) if kind.valid_to else today
    found = [
        each for each in kinds.windows(kind, kind.valid_from, last) if each.due_before >= kind.valid_from
    ]
    known = {row.period_key for row in await db.rows(_KNOWN, [kind.id])}
    made = 0
    for each in found:
        # Of a period that is known, units that came in since are still found while it runs.
        if each.key in known and each.due_before < today:
            continue
        made += await _of_period(db, kind, each, at)
    return made


async def _of_period(db: Database, kind: Stored, period: Window, at: datetime) -> int:
    units = [row.code for row in await db.rows(_OWING, [list(kind.owing), kind.receiving_unit, period.last])]
    rows = [_row(kind, period, unit, ReportPart.AGENCY) for unit in units]
    rows.append(_row(kind, period, kind.consolidating_unit, ReportPart.CONSOLIDATED))
    columns: list[list[Any]] = [list(each) for each in zip(*rows, strict=True)]
    given = [
        kind.id,
        period.key,
        period.first,
        period.last,
        period.due_before,
        kind.consolidate_days,
        at,
        *columns,
    ]
    return len(await db.one_statement(_INSERT, given))


def _row(kind: Stored, period: Window, unit: str, part: ReportPart) -> Sequence[Any]:
    return uuid5(_IDS, f"{kind.id}/{period.key}/{unit}/{part}"), unit, part.value


_KNOWN = "select distinct period_key from report_obligation where kind_id = $1"
#: $1 units that are named, $2 the receiving unit, $3 the last day covered. Without names every topmost authority below the
#: receiving unit with a unit in it that is competent to handle something.
_OWING = """
with recursive below (code, top) as (
  select u.code, case when u.is_authority then u.code end from unit u where u.parent_code = $2
  union
  select u.code, coalesce(below.top, case when u.is_authority then u.code end)
  from unit u join below on u.parent_code = below.code
)
select distinct top as code from below join competence c on c.unit_code = below.code
where cardinality($1::text[]) = 0 and top is not null and c.part = 'handling'
  and $3 between c.valid_from and coalesce(c.valid_to, 'infinity')
union
select unnest($1::text[]) order by code
"""
_INSERT = """
insert into report_obligation (id, kind_id, period_key, unit_code, part, period_from, period_to, due_before, status, created_at)
select o.id, $1, $2, o.unit, o.part, $3, $4, $5::date + case when o.part = 'consolidated' then $6::int else 0 end, 'owed', $7
from unnest($8::uuid[], $9::text[], $10::text[]) as o(id, unit, part)
on conflict do nothing returning id
"""
