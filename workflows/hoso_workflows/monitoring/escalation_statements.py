"""Statements of the escalation sweep, by what it watches.

Each subject has its own source; the rest is common. `parameters` gives what they are asked with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hoso_models import RungRecipient, RungSubject
from hoso_models.tables import clock_stop, consultation, dossier, task
from hoso_workflows import localtime
from hoso_workflows.clock import at_desk
from hoso_workflows.ladder import rungs
from hoso_workflows.monitoring import overdue
from hoso_workflows.organisation import duty_roster
from hoso_workflows.organisation.permissions import tracking
from hoso_workflows.organisation.telling import ACTING


def parameters(held: rungs.Held, subject: RungSubject) -> list[Any]:
    """Parameters $1 to $16 of the statements of a subject.

    The instant and its date, the rungs by unit, and who is told there.
    """
    reaches = held.of(subject)
    return [
        held.at,
        localtime.local_date(held.at),
        [each.unit for each in reaches],
        [each.level for each in reaches],
        [each.moment for each in reaches],
        [each.until for each in reaches],
        [each.overtaken for each in reaches],
        [each.recipient for each in reaches],
        [each.held for each in reaches],
        [each.procedure for each in reaches],
        [each.role for each in reaches],
        ["|".join(each.but) or None for each in reaches],
        [each.unit for each in held.people],
        [each.recipient for each in held.people],
        [each.principal for each in held.people],
        [each.role for each in held.people],
    ]


@dataclass(frozen=True, slots=True)
class Portion:
    """Statements of one subject: find the end of a portion, tell or show it.

    Parameters of `end`: $1 and $2 the place where the portion begins, $3 its size; of `end_within` also $4 units, or null for all.
    """

    subject: RungSubject
    end: str
    end_within: str
    tell: str
    show: str


def _portion(
    subject: RungSubject, source: str, place: str, unit: str, due: str, holder: str, seat: str = "f.unit"
) -> Portion:
    """Build the statements that process one subject in portions.

    A source is a table with its condition. Portions follow the order of a place (an instant and an id); `due` selects what is
    due in one, of the units in the column `unit` where only some are shown; `holder` joins who has it, and `seat` is the unit whose
    head is told. Both places are null at the ends of the whole; the end belongs to its portion.
    """
    nothing = "'00000000-0000-0000-0000-000000000000'::uuid"
    begun = f"({place}) > (coalesce({{}}::timestamptz, '-infinity'), coalesce({{}}::uuid, {nothing}))"
    ended = f"({place}) <= (coalesce($19::timestamptz, 'infinity'), coalesce($20::uuid, {nothing}))"
    within = f"(${{}}::text[] is null or {unit} = any(${{}}))"
    end = (
        f"select {place} from {source} and {begun.format('$1', '$2')} {{}} order by {place} offset $3 limit 1"  # noqa: S608 - fixed text of this module
    )
    bounds = f"{begun.format('$17', '$18')} and {ended}"
    return Portion(
        subject,
        end.format(""),
        end.format(f"and {within.format(4, 4)}"),
        _TELL.format(due=due.format(bounds=bounds), holder=holder, subject=subject, seat=seat),
        _SHOW.format(
            due=due.format(bounds=f"{bounds} and {within.format(22, 22)}"),
            holder=holder,
            subject=subject,
            seat=seat,
        ),
    )


#: $1 instant, $2 local date; by unit and rung $3 units, $4 levels, $5 moments, $6 instants before which something must have been due
#: or begun, $7 those before which a later rung tells the same person, $8 recipients, $9 whether somebody has it, $10 procedures,
#: $11 roles, $12 what narrower rungs are for; by unit and recipient $13 units, $14 recipients, $15 persons, $16 roles; $17 and $18 the
#: place where the portion before ended, $19 and $20 where this one does, $21 the instant beyond which nothing that was told counts;
#: null for none. What was told already goes out before anybody is looked up: in a steady sweep that is all. What `began` later than
#: the instant is left to a clock that is not slow.
_TO_HOLDER = f"f.recipient = '{RungRecipient.HOLDER}'"
_TO_RECEIVING = f"f.recipient = '{RungRecipient.RECEIVING_HEAD}'"
_DUE = f"""
with rung as (
  select unit, level, moment, until, overtaken, recipient, held, procedure, role, string_to_array(but, '|') as but
  from unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::boolean[], $10::text[],
    $11::text[], $12::text[]) as r(unit, level, moment, until, overtaken, recipient, held, procedure, role, but)
), person as (
  select unit, recipient, principal_id, role
  from unnest($13::text[], $14::text[], $15::uuid[], $16::text[]) as p(unit, recipient, principal_id, role)
), due as (
  {{due}}
), fresh as materialized (
  select * from due
  where (due.began is null or due.began <= $1) and not exists (
    select from escalation e
    where e.subject_kind = due.kind and e.subject_id = due.id and e.cycle = due.cycle and e.level = due.level
      and ($21::timestamptz is null or e.at <= $21)
  )
), addressed as (
  select f.*, coalesce(w.officer, h.principal_id) as principal_id, coalesce(w.role, h.role) as role,
    coalesce(w.place, {{seat}}) as place
  from fresh f
  left join person h on h.unit = {{seat}}
    and h.recipient = case when {_TO_HOLDER} or {_TO_RECEIVING} then '{RungRecipient.HEAD}' else f.recipient end
  left join lateral ({{holder}}) w on {_TO_HOLDER} and w.officer is not null
), found as (
  select x.*, {ACTING.format(principal="x.principal_id", unit="x.place", role="x.role")} as recipient_id from addressed x
), called as (
  select *, not overtaken and (recipient_id is null or 1 = row_number() over (
      partition by kind, id, cycle, recipient_id order by overtaken, until, level
    )) as heard
  from found
)
"""  # noqa: S608 - fixed text of this module
#: What is told, and the message of it to each who is, are each kept from being there twice by a key of their own.
_TELL = f"""
{_DUE}, told as (
  insert into escalation (subject_kind, subject_id, cycle, level, recipient_id, at)
  select distinct on (kind, id, cycle, level) kind, id, cycle, level, recipient_id, $1 from called where recipient_id is not null
  order by kind, id, cycle, level, heard desc, recipient_id
  on conflict do nothing
  returning level
), sent as (
  insert into outbox (dedup_key, topic, recipient_id, dossier_id, payload, created_at, available_at)
  select concat_ws('/', 'escalation', kind, id, cycle, level, recipient_id, (
      select 'again ' || count(*) from escalation_withdrawn w
      where w.subject_kind = kind and w.subject_id = called.id and w.cycle = called.cycle and w.level = called.level
      having count(*) > 0
    )), 'escalation.' || level, recipient_id, dossier_id,
    jsonb_build_object('code', code, 'reference', case when code is null then reference end, 'unit', unit, 'due', due, 'cycle', cycle, 'step', step,
      'task', case when kind = 'task' then id end, 'subject', '{{subject}}', 'consultation', case when kind = 'consultation' then id end),
    $1, $1
  from called
  where recipient_id is not null and heard
  order by kind, id, cycle, level, recipient_id
  on conflict (dedup_key) do nothing
  returning id
)
select
  (select coalesce(jsonb_object_agg(level, number), '{{{{}}}}') from (select level, count(*) as number from told group by level) t)
    as reached,
  (select count(*) from sent) as messages,
  (select count(*) from called where recipient_id is null) as unaddressed
