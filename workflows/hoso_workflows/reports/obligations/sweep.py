"""Sweep of owed reports: obligations of begun periods, and reminders.

Idempotent by primary key and by the keys of messages: safe twice, late and by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from hoso_models import ReportPart
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.organisation.permissions import ASSIGNERS
from hoso_workflows.reports.obligations import kinds
from hoso_workflows.reports.obligations.kinds import Stored, Window

_IDS = UUID("b6a8f1de-0e9c-5c0b-9d57-1d2f7b6f3c52")
#: Days behind the deadline after which nobody is told any more: what was owed before the house knew of it.
PATIENCE = 120
#: Topics of the reminders: before the deadline, and once it has passed.
DUE, LATE = "report.due", "report.late"


@dataclass(frozen=True, slots=True)
class Swept:
    """Result of a sweep."""

    #: Obligations that are new.
    generated: int = 0
    #: Reminders put in the outbox.
    messages: int = 0


async def sweep(db: Database, *, at: datetime) -> Swept:
    """Generate the obligations of all periods that have begun. Remind the heads of units, each once."""
    made = 0
    for kind in await kinds.listed(db):
        made += await _generate(db, kind, at)
    (row,) = await db.one_statement(
        _REMIND, [at, localtime.local_date(at), list(ASSIGNERS), DUE, LATE, PATIENCE]
    )
    return Swept(made, row.messages)


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
on conflict (id) do nothing returning id
"""
#: The heads of the unit, once it is late those of the unit that it is submitted to, and whoever acts for one of them on the local date. $1 instant, $2 local date, $3 roles of a head,
#: $4 and $5 topics, $6 days.
_REMIND = """
with owed as (
  select o.id, o.unit_code, o.period_key, o.due_before, k.name, u.name as unit_name,
    case when o.due_before <= $2 then $5 else $4 end as topic,
    case when o.due_before <= $2 then case o.part when 'agency' then k.consolidating_unit else k.receiving_unit end end as above
  from report_obligation o join report_kind k on k.id = o.kind_id join unit u on u.code = o.unit_code
  where o.first_submitted_at is null and o.due_before - k.remind_days <= $2 and o.due_before > $2::date - $6::int
), head as (
  select o.id, r.principal_id, r.unit_code, r.role
  from owed o join role_assignment r on r.unit_code in (o.unit_code, o.above) and r.role = any($3::text[])
    and $2 between r.valid_from and coalesce(r.valid_to, 'infinity')
), told as (
  select id, principal_id from head
  union
  select h.id, s.substitute_id from head h join substitution s on s.principal_id = h.principal_id
    and $2 between s.valid_from and s.valid_to
    and (s.unit_code is null or s.unit_code = h.unit_code) and (s.role is null or s.role = h.role)
), sent as (
  insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
  select concat_ws('/', o.topic, o.id, t.principal_id), o.topic, t.principal_id,
    jsonb_build_object('obligation', o.id, 'report', o.name, 'period', o.period_key, 'unit', o.unit_code, 'unit_name', o.unit_name, 'day', o.due_before),
    $1, $1
  from owed o join told t on t.id = o.id join principal p on p.id = t.principal_id and (p.closed_at is null or p.closed_at > $1)
  order by 1
  on conflict (dedup_key) do nothing returning id
)
select count(*)::int as messages from sent
"""
