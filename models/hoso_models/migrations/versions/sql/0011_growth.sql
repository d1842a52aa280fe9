-- What grows with the years is found by an index: closed steps, and open ones of a whole unit without a limit.

create index ix_user_task_unit_free on user_task (unit_code, due_own, id) where status = 'open' and due_own is null;
create index ix_user_task_done on user_task (unit_code, role, status, due_own, id) where status <> 'open';
create index ix_user_task_done_by on user_task (assignee_id, status, due_own, id)
    where status <> 'open' and assignee_id is not null;

-- A report looks at what was open or ended since it begins, however much ended before.
create index ix_dossier_ended on dossier (coalesce(result_ready_at, closed_at, 'infinity'::timestamptz))
    where accepted_at is not null;

-- What has served its time goes, a portion at a time; the application may delete it through these doors only, and nothing
-- before its time by the server's own clock, whatever instant they are asked with.
create index ix_outbox_sent on outbox (sent_at) where sent_at is not null;
create index ix_access_log_at on access_log (at);

create function idempotency_expire(before timestamptz, most integer) returns bigint
language sql security definer set search_path = public, pg_temp as $$
    with gone as (
        delete from idempotency where (principal_id, key) in (
            select principal_id, key from idempotency
            where at < least(before, now() - interval '30 days') -- allow: no caller's clock takes away what is young
            order by at limit most for update skip locked
        ) returning 1
    ) select count(*) from gone
$$;

create function outbox_expire(before timestamptz, most integer) returns bigint
language sql security definer set search_path = public, pg_temp as $$
    with gone as (
        delete from outbox where id in (
            select id from outbox
            where sent_at < least(before, now() - interval '30 days') -- allow: as above
            order by sent_at limit most for update skip locked
        ) returning 1
    ) select count(*) from gone
$$;

-- Lines of erasures stay: an empty payload has to be accounted for as long as its dossier is.
create function access_log_expire(before timestamptz, most integer) returns bigint
language sql security definer set search_path = public, pg_temp as $$
    with gone as (
        delete from access_log where id in (
            select id from access_log
            where at < least(before, now() - interval '365 days') -- allow: as above
                and act <> 'erase'
            order by at limit most for update skip locked
        ) returning 1
    ) select count(*) from gone
$$;

revoke all on function idempotency_expire(timestamptz, integer) from public;
revoke all on function outbox_expire(timestamptz, integer) from public;
revoke all on function access_log_expire(timestamptz, integer) from public;
