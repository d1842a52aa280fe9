-- The dossiers behind a figure of the report; begins with lateness_fates.sql.
--
-- `number` is how many there are, whatever part of them is asked for; `counted` is how many of them the reader is told the number of
-- alone. What became of a dossier after the period is left out.
, chosen as materialized (
  select id, code, procedure_code, workflow_version_id, case_id, handling_unit, accepted_at, late_since, went,
    case when went = 'closed_otherwise' then closed_at when not is_open then result_ready_at end as finished_at
  from placed where {chosen}
), shown as (
  select * from chosen where {conditions} order by accepted_at, id limit {limit}
)
select d.id, d.code, d.procedure_code as procedure, v.name as procedure_name, d.handling_unit as unit, u.name as unit_name,
  d.accepted_at, held.due_legal as due, held.due_promised as promised, d.finished_at, d.went,
  case when d.late_since < $2 then d.late_since end as late_since, stood.started_at as still_since, stood.source as still_source,
  n.number, n.counted
from (select count(*) as number, count(*) filter (where {counted}) as counted from chosen) n
left join shown d on true
left join unit u on u.code = d.handling_unit
left join workflow_version v on v.id = d.workflow_version_id
left join lateral (
  select due_legal, due_promised from appointment a where a.dossier_id = d.id and a.made_at < $2 order by a.number desc limit 1
) held on true
left join lateral (
  select s.started_at, s.source from clock_stop s
  where s.dossier_id = d.id and s.started_at < $2 and (s.ended_at is null or s.ended_at >= $2)
  order by s.started_at, s.number limit 1
) stood on true
order by d.accepted_at, d.id
