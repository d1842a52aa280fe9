"""Levels that a revised calendar makes untrue.

They are taken back, and told anew when their time comes. A revision keeps the cycle, so that a level would be told once
only: of a date that is none any more (ADR 0067).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hoso_models import RungMoment, RungSubject
from hoso_models.storage.database import Transaction
from hoso_workflows.ladder.rungs import Held

#: What is watched, whose level can become untrue: the dates of the others do not move with a calendar.
MOVING = (RungSubject.DOSSIER, RungSubject.STEP, RungSubject.RECEPTION)


async def take_back(tx: Transaction, held: Held, dossiers: Sequence[UUID], *, at: datetime) -> int:
    """Take back what is not true by new dates; how many levels."""
    reaches = [
        (subject, each.unit, each.level, each.until)
        for subject in MOVING
        for each in held.of(subject)
        if each.moment is RungMoment.DUE
    ]
    if not dossiers or not reaches:
        return 0
    columns = [list(column) for column in zip(*reaches, strict=True)]
    ((number,),) = await tx.rows(_TAKE_BACK, [list(dossiers), *columns, at])
    return int(number or 0)


#: $1 dossiers; by unit and rung $2 what it watches, $3 units, $4 levels, $5 the instants that they reach; $6 instant.
_TAKE_BACK = """
with rung as (
  select unit, subject, level, max(until) as until
  from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) as r(subject, unit, level, until) group by unit, subject, level
), told as (
  select e.subject_kind, e.subject_id, e.cycle, e.level
  from dossier d join escalation e on e.subject_kind = 'dossier' and e.subject_id = d.id
  join rung r on r.level = e.level and case r.subject
    when 'dossier' then r.unit = d.handling_unit and e.cycle = d.cycle and d.due_promised >= r.until
    when 'reception' then r.unit = d.receiving_unit and e.cycle = d.reception_number - 1 and d.reception_due >= r.until
    else false end
  where d.id = any($1::uuid[])
  union all
  select e.subject_kind, e.subject_id, e.cycle, e.level
  from user_task t join escalation e on e.subject_kind = 'task' and e.subject_id = t.id
  join dossier d on d.id = t.dossier_id and e.cycle = d.cycle
  join rung r on r.level = e.level and r.subject = 'step' and r.unit = t.unit_code and t.due_own >= r.until
  where t.dossier_id = any($1::uuid[]) and t.status = 'open'
)
select escalation_moved(array_agg(subject_kind), array_agg(subject_id), array_agg(cycle), array_agg(level), $6) from told
"""