"""  # noqa: S608 - fixed text of this module
#: True for what a reader is told as a number only: $24 units of their authorities, $25 and $26 cases that are counted only.
_COUNTED = f"""(cardinality($25::uuid[]) > 0
  and exists (select from dossier d where d.id = called.dossier_id and {tracking.counts_sql("d", "$24", "$25", "$26")}))"""
#: What a sweep would tell now: $22 units, or null for all, $23 how many rows, and those of the last one's place, $27 what is told as a
#: number only, instead of the rest. The dossier is looked up, as in `_STEPS`.
_SHOW = f"""
{_DUE}
select f.kind, f.id, f.cycle, f.level, '{{subject}}' as watched, f.code, f.reference, d.procedure_code as procedure, u.code as unit,
  u.name as unit_name, f.step, f.due, f.recipient_id as recipient, p.name as recipient_name, f.placed
from (select * from called where heard and {_COUNTED} = $27 order by placed, id fetch first ($23::bigint) rows with ties) f
join lateral (select procedure_code from dossier where id = f.dossier_id limit 1) d on true
join unit u on u.code = case when f.recipient_id is null then f.place else f.unit end
left join principal p on p.id = f.recipient_id
order by f.placed, f.id, f.level, p.name, f.recipient_id
"""  # noqa: S608 - fixed text of this module


def _rungs(unit: str, due: str, procedure: str, role: str | None = None, begun: str | None = None) -> str:
    """SQL of the rungs r that something has reached in a unit."""
    reached = (
        f"{due} < r.until"
        if begun is None
        else f"case r.moment when 'begun' then {begun} <= r.until else {due} < r.until end"
    )
    any_role = "'*'" if role is None else role
    patterns = f"array[{procedure} || '/' || {any_role}, {procedure} || '/*', '*/' || {any_role}]"
    # A rung with a role is one of steps.
    of_role = "" if role is None else f" and (r.role is null or r.role = {role})"
    return (
        f"rung r on r.unit = {unit} and {reached} and (r.procedure is null or r.procedure = {procedure}){of_role}"
        f" and (r.but is null or not ({patterns} && r.but))"
    )


def _told(kind: str, identity: str, cycle: str) -> str:
    """SQL of the levels that were told already of something in a cycle."""
    there = f"e.subject_kind = '{kind}' and e.subject_id = {identity} and e.cycle = {cycle}"
    return (
        f"array(select e.level from escalation e where {there} and ($21::timestamptz is null or e.at <= $21))"  # noqa: S608 - fixed text of this module
    )


#: Who has something, where they have not left.
_OPEN = "(p.closed_at is null or p.closed_at > $1)"
_OVERTAKEN = "coalesce({due} < r.overtaken, false)"
#: What was told already is looked up once for each dossier, behind a fence: the planner takes the rungs for one, and would read the
#: whole portion again for each.
_DOSSIERS = f"""
  select 'dossier' as kind, d.id, d.id as dossier_id, d.cycle, r.level, d.code, d.reference, d.handling_unit as unit,
    d.receiving_unit, null as step, d.due_promised as due, d.due_promised as placed, r.until, r.recipient, {_OVERTAKEN.format(due="d.due_promised")} as overtaken,
    (select min(made_at) from appointment where dossier_id = d.id and cycle = d.cycle) as began
  from (
    select d.id, d.cycle, d.code, d.reference, d.procedure_code, d.handling_unit, d.receiving_unit, d.due_promised, {_told("dossier", "d.id", "d.cycle")} as told
    from dossier d
    where {dossier.RUNNING} and d.clock_running and d.due_promised < (select max(until) from rung) and {{bounds}}
    offset 0
  ) d
  join {_rungs("d.handling_unit", "d.due_promised", "d.procedure_code")} and r.level <> all(d.told)
