"""Escalation ladder: send notices for everything that is due, in one SQL sweep.

Recipients are those who can still act. A step past its limit goes to its officer; one that nobody has claimed, to the head
of its unit; a dossier that is due soon or overdue, to the head of the handling unit. Before acceptance, a waiting dossier
goes to the officer who has reception's step, else, where it came in online, to the officer on duty (else to the head of the
receiving unit), and an overdue reception to the head.
Each notice is sent once per subject, cycle and level, because that is the key of its row: a sweep may run twice, late, by
hand or beside another one, and after a missed week the next one sends what is still true. The ladder reads `due_promised`;
while the clock is suspended no notice is sent.

A sweep processes what is due in portions, each in its own transaction: the notices of a portion remain when a later portion
fails, and no statement grows with the length of an outage. A portion that exceeds the statement timeout is tried again in
smaller ones.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hoso_models import errors
from hoso_models.storage.database import Database
from hoso_models.tables import clock_stop, dossier, task
from hoso_workflows import localtime
from hoso_workflows.monitoring import overdue
from hoso_workflows.organisation import duty_roster

#: The job's name in `watermark`: up to which instant it has swept.
JOB = "escalate"
#: Who is told for a unit: the first of these roles that somebody plays there.
HEADS = ("head", "agency_head", "division_head")

#: What was told later than the clock shows by more than this was told by a clock that was wrong.
TOLERANCE = timedelta(minutes=5)
#: Working minutes after which a dossier that waits at reception is told.
PATIENCE = 120
#: Dossiers or steps that one statement looks at, and at how few a sweep gives up when they take too long.
PORTION, LEAST = 20_000, 50


class Level(StrEnum):
    """Level of an escalation; the last part of the topic `escalation.…`."""

    #: A step is past its own limit: to the officer who has it.
    STEP_DUE = "step_due"
    #: A step is past its own limit and nobody has it, or somebody who has left: to the head of its unit.
    STEP_UNCLAIMED = "step_unclaimed"
    #: A dossier is due within one working day: to the head of the handling unit.
    DUE_SOON = "due_soon"
    #: A dossier is past the promised date: to the head of the handling unit.
    OVERDUE = "overdue"
    #: A dossier has waited at reception for two working hours: to the officer who has it, else for one that came in online to the
    #: officer on duty, else to the head there.
    RECEPTION_WAITS = "reception_waits"
    #: Reception has not answered within its term: to the head of the receiving unit.
    RECEPTION_OVERDUE = "reception_overdue"


@dataclass(frozen=True, slots=True)
class Swept:
    """Result of a sweep."""

    at: datetime
    #: False when another sweep was at work and this one left it, or the rest of it, to that.
    ran: bool
    #: How many subjects reached each level now.
    reached: Mapping[Level, int] = field(default_factory=dict)
    #: Messages put in the outbox; one level up, the lower level is remembered and not told any more.
    messages: int = 0
    #: Subjects for which nobody could be found; the next sweep tries again.
    unaddressed: int = 0
    #: Units whose calendar ends before the next working day, so that nothing there is found due soon.
    calendars_end: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    """Running totals over the portions of a sweep."""

    #: How much the next portion takes.
    size: int
    reached: Counter[Level] = field(default_factory=Counter)
    messages: int = 0
    unaddressed: int = 0

    def add(self, row: Any) -> None:
        self.reached.update({Level(level): number for level, number in row.reached.items()})
        self.messages += row.messages
        self.unaddressed += row.unaddressed


async def sweep(
    db: Database, calendars: overdue.Calendars, *, at: datetime, now: datetime | None = None
) -> Swept:
    """Create the notices due at `at` that do not exist yet, portion by portion.

    Each portion writes its notices and their messages in one transaction. `now` is the time of the clock where `at` is not;
    notices dated after both count as not sent.
    """
    tally = _Tally(PORTION)
    ran = await _withdrawn(db, at, now) and await _everything(db, parameters(calendars, at), tally)
    if ran:
        await db.one_statement(_SWEPT, [JOB, at])
    end = tuple(sorted(calendars.keys() - overdue.soon_until(calendars, at).keys()))
    return Swept(at, ran, dict(tally.reached), tally.messages, tally.unaddressed, end)


def parameters(calendars: overdue.Calendars, at: datetime) -> list[Any]:
    """Parameters $1 to $7 of the statements, by the calendars at an instant."""
    soon = overdue.soon_until(calendars, at)
    waiting = overdue.waiting_since(calendars, PATIENCE, at)
    return [
        *(at, localtime.local_date(at), list(soon), list(soon.values()), list(HEADS)),
        *(list(waiting), list(waiting.values())),
    ]


async def _withdrawn(db: Database, at: datetime, now: datetime | None) -> bool:
    """Take back what a clock ahead had told; False when another sweep is at work."""
    async with db.transaction() as tx:
        ((alone, _),) = await tx.rows(_ALONE, [JOB])
        if alone:
            await tx.rows(_WITHDRAW, [JOB, max(at, now or at) + TOLERANCE, at])
    return bool(alone)


async def _everything(db: Database, known: list[Any], tally: _Tally) -> bool:
    for portion in PORTIONS:
        if not await _through(db, portion, known, tally):
            return False
    return True


async def _through(db: Database, portion: "Portion", known: list[Any], tally: _Tally) -> bool:
    """Tell all of one kind, portion by portion; False when another sweep was met and goes on with it.

    Where a portion takes longer than a statement may, on a disk that has nothing at hand for example, smaller ones follow.
    """
    place: Any = (None, None)
    while place:
        try:
            async with db.transaction() as tx:
                ((alone, _),) = await tx.rows(_ALONE, [JOB])
                if not alone:
                    return False
                end = next(iter(await tx.rows(portion.end, [*place, tally.size - 1])), None)
                (row,) = await tx.rows(portion.tell, [*known, *place, *(end or (None, None)), None])
        except errors.TooSlow:
            if tally.size <= LEAST:
                raise
            tally.size = max(LEAST, tally.size // 4)
        else:
            tally.add(row)
            place = end
    return True


#: Each portion is planned for itself: a plan that was made while the ladder was empty is a bad one for when it is full.
_ALONE = """
select pg_try_advisory_xact_lock(hashtextextended('hoso ' || $1, 0)), set_config('plan_cache_mode', 'force_custom_plan', true)
"""
_SWEPT = """
insert into watermark (job, at) values ($1, $2)
on conflict (job) do update set at = greatest(watermark.at, excluded.at)
"""

#: $1 the job, $2 the instant up to which somebody can have been told, $3 the instant to come back to. The watermark is as far
#: ahead as the clock was, so that a clock that was never wrong pays nothing.
_WITHDRAW = """
with ahead as (
  update watermark set at = $3 where job = $1 and at > $2 returning escalation_withdraw($2, $3)
)
select * from ahead
"""

#: Whoever acts for principal {principal} in {unit} and {role} on the local date, themselves when nobody does.
ACTING = """
coalesce((
  select s.substitute_id from substitution s join principal a on a.id = s.substitute_id
  where s.principal_id = {principal} and $2 between s.valid_from and s.valid_to and (a.closed_at is null or a.closed_at > $1)
    and (s.unit_code is null or s.unit_code = {unit}) and (s.role is null or s.role = {role})
  order by s.valid_from desc, s.id limit 1
), {principal})
"""


@dataclass(frozen=True, slots=True)
class Portion:
    """Statements of one kind: find the end of a portion, tell or show it.

    Parameters of `end`: $1 and $2 the place where the portion begins, $3 its size; of `end_within` also $4 units, or null for all.
    """

    end: str
    end_within: str
    tell: str
    show: str


def _portion(source: str, place: str, unit: str, due: str) -> Portion:
    """Build the statements that process one source in portions.

    A source is a table with its condition. Portions follow the order of a place (an instant and an id); `due` selects what is
    due in one, of the units in the column `unit` where only some are shown. Both places are null at the ends of the whole; the
    end belongs to its portion.
    """
    nothing = "'00000000-0000-0000-0000-000000000000'::uuid"
    begun = f"({place}) > (coalesce({{}}::timestamptz, '-infinity'), coalesce({{}}::uuid, {nothing}))"
    ended = f"({place}) <= (coalesce($10::timestamptz, 'infinity'), coalesce($11::uuid, {nothing}))"
    within = f"(${{}}::text[] is null or {unit} = any(${{}}))"
    end = (
        f"select {place} from {source} and {begun.format('$1', '$2')} {{}} order by {place} offset $3 limit 1"  # noqa: S608 - fixed text of this module
    )
    bounds = f"{begun.format('$8', '$9')} and {ended}"
    return Portion(
        end.format(""),
        end.format(f"and {within.format(4, 4)}"),
        _TELL.format(due=due.format(bounds=bounds)),
        _SHOW.format(due=due.format(bounds=f"{bounds} and {within.format(13, 13)}")),
    )


#: $1 instant, $2 local date, $3 units, $4 for each the end of what is due soon, $5 roles of a head, $6 units, $7 for each
#: since when a dossier has waited too long at reception, $8 and $9 the place where the portion before ended, $10 and $11 where
#: this one does, $12 the instant beyond which nothing that was told counts; null for none.
_DUE = f"""
with head as (
  select distinct on (r.unit_code) r.unit_code, r.role, r.principal_id
  from role_assignment r join principal p on p.id = r.principal_id
  where r.role = any($5::text[]) and $2 between r.valid_from and coalesce(r.valid_to, 'infinity')
    and (p.closed_at is null or p.closed_at > $1)
  order by r.unit_code, array_position($5::text[], r.role), r.valid_from, r.id
), soon as (
  select unit, until from unnest($3::text[], $4::timestamptz[]) as s(unit, until)
), waiting as (
  select unit, since from unnest($6::text[], $7::timestamptz[]) as w(unit, since)
), due as (
  {{due}}
), fresh as (
  select due.*, {ACTING.format(principal="due.principal_id", unit="due.unit", role="due.role")} as recipient_id
  from due
  where not exists (
    select from escalation e
    where e.subject_kind = due.kind and e.subject_id = due.id and e.cycle = due.cycle and e.level = due.level
      and e.at <= coalesce($12::timestamptz, 'infinity')
  )
)
"""  # noqa: S608 - fixed text of this module
#: What is told, and the message of it, are each kept from being there twice by a key of their own.
_TELL = f"""
{_DUE}, told as (
  insert into escalation (subject_kind, subject_id, cycle, level, recipient_id, at)
  select kind, id, cycle, level, recipient_id, $1 from fresh where recipient_id is not null
  order by kind, id, cycle, level
  on conflict do nothing
  returning level
), sent as (
  insert into outbox (dedup_key, topic, recipient_id, dossier_id, payload, created_at, available_at)
  select concat_ws('/', 'escalation', kind, id, cycle, level, (
      select 'again ' || count(*) from escalation_withdrawn w
      where w.subject_kind = kind and w.subject_id = fresh.id and w.cycle = fresh.cycle and w.level = fresh.level
      having count(*) > 0
    )), 'escalation.' || level, recipient_id, dossier_id,
    jsonb_build_object('code', code, 'reference', case when code is null then reference end, 'unit', unit, 'due', due, 'cycle', cycle, 'step', step,
      'task', case when kind = 'task' then id end),
    $1, $1
  from fresh
  where recipient_id is not null and not overtaken
  order by kind, id, cycle, level
  on conflict (dedup_key) do nothing
  returning id
)
select
  (select coalesce(jsonb_object_agg(level, number), '{{{{}}}}') from (select level, count(*) as number from told group by level) t)
    as reached,
  (select count(*) from sent) as messages,
  (select count(*) from fresh where recipient_id is null) as unaddressed
