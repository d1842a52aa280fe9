-- Webhooks: receivers of signed events, whose messages wait in the outbox in lanes of their own (ADR 0068).

create table webhook_receiver (
    id uuid default gen_random_uuid() not null,
    unit_code text not null,
    kind text not null,
    name text not null,
    url text not null,
    events jsonb default '[]' not null,
    carries_contact boolean default false not null,
    entered_by uuid not null,
    entered_at timestamptz not null,
    ended_at timestamptz,
    failures integer default 0 not null,
    failing_since timestamptz,
    again_at timestamptz,
    last_error text,
    last_success_at timestamptz,
    constraint pk_webhook_receiver primary key (id),
    constraint ck_webhook_receiver_kind check (kind in ('system', 'gateway')),
    constraint fk_webhook_receiver_unit_code foreign key (unit_code) references unit (code),
    constraint fk_webhook_receiver_entered_by foreign key (entered_by) references principal (id)
);
create index ix_webhook_receiver_unit_code on webhook_receiver (unit_code);

create table webhook_secret (
    id uuid default gen_random_uuid() not null,
    receiver_id uuid not null,
    sealed bytea not null,
    made_by uuid not null,
    made_at timestamptz not null,
    valid_until timestamptz,
    constraint pk_webhook_secret primary key (id),
    constraint fk_webhook_secret_receiver_id foreign key (receiver_id) references webhook_receiver (id),
    constraint fk_webhook_secret_made_by foreign key (made_by) references principal (id)
);
create index ix_webhook_secret_receiver_id on webhook_secret (receiver_id, made_at);

-- A message for a receiver. Mail never claims it, and looks past none of them: it has an index without them.
alter table outbox add column receiver_id uuid;
alter table outbox add constraint fk_outbox_receiver_id foreign key (receiver_id) references webhook_receiver (id);
create index ix_outbox_mail on outbox (available_at, id) where sent_at is null and receiver_id is null;
create index ix_outbox_receiver_due on outbox (receiver_id, available_at, id) where sent_at is null and receiver_id is not null;
create index ix_outbox_receiver_id on outbox (receiver_id, id) where receiver_id is not null;

-- Writes each event that a receiver has asked for into the outbox, in the transaction of the event. A receiver hears of the
-- dossiers that its unit or one below it receives or handles. Without a receiver it costs one look into an empty table.
create function webhook_enter() returns trigger language plpgsql as $$
begin
    if not exists (select from webhook_receiver where ended_at is null) then
        return null;
    end if;
    insert into outbox (dedup_key, topic, dossier_id, receiver_id, payload, created_at, available_at)
    select 'webhook/' || r.id || '/' || d.reference || '/' || a.seq, 'webhook.' || a.kind, d.id, r.id,
        jsonb_build_object(
            'reference', d.reference, 'code', d.code, 'procedure', d.procedure_code, 'seq', a.seq, 'status', d.status,
            'receiving_unit', d.receiving_unit, 'handling_unit', d.handling_unit, 'due', d.due_promised),
        a.at, a.at
    from added a
    join dossier d on d.id = a.dossier_id
    join webhook_receiver r on r.ended_at is null and r.events ? a.kind
    where r.unit_code in (
        with recursive above (code) as (
            select unnest(array[d.receiving_unit, d.handling_unit])
            union
            select u.parent_code from above b join unit u on u.code = b.code where u.parent_code is not null
        )
        select code from above
    )
    order by a.dossier_id, a.seq, r.id
    on conflict (dedup_key) do nothing;
    return null;
end
$$;
create trigger webhook_enter after insert on dossier_event referencing new table as added
    for each statement execute function webhook_enter();

-- True where an applicant need not be told of an event any more: what was asked is answered, what was waited for is over, a
-- date or a result of a dossier that is closed concerns nobody.
create function event_is_stale(kind text, dossier uuid) returns boolean language sql stable as $$
    select d.erased_at is not null or case
        when kind in ('supplement_asked', 'supplement_returned') then not exists (
            select from clock_stop where dossier_id = d.id and ended_at is null and source = 'supplement')
        when kind = 'suspended' then not exists (
            select from clock_stop where dossier_id = d.id and ended_at is null and source = 'suspension')
        when kind = 'obligation_set' then not exists (
            select from clock_stop where dossier_id = d.id and ended_at is null and source = 'obligation')
        when kind in ('extended', 'reappointed', 'calendar_revised', 'result_ready')
            then d.closed_at is not null
        else false end
    from dossier d where d.id = dossier
$$;

-- How somebody wants to be told by mail (ADR 0069). Who has no row is told at once, in Vietnamese.
create table delivery_preference (
    principal_id uuid not null,
    language text default 'vi' not null,
    digest boolean default false not null,
    quiet boolean default false not null,
    urgent_at_once boolean default true not null,
    changed_at timestamptz not null,
    constraint pk_delivery_preference primary key (principal_id),
    constraint ck_delivery_preference_language check (language in ('vi', 'en')),
    constraint fk_delivery_preference_principal_id foreign key (principal_id) references principal (id)
);

-- The messages that go out as one mail, whose key it is.
alter table outbox add column digest_key text;
create index ix_outbox_digest_key on outbox (digest_key) where sent_at is null and digest_key is not null;
