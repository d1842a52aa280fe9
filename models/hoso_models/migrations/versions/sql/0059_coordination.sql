-- The work of the coordinating function: outages, maintenance, urgings, register, evaluation (ADR 0072).

create table outage_recipient (
    id uuid default gen_random_uuid() not null,
    scope_unit text not null,
    unit_code text not null,
    role text,
    valid_from date not null,
    valid_to date,
    basis text not null,
    entered_by uuid not null,
    entered_at timestamptz not null,
    constraint pk_outage_recipient primary key (id),
    constraint ck_outage_recipient_period check (valid_to is null or valid_from <= valid_to + 1),
    constraint fk_outage_recipient_scope_unit foreign key (scope_unit) references unit (code),
    constraint fk_outage_recipient_unit_code foreign key (unit_code) references unit (code),
    constraint fk_outage_recipient_entered_by foreign key (entered_by) references principal (id)
);
create index ix_outage_recipient_scope_unit on outage_recipient (scope_unit);

create table outage (
    id uuid default gen_random_uuid() not null,
    unit_code text not null,
    service text not null,
    description text not null,
    began_at timestamptz not null,
    noticed_at timestamptz not null,
    reported_at timestamptz not null,
    reported_by uuid not null,
    announcement text,
    announced_at timestamptz,
    resolved_at timestamptz,
    resolved_by uuid,
    constraint pk_outage primary key (id),
    constraint ck_outage_order check (began_at <= noticed_at and noticed_at <= reported_at),
    constraint ck_outage_resolution check ((resolved_at is null) = (resolved_by is null)),
    constraint fk_outage_unit_code foreign key (unit_code) references unit (code),
    constraint fk_outage_reported_by foreign key (reported_by) references principal (id),
    constraint fk_outage_resolved_by foreign key (resolved_by) references principal (id)
);
create index ix_outage_reported_at on outage (reported_at, id);
create index ix_outage_unit_code on outage (unit_code);

create table outage_told (
    outage_id uuid not null,
    recipient_id uuid not null,
    at timestamptz not null,
    people integer not null,
    constraint pk_outage_told primary key (outage_id, recipient_id),
    constraint fk_outage_told_outage_id foreign key (outage_id) references outage (id),
    constraint fk_outage_told_recipient_id foreign key (recipient_id) references outage_recipient (id)
);

create table outage_update (
    outage_id uuid not null,
    number smallint not null,
    at timestamptz not null,
    by uuid not null,
    text text not null,
    resolves boolean default false not null,
    constraint pk_outage_update primary key (outage_id, number),
    constraint fk_outage_update_outage_id foreign key (outage_id) references outage (id),
    constraint fk_outage_update_by foreign key (by) references principal (id)
);

create table maintenance (
    id uuid default gen_random_uuid() not null,
    unit_code text not null,
    service text not null,
    announcement text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    announced_at timestamptz not null,
    announced_by uuid not null,
    required_days smallint not null,
    given_days smallint not null,
    basis text not null,
    urgency text,
    told integer not null,
    cancelled_at timestamptz,
    cancelled_by uuid,
    constraint pk_maintenance primary key (id),
    constraint ck_maintenance_period check (starts_at < ends_at),
    constraint ck_maintenance_notice check (given_days >= required_days or urgency is not null),
    constraint ck_maintenance_cancellation check ((cancelled_at is null) = (cancelled_by is null)),
    constraint fk_maintenance_unit_code foreign key (unit_code) references unit (code),
    constraint fk_maintenance_announced_by foreign key (announced_by) references principal (id),
    constraint fk_maintenance_cancelled_by foreign key (cancelled_by) references principal (id)
);
create index ix_maintenance_announced_at on maintenance (announced_at, id);
create index ix_maintenance_ends_at on maintenance (ends_at);

create table urging (
    id uuid default gen_random_uuid() not null,
    kind text not null,
    unit_code text not null,
    text text not null,
    dossiers jsonb default '[]' not null,
    term text not null,
    due_at timestamptz not null,
    asked_at timestamptz not null,
    asked_by uuid not null,
    told integer not null,
    answer text,
    answered_at timestamptz,
    answered_by uuid,
    constraint pk_urging primary key (id),
    constraint ck_urging_kind check (kind in ('urging', 'inspection')),
    constraint ck_urging_answer check ((answered_at is null) = (answer is null)),
    constraint fk_urging_unit_code foreign key (unit_code) references unit (code),
    constraint fk_urging_asked_by foreign key (asked_by) references principal (id),
    constraint fk_urging_answered_by foreign key (answered_by) references principal (id)
);
create index ix_urging_asked_at on urging (asked_at, id);
create index ix_urging_unit_code on urging (unit_code, asked_at);

