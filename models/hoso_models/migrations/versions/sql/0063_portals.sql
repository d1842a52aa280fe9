-- Portals of other authorities, as the National Public Service Portal: each status of a dossier is told to them (ADR 0079).

-- A portal from a day on. What was told belongs to its code, whatever it is called and whoever speaks for it from a day on.
create table partner_portal (
    id uuid default gen_random_uuid() not null,
    code text not null,
    name text not null,
    unit_code text not null,
    concerns text not null,
    principal_id uuid not null,
    receiver_id uuid,
    resend_minutes integer,
    basis text not null,
    valid_from date not null,
    valid_to date,
    entered_by uuid not null,
    entered_at timestamptz not null,
    constraint pk_partner_portal primary key (id),
    constraint uq_partner_portal_code unique (code, valid_from),
    constraint ck_partner_portal_concerns check (concerns in ('filed_there', 'all')),
    constraint ck_partner_portal_period check (valid_to is null or valid_from <= valid_to + 1),
    constraint ck_partner_portal_resend check (resend_minutes > 0),
    constraint fk_partner_portal_unit_code foreign key (unit_code) references unit (code),
    constraint fk_partner_portal_principal_id foreign key (principal_id) references principal (id),
    constraint fk_partner_portal_receiver_id foreign key (receiver_id) references webhook_receiver (id),
    constraint fk_partner_portal_entered_by foreign key (entered_by) references principal (id)
);
create index ix_partner_portal_unit_code on partner_portal (unit_code);
create index ix_partner_portal_principal_id on partner_portal (principal_id);

-- The last place that was given out to a status, by the code of the portal. Whoever gives out places holds this row.
create table portal_feed (
    portal text not null,
    place bigint default 0 not null,
    constraint pk_portal_feed primary key (portal)
);

-- A status of a dossier for a portal, written with the event of which it follows. `number` counts those of a dossier from 1 on.
-- `place` is its place in what the portal reads; null until it is given one, and again when it is to be read once more.
create table portal_status (
    id bigint generated always as identity not null,
    portal text not null,
    dossier_id uuid not null,
    number integer not null,
    portal_code smallint not null,
    due timestamptz,
    event_seq integer not null,
    at timestamptz not null,
    key text not null,
    message text not null,
    payload jsonb default '{}' not null,
    place bigint,
    attempts integer default 0 not null,
    resent integer default 0 not null,
    resent_at timestamptz,
    delivered_at timestamptz,
    acknowledged_at timestamptz,
    refused_at timestamptz,
    refusal text,
    constraint pk_portal_status primary key (id),
    constraint uq_portal_status_number unique (portal, dossier_id, number),
    constraint uq_portal_status_key unique (key),
    constraint uq_portal_status_message unique (message),
    constraint uq_portal_status_place unique (portal, place),
    constraint ck_portal_status_portal_code check (portal_code between 1 and 10),
    constraint fk_portal_status_dossier_id foreign key (dossier_id) references dossier (id)
);
create index ix_portal_status_unplaced on portal_status (portal, id) where place is null;
create index ix_portal_status_unanswered on portal_status (portal, delivered_at)
    where delivered_at is not null and acknowledged_at is null and refused_at is null;
create index ix_portal_status_dossier_id on portal_status (dossier_id);
create index ix_portal_status_at on portal_status (portal, at, id);

-- What a portal calls a dossier that it has filed: the same again is the same dossier. It goes when the dossier is erased.
create table portal_filing (
    id bigint generated always as identity not null,
    portal text not null,
    external_code text not null,
    dossier_id uuid not null,
    at timestamptz not null,
    again integer default 0 not null,
    constraint pk_portal_filing primary key (id),
    constraint uq_portal_filing_code unique (portal, external_code),
    constraint fk_portal_filing_dossier_id foreign key (dossier_id) references dossier (id)
);
create index ix_portal_filing_dossier_id on portal_filing (dossier_id);
create index ix_portal_filing_at on portal_filing (portal, at, id);

-- What a portal has answered, and what was compared with it.
create table portal_answer (
    id bigint generated always as identity not null,
    portal text not null,
    kind text not null,
    at timestamptz not null,
    principal_id uuid not null,
    sha256 bytea not null,
    found jsonb default '{}' not null,
    constraint pk_portal_answer primary key (id),
    constraint ck_portal_answer_kind check (kind in ('acknowledgement', 'reconciliation')),
    constraint fk_portal_answer_principal_id foreign key (principal_id) references principal (id)
);
create index ix_portal_answer_at on portal_answer (portal, at, id);

create function portal_answer_expire(before timestamptz, most integer) returns bigint
language sql security definer set search_path = public, pg_temp as $$
    with gone as (
        delete from portal_answer where id in (
            select id from portal_answer
            where at < least(before, now() - interval '90 days') -- allow: no caller's clock takes away what is young
            order by at limit most for update skip locked
        ) returning 1
    ) select count(*) from gone
$$;
revoke all on function portal_answer_expire(timestamptz, integer) from public;

-- The code of a status on the National Public Service Portal, as `lifecycle.state.portal_code` has it; a test compares them.
create function portal_code(status text, accepted boolean) returns smallint language sql immutable as $$
    select case status
        when 'filed' then 1 when 'refused' then 3 when 'in_process' then 4 when 'suspended' then 4
        when 'awaiting_supplement_before' then 5 when 'awaiting_supplement' then 5 when 'financial_obligation' then 6
        when 'withdrawn' then 7 when 'stopped' then 8 when 'result_ready' then 9 when 'returned' then 10
        when 'closed_unanswered' then case when accepted then 8 else 3 end
    end::smallint
