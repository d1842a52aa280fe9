-- The escalation ladder as data (ADR 0067): what earlier releases had in their code stands here from the first day on.

create table escalation_rung (
    id uuid not null default gen_random_uuid(),
    level text not null,
    subject text not null,
    moment text not null,
    days smallint not null default 0,
    minutes integer not null default 0,
    recipient text not null,
    held boolean,
    silent boolean not null default false,
    reassign boolean not null default false,
    apology boolean not null default false,
    procedure_code text,
    unit_code text,
    unit_kind text,
    role text,
    valid_from date not null,
    valid_to date,
    basis text not null,
    constraint pk_escalation_rung primary key (id),
    constraint ck_escalation_rung_subject check (subject in ('reception', 'step', 'dossier', 'consultation', 'supplement')),
    constraint ck_escalation_rung_moment check (moment in ('begun', 'due')),
    constraint ck_escalation_rung_recipient check (recipient in ('holder', 'head', 'agency_head', 'coordinator')),
    constraint ck_escalation_rung_period check (valid_to is null or valid_from <= valid_to + 1),
    constraint ck_escalation_rung_one_distance check (days = 0 or minutes = 0),
    constraint ck_escalation_rung_level check (level ~ '^[a-z][a-z0-9_]{1,39}$'),
    constraint ck_escalation_rung_begun check (moment = 'due' or subject = 'reception'),
    constraint ck_escalation_rung_reassign check (not reassign or subject = 'step'),
    constraint ck_escalation_rung_apology check (not apology or subject = 'dossier'),
    constraint fk_escalation_rung_unit_code foreign key (unit_code) references unit (code)
);
create index ix_escalation_rung_level on escalation_rung (level, valid_from);

insert into escalation_rung (id, level, subject, moment, days, minutes, recipient, held, apology, valid_from, basis) values
    ('00560001-0000-4000-8000-000000000000', 'reception_waits', 'reception', 'begun', 0, 120, 'holder', null, false, '2000-01-01', 'Mặc định của phần mềm'),
    ('00560002-0000-4000-8000-000000000000', 'reception_overdue', 'reception', 'due', 0, 0, 'head', null, false, '2000-01-01', 'Mặc định của phần mềm'),
    ('00560003-0000-4000-8000-000000000000', 'step_due', 'step', 'due', 0, 0, 'holder', true, false, '2000-01-01', 'Mặc định của phần mềm'),
    ('00560004-0000-4000-8000-000000000000', 'step_unclaimed', 'step', 'due', 0, 0, 'head', false, false, '2000-01-01', 'Mặc định của phần mềm'),
    ('00560005-0000-4000-8000-000000000000', 'due_soon', 'dossier', 'due', -1, 0, 'head', null, true, '2000-01-01', 'Mặc định của phần mềm'),
    ('00560006-0000-4000-8000-000000000000', 'overdue', 'dossier', 'due', 0, 0, 'head', null, false, '2000-01-01', 'Mặc định của phần mềm');

alter table escalation drop constraint ck_escalation_subject_kind;
alter table escalation add constraint ck_escalation_subject_kind
    check (subject_kind in ('dossier', 'task', 'consultation', 'supplement'));
alter table escalation_withdrawn drop constraint ck_escalation_withdrawn_subject_kind;
alter table escalation_withdrawn add constraint ck_escalation_withdrawn_subject_kind
    check (subject_kind in ('dossier', 'task', 'consultation', 'supplement'));
alter table reminder drop constraint ck_reminder_subject_kind;
alter table reminder add constraint ck_reminder_subject_kind
    check (subject_kind in ('dossier', 'task', 'consultation', 'supplement'));

-- Takes back what was told of dates that a revised calendar has moved, and that is not true any more; how much. It stays to be
-- read with when it was taken back, and what of it was not sent yet is not sent any more.
create function escalation_moved(kinds text[], ids uuid[], cycles integer[], levels text[], instant timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    number bigint;
begin
    with moved as (
        select * from unnest(kinds, ids, cycles, levels) as m(kind, id, cycle, level)
    ), gone as (
        delete from escalation e using moved m
        where (e.subject_kind, e.subject_id, e.cycle, e.level) = (m.kind, m.id, m.cycle, m.level)
        returning e.*
    ), kept as (
        insert into escalation_withdrawn (subject_kind, subject_id, cycle, level, recipient_id, at, withdrawn_at)
        select subject_kind, subject_id, cycle, level, recipient_id, at, instant from gone
        on conflict do nothing
    ), unsent as (
        update outbox o set aside = 'overtaken', available_at = 'infinity', last_error = 'its date has moved'
        from gone g
        where o.topic = 'escalation.' || g.level and o.sent_at is null and o.available_at < 'infinity'
          and split_part(o.dedup_key, '/again', 1) = concat_ws('/', 'escalation', g.subject_kind, g.subject_id, g.cycle, g.level)
    )
    select count(*) into number from gone;
    return number;
end
$$;

revoke all on function escalation_moved(text[], uuid[], integer[], text[], timestamptz) from public;
