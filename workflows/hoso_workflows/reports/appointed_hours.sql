-- Appointed hours of a period by unit and procedure, and whether the result was ready for its owner when each came.
--
-- $1 begin, $2 end (not included), $3 a unit with those below it, or null for all; `part`, the unit of the dossier by which it is
-- placed: `handling` or `receiving`.
--
-- An hour counts where it held when it came: no later appointment had been made, the clock did not stand still, and the dossier had
-- not ended without a result. Ready is as in `clock/at_desk.py`, at that hour: what comes after it, such as who fetches a result when,
-- changes nothing. Relies on ix_appointment_promised for the hours of the period. A dossier that was taken up again since has lost its first result in the projection: its events tell.
with recursive scope as (
  select code, name from unit where code = $3 or $3::text is null
  union
  select u.code, u.name from unit u join scope on u.parent_code = scope.code
), hour as (
  select d.id, d.{part}_unit as unit, d.procedure_code, d.delivery_mode, d.handed_over ->> 'mode' as given, a.due_promised as at,
    d.result_ready_at, d.returned_at, d.closed_at, d.accepted_at,
    (select max(r.made_at) from appointment r where r.dossier_id = d.id and r.kind = 'reopened' and r.made_at <= a.due_promised) as since,
    exists (select from appointment r where r.dossier_id = d.id and r.kind = 'reopened' and r.made_at > a.due_promised) as again
  from appointment a join dossier d on d.id = a.dossier_id
  where a.due_promised >= $1 and a.due_promised < $2 and a.made_at <= a.due_promised and d.{part}_unit in (select code from scope)
    and not exists (
      select from appointment b where b.dossier_id = a.dossier_id and b.number > a.number and b.made_at <= a.due_promised
    ) and not exists (
      select from clock_stop s
      where s.dossier_id = a.dossier_id and s.started_at <= a.due_promised and (s.ended_at is null or s.ended_at > a.due_promised)
    )
), stood as (
  select h.unit, h.procedure_code,
    case when h.again then e.resolved else h.result_ready_at <= h.at end as resolved,
    case when h.again then e.ended else h.result_ready_at is null and h.closed_at <= h.at end as ended,
    case when h.again then e.returned else h.returned_at <= h.at end or (
      h.delivery_mode = 'counter' or h.given = 'counter' or ({open_fees}) > 0
      or exists (select from payment p where p.dossier_id = h.id and p.cancelled_at is null and p.paid_at > h.at)
    ) and exists (
      select from user_task t
      where t.dossier_id = h.id and t.milestone = 'return' and t.opened_at <= h.at and t.opened_at >= coalesce(h.since, h.accepted_at)
    ) as ready
  from hour h left join lateral (
    select coalesce(bool_or(kind = 'result_ready'), false) as resolved, coalesce(bool_or(kind = 'returned'), false) as returned,
      coalesce(bool_or(kind in ('withdrawn', 'stopped', 'closed_unanswered')), false) as ended
    from dossier_event where dossier_id = h.id and at <= h.at and at >= coalesce(h.since, h.accepted_at)
  ) e on h.again
)
select scope.code as unit, scope.name as unit_name, procedure_code as procedure, count(*)::int as hours,
  count(*) filter (where resolved and ready)::int as ready,
  count(*) filter (where resolved and ready is not true)::int as not_returned,
  count(*) filter (where resolved is not true)::int as without_result
from stood join scope on scope.code = stood.unit
where ended is not true
group by scope.code, scope.name, procedure_code
order by scope.code, procedure_code
