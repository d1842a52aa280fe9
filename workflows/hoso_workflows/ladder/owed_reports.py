"""Statements by which the ladder tells of reports that units owe.

A report is watched until it is submitted for the first time, by which its lateness is judged (ADR 0071), and from its deadline: the
beginning of the first day that is too late. They are few, so that one statement of its own tells all of them.
"""

from typing import Any

from hoso_models import RungRecipient, RungSubject
from hoso_workflows import localtime
from hoso_workflows.ladder.rungs import Held
from hoso_workflows.organisation.permissions import ASSIGNERS, OFFICES
from hoso_workflows.organisation.telling import ACTING

#: Days behind the deadline after which nobody is told any more: what was owed before the house knew of it.
PATIENCE = 120
#: Who is found above the unit, one each; the others are found by their roles in a unit.
ABOVE = (RungRecipient.AGENCY_HEAD, RungRecipient.COORDINATOR)


def parameters(held: Held) -> list[Any]:
    """Parameters $1 to $12: instant, date, rungs by unit, and who is told there."""
    reaches = held.of(RungSubject.REPORT)
    people = [each for each in held.people if each.recipient in ABOVE]
    return [
        held.at,
        localtime.local_date(held.at),
        PATIENCE,
        list(ASSIGNERS),
        *([getattr(each, name) for each in reaches] for name in ("unit", "level", "until", "recipient")),
        *([getattr(each, name) for each in people] for name in ("unit", "recipient", "principal", "role")),
    ]


_OFFICES = ", ".join(f"'{office}'" for office in OFFICES)
_OF_UNIT = "r.unit_code = {unit} and $2::date between r.valid_from and coalesce(r.valid_to, 'infinity') and r.role {roles}"
#: $1 instant, $2 local date, $3 days of patience, $4 roles of a head; by unit and rung $5 units, $6 levels, $7 instants before which
#: something must have been due, $8 recipients; by unit and recipient above it $9 units, $10 recipients, $11 persons, $12 roles; $13 the
#: instant beyond which nothing that was told counts; null for none. Of what somebody is told at once only the last rung is a message.
_CALLED = f"""
with rung as (
  select unit, level, until, recipient
  from unnest($5::text[], $6::text[], $7::timestamptz[], $8::text[]) as r(unit, level, until, recipient)
), above as (
  select unit, recipient, principal_id, role
  from unnest($9::text[], $10::text[], $11::uuid[], $12::text[]) as a(unit, recipient, principal_id, role)
), owed as (
  select o.id, o.unit_code as unit, o.period_key as period, o.due_before, o.due_before::timestamp at time zone '{localtime.ZONE}' as due,
    k.name as report, case o.part when 'agency' then k.consolidating_unit else k.receiving_unit end as awaiting,
    (
      select r.principal_id from role_assignment r join principal p on p.id = r.principal_id and (p.closed_at is null or p.closed_at > $1)
      where p.id = coalesce(o.written_for, o.written_by)
        and {_OF_UNIT.format(unit="o.unit_code", roles=f"not in ({_OFFICES})")} limit 1
    ) as writer
  from report_obligation o join report_kind k on k.id = o.kind_id
  where o.first_submitted_at is null and o.due_before > $2::date - $3::int
), due as (
  select o.*, r.level, r.until, r.recipient from owed o join rung r on r.unit = o.unit and o.due < r.until
  where not exists (
    select from escalation e
    where e.subject_kind = 'report' and e.subject_id = o.id and e.cycle = 1 and e.level = r.level
      and e.at <= coalesce($13::timestamptz, 'infinity')
  )
), asked as (
  select d.*, w.principal_id, w.role, w.place from due d left join lateral (
    select a.principal_id, a.role, a.unit as place from above a where a.unit = d.unit and a.recipient = d.recipient
    union all
    select r.principal_id, r.role, r.unit_code from role_assignment r
    join principal p on p.id = r.principal_id and (p.closed_at is null or p.closed_at > $1)
    where d.recipient = '{RungRecipient.HOLDER}' and r.principal_id = d.writer and {_OF_UNIT.format(unit="d.unit", roles=f"not in ({_OFFICES})")}
      or d.recipient = '{RungRecipient.AWAITING_HEAD}' and {_OF_UNIT.format(unit="d.awaiting", roles="= any($4::text[])")}
      or (d.recipient = '{RungRecipient.HEAD}' or d.recipient = '{RungRecipient.HOLDER}' and d.writer is null)
        and {_OF_UNIT.format(unit="d.unit", roles="= any($4::text[])")}
  ) w on true
), called as (
  select x.*, {ACTING.format(principal="x.principal_id", unit="x.place", role="x.role")} as recipient_id from asked x
), sent_once as (
  select distinct on (id, recipient_id, case when recipient_id is null then level end) * from called
  order by id, recipient_id, case when recipient_id is null then level end, until, level
)
"""  # noqa: S608 - fixed text of this module
#: What is told once for each report and level, and one message of it to each who is told.
TELL = f"""
{_CALLED}, told as (
  insert into escalation (subject_kind, subject_id, cycle, level, recipient_id, at)
  select distinct on (c.id, c.level) 'report', c.id, 1, c.level, c.recipient_id, $1
  from called c left join sent_once s using (id, level, recipient_id) where c.recipient_id is not null
  order by c.id, c.level, s.unit is null, c.recipient_id
  on conflict do nothing
  returning level
), sent as (
  insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
  select concat_ws('/', 'escalation', 'report', s.id, 1, s.level, s.recipient_id, (
      select 'again ' || count(*) from escalation_withdrawn w
      where w.subject_kind = 'report' and w.subject_id = s.id and w.cycle = 1 and w.level = s.level having count(*) > 0
    )), 'escalation.' || s.level, s.recipient_id,
    jsonb_build_object('obligation', s.id, 'report', s.report, 'period', s.period, 'unit', s.unit, 'unit_name', u.name,
      'day', s.due_before, 'due', s.due, 'cycle', 1, 'subject', 'report'),
    $1, $1
  from sent_once s join unit u on u.code = s.unit where s.recipient_id is not null
  order by 1
  on conflict (dedup_key) do nothing
  returning id
)
select
  (select coalesce(jsonb_object_agg(level, number), '{{}}') from (select level, count(*) as number from told group by level) t) as reached,
  (select count(*) from sent) as messages,
  (select count(*) from called where recipient_id is null) as unaddressed
"""  # noqa: S608 - fixed text of this module
#: What a sweep would tell now: $14 units, or null for all, $15 and $16 the place behind which it begins, $17 how many rows, and those
#: of the last one's place.
SHOW = f"""
{_CALLED}
select 'report' as kind, s.id, 1 as cycle, s.level, 'report' as watched, null as reference, null as code, null as procedure,
  s.report, s.period, s.unit, u.name as unit_name, null as step, s.due, s.recipient_id as recipient, p.name as recipient_name,
  s.due as placed
from (
  select * from sent_once
  where ($14::text[] is null or unit = any($14))
    and (due, id) > (coalesce($15::timestamptz, '-infinity'), coalesce($16::uuid, '00000000-0000-0000-0000-000000000000'))
  order by due, id fetch first ($17::bigint) rows with ties
) s
join unit u on u.code = s.unit left join principal p on p.id = s.recipient_id
order by s.due, s.id, s.until desc, s.level, p.name, p.id
"""  # noqa: S608 - fixed text of this module