"""  # noqa: S608 - fixed text of this module
#: What a sweep would tell now: $13 units, or null for all, $14 the most rows. The dossier is looked up, as in `_STEPS`.
_SHOW = f"""
{_DUE}
select f.kind, f.id, f.cycle, f.level, f.code, f.reference, d.procedure_code as procedure, f.unit, u.name as unit_name,
  f.step, f.due, f.recipient_id as recipient, p.name as recipient_name, f.placed
from (select * from fresh where not overtaken order by placed, id limit $14) f
join lateral (select procedure_code from dossier where id = f.dossier_id limit 1) d on true
join unit u on u.code = f.unit
left join principal p on p.id = f.recipient_id
order by f.placed, f.id
"""  # noqa: S608 - fixed text of this module
_DOSSIERS = f"""
  select 'dossier' as kind, d.id, d.id as dossier_id, d.cycle, rung.level, d.code, d.reference, d.handling_unit as unit,
    null as step, d.due_promised as due, d.due_promised as placed, h.principal_id, h.role,
    rung.level = '{Level.DUE_SOON}' and d.due_promised < $1 as overtaken
  from dossier d
  left join soon on soon.unit = d.handling_unit
  left join head h on h.unit_code = d.handling_unit
  join lateral (values ('{Level.DUE_SOON}', soon.until), ('{Level.OVERDUE}', $1)) as rung(level, until)
    on d.due_promised < rung.until
  where {dossier.RUNNING} and d.clock_running and d.due_promised < (select greatest(max(until), $1) from soon) and {{bounds}}