$$;

-- Writes each change of a dossier's portal code or promised date for the portals that it concerns, in the transaction of the
-- event, and into the outbox where the portal receives. An act that accepts, or that ends with the result handed over, passes a
-- code on its way: it is told as well. Without a portal an act pays for one look into an empty table.
create function portal_enter() returns trigger language plpgsql as $$
begin
    if not exists (select from partner_portal) then
        return null;
    end if;
    with touched as (
        select a.dossier_id, max(a.seq) as seq, max(a.at) as at, min(a.seq) filter (where a.kind = 'accepted') as accepted,
            min(a.seq) filter (where a.kind = 'result_ready') as ready
        from added a group by a.dossier_id
    ), concerned as (
        select t.*, p.code as portal, p.receiver_id, d.reference, d.code, d.procedure_code, d.due_promised, d.receiving_unit,
            d.handling_unit, portal_code(d.status, d.accepted_at is not null) as last
        from touched t
        join dossier d on d.id = t.dossier_id
        join partner_portal p on (t.at at time zone 'Asia/Ho_Chi_Minh')::date between p.valid_from and coalesce(p.valid_to, 'infinity')
            and (p.concerns = 'all' or d.filed_on_portal = p.code or d.filed_by = p.principal_id)
        where p.unit_code in (
            with recursive above (code) as (
                select unnest(array[d.receiving_unit, d.handling_unit])
                union
                select u.parent_code from above b join unit u on u.code = b.code where u.parent_code is not null
            )
            select code from above
        )
    ), passed as (
        select c.*, 2::smallint as told, c.accepted as event_seq, 1 as step from concerned c
        where c.accepted is not null and c.last <> 2
        union all
        select c.*, 9::smallint, c.ready, 2 from concerned c where c.ready is not null and c.last = 10
        union all
        select c.*, c.last, c.seq, 3 from concerned c
    ), before as (
        select distinct on (s.portal, s.dossier_id) s.portal, s.dossier_id, s.number, s.portal_code, s.due
        from portal_status s join concerned c on c.portal = s.portal and c.dossier_id = s.dossier_id
        order by s.portal, s.dossier_id, s.number desc
    ), compared as (
        select p.*, coalesce(b.number, 0) as number,
            lag(p.told, 1, b.portal_code) over (partition by p.portal, p.dossier_id order by p.step) as earlier,
            case when row_number() over (partition by p.portal, p.dossier_id order by p.step) = 1 then b.due else p.due_promised end
                as earlier_due
        from passed p left join before b on b.portal = p.portal and b.dossier_id = p.dossier_id
    ), changed as (
        select c.*, c.number + row_number() over (partition by c.portal, c.dossier_id order by c.step) as next
        from compared c where c.told is distinct from c.earlier or c.due_promised is distinct from c.earlier_due
    ), named as (
        select c.*, 'portal/' || c.portal || '/' || c.reference || '/' || c.next as key from changed c
    ), entered as (
        insert into portal_status (portal, dossier_id, number, portal_code, due, event_seq, at, key, message, payload)
        select n.portal, n.dossier_id, n.next, n.told, n.due_promised, n.event_seq, n.at, n.key,
            'msg_' || left(encode(sha256(convert_to(n.key, 'UTF8')), 'hex'), 32),
            jsonb_build_object(
                'portal', n.portal, 'reference', n.reference, 'code', n.code, 'procedure', n.procedure_code, 'number', n.next,
                'portal_code', n.told, 'due', n.due_promised, 'receiving_unit', n.receiving_unit,
                'handling_unit', n.handling_unit)
        from named n order by n.dossier_id, n.portal, n.next
        returning portal, dossier_id, key, payload, at
    )
    insert into outbox (dedup_key, topic, dossier_id, receiver_id, payload, created_at, available_at)
    select e.key, 'webhook.portal_status', e.dossier_id, r.id, e.payload, e.at, e.at
    from entered e
    join concerned c on c.portal = e.portal and c.dossier_id = e.dossier_id
    join webhook_receiver r on r.id = c.receiver_id and r.ended_at is null
    order by e.dossier_id, (e.payload ->> 'number')::integer, r.id;
    return null;
end
$$;
create trigger portal_enter after insert on dossier_event referencing new table as added
    for each statement execute function portal_enter();

-- Notes of a status that the portal's receiver took it, in the transaction that settles the message.
create function portal_delivered() returns trigger language plpgsql as $$
begin
    update portal_status s set delivered_at = new.sent_at, attempts = s.attempts + new.attempts,
        acknowledged_at = coalesce(s.acknowledged_at, case when exists (
            select from partner_portal p where p.code = s.portal and p.resend_minutes is null
                and (new.sent_at at time zone 'Asia/Ho_Chi_Minh')::date between p.valid_from and coalesce(p.valid_to, 'infinity'))
            then new.sent_at end)
    where s.key = new.dedup_key;
    return null;
end
$$;
create trigger portal_delivered after update of sent_at on outbox for each row
    when (new.topic = 'webhook.portal_status' and old.sent_at is null and new.sent_at is not null)
    execute function portal_delivered();
