-- A dossier, its projections, its papers, and what leaves because of it.

create table dossier (
    id uuid default gen_random_uuid() not null,
    reference text not null,
    code text,
    external_code text,
    parent_id uuid,
    procedure_code text not null,
    workflow_version_id uuid not null,
    case_id text not null,
    status text not null,
    outcome text,
    entry_channel text not null,
    filed_on_portal text,
    applicant_id uuid not null,
    filed_by uuid not null,
    receiving_unit text not null,
    handling_unit text not null,
    deciding_unit text not null,
    form_data jsonb default '{}' not null,
    delivery_mode text not null,
    e_result_consent boolean default false not null,
    service_level text,
    filed_at timestamptz not null,
    reception_due timestamptz,
    accepted_at timestamptz,
    due_first timestamptz,
    due_legal timestamptz,
    due_promised timestamptz,
    clock_running boolean default false not null,
    cycle integer default 0 not null,
    provisional boolean default false not null,
    late_since timestamptz,
    result_ready_at timestamptz,
    verdict text,
    returned_at timestamptz,
    closed_at timestamptz,
    retention_until date,
    last_seq integer default 0 not null,
    constraint pk_dossier primary key (id),
    constraint ck_dossier_status check (
        status in ('filed', 'awaiting_supplement_before', 'refused', 'closed_unanswered', 'in_process',
            'awaiting_supplement', 'suspended', 'financial_obligation', 'result_ready', 'returned', 'withdrawn',
            'stopped')),
    constraint ck_dossier_outcome check (outcome in ('granted', 'not_eligible')),
    constraint ck_dossier_entry_channel check (entry_channel in ('online', 'desk', 'post')),
    constraint ck_dossier_delivery_mode check (delivery_mode in ('counter', 'post', 'online')),
    constraint ck_dossier_verdict check (verdict in ('early', 'on_time', 'late')),
    constraint ck_dossier_cycle check (cycle >= 0),
    constraint uq_dossier_reference unique (reference),
    constraint uq_dossier_code unique (code),
    constraint fk_dossier_parent_id foreign key (parent_id) references dossier (id),
    constraint fk_dossier_workflow_version_id
        foreign key (workflow_version_id) references workflow_version (id),
    constraint fk_dossier_applicant_id foreign key (applicant_id) references party (id),
    constraint fk_dossier_filed_by foreign key (filed_by) references principal (id),
    constraint fk_dossier_receiving_unit foreign key (receiving_unit) references unit (code),
    constraint fk_dossier_handling_unit foreign key (handling_unit) references unit (code),
    constraint fk_dossier_deciding_unit foreign key (deciding_unit) references unit (code)
);

create index ix_dossier_accepted on dossier (handling_unit, procedure_code, accepted_at);
create index ix_dossier_applicant_id on dossier (applicant_id, filed_at);
create index ix_dossier_filed_by on dossier (filed_by, filed_at);
create index ix_dossier_overdue on dossier (due_legal, id) include (code, handling_unit)
    where closed_at is null and result_ready_at is null and accepted_at is not null;
create index ix_dossier_parent_id on dossier (parent_id) where parent_id is not null;
create index ix_dossier_promised on dossier (due_promised, id) include (handling_unit)
    where closed_at is null and result_ready_at is null and accepted_at is not null;
create index ix_dossier_receiving_unit on dossier (receiving_unit, filed_at, id);
create index ix_dossier_reception on dossier (receiving_unit, reception_due, id)
    where closed_at is null and accepted_at is null;
create index ix_dossier_unit_overdue on dossier (handling_unit, due_legal, id) include (code, procedure_code)
    where closed_at is null and result_ready_at is null and accepted_at is not null;
create index ix_dossier_workflow_version_id on dossier (workflow_version_id);

create table engine_state (
    dossier_id uuid not null,
    version integer not null,
    head bytea not null,
    state bytea not null,
    finished boolean default false not null,
    updated_at timestamptz not null,
    constraint pk_engine_state primary key (dossier_id),
    constraint fk_engine_state_dossier_id foreign key (dossier_id) references dossier (id)
) with (fillfactor = 70);

create table user_task (
    id uuid not null,
    dossier_id uuid not null,
    element text not null,
    name text not null,
    lane text not null,
    role text not null,
    unit_code text not null,
    assignee_id uuid,
    status text not null,
    milestone text,
    outcomes jsonb default '[]' not null,
    form text,
    limit_text text,
    clock text,
    cycle integer default 0 not null,
    opened_at timestamptz not null,
    arrived_at timestamptz not null,
    due_own timestamptz,
    due_plan timestamptz,
    claimed_at timestamptz,
    closed_at timestamptz,
    closed_by uuid,
    on_behalf_of uuid,
    outcome text,
    judged text,
    constraint pk_user_task primary key (id),
    constraint ck_user_task_status check (status in ('open', 'closed', 'cancelled')),
    constraint ck_user_task_judged check (judged in ('early', 'on_time', 'late')),
    constraint fk_user_task_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_user_task_unit_code foreign key (unit_code) references unit (code),
    constraint fk_user_task_assignee_id foreign key (assignee_id) references principal (id),
    constraint fk_user_task_closed_by foreign key (closed_by) references principal (id),
    constraint fk_user_task_on_behalf_of foreign key (on_behalf_of) references principal (id)
);

create index ix_user_task_dossier_id on user_task (dossier_id);
create index ix_user_task_due on user_task (due_own, id) where status = 'open' and due_own is not null;
create index ix_user_task_inbox on user_task (unit_code, role, due_own, id)
    include (dossier_id, name, assignee_id)
    where status = 'open';
