-- Why a message is not sent, how long it has been tried, and whether it may have gone out (ADR 0026).

alter table outbox add column aside text;
alter table outbox add column first_tried_at timestamptz;
alter table outbox add column unsure smallint default 0 not null;
alter table outbox add constraint ck_outbox_aside
    check (aside in ('portal', 'overtaken', 'refused', 'given_up', 'unsure'));

-- Until now the number of attempts and the words of the last failure said so.
update outbox set aside = case when last_error like 'overtaken by events%' then 'overtaken' else 'given_up' end
where sent_at is null and available_at = 'infinity' and attempts > 0;

create index ix_outbox_aside on outbox (id) where aside in ('refused', 'given_up', 'unsure');

create table mail_server (
    server text not null,
    failures integer not null,
    since timestamptz not null,
    again_at timestamptz not null,
    last_error text not null,
    constraint pk_mail_server primary key (server)
);

create table escalation_withdrawn (
    subject_kind text not null,
    subject_id uuid not null,
    cycle integer not null,
    level text not null,
    recipient_id uuid,
    at timestamptz not null,
    withdrawn_at timestamptz not null,
    constraint pk_escalation_withdrawn primary key (subject_kind, subject_id, cycle, level, at),
    constraint ck_escalation_withdrawn_subject_kind check (subject_kind in ('dossier', 'task')),
    constraint fk_escalation_withdrawn_recipient_id foreign key (recipient_id) references principal (id)
);

-- Takes back what was told at instants after `beyond`, which the clock has not reached; how much. It stays to be read with
-- when it was taken back, and what of it was not sent yet is not sent any more.
create function escalation_withdraw(beyond timestamptz, instant timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    number bigint;
begin
    with gone as (
        delete from escalation e where e.at > beyond returning e.*
    ), kept as (
        insert into escalation_withdrawn (subject_kind, subject_id, cycle, level, recipient_id, at, withdrawn_at)
        select subject_kind, subject_id, cycle, level, recipient_id, at, instant from gone
        on conflict do nothing
    ), unsent as (
        update outbox set aside = 'overtaken', available_at = 'infinity', last_error = 'told by a clock that was ahead'
        where topic like 'escalation.%' and sent_at is null and available_at < 'infinity' and created_at > beyond
    )
    select count(*) into number from gone;
    return number;
end
$$;

revoke all on function escalation_withdraw(timestamptz, timestamptz) from public;