"""  # noqa: S608 - fixed text of this module
#: Whoever has an open step of a dossier, as the unit of that step knows them.
_AT_STEPS = f"""
  select distinct p.id as officer, s.role, s.unit_code as place from user_task s join principal p on p.id = s.assignee_id and {_OPEN}
  where s.dossier_id = f.dossier_id and s.{task.OPEN}
"""  # noqa: S608 - fixed text of this module
#: A late step looks its dossier up (`limit 1`): joined, the planner would read every dossier there ever was. The fence is as above.
_STEPS = f"""
  select 'task' as kind, t.id, t.dossier_id, t.cycle, r.level, t.code, t.reference, t.unit_code as unit, t.name as step,
    t.due_own as due, t.due_own as placed, r.until, r.recipient, {_OVERTAKEN.format(due="t.due_own")} as overtaken, t.arrived_at as began,
    t.officer, t.role as officer_role
  from (
    select t.id, t.dossier_id, d.cycle, d.code, d.reference, t.unit_code, t.name, t.due_own, t.arrived_at, t.procedure_code, t.role, p.id as officer, {_told("task", "t.id", "d.cycle")} as told
    from user_task t
    join lateral (select cycle, code, reference from dossier where id = t.dossier_id limit 1) d on true
    left join principal p on p.id = t.assignee_id and {_OPEN}
    where {overdue.LIMITED_STEPS} and t.due_own < (select max(until) from rung) and {{bounds}}
    offset 0
  ) t
  join {_rungs("t.unit_code", "t.due_own", "t.procedure_code", "t.role")} and (r.held is null or r.held = (t.officer is not null))
    and r.level <> all(t.told)
