-- Count each dossier of a period once, by handling unit and procedure, as it stood when the period ended.
--
-- $1 begin, $2 end (not included), $3 a unit with those below it, or null for all.
--
-- Relies on: ix_dossier_ended, whose expression `fate` repeats, for whatever was open or ended since the period began;
-- `appointment` for the date that held at its end; `clock_stop` for whether the clock stood still then. A dossier whose clock
-- was stopped after its due date keeps that in `late_since`; one stopped before it is not late however long it waits.
with recursive scope as (
  select code, name from unit where code = $3 or $3::text is null
  union
  select u.code, u.name from unit u join scope on u.parent_code = scope.code
), fate as (
  select d.*, d.result_ready_at is not null as is_resolved,
    coalesce(d.result_ready_at, d.closed_at) >= $2 or coalesce(d.result_ready_at, d.closed_at) is null as is_open
  from dossier d
  where d.accepted_at < $2 and coalesce(d.result_ready_at, d.closed_at, 'infinity'::timestamp with time zone) >= $1
    and (d.result_ready_at is null or d.result_ready_at >= $1) and (d.closed_at is null or d.closed_at >= $1)
), counted as (
  select d.handling_unit, d.procedure_code as procedure,
    count(*) filter (where d.accepted_at >= $1) as received,
    count(*) filter (where d.accepted_at < $1) as carried_over,
    count(*) filter (where not d.is_open and d.is_resolved and d.verdict = 'early') as early,
    count(*) filter (where not d.is_open and d.is_resolved and d.verdict = 'on_time') as on_time,
    count(*) filter (where not d.is_open and d.is_resolved and d.verdict = 'late') as late,
    count(*) filter (where d.is_open) as open,
    count(*) filter (where case when d.is_open then coalesce(d.late_since < $2, false) or (
      (select a.due_legal from appointment a where a.dossier_id = d.id and a.made_at < $2 order by a.number desc limit 1) < $2
      and not exists (
        select from clock_stop s where s.dossier_id = d.id and s.started_at < $2 and (s.ended_at is null or s.ended_at >= $2)
      )
    ) end) as open_overdue,
    count(*) filter (where not d.is_open and not d.is_resolved) as closed_otherwise
  from fate d where d.handling_unit in (select code from scope)
  group by d.handling_unit, d.procedure_code
)
select scope.code as unit, scope.name as unit_name, procedure, received, carried_over, early, on_time, late,
  open - open_overdue as open_within, open_overdue, closed_otherwise
from counted join scope on scope.code = counted.handling_unit
order by scope.code, procedure
