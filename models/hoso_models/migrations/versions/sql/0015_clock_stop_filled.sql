-- The stops of the dossiers that are there already, from their events as they were corrected. A supplement that is awaited and
-- a suspension are known by the kinds of events alone, which outlive an erasure; the steps that the law does not count by
-- their tasks. What nothing is left of but the row of the task stands at that instant, as the audit takes it.

with corrected as (
    select distinct on (c.dossier_id, named.seq) c.dossier_id, named.seq::integer as seq, (c.payload ->> 'at')::timestamptz as at
    from dossier_event c cross join jsonb_array_elements_text(c.payload -> 'seqs') as named (seq)
    where c.kind = 'corrected'
    order by c.dossier_id, named.seq, c.seq desc
), told as (
    select e.dossier_id, e.seq, e.kind, coalesce(c.at, e.at) as at
    from dossier_event e left join corrected c using (dossier_id, seq)
    where e.kind in ('accepted', 'supplement_asked', 'supplement_received', 'suspended', 'suspension_ended', 'result_ready',
        'refused', 'withdrawn', 'stopped', 'returned')
), excluded as (
    select t.id, t.dossier_id, t.opened_at, t.closed_at, (
        select min(e.seq) from dossier_event e
        where e.dossier_id = t.dossier_id and e.kind = 'task_opened' and e.payload ->> 'task' = t.id::text
    ) as seq
    from user_task t where t.clock = 'excluded'
), silent as ( -- openings whose payload was erased, and the tasks of which no other one speaks, both in their order
    select e.dossier_id, e.seq, coalesce(c.at, e.at) as at,
        row_number() over (partition by e.dossier_id, coalesce(c.at, e.at) order by e.seq) as place
    from dossier_event e left join corrected c using (dossier_id, seq)
    where e.kind = 'task_opened' and e.payload is null
), unnamed as (
    select t.id, t.dossier_id, t.opened_at, row_number() over (partition by t.dossier_id, t.opened_at order by t.id) as place
    from user_task t
    where t.dossier_id in (select dossier_id from excluded where seq is null) and not exists (
        select from dossier_event e
        where e.dossier_id = t.dossier_id and e.kind = 'task_opened' and e.payload ->> 'task' = t.id::text
    )
), begun as (
    select dossier_id, seq, case kind when 'suspended' then 'suspension' else 'supplement' end as source, at as started_at,
        null::timestamptz as closed_at, case kind when 'suspended' then 'suspension_ended' else 'supplement_received' end as release
    from told where kind in ('supplement_asked', 'suspended')
    union all
    select x.dossier_id, coalesce(x.seq, s.seq), x.id::text, x.opened_at, x.closed_at, null
    from excluded x
    left join unnamed u on u.id = x.id
    left join silent s on s.dossier_id = u.dossier_id and s.at = u.opened_at and s.place = u.place
    join told a on a.dossier_id = x.dossier_id and a.kind = 'accepted' and a.seq < coalesce(x.seq, s.seq)
)
insert into clock_stop (dossier_id, number, source, started_at, ended_at)
select b.dossier_id, row_number() over (partition by b.dossier_id order by b.seq), b.source, b.started_at,
    least(b.closed_at, min(e.at))
from begun b
left join told e on e.dossier_id = b.dossier_id and e.seq > b.seq
    and e.kind in (b.release, 'result_ready', 'refused', 'withdrawn', 'stopped', 'returned')
where not exists (
    select from told ended
    where ended.dossier_id = b.dossier_id and ended.seq < b.seq and ended.kind in ('result_ready', 'refused', 'withdrawn', 'stopped')
)
group by b.dossier_id, b.seq, b.source, b.started_at, b.closed_at;
