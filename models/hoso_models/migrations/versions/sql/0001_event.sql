-- What happened: one partition a month (UTC), a default for the rest, and triggers that keep it append-only.

create table dossier_event (
    dossier_id uuid not null,
    seq integer not null,
    at timestamptz not null,
    kind text not null,
    actor_id uuid not null,
    on_behalf_of uuid,
    automatic boolean default false not null,
    salt bytea,
    payload jsonb,
    digest bytea not null,
    previous bytea not null,
    hash bytea not null,
    constraint pk_dossier_event primary key (dossier_id, seq, at),
    constraint fk_dossier_event_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_dossier_event_actor_id foreign key (actor_id) references principal (id),
    constraint fk_dossier_event_on_behalf_of foreign key (on_behalf_of) references principal (id)
) partition by range (at);

create index ix_dossier_event_at on dossier_event using brin (at);

create table dossier_event_default partition of dossier_event default;

create function dossier_event_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.payload is null and new.salt is null
            and to_jsonb(new) - '{payload,salt}'::text[] = to_jsonb(old) - '{payload,salt}'::text[]
        then
            return new;
        end if;
    end if;
    raise exception 'an event is never changed or removed; only its payload and salt may be erased, together'
        using errcode = 'integrity_constraint_violation',
            table = 'dossier_event', constraint = 'dossier_event_append_only';
end
$$;

-- Copied to every partition, also to later ones.
create trigger dossier_event_append_only before update or delete on dossier_event
    for each row execute function dossier_event_append_only();

-- A TRUNCATE of the whole reaches this one; a TRUNCATE of a partition needs a trigger of its own.
create trigger dossier_event_never_emptied before truncate on dossier_event
    for each statement execute function dossier_event_append_only();

create trigger dossier_event_never_emptied before truncate on dossier_event_default
    for each statement execute function dossier_event_append_only();

-- Makes sure that the month of a day has its partition; true when it had none. Events of that month that were
-- already in the default partition move: detached, it takes no part in the triggers, and all is one transaction.
create function dossier_event_ensure_month(day date) returns boolean language plpgsql as $$
declare
    since timestamptz := date_trunc('month', day::timestamp) at time zone 'UTC';
    until timestamptz := (date_trunc('month', day::timestamp) + interval '1 month') at time zone 'UTC';
    partition text := 'dossier_event_' || to_char(day, 'YYYY_MM');
    early boolean;
begin
    perform pg_advisory_xact_lock(hashtextextended('dossier_event_ensure_month', 0));
    if to_regclass(partition) is not null then
        return false;
    end if;
    early := exists (select from dossier_event_default e where e.at >= since and e.at < until);
    if early then
        alter table dossier_event detach partition dossier_event_default;
    end if;
    execute format(
        'create table %I partition of dossier_event for values from (%L) to (%L)', partition, since, until);
    execute format(
        'create trigger dossier_event_never_emptied before truncate on %I'
        ' for each statement execute function dossier_event_append_only()', partition);
    if early then
        insert into dossier_event select e.* from dossier_event_default e where e.at >= since and e.at < until;
        delete from dossier_event_default e where e.at >= since and e.at < until;
        alter table dossier_event attach partition dossier_event_default default;
    end if;
    return true;
end
$$;

-- The same for every month from one day to another, both included; how many were made.
create function dossier_event_ensure_months(first_day date, last_day date) returns bigint language sql as $$
    select count(*) filter (where dossier_event_ensure_month(month::date))
    from generate_series(date_trunc('month', first_day::timestamp), last_day::timestamp, interval '1 month') month
$$;

-- Each statement looks at all of them; those to come are made by a nightly flow.
select dossier_event_ensure_months('2026-01-01', '2027-12-31');
