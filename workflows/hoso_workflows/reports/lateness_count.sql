-- Figures by unit and procedure; begins with lateness_fates.sql. Each dossier is placed once, before columns are made.
, counted as (
  select unit, procedure_code as procedure, came, went, count(*) as n from placed group by 1, 2, 3, 4
)
select scope.code as unit, scope.name as unit_name, procedure,
  coalesce(sum(n) filter (where came = 'received'), 0)::bigint as received,
  coalesce(sum(n) filter (where came = 'carried_over'), 0)::bigint as carried_over,
  coalesce(sum(n) filter (where went = 'early'), 0)::bigint as early,
  coalesce(sum(n) filter (where went = 'on_time'), 0)::bigint as on_time,
  coalesce(sum(n) filter (where went = 'late'), 0)::bigint as late,
  coalesce(sum(n) filter (where went = 'open_within'), 0)::bigint as open_within,
  coalesce(sum(n) filter (where went = 'open_overdue'), 0)::bigint as open_overdue,
  coalesce(sum(n) filter (where went = 'closed_otherwise'), 0)::bigint as closed_otherwise
from counted join scope on scope.code = counted.unit
group by scope.code, scope.name, procedure
order by scope.code, procedure
