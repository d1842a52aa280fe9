-- The days of the access log: each is closed with digests of its lines, which are sealed rows (ADR 0087).

-- The day with which a line is closed. Written anew as a whole: an update would leave each line twice.
alter table access_log add column day date default '2000-01-01' not null;
alter table access_log alter column day type date using (at at time zone 'Asia/Ho_Chi_Minh')::date;
alter table access_log alter column day drop default;
create index ix_access_log_day on access_log (day);

create table access_day (
    day date not null,
    -- Lines that expire, and those of erasures, which stay; each with a digest over the digests of its lines, by number.
    lines bigint not null,
    digest bytea not null,
    erasures bigint not null,
    erasures_digest bytea not null,
    closed_at timestamptz not null,
    -- Since then the lines that expire are gone.
    expired_at timestamptz,
    constraint pk_access_day primary key (day),
    constraint ck_access_day_expired_at check ((expired_at at time zone 'Asia/Ho_Chi_Minh')::date > day + 365)
);

-- Nothing in it depends on the settings of a session. A column that is added later is appended where it is not null, so that older lines
-- keep their digests.
create function access_line_digest(line access_log) returns bytea language sql stable
    return sha256(convert_to(row(
        line.id, line.principal_id, line.act, line.subject, extract(epoch from line.at), line.granted, line.detail,
        line.unit_code, line.on_behalf_of, line.credential, line.address, line.fields, line.reason, line.led_by, line.count,
        encode(line.digest, 'hex'), line.day - date '2000-01-01'
    )::text, 'UTF8'));

-- What the days between two have, as they are.
create function access_days(first date, last date)
    returns table (day date, lines bigint, digest bytea, erasures bigint, erasures_digest bytea)
    language sql stable set search_path = public, pg_temp as $$
    select l.day, count(*) filter (where l.act <> 'erase'),
        sha256(coalesce(string_agg(l.digest, ''::bytea order by l.id) filter (where l.act <> 'erase'), '')),
        count(*) filter (where l.act = 'erase'),
        sha256(coalesce(string_agg(l.digest, ''::bytea order by l.id) filter (where l.act = 'erase'), ''))
    -- `offset 0`: digests are put in order, not whole lines.
    from (
        select a.day, a.id, a.act, access_line_digest(a) as digest from access_log a where a.day between first and last offset 0
    ) l group by l.day
$$;

-- The days between two that are not as they were closed; `late` are the lines that say of themselves that they are of a day that was closed when
-- they were written.
create function access_day_differences(first date, last date)
    returns table (
        day date, lines bigint, closed_lines bigint, digest bytea, closed_digest bytea,
        erasures bigint, closed_erasures bigint, erasures_digest bytea, closed_erasures_digest bytea, late bigint
    )
    language sql stable set search_path = public, pg_temp as $$
    with stored as (
        select * from access_days(first, least(last, coalesce((select max(d.day) from access_day d), '-infinity')))
    ), closed as (
        select d.day, case when d.expired_at is null then d.lines else 0 end as lines,
            case when d.expired_at is null then d.digest else sha256('') end as digest, d.erasures, d.erasures_digest
        from access_day d where d.day between first and last
    ), late as (
        select (l.at at time zone 'Asia/Ho_Chi_Minh')::date as day, count(*) as late from access_log l
        where (l.at at time zone 'Asia/Ho_Chi_Minh')::date < l.day and l.day between first and last group by 1
    ), compared as (
        select day, coalesce(s.lines, 0) as lines, coalesce(c.lines, 0) as closed_lines, coalesce(s.digest, sha256('')) as digest,
            coalesce(c.digest, sha256('')) as closed_digest, coalesce(s.erasures, 0) as erasures,
            coalesce(c.erasures, 0) as closed_erasures, coalesce(s.erasures_digest, sha256('')) as erasures_digest,
            coalesce(c.erasures_digest, sha256('')) as closed_erasures_digest, coalesce(a.late, 0) as late
        from stored s full join closed c using (day) full join late a using (day)
    )
    select c.* from compared c
    where (c.lines, c.digest, c.erasures, c.erasures_digest)
        <> (c.closed_lines, c.closed_digest, c.closed_erasures, c.closed_erasures_digest) or c.late > 0
    order by c.day
$$;

create function access_day_lock(day date) returns bigint language sql immutable
    return hashtextextended('access day', day - date '2000-01-01');

-- Gives each line the day of its instant, or today where that day is closed or yet to come.
create function access_log_dated() returns trigger language plpgsql as $$
declare
    today constant date := (clock_timestamp() at time zone 'Asia/Ho_Chi_Minh')::date; -- allow: no caller's clock opens a day
    last_closed date;
begin
    new.day := least((new.at at time zone 'Asia/Ho_Chi_Minh')::date, today);
    -- Who closes this day waits until this transaction is over.
    perform pg_advisory_xact_lock_shared(public.access_day_lock(new.day));
    select max(d.day) into last_closed from public.access_day d;
    if new.day <= last_closed then
        new.day := greatest(today, last_closed + 1);
    end if;
    return new;
end
$$;
create trigger access_log_dated before insert on access_log for each row execute function access_log_dated();

-- Closes the oldest open day that ended three hours ago, and returns it; null where there is none.
create function access_log_close(before timestamptz) returns date
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    open_day date;
begin
    perform pg_advisory_xact_lock(hashtextextended('access days', 0));
    select min(l.day) into open_day from access_log l
    where l.day > coalesce((select max(d.day) from access_day d), '-infinity')
        -- No caller's clock closes a day that goes on.
        and l.day < ((least(before, now()) - interval '3 hours') at time zone 'Asia/Ho_Chi_Minh')::date; -- allow: the server's clock
    if open_day is not null then
        perform pg_advisory_xact_lock(access_day_lock(open_day));
        insert into access_day (day, lines, digest, erasures, erasures_digest, closed_at)
        select d.day, d.lines, d.digest, d.erasures, d.erasures_digest, now() -- allow: as above
        from access_days(open_day, open_day) d;
    end if;
    return open_day;
end
$$;
revoke all on function access_log_close(timestamptz) from public;

-- Whole days go, as many as have the wanted number of lines, and each says since when they are gone. Lines of erasures stay.
create or replace function access_log_expire(before timestamptz, most integer) returns bigint
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    expired bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('access days', 0));
    with due as (
        select d.day, sum(d.lines) over (order by d.day) - d.lines as already from access_day d
        where d.expired_at is null
            -- No caller's clock takes away what is young.
            and d.day < (least(before, now() - interval '365 days') at time zone 'Asia/Ho_Chi_Minh')::date -- allow: as above
    ), marked as (
        update access_day d set expired_at = now() from due -- allow: as above
        where due.day = d.day and due.already < most returning d.day
    ), gone as (
        delete from access_log l using marked where l.day = marked.day and l.act <> 'erase' returning 1
    ) select count(*) into expired from gone;
    return expired;
end
$$;