create index ix_user_task_mine on user_task (assignee_id, due_own, id) include (dossier_id, name)
    where status = 'open' and assignee_id is not null;
create index ix_user_task_unit_due on user_task (unit_code, due_own, id)
    where status = 'open' and due_own is not null;

create table timer (
    dossier_id uuid not null,
    id text not null,
    element text not null,
    due_at timestamptz not null,
    armed_at timestamptz not null,
    kind text not null,
    payload jsonb default '{}' not null,
    constraint pk_timer primary key (dossier_id, id),
    constraint fk_timer_dossier_id foreign key (dossier_id) references dossier (id)
);

create index ix_timer_due_at on timer (due_at);

create table appointment (
    dossier_id uuid not null,
    number integer not null,
    kind text not null,
    cycle integer not null,
    due_first timestamptz not null,
    due_legal timestamptz not null,
    due_promised timestamptz not null,
    supersedes integer,
    why jsonb default '{}' not null,
    calendar text not null,
    calendar_version text not null,
    provisional boolean default false not null,
    made_at timestamptz not null,
    made_by uuid not null,
    constraint pk_appointment primary key (dossier_id, number),
    constraint ck_appointment_kind check (
        kind in ('accepted', 'restart', 'resume', 'suspension_ended', 'second', 'extension', 'reappointment',
            'calendar_revision')),
    constraint fk_appointment_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_appointment_made_by foreign key (made_by) references principal (id)
);

create table component (
    dossier_id uuid not null,
    code text not null,
    name text not null,
    originals integer default 0 not null,
    copies integer default 0 not null,
    required boolean not null,
    received boolean default false not null,
    note text,
    constraint pk_component primary key (dossier_id, code),
    constraint fk_component_dossier_id foreign key (dossier_id) references dossier (id)
);

create table attachment (
    id uuid default gen_random_uuid() not null,
    dossier_id uuid not null,
    component_code text,
    file_name text not null,
    media_type text not null,
    size bigint not null,
    sha256 text not null,
    stored_at timestamptz not null,
    stored_by uuid not null,
    phase text not null,
    constraint pk_attachment primary key (id),
    constraint ck_attachment_phase check (phase in ('filing', 'supplement', 'handling', 'result')),
    constraint fk_attachment_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_attachment_stored_by foreign key (stored_by) references principal (id)
);

create index ix_attachment_dossier_id on attachment (dossier_id);

create table fee (
    dossier_id uuid not null,
    number integer not null,
    name text not null,
    amount bigint not null,
    basis text,
    constraint pk_fee primary key (dossier_id, number),
    constraint fk_fee_dossier_id foreign key (dossier_id) references dossier (id)
);

create table payment (
    id uuid default gen_random_uuid() not null,
    dossier_id uuid not null,
    fee_number integer not null,
    amount bigint not null,
    method text not null,
    reference text,
    paid_at timestamptz not null,
    recorded_by uuid not null,
    constraint pk_payment primary key (id),
    constraint fk_payment_dossier_id_fee_number
        foreign key (dossier_id, fee_number) references fee (dossier_id, number),
    constraint fk_payment_recorded_by foreign key (recorded_by) references principal (id)
);

create index ix_payment_dossier_id_fee_number on payment (dossier_id, fee_number);

create table letter (
    id uuid default gen_random_uuid() not null,
    dossier_id uuid not null,
    unit_code text not null,
    form text not null,
    year integer not null,
    number integer not null,
    data jsonb default '{}' not null,
    issued_at timestamptz not null,
    issued_by uuid not null,
    constraint pk_letter primary key (id),
    constraint uq_letter_unit_code_form_year_number unique (unit_code, form, year, number),
    constraint fk_letter_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_letter_unit_code foreign key (unit_code) references unit (code),
    constraint fk_letter_issued_by foreign key (issued_by) references principal (id)
);

create index ix_letter_dossier_id on letter (dossier_id);

create table escalation (
    subject_kind text not null,
    subject_id uuid not null,
    cycle integer not null,
    level text not null,
    recipient_id uuid,
    at timestamptz not null,
    constraint pk_escalation primary key (subject_kind, subject_id, cycle, level),
    constraint ck_escalation_subject_kind check (subject_kind in ('dossier', 'task')),
    constraint fk_escalation_recipient_id foreign key (recipient_id) references principal (id)
);

create table outbox (
    id bigint generated always as identity,
    dedup_key text not null,
    topic text not null,
    recipient_id uuid,
    dossier_id uuid,
    payload jsonb default '{}' not null,
    created_at timestamptz not null,
    available_at timestamptz not null,
    sent_at timestamptz,
    attempts integer default 0 not null,
    last_error text,
    constraint pk_outbox primary key (id),
    constraint uq_outbox_dedup_key unique (dedup_key),
    constraint fk_outbox_recipient_id foreign key (recipient_id) references principal (id),
    constraint fk_outbox_dossier_id foreign key (dossier_id) references dossier (id)
);

create index ix_outbox_dossier_id on outbox (dossier_id) where dossier_id is not null;
create index ix_outbox_recipient_id on outbox (recipient_id, id) where recipient_id is not null;
create index ix_outbox_unsent on outbox (available_at, id) where sent_at is null;

create table idempotency (
    principal_id uuid not null,
    key text not null,
    request_hash bytea not null,
    status smallint not null,
    response jsonb,
    at timestamptz not null,
    constraint pk_idempotency primary key (principal_id, key),
    constraint fk_idempotency_principal_id foreign key (principal_id) references principal (id)
);

create index ix_idempotency_at on idempotency (at);
