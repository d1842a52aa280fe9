-- Form II.06 by handling unit and procedure; begins with lateness_fates.sql. Each dossier is placed once, before columns are made.
--
-- $4 true for lines by the way of entry as well, as `embedding.entries.kind` has it; a test compares them.
, counted as (
  select handling_unit, workflow_version_id, procedure_code as procedure, entry_channel, came, went, count(*) as n,
    case when not $4::boolean then '' when entry_channel = 'desk' then 'counter' when entry_channel = 'post' then 'post'
      when entry_site is not null then 'agency_site' when filed_on_portal is not null then 'other_portal' else 'portal' end as entry,
    case when $4 and entry_channel = 'online' then coalesce(entry_site, filed_on_portal, '') else '' end as entry_site
  from placed group by 1, 2, 3, 4, 5, 6, 8, 9
)
select scope.code as unit, scope.name as unit_name, coalesce(v.manifest ->> 'field', '') as field,
  coalesce(v.manifest ->> 'level', '') as level, procedure, max(v.name) as procedure_name,
  entry, entry_site,
  coalesce(sum(n) filter (where came = 'received' and entry_channel = 'online'), 0)::bigint as online,
  coalesce(sum(n) filter (where came = 'received' and entry_channel = 'desk'), 0)::bigint as desk,
  coalesce(sum(n) filter (where came = 'received' and entry_channel = 'post'), 0)::bigint as post,
  coalesce(sum(n) filter (where came = 'carried_over'), 0)::bigint as carried_over,
  coalesce(sum(n) filter (where went = 'early'), 0)::bigint as early,
  coalesce(sum(n) filter (where went = 'on_time'), 0)::bigint as on_time,
  coalesce(sum(n) filter (where went = 'late'), 0)::bigint as late,
  coalesce(sum(n) filter (where went = 'open_within'), 0)::bigint as open_within,
  coalesce(sum(n) filter (where went = 'open_overdue'), 0)::bigint as open_overdue,
  coalesce(sum(n) filter (where went = 'closed_otherwise'), 0)::bigint as closed_otherwise
from counted
join scope on scope.code = counted.handling_unit
join workflow_version v on v.id = counted.workflow_version_id
group by scope.code, scope.name, 3, 4, procedure, entry, entry_site
order by scope.code, 3, procedure, 4, entry, entry_site
