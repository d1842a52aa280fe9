-- Each dossier of a period once, with how it came into the period and where it stood when the period ended.
--
-- $1 begin, $2 end (not included), $3 a unit with those below it, or null for all; `part`, the unit of the dossier by which it is
-- placed: `handling` or `receiving`. `handling` stands for that unit in either case, as it was at the end where it is the part.
--
-- `came` and `went` are columns of the report; a dossier without a `went` breaks its identity. A statement goes on behind it.
--
-- What happened after the end changes nothing: a dossier that was taken up again since counts with the result that it had then,
-- one that went to a successor since with the unit that had it then.
--
-- Relies on: ix_dossier_ended, whose expression `fate` repeats, for whatever was open or ended since the period began;
-- `appointment` for the date that held at its end and, by ix_appointment_reopened, for what was taken up again; `clock_stop` for
-- whether the clock stood still then. A dossier whose clock was stopped after its due date keeps that in `late_since`; one stopped
-- before it is not late however long it waits.
with recursive scope as (
  select code, name from unit where code = $3 or $3::text is null
  union
  select u.code, u.name from unit u join scope on u.parent_code = scope.code
), again as materialized (
  select r.id, ended.at, ended.kind
  from (select distinct dossier_id as id from appointment where kind = 'reopened' and made_at >= $2) r
  left join lateral (
    select e.at, e.kind from dossier_event e
    where e.dossier_id = r.id and e.at < $2
      and e.kind in ('result_ready', 'withdrawn', 'stopped', 'closed_unanswered', 'reopened')
    order by e.seq desc limit 1
  ) ended on true
), moved as materialized (
  select distinct on (e.dossier_id) e.dossier_id as id, e.payload ->> 'from' as unit
  from dossier_event e
  where e.at >= $2 and e.kind = 'unit_replaced' and e.payload -> 'units' ? '{part}'
    and exists (select from rehoming where updated_at >= $2)
  order by e.dossier_id, e.seq
), fate as (
  select d.id, d.code, d.procedure_code, d.workflow_version_id, d.case_id, d.{part}_unit as unit, d.handling_unit, d.entry_channel, d.entry_site, d.filed_on_portal, d.accepted_at, d.late_since,
    d.verdict, d.result_ready_at, d.closed_at, d.result_ready_at is not null as is_resolved,
    coalesce(d.result_ready_at, d.closed_at) >= $2 or coalesce(d.result_ready_at, d.closed_at) is null as is_open
  from dossier d
  where d.accepted_at < $2 and coalesce(d.result_ready_at, d.closed_at, 'infinity'::timestamp with time zone) >= $1
    and (d.result_ready_at is null or d.result_ready_at >= $1) and (d.closed_at is null or d.closed_at >= $1)
    and d.id not in (select id from again)
  union all
  select d.id, d.code, d.procedure_code, d.workflow_version_id, d.case_id, d.{part}_unit as unit, d.handling_unit, d.entry_channel, d.entry_site, d.filed_on_portal, d.accepted_at, d.late_since,
    case
      when held.due_legal is null then 'late'
      when (a.at at time zone 'Asia/Ho_Chi_Minh')::date < (held.due_legal at time zone 'Asia/Ho_Chi_Minh')::date then 'early'
      when a.at <= held.due_legal then 'on_time'
      else 'late'
    end,
    case when a.kind = 'result_ready' then a.at end,
    case when a.kind in ('withdrawn', 'stopped', 'closed_unanswered') then a.at end,
    coalesce(a.kind = 'result_ready', false), coalesce(a.kind, 'reopened') = 'reopened'
  from again a join dossier d on d.id = a.id
  left join lateral (
    select due_legal from appointment p where p.dossier_id = a.id and p.made_at <= a.at order by p.number desc limit 1
  ) held on true
  where d.accepted_at < $2 and (coalesce(a.kind, 'reopened') = 'reopened' or a.at >= $1)
), placed as (
  select d.id, d.code, d.procedure_code, d.workflow_version_id, d.case_id, coalesce(m.unit, d.unit) as unit, {handling} as handling_unit,
    d.entry_channel, d.entry_site, d.filed_on_portal, d.accepted_at, d.late_since, d.result_ready_at, d.closed_at, d.is_open,
    case when d.accepted_at >= $1 then 'received' else 'carried_over' end as came,
    case
      when not d.is_open and d.is_resolved then d.verdict
      when not d.is_open then 'closed_otherwise'
      when coalesce(d.late_since < $2, false) or (
        (select a.due_legal from appointment a where a.dossier_id = d.id and a.made_at < $2 order by a.number desc limit 1) < $2
        and not exists (
          select from clock_stop s where s.dossier_id = d.id and s.started_at < $2 and (s.ended_at is null or s.ended_at >= $2)
        )
      ) then 'open_overdue'
      else 'open_within'
    end as went
  from fate d left join moved m on m.id = d.id
  where coalesce(m.unit, d.unit) in (select code from scope)
)
