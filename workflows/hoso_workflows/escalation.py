"""Telling those who can still act: one sweep over everything that is due, in plain SQL.

Who is told of what: a step past its limit its officer, one that nobody has taken the head of its unit, a dossier that is
due soon or overdue the head of the handling unit. Before acceptance: who has reception's step (else the head of the
receiving unit) that a dossier waits, the head that reception is overdue. Each is told once per subject, cycle and level, because that is the key
of the row which remembers it: a sweep may run twice, late, by hand or beside another one, and after a missed week the next
one tells what is still true. The ladder reads `due_promised`; while the clock stands still nobody is told anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hoso_models import dossier, task
from hoso_models.database import Database
from hoso_workflows import authority, overdue

#: The job's name in `watermark`: up to which instant it has swept.
JOB = "escalate"
#: Who is told for a unit: the first of these roles that somebody plays there.
HEADS = ("head", "agency_head", "division_head")

#: Working minutes after which a dossier that waits at reception is told.
PATIENCE = 120


class Level(StrEnum):
    """What somebody is told; the last part of the topic `escalation.…`."""

    #: A step is past its own limit: to the officer who has it.
    STEP_DUE = "step_due"
    #: A step is past its own limit and nobody has it, or somebody who has left: to the head of its unit.
    STEP_UNCLAIMED = "step_unclaimed"
    #: A dossier is due within one working day: to the head of the handling unit.
    DUE_SOON = "due_soon"
    #: A dossier is past the promised date: to the head of the handling unit.
    OVERDUE = "overdue"
    #: A dossier has waited at reception for two working hours: to the officer who has it, else to the head there.
    RECEPTION_WAITS = "reception_waits"
    #: Reception has not answered within its term: to the head of the receiving unit.
    RECEPTION_OVERDUE = "reception_overdue"


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did."""

    at: datetime
    #: False when another sweep was at work and this one left it to that.
    ran: bool
    #: How many subjects reached each level now.
    reached: Mapping[Level, int] = field(default_factory=dict)
    #: Messages put in the outbox; one level up, the lower level is remembered and not told any more.
    messages: int = 0
    #: Subjects for which nobody could be found; the next sweep tries again.
    unaddressed: int = 0
    #: Units whose calendar ends before the next working day, so that nothing there is found due soon.
    calendars_end: tuple[str, ...] = ()


async def sweep(db: Database, calendars: overdue.Calendars, *, at: datetime) -> Swept:
    """Tell everything that is due at `at` and was not told before, in one transaction with the messages."""
    soon = overdue.soon_until(calendars, at)
    waiting = overdue.waiting_since(calendars, PATIENCE, at)
    async with db.transaction() as tx:
        ((alone,),) = await tx.rows(_ALONE, [JOB])
        if not alone:
            return Swept(at, ran=False)
        parameters = [
            *(at, authority.local_date(at), list(soon), list(soon.values()), list(HEADS), JOB),
            *(list(waiting), list(waiting.values())),
        ]
        (row,) = await tx.rows(_SWEEP, parameters)
    return Swept(
        at,
        ran=True,
        reached={Level(level): number for level, number in row.reached.items()},
        messages=row.messages,
        unaddressed=row.unaddressed,
        calendars_end=tuple(sorted(calendars.keys() - soon.keys())),
    )


_ALONE = "select pg_try_advisory_xact_lock(hashtextextended('hoso ' || $1, 0))"

#: Whoever acts for principal {principal} in {unit} and {role} on the local date, themselves when nobody does.
_ACTING = """
coalesce((
  select s.substitute_id from substitution s join principal a on a.id = s.substitute_id
  where s.principal_id = {principal} and $2 between s.valid_from and s.valid_to and (a.closed_at is null or a.closed_at > $1)
    and (s.unit_code is null or s.unit_code = {unit}) and (s.role is null or s.role = {role})
  order by s.valid_from desc, s.id limit 1
), {principal})
"""

#: What waits at reception: told of the dossier, in cycle 0, which ends with the acceptance. Who awaits a supplement does not
#: wait for reception; when it has come, reception's step starts again, and so does its wait. What was told already goes out
#: first: the planner takes these dossiers for two or three and would look up step, unit and head of each.
_AT_RECEPTION = f"""
  select 'dossier', d.id, d.id, d.cycle, rung.level, d.code, d.reference, d.receiving_unit, s.name, d.reception_due,
    coalesce(rung.officer, h.principal_id), case when rung.officer is null then h.role else s.role end,
    rung.level = '{Level.RECEPTION_WAITS}' and d.reception_due < $1
  from (
    select * from dossier w where {dossier.AT_RECEPTION} and status = '{dossier.DossierStatus.FILED}' and 2 > (
      select count(*) from escalation e where e.subject_kind = 'dossier' and e.subject_id = w.id and e.cycle = w.cycle
        and e.level in ('{Level.RECEPTION_WAITS}', '{Level.RECEPTION_OVERDUE}')
    )
  ) d
  left join waiting on waiting.unit = d.receiving_unit
  left join head h on h.unit_code = d.receiving_unit
  left join lateral (
    select name, role, assignee_id, arrived_at from user_task
    where dossier_id = d.id and {task.OPEN} and milestone = 'accept' order by opened_at, id limit 1
  ) s on true
  left join principal p on p.id = s.assignee_id and (p.closed_at is null or p.closed_at > $1)
  join lateral (values
    ('{Level.RECEPTION_WAITS}', coalesce(s.arrived_at, d.filed_at) <= waiting.since, p.id),
    ('{Level.RECEPTION_OVERDUE}', d.reception_due < $1, null)
  ) as rung(level, reached, officer) on rung.reached
"""  # noqa: S608 - fixed text of this module

