-- Sessions that ended by an act have a line in the access log, so that no end is taken back unseen (ADR 0087).

create index ix_access_log_session_end on access_log (at) where act = 'end session' and granted;

-- The sessions that are not as their lines say, and those in a state in which no act leaves one: what was replaced ended when its
-- successor was proven. A line younger than `kept` has its
-- session, and `whys` are the reasons of an end. Sessions begun before lines had digests are known by that; one that is dated back to then, so as to need none, is over.
create or replace function browser_session_differences(kept timestamptz, whys text[])
    returns table (id text, what text, stored text, said text)
    language sql stable security definer set search_path = public, pg_temp as $$
    with told as materialized (
        select a.subject, a.at, a.detail ->> 'session' as sha256 from access_log a
        where a.act in ('sign in', 'prove again') and a.granted and a.detail ? 'session'
            -- No older line is of a session that is still there.
            and a.at >= least(kept, (select min(s.begun_at) from browser_session s))
    ), stored as materialized (
        select s.id::text as id, s.begun_at, s.expires_at, browser_session_sha256(s) as sha256 from browser_session s
    ), first as (
        select min(a.at) as at from access_log a
        where a.act in ('sign in', 'prove again') and a.granted and a.detail ? 'session'
    ), over as materialized (
        select a.subject, a.at, a.detail ->> 'why' as why from access_log a
        where a.act = 'end session' and a.granted
            and a.at >= least(kept, (select min(s.begun_at) from browser_session s))
    ), first_end as (
        select min(a.at) as at from access_log a where a.act = 'end session' and a.granted
    )
    select s.id, 'sha256', s.sha256, t.sha256 from stored s cross join first f left join told t on t.subject = s.id
    where s.sha256 is distinct from t.sha256 and (s.begun_at >= f.at or s.expires_at >= f.at + interval '12 hours')
    union all
    select t.subject, 'sha256', null, t.sha256 from told t
    where t.at > kept and not exists (select from stored s where s.id = t.subject)
    union all
    select s.id::text, 'state', concat_ws(' ', s.seen_at, s.ended_at, s.ended_why, s.successor_id), null
    from browser_session s left join browser_session n on n.id = s.successor_id
    where (s.ended_at is null) <> (s.ended_why is null) or s.ended_why <> all (whys) or s.ended_at < s.begun_at
        or (s.ended_why is not distinct from 'rotated') <> (s.successor_id is not null)
        or s.successor_id is not null and n.family_id is distinct from s.family_id
        or exists (select from told t where t.subject = s.successor_id::text and t.at <> s.ended_at)
        or s.seen_at not between s.begun_at and s.expires_at + interval '5 minutes'
    union all
    select s.id::text, 'end', concat_ws(' ', s.ended_at, s.ended_why), concat_ws(' ', o.at, o.why)
    from browser_session s cross join first_end f left join over o on o.subject = s.id::text
    where s.ended_why is distinct from 'rotated' and (s.ended_at, s.ended_why) is distinct from (o.at, o.why)
        and (o.subject is not null or s.ended_at >= f.at)
    order by 1, 2
$$;