"""  # noqa: S608 - fixed text of this module
#: A late step looks its dossier up (`limit 1`): joined, the planner would read every dossier there ever was.
_STEPS = f"""
  select 'task' as kind, t.id, t.dossier_id, d.cycle,
    case when p.id is null then '{Level.STEP_UNCLAIMED}' else '{Level.STEP_DUE}' end as level, d.code, d.reference,
    t.unit_code as unit, t.name as step, t.due_own as due, t.due_own as placed, coalesce(p.id, h.principal_id) as principal_id,
    case when p.id is null then h.role else t.role end as role, false as overtaken
  from user_task t
  join lateral (select cycle, code, reference from dossier where id = t.dossier_id limit 1) d on true
  left join principal p on p.id = t.assignee_id and (p.closed_at is null or p.closed_at > $1)
  left join head h on h.unit_code = t.unit_code
  where {overdue.LIMITED_STEPS} and t.due_own < $1 and {{bounds}}
"""  # noqa: S608 - fixed text of this module
#: What waits at reception: told of the dossier, in a cycle for each time that its term has begun, from 0. Who awaits a supplement
#: does not wait for reception; when it has come, reception's step starts again, and so does its wait. What was told already goes out
#: first: the planner takes these dossiers for two or three and would look up step, unit and head of each.
_RECEPTIONS = f"""
  select 'dossier' as kind, d.id, d.id as dossier_id, d.reception_number - 1 as cycle, rung.level, d.code, d.reference,
    d.receiving_unit as unit,
    s.name as step, d.reception_due as due, d.filed_at as placed, coalesce(rung.officer, h.principal_id) as principal_id,
    case when rung.officer is null then h.role else s.role end as role,
    rung.level = '{Level.RECEPTION_WAITS}' and d.reception_due < $1 as overtaken
  from (
    select * from dossier d where {dossier.AT_RECEPTION} and not {clock_stop.stands_still("d.id")} and {{bounds}} and 2 > (
      select count(*) from escalation e where e.subject_kind = 'dossier' and e.subject_id = d.id
        and e.cycle = d.reception_number - 1 and e.level in ('{Level.RECEPTION_WAITS}', '{Level.RECEPTION_OVERDUE}')
        and e.at <= coalesce($12::timestamptz, 'infinity')
    )
  ) d
  left join waiting on waiting.unit = d.receiving_unit
  left join head h on h.unit_code = d.receiving_unit
  left join lateral (
    select name, role, assignee_id, arrived_at from user_task
    where dossier_id = d.id and {task.OPEN} and milestone = 'accept' order by opened_at, id limit 1
  ) s on true
  left join principal p on p.id = s.assignee_id and (p.closed_at is null or p.closed_at > $1)
  left join lateral (
    select du.principal_id from duty du
    where du.unit_code = d.receiving_unit and du.day = $2 and d.entry_channel = 'online'
      and {duty_roster.AVAILABLE.format(principal="du.principal_id", unit="du.unit_code", day="du.day", at="$1")}
    order by du.kind = 'backup' limit 1
  ) duty on true
  join lateral (values
    ('{Level.RECEPTION_WAITS}', coalesce(s.arrived_at, d.filed_at) <= waiting.since, coalesce(p.id, duty.principal_id)),
    ('{Level.RECEPTION_OVERDUE}', d.reception_due < $1, null)
  ) as rung(level, reached, officer) on rung.reached
"""  # noqa: S608 - fixed text of this module

PORTIONS = (
    _portion(f"dossier d where {dossier.RUNNING}", "d.due_promised, d.id", "d.handling_unit", _DOSSIERS),
    _portion(
        f"user_task t where {task.OPEN} and t.due_own is not null", "t.due_own, t.id", "t.unit_code", _STEPS
    ),
    _portion(f"dossier d where {dossier.AT_RECEPTION}", "d.filed_at, d.id", "d.receiving_unit", _RECEPTIONS),
)