#: $1 instant, $2 local date, $3 units, $4 for each the end of what is due soon, $5 roles of a head, $6 the job, $7 units,
#: $8 for each since when a dossier has waited too long at reception.
#: A late step looks its dossier up (`limit 1`): joined, the planner would read every dossier there ever was.
_SWEEP = f"""
with head as (
  select distinct on (r.unit_code) r.unit_code, r.role, r.principal_id
  from role_assignment r join principal p on p.id = r.principal_id
  where r.role = any($5::text[]) and $2 between r.valid_from and coalesce(r.valid_to, 'infinity')
    and (p.closed_at is null or p.closed_at > $1)
  order by r.unit_code, array_position($5::text[], r.role), r.valid_from, r.id
), soon as (
  select unit, until from unnest($3::text[], $4::timestamptz[]) as s(unit, until)
), waiting as (
  select unit, since from unnest($7::text[], $8::timestamptz[]) as w(unit, since)
), due as (
  select 'dossier' as kind, d.id, d.id as dossier_id, d.cycle, rung.level, d.code, d.reference, d.handling_unit as unit,
    null as step, d.due_promised as due, h.principal_id, h.role,
    rung.level = '{Level.DUE_SOON}' and d.due_promised < $1 as overtaken
  from dossier d
  left join soon on soon.unit = d.handling_unit
  left join head h on h.unit_code = d.handling_unit
  join lateral (values ('{Level.DUE_SOON}', soon.until), ('{Level.OVERDUE}', $1)) as rung(level, until)
    on d.due_promised < rung.until
  where {dossier.RUNNING} and d.clock_running and d.due_promised < (select greatest(max(until), $1) from soon)
  union all
  select 'task', t.id, t.dossier_id, d.cycle,
    case when p.id is null then '{Level.STEP_UNCLAIMED}' else '{Level.STEP_DUE}' end, d.code, d.reference, t.unit_code,
    t.name, t.due_own, coalesce(p.id, h.principal_id), case when p.id is null then h.role else t.role end, false
  from user_task t
  join lateral (select cycle, code, reference from dossier where id = t.dossier_id limit 1) d on true
  left join principal p on p.id = t.assignee_id and (p.closed_at is null or p.closed_at > $1)
  left join head h on h.unit_code = t.unit_code
  where {overdue.LIMITED_STEPS} and t.due_own < $1
  union all
  {_AT_RECEPTION}
), fresh as (
  select due.*, {_ACTING.format(principal="due.principal_id", unit="due.unit", role="due.role")} as recipient_id
  from due
  where not exists (
    select from escalation e
    where e.subject_kind = due.kind and e.subject_id = due.id and e.cycle = due.cycle and e.level = due.level
  )
), told as (
  insert into escalation (subject_kind, subject_id, cycle, level, recipient_id, at)
  select kind, id, cycle, level, recipient_id, $1 from fresh where recipient_id is not null
  order by kind, id, cycle, level
  on conflict do nothing
  returning subject_kind as kind, subject_id as id, cycle, level
), sent as (
  insert into outbox (dedup_key, topic, recipient_id, dossier_id, payload, created_at, available_at)
  select concat_ws('/', 'escalation', kind, id, cycle, level), 'escalation.' || level, recipient_id, dossier_id,
    jsonb_build_object('code', code, 'reference', case when code is null then reference end, 'unit', unit, 'due', due, 'cycle', cycle, 'step', step,
      'task', case when kind = 'task' then id end),
    $1, $1
  from told join fresh using (kind, id, cycle, level)
  where not overtaken
  on conflict (dedup_key) do nothing
  returning id
), swept as (
  insert into watermark (job, at) values ($6, $1)
  on conflict (job) do update set at = greatest(watermark.at, excluded.at)
)
select
  (select coalesce(jsonb_object_agg(level, number), '{{}}') from (select level, count(*) as number from told group by level) t)
    as reached,
  (select count(*) from sent) as messages,
  (select count(*) from fresh where recipient_id is null) as unaddressed
"""  # noqa: S608 - fixed text of this module
