-- Statistics of services by handling unit and procedure; begins with lateness_fates.sql.
, counted as (
  select handling_unit, workflow_version_id, procedure_code as procedure, entry_channel, came, went, count(*) as n
  from placed group by 1, 2, 3, 4, 5, 6
)
select scope.code as unit, scope.name as unit_name, procedure, max(v.name) as procedure_name,
  coalesce(max(v.manifest ->> 'field'), '') as field,
  coalesce(sum(n) filter (where came = 'received' and entry_channel = 'online'), 0)::bigint as online,
  coalesce(sum(n) filter (where entry_channel = 'online' and went in ('early', 'on_time', 'late')), 0)::bigint as online_resolved,
  coalesce(sum(n) filter (where entry_channel = 'online' and went in ('early', 'on_time')), 0)::bigint as online_on_time,
  coalesce(sum(n) filter (where came = 'received'), 0)::bigint as received
from counted
join scope on scope.code = counted.handling_unit
join workflow_version v on v.id = counted.workflow_version_id
group by scope.code, scope.name, procedure
order by scope.code, procedure
