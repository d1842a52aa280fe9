-- Form II.07 by handling unit and field; begins with lateness_fates.sql. Whoever went beyond their own limit most is the cause.
, judged as (
  select p.handling_unit, coalesce(v.manifest ->> 'field', '') as field, p.went, (
    select case when e.unit = p.handling_unit and not e.opinion then 'own' else 'others' end
    from (
      select t.unit_code as unit, false as opinion, least(t.closed_at, p.result_ready_at, $2) - t.due_own as beyond
      from user_task t where t.dossier_id = p.id and t.opened_at < $2 and t.due_own is not null
      union all
      select c.unit_code, true, least(c.closed_at, p.result_ready_at, $2) - c.due_at
      from consultation c where c.dossier_id = p.id and c.asked_at < $2
    ) e where e.beyond > interval '0' order by e.beyond desc limit 1
  ) as cause
  from placed p join workflow_version v on v.id = p.workflow_version_id
  where p.went in ('late', 'open_overdue')
)
select scope.code as unit, scope.name as unit_name, field,
  count(*) filter (where went = 'late') as late, count(*) filter (where went = 'open_overdue') as open_overdue,
  count(*) filter (where cause = 'own') as own, count(*) filter (where cause = 'others') as others,
  count(*) filter (where cause is null) as unexplained
from judged join scope on scope.code = judged.handling_unit
group by scope.code, scope.name, field order by scope.code, field
