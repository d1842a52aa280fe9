-- Each dossier of a period once, with how it came into the period and where it stood when the period ended.
--
-- $1 begin, $2 end (not included), $3 a unit with those below it, or null for all.
--
-- `came` and `went` are columns of the report; a dossier without a `went` breaks its identity. A statement goes on behind it.
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
), placed as (
  select d.*,
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
  from fate d where d.handling_unit in (select code from scope)
)