create table register_document (
    id uuid default gen_random_uuid() not null,
    kind text not null,
    unit_code text not null,
    number text not null,
    title text not null,
    content text not null,
    issued_on date not null,
    valid_from date not null,
    valid_to date,
    year smallint,
    amount numeric,
    measured_in text,
    state text not null,
    entered_by uuid not null,
    entered_at timestamptz not null,
    constraint pk_register_document primary key (id),
    constraint ck_register_document_kind check (kind in ('plan', 'measure', 'regulation', 'target')),
    constraint ck_register_document_state check (state in ('planned', 'under_way', 'done', 'stopped')),
    constraint ck_register_document_period check (valid_to is null or valid_from <= valid_to),
    constraint ck_register_document_target check ((kind = 'target') = (year is not null and amount is not null and measured_in is not null)),
    constraint fk_register_document_unit_code foreign key (unit_code) references unit (code),
    constraint fk_register_document_entered_by foreign key (entered_by) references principal (id)
);
create index ix_register_document_issued_on on register_document (issued_on, id);
create index ix_register_document_unit_code on register_document (unit_code);

create table document_progress (
    document_id uuid not null,
    number smallint not null,
    at timestamptz not null,
    by uuid not null,
    text text not null,
    state text not null,
    reached numeric,
    constraint pk_document_progress primary key (document_id, number),
    constraint ck_document_progress_state check (state in ('planned', 'under_way', 'done', 'stopped')),
    constraint fk_document_progress_document_id foreign key (document_id) references register_document (id),
    constraint fk_document_progress_by foreign key (by) references principal (id)
);

create table evaluation_sheet (
    id uuid default gen_random_uuid() not null,
    unit_code text not null,
    period_from date not null,
    period_to date not null,
    figures jsonb default '{}' not null,
    computed_at timestamptz not null,
    opened_by uuid not null,
    opened_at timestamptz not null,
    final_at timestamptz,
    final_by uuid,
    constraint pk_evaluation_sheet primary key (id),
    constraint ck_evaluation_sheet_period check (period_from <= period_to),
    constraint ck_evaluation_sheet_final check ((final_at is null) = (final_by is null)),
    constraint fk_evaluation_sheet_unit_code foreign key (unit_code) references unit (code),
    constraint fk_evaluation_sheet_opened_by foreign key (opened_by) references principal (id),
    constraint fk_evaluation_sheet_final_by foreign key (final_by) references principal (id)
);
create index ix_evaluation_sheet_period_to on evaluation_sheet (period_to, id);
create unique index ux_evaluation_sheet_period on evaluation_sheet (unit_code, period_from, period_to);

create table evaluation_mark (
    sheet_id uuid not null,
    indicator text not null,
    points numeric not null,
    reason text not null,
    by uuid not null,
    at timestamptz not null,
    constraint pk_evaluation_mark primary key (sheet_id, indicator),
    constraint fk_evaluation_mark_sheet_id foreign key (sheet_id) references evaluation_sheet (id),
    constraint fk_evaluation_mark_by foreign key (by) references principal (id)
);

-- A coordinator holds an office, and so reads no messages of a unit's own work.
create or replace function notice_list(messages bigint[], as_of timestamptz) returns void language plpgsql
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
                else r.role not in ('administrator', 'auditor', 'coordinator', 'procedure_approver', 'procedure_declarer') end
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

-- Every chain is verified by a long job, too.
alter table job drop constraint ck_job_kind;
alter table job add constraint ck_job_kind check (kind in ('rehoming', 'calendar_revision', 'migration', 'verification'));
create table chain_finding (
    job_id uuid not null,
    authority text not null,
    number integer not null,
    why jsonb default '{}' not null,
    constraint pk_chain_finding primary key (job_id, authority),
    constraint fk_chain_finding_job_id foreign key (job_id) references job (id),
    constraint fk_chain_finding_authority foreign key (authority) references unit (code)
);
