-- Reports that units owe, their submissions with frozen figures, and the targets of the share filed online (ADR 0070, 0071).

create table report_kind (
    id uuid default gen_random_uuid() not null,
    code text not null,
    name text not null,
    period text not null,
    first_month smallint not null,
    first_day smallint not null,
    last_month smallint not null,
    last_day smallint not null,
    due_month smallint not null,
    due_day smallint not null,
    remind_days smallint default 10 not null,
    consolidate_days smallint default 10 not null,
    owing jsonb default '[]'::jsonb not null,
    consolidating_unit text not null,
    receiving_unit text not null,
    valid_from date not null,
    valid_to date,
    basis text not null,
    entered_by uuid not null,
    entered_at timestamptz not null,
    constraint pk_report_kind primary key (id),
    constraint ck_report_kind_period check (period in ('quarter', 'year')),
    constraint ck_report_kind_validity check (valid_to is null or valid_from <= valid_to),
    constraint ck_report_kind_days check (first_day between 1 and 31 and last_day between 1 and 31 and due_day between 1 and 31),
    constraint uq_report_kind_code_valid_from unique (code, valid_from),
    constraint fk_report_kind_consolidating_unit foreign key (consolidating_unit) references unit (code),
    constraint fk_report_kind_receiving_unit foreign key (receiving_unit) references unit (code),
    constraint fk_report_kind_entered_by foreign key (entered_by) references principal (id)
);

create table report_obligation (
    id uuid not null,
    kind_id uuid not null,
    period_key text not null,
    unit_code text not null,
    part text not null,
    period_from date not null,
    period_to date not null,
    due_before date not null,
    status text not null,
    version integer default 1 not null,
    texts jsonb default '{}'::jsonb not null,
    written_by uuid,
    written_for uuid,
    written_at timestamptz,
    approved_by uuid,
    approved_for uuid,
    approved_at timestamptz,
    submitted_by uuid,
    submitted_at timestamptz,
    first_submitted_at timestamptz,
    submissions smallint default 0 not null,
    returned_by uuid,
    returned_at timestamptz,
    return_reason text,
    created_at timestamptz not null,
    constraint pk_report_obligation primary key (id),
    constraint ck_report_obligation_part check (part in ('agency', 'consolidated')),
    constraint ck_report_obligation_status check (status in ('owed', 'drafted', 'approved', 'submitted', 'returned')),
    constraint ck_report_obligation_second_person check (
        not (array[approved_by, approved_for] && array[written_by, written_for])
    ),
    constraint uq_report_obligation_kind_id_period_key_unit_code_part unique (kind_id, period_key, unit_code, part),
    constraint fk_report_obligation_kind_id foreign key (kind_id) references report_kind (id),
    constraint fk_report_obligation_unit_code foreign key (unit_code) references unit (code),
    constraint fk_report_obligation_written_by foreign key (written_by) references principal (id),
    constraint fk_report_obligation_written_for foreign key (written_for) references principal (id),
    constraint fk_report_obligation_approved_for foreign key (approved_for) references principal (id),
    constraint fk_report_obligation_approved_by foreign key (approved_by) references principal (id),
    constraint fk_report_obligation_submitted_by foreign key (submitted_by) references principal (id),
    constraint fk_report_obligation_returned_by foreign key (returned_by) references principal (id)
);
create index ix_report_obligation_unit_code on report_obligation (unit_code, due_before);
create index ix_report_obligation_due_before on report_obligation (due_before, id);

create table report_submission (
    obligation_id uuid not null,
    number smallint not null,
    at timestamptz not null,
    by uuid not null,
    figures jsonb default '{}'::jsonb not null,
    texts jsonb default '{}'::jsonb not null,
    digest bytea not null,
    constraint pk_report_submission primary key (obligation_id, number),
    constraint fk_report_submission_obligation_id foreign key (obligation_id) references report_obligation (id),
    constraint fk_report_submission_by foreign key (by) references principal (id)
);

create table report_submission_dossier (
    obligation_id uuid not null,
    number smallint not null,
    code text not null,
    unit_code text not null,
    procedure_code text not null,
    field text not null,
    level text not null,
    channel text not null,
    came text not null,
    went text not null,
    constraint pk_report_submission_dossier primary key (obligation_id, number, code),
    constraint fk_report_submission_dossier_obligation_id foreign key (obligation_id) references report_obligation (id)
);

create table online_target (
    id uuid default gen_random_uuid() not null,
    unit_code text not null,
    year smallint not null,
    percent smallint not null,
    basis text not null,
    entered_by uuid not null,
    entered_at timestamptz not null,
    constraint pk_online_target primary key (id),
    constraint ck_online_target_percent check (percent between 0 and 100),
    constraint fk_online_target_unit_code foreign key (unit_code) references unit (code),
    constraint fk_online_target_entered_by foreign key (entered_by) references principal (id)
);
create index ix_online_target_unit_code on online_target (unit_code, year, entered_at);

-- A report of an ended period looks for what was taken up again since.
create index ix_appointment_reopened on appointment (made_at, dossier_id) where kind = 'reopened';
