-- Told means reached: each message stands in the lists of those it is for, whether or not a mail goes out (ADR 0053).

create table notice (
    id bigint generated always as identity,
    principal_id uuid not null,
    message_id bigint not null,
    topic text not null,
    dossier_id uuid,
    payload jsonb default '{}' not null,
    at timestamptz not null,
    read_at timestamptz,
    constraint pk_notice primary key (id),
    constraint uq_notice_message_id_principal_id unique (message_id, principal_id),
    constraint fk_notice_principal_id foreign key (principal_id) references principal (id),
    constraint fk_notice_dossier_id foreign key (dossier_id) references dossier (id)
);
create index ix_notice_principal_id on notice (principal_id, (read_at is null), id);
create index ix_notice_at on notice (at);

-- In nobody's list: where no mail went out either, it has reached nobody.
alter table outbox drop constraint ck_outbox_aside;
alter table outbox add constraint ck_outbox_aside
    check (aside in ('portal', 'overtaken', 'refused', 'given_up', 'unsure', 'unreached'));
drop index ix_outbox_aside;
create index ix_outbox_undelivered on outbox (id) where aside in ('refused', 'given_up', 'unsure', 'unreached');

-- Enters messages without a recipient into the lists of their readers: the applicant who signs in, reception of the receiving
-- unit for `desk.…`, and for `unit.…` heads and reception of the unit in the payload, else all who work there. Who acts for an
-- absent officer gets theirs as well. They are those of the instant `as_of`, and null means those of when each message was written.
--
-- It is planned once a session, since most calls are about one message, whose planning costs more than its execution. Sweeps use
-- the same plan for thousands: so each message is looked up by its key, and no list of messages is joined to another.
create function notice_list(messages bigint[], as_of timestamptz) returns void language plpgsql
set plan_cache_mode = force_generic_plan as $$
begin
    with written as materialized (
        select id, topic, dossier_id, payload->>'unit' as unit_code, coalesce(as_of, created_at) as at
        from outbox where id = any(messages) and recipient_id is null
    ), asked as (
        select w.id, case when w.topic like 'desk.%' then d.receiving_unit else w.unit_code end as unit_code,
            w.topic like 'desk.%' as desk, w.at, (w.at at time zone 'Asia/Ho_Chi_Minh')::date as day
        from written w left join dossier d on d.id = w.dossier_id
        where w.topic like 'desk.%' or w.topic like 'unit.%'
    ), working as (
        select k.id, k.at, k.day, r.principal_id, r.unit_code, r.role,
            r.role in ('reception', 'head', 'division_head', 'agency_head') as first,
            bool_or(r.role in ('reception', 'head', 'division_head', 'agency_head')) over (partition by k.id) as some_first
        from asked k
        join role_assignment r on r.unit_code = k.unit_code and k.day between r.valid_from and coalesce(r.valid_to, 'infinity')
            and case when k.desk then r.role = 'reception'
                else r.role not in ('administrator', 'auditor', 'procedure_approver', 'procedure_declarer') end
        join principal p on p.id = r.principal_id and (p.closed_at is null or p.closed_at > k.at)
    ), reader as (
        select id, at, principal_id from working where first or not some_first
        union
        select w.id, w.at, s.substitute_id from working w
        join substitution s on s.principal_id = w.principal_id and w.day between s.valid_from and s.valid_to
            and (s.unit_code is null or s.unit_code = w.unit_code) and (s.role is null or s.role = w.role)
        join principal p on p.id = s.substitute_id and (p.closed_at is null or p.closed_at > w.at)
        where w.first or not w.some_first
        union
        select w.id, w.at, y.principal_id from written w
        join dossier d on d.id = w.dossier_id
        join party y on y.id = d.applicant_id
        where w.topic like 'applicant.%' and y.principal_id is not null
    )
    insert into notice (principal_id, message_id, topic, dossier_id, payload, at)
    select r.principal_id, o.id, o.topic, o.dossier_id, o.payload, r.at
    from reader r join outbox o on o.id = r.id
    order by o.id, r.principal_id;
end
$$;

-- The messages that a statement has written. Most have one reader, the recipient or the applicant, who is entered at once.
create function notice_enter() returns trigger language plpgsql as $$
declare
    others bigint[];
begin
    insert into notice (principal_id, message_id, topic, dossier_id, payload, at)
    select coalesce(a.recipient_id, y.principal_id), a.id, a.topic, a.dossier_id, a.payload, a.created_at
    from added a
    left join dossier d on d.id = a.dossier_id and a.recipient_id is null and a.topic like 'applicant.%'
    left join party y on y.id = d.applicant_id
    where coalesce(a.recipient_id, y.principal_id) is not null
    order by a.id;

    others := array(
        select id from added where recipient_id is null and (topic like 'desk.%' or topic like 'unit.%')
    );
    if others <> '{}' then
        perform notice_list(others, null);
    end if;
    return null;
end
$$;
create trigger notice_enter after insert on outbox referencing new table as added
    for each statement execute function notice_enter();

-- What was told before there were lists: to the recipient, else to the applicant who signs in.
insert into notice (principal_id, message_id, topic, dossier_id, payload, at)
select coalesce(o.recipient_id, y.principal_id), o.id, o.topic, o.dossier_id, o.payload, o.created_at
from outbox o left join dossier d on d.id = o.dossier_id
left join party y on y.id = d.applicant_id and o.topic like 'applicant.%'
where coalesce(o.recipient_id, y.principal_id) is not null
order by o.id;
update outbox o set aside = 'unreached'
where aside = 'portal' and not exists (select from notice n where n.message_id = o.id);

-- Notices go a portion at a time, none before its time by the server's own clock (ADR 0025).
create function notice_expire(before timestamptz, most integer) returns bigint
language sql security definer set search_path = public, pg_temp as $$
    with gone as (
        delete from notice where id in (
            select id from notice
            where at < least(before, now() - interval '365 days') -- allow: no caller's clock takes away what is young
            order by at limit most for update skip locked
        ) returning 1
    ) select count(*) from gone
$$;
revoke all on function notice_expire(timestamptz, integer) from public;

-- A code that was mailed to an address proves that its person reads it there.
create table contact_proof (
    contact_id uuid not null,
    code_sha256 bytea not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    attempts smallint default 0 not null,
    constraint pk_contact_proof primary key (contact_id),
    constraint fk_contact_proof_contact_id foreign key (contact_id) references contact_point (id)
);
create index ix_contact_proof_expires_at on contact_proof (expires_at);

-- How often reception's term has begun: each time people are told of it anew.
alter table dossier add column reception_number smallint default 1 not null;
update dossier d set reception_number = 1 + again.number
from (
    select e.dossier_id, count(*) as number from dossier_event e
    where e.kind in ('supplement_received', 'transferred', 'reopened')
        and not exists (
            select from dossier_event a where a.dossier_id = e.dossier_id and a.kind = 'accepted' and a.seq < e.seq
        )
        and (e.kind <> 'transferred' or exists (
            select from dossier_event u where u.dossier_id = e.dossier_id and u.kind = 'unit_replaced' and u.at = e.at
                and u.payload->'units' ? 'receiving'
        ))
    group by e.dossier_id
) again
where again.dossier_id = d.id;