"""  # noqa: S608 - fixed text of this module
_OF_STEP = "select f.officer, f.officer_role as role, f.unit as place"
#: What waits at reception: told of the dossier, in a cycle for each time that its term has begun, from 0. Who awaits a supplement
#: does not wait for reception; when it has come, reception's step starts again, and so does its wait. What was told already goes out
#: first: the planner takes these dossiers for two or three and would look up step and unit of each.
_RECEPTIONS = f"""
  select 'dossier' as kind, d.id, d.id as dossier_id, d.reception_number - 1 as cycle, r.level, d.code, d.reference,
    d.receiving_unit as unit, s.name as step, d.reception_due as due, d.filed_at as placed, r.until, r.recipient,
    r.moment = 'begun' and d.reception_due < $1 and exists (
      select from rung o where o.unit = r.unit and o.moment = 'due' and d.reception_due < o.until
    ) as overtaken,
    s.assignee_id as officer, s.role as officer_role, d.entry_channel as channel, coalesce(s.arrived_at, d.filed_at) as began
  from (
    select d.* from dossier d join (select unit, count(*) as number from rung group by unit) n on n.unit = d.receiving_unit
    where {dossier.AT_RECEPTION} and not {clock_stop.stands_still("d.id")} and {{bounds}} and n.number > (
      select count(*) from escalation e where e.subject_kind = 'dossier' and e.subject_id = d.id
        and e.cycle = d.reception_number - 1 and e.level = any(array(select distinct level from rung))
        and ($21::timestamptz is null or e.at <= $21)
    )
  ) d
  left join lateral (
    select name, role, assignee_id, arrived_at from user_task
    where dossier_id = d.id and {task.OPEN} and milestone = 'accept' order by opened_at, id limit 1
  ) s on true
  join {_rungs("d.receiving_unit", "d.reception_due", "d.procedure_code", begun="coalesce(s.arrived_at, d.filed_at)")}
"""  # noqa: S608 - fixed text of this module
_AT_RECEPTION = f"""
  select coalesce(
    (select p.id from principal p where p.id = f.officer and {_OPEN}),
    (
      select du.principal_id from duty du
      where du.unit_code = f.unit and du.day = $2 and f.channel = 'online'
        and {duty_roster.AVAILABLE.format(principal="du.principal_id", unit="du.unit_code", day="du.day", at="$1")}
      order by du.kind = 'backup' limit 1
    )
  ) as officer, f.officer_role as role, f.unit as place
"""  # noqa: S608 - fixed text of this module
#: Opinions that were not given. While the dossier stands still they are awaited all the same.
_CONSULTATIONS = f"""
  select 'consultation' as kind, c.id, c.dossier_id, 1 as cycle, r.level, d.code, d.reference, c.unit_code as unit,
    null as step, c.due_at as due, c.due_at as placed, r.until, r.recipient, {_OVERTAKEN.format(due="c.due_at")} as overtaken,
    c.asked_by as officer, c.asked_at as began
  from consultation c
  join lateral (select code, reference, procedure_code from dossier where id = c.dossier_id limit 1) d on true
  join {_rungs("c.unit_code", "c.due_at", "d.procedure_code")}
  where c.{consultation.OPEN} and c.outcome is null and c.due_at < (select max(until) from rung) and {{bounds}}
"""  # noqa: S608 - fixed text of this module
_ASKER = f"select p.id as officer, null as role, f.unit as place from principal p where p.id = f.officer and {_OPEN}"  # noqa: S608 - fixed text of this module
#: Supplements that the applicant owes, of the desk that asked for them; a cycle for each time that one was asked for.
_SUPPLEMENTS = f"""
  select 'supplement' as kind, d.id, d.id as dossier_id, coalesce(stop.number, 0) as cycle, r.level, d.code, d.reference,
    d.receiving_unit as unit, null as step, d.answer_due as due, d.answer_due as placed, r.until, r.recipient,
    {_OVERTAKEN.format(due="d.answer_due")} as overtaken, stop.began
  from dossier d
  join {_rungs("d.receiving_unit", "d.answer_due", "d.procedure_code")}
  left join lateral (
    select max(number) as number, max(started_at) as began from clock_stop where dossier_id = d.id and source = 'supplement' and {clock_stop.LASTING}
  ) stop on true
  where d.answer_due is not null and d.answer_due < (select max(until) from rung) and {{bounds}}
"""  # noqa: S608 - fixed text of this module
#: Results that are not ready for their owners, of the unit that returns them. What is ready waits for nobody of the house.
_RETURNS = f"""
  select 'dossier' as kind, d.id, d.id as dossier_id, d.cycle, r.level, d.code, d.reference, d.receiving_unit as unit,
    null as step, d.due_promised as due, d.due_promised as placed, r.until, r.recipient, {_OVERTAKEN.format(due="d.due_promised")} as overtaken,
    d.result_ready_at as began
  from (
    select d.id, d.cycle, d.code, d.reference, d.procedure_code, d.receiving_unit, d.due_promised, d.result_ready_at, {_told("dossier", "d.id", "d.cycle")} as told
    from dossier d
    where {at_desk.AWAITS_RETURN} and not {at_desk.IS_READY} and d.due_promised < (select max(until) from rung) and {{bounds}}
    offset 0
  ) d
  join {_rungs("d.receiving_unit", "d.due_promised", "d.procedure_code")} and r.level <> all(d.told)
"""  # noqa: S608 - fixed text of this module
_AT_DESK = f"""
  select p.id as officer, s.role, f.unit as place from (
    select role, assignee_id from user_task where dossier_id = f.dossier_id and {task.OPEN} and unit_code = f.unit
    order by opened_at, id limit 1
  ) s join principal p on p.id = s.assignee_id and {_OPEN}
"""  # noqa: S608 - fixed text of this module

PORTIONS: Sequence[Portion] = (
    _portion(
        RungSubject.DOSSIER,
        f"dossier d where {dossier.RUNNING}",
        "d.due_promised, d.id",
        "d.handling_unit",
        _DOSSIERS,
        _AT_STEPS,
        f"case when {_TO_RECEIVING} then f.receiving_unit else f.unit end",
    ),
    _portion(
        RungSubject.STEP,
        f"user_task t where {task.OPEN} and t.due_own is not null",
        "t.due_own, t.id",
        "t.unit_code",
        _STEPS,
        _OF_STEP,
    ),
    _portion(
        RungSubject.RECEPTION,
        f"dossier d where {dossier.AT_RECEPTION}",
        "d.filed_at, d.id",
        "d.receiving_unit",
        _RECEPTIONS,
        _AT_RECEPTION,
    ),
    _portion(
        RungSubject.CONSULTATION,
        f"consultation c where c.{consultation.OPEN} and c.outcome is null",
        "c.due_at, c.id",
        "c.unit_code",
        _CONSULTATIONS,
        _ASKER,
    ),
    _portion(
        RungSubject.SUPPLEMENT,
        "dossier d where d.answer_due is not null",
        "d.answer_due, d.id",
        "d.receiving_unit",
        _SUPPLEMENTS,
        _AT_DESK,
    ),
    _portion(
        RungSubject.RETURN,
        f"dossier d where {at_desk.AWAITS_RETURN}",
        "d.due_promised, d.id",
        "d.receiving_unit",
        _RETURNS,
        _AT_STEPS,
    ),
)
