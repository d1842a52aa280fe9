-- Who and what is registered: actors, parties, units, roles, procedures, calendars; counters and oversight.

create table principal (
    id uuid default gen_random_uuid() not null,
    kind text not null,
    name text not null,
    title text,
    subject text,
    created_at timestamptz not null,
    closed_at timestamptz,
    constraint pk_principal primary key (id),
    constraint ck_principal_kind check (kind in ('officer', 'citizen', 'system', 'partner')),
    constraint uq_principal_subject unique (subject)
);

create table api_token (
    id uuid default gen_random_uuid() not null,
    principal_id uuid not null,
    prefix text not null,
    sha256 bytea not null,
    label text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    constraint pk_api_token primary key (id),
    constraint fk_api_token_principal_id foreign key (principal_id) references principal (id),
    constraint uq_api_token_prefix unique (prefix)
);

create index ix_api_token_principal_id on api_token (principal_id);

create table party (
    id uuid default gen_random_uuid() not null,
    kind text not null,
    name text not null,
    name_folded text not null,
    identifier text,
    address text,
    phone text,
    email text,
    authorised_name text,
    authorised_identifier text,
    authorisation_paper text,
    principal_id uuid,
    created_at timestamptz not null,
    constraint pk_party primary key (id),
    constraint ck_party_kind check (kind in ('person', 'organisation')),
    constraint fk_party_principal_id foreign key (principal_id) references principal (id)
);

create index ix_party_identifier on party (identifier) where identifier is not null;
create index ix_party_name_folded on party using gin (to_tsvector('simple'::regconfig, name_folded));
create index ix_party_principal_id on party (principal_id) where principal_id is not null;

create table unit (
    code text not null,
    name text not null,
    kind text not null,
    level text not null,
    parent_code text,
    calendar text not null,
    valid_from date not null,
    valid_to date,
    successor_code text,
    identifiers jsonb default '{}' not null,
    duty jsonb default '{}' not null,
    constraint pk_unit primary key (code),
    constraint ck_unit_period check (valid_to is null or valid_from <= valid_to),
    constraint fk_unit_parent_code foreign key (parent_code) references unit (code),
    constraint fk_unit_successor_code foreign key (successor_code) references unit (code)
);

create index ix_unit_parent_code on unit (parent_code) where parent_code is not null;

create table role_assignment (
    id uuid default gen_random_uuid() not null,
    principal_id uuid not null,
    unit_code text not null,
    role text not null,
    valid_from date not null,
    valid_to date,
    constraint pk_role_assignment primary key (id),
    constraint ck_role_assignment_period check (valid_to is null or valid_from <= valid_to),
    constraint fk_role_assignment_principal_id foreign key (principal_id) references principal (id),
    constraint fk_role_assignment_unit_code foreign key (unit_code) references unit (code)
);

create index ix_role_assignment_principal_id on role_assignment (principal_id);
create index ix_role_assignment_unit_code_role on role_assignment (unit_code, role);

create table substitution (
    id uuid default gen_random_uuid() not null,
    principal_id uuid not null,
    substitute_id uuid not null,
    unit_code text,
    role text,
    valid_from date not null,
    valid_to date not null,
    reason text not null,
    constraint pk_substitution primary key (id),
    constraint ck_substitution_period check (valid_from <= valid_to),
    constraint ck_substitution_somebody_else check (principal_id <> substitute_id),
    constraint fk_substitution_principal_id foreign key (principal_id) references principal (id),
    constraint fk_substitution_substitute_id foreign key (substitute_id) references principal (id),
    constraint fk_substitution_unit_code foreign key (unit_code) references unit (code)
);

create index ix_substitution_principal_id on substitution (principal_id);
create index ix_substitution_substitute_id on substitution (substitute_id, valid_to);

create table competence (
    id uuid default gen_random_uuid() not null,
    procedure_code text not null,
    unit_code text not null,
    part text not null,
    valid_from date not null,
    valid_to date,
    basis text not null,
    constraint pk_competence primary key (id),
    constraint ck_competence_part check (part in ('receiving', 'handling', 'deciding')),
    constraint ck_competence_period check (valid_to is null or valid_from <= valid_to),
    constraint fk_competence_unit_code foreign key (unit_code) references unit (code)
);

create index ix_competence_procedure_code on competence (procedure_code, part, unit_code);
create index ix_competence_unit_code on competence (unit_code);

create table procedure_entry_version (
    id uuid default gen_random_uuid() not null,
    procedure_code text not null,
    number integer not null,
    name text not null,
    field text not null,
    level text not null,
    authority text not null,
    items jsonb default '{}' not null,
    decision_no text,
    decision_date date,
    published_at timestamptz,
    entered_at timestamptz not null,
    entered_by uuid not null,
    service_level text,
    service_level_from date,
    service_level_to date,
    constraint pk_procedure_entry_version primary key (id),
    constraint uq_procedure_entry_version_procedure_code_number unique (procedure_code, number),
    constraint fk_procedure_entry_version_entered_by foreign key (entered_by) references principal (id)
);

create table workflow_version (
    id uuid default gen_random_uuid() not null,
    procedure_code text not null,
    number integer not null,
    name text not null,
    status text not null,
    package bytea not null,
    sha256 text not null,
    manifest jsonb default '{}' not null,
    report jsonb,
    declared_by uuid not null,
    declared_at timestamptz not null,
    submitted_by uuid,
    submitted_at timestamptz,
    approved_by uuid,
    approved_at timestamptz,
    decision_no text,
    decision_date date,
    activated_by uuid,
    activated_at timestamptz,
    retired_at timestamptz,
    constraint pk_workflow_version primary key (id),
    constraint ck_workflow_version_status check (
        status in ('draft', 'submitted', 'approved', 'active', 'retired')),
    constraint uq_workflow_version_procedure_code_number unique (procedure_code, number),
    constraint ck_workflow_version_four_eyes check (approved_by <> declared_by),
    constraint ck_workflow_version_decision check (
        status not in ('approved', 'active')
            or (approved_by is not null and decision_no is not null and decision_date is not null)),
    constraint fk_workflow_version_declared_by foreign key (declared_by) references principal (id),
    constraint fk_workflow_version_submitted_by foreign key (submitted_by) references principal (id),
    constraint fk_workflow_version_approved_by foreign key (approved_by) references principal (id),
    constraint fk_workflow_version_activated_by foreign key (activated_by) references principal (id)
);

create unique index uq_workflow_version_active on workflow_version (procedure_code) where status = 'active';

create table calendar_version (
    id uuid default gen_random_uuid() not null,
    calendar text not null,
    version text not null,
    documents jsonb default '{}' not null,
    as_of date,
    created_at timestamptz not null,
    created_by uuid,
    constraint pk_calendar_version primary key (id),
    constraint uq_calendar_version_calendar_version unique (calendar, version),
    constraint fk_calendar_version_created_by foreign key (created_by) references principal (id)
);

create table code_sequence (
    unit_code text not null,
    day date not null,
    last integer not null,
    constraint pk_code_sequence primary key (unit_code, day),
    constraint fk_code_sequence_unit_code foreign key (unit_code) references unit (code)
);

create table letter_series (
    unit_code text not null,
    form text not null,
    year integer not null,
    last integer not null,
    constraint pk_letter_series primary key (unit_code, form, year),
    constraint fk_letter_series_unit_code foreign key (unit_code) references unit (code)
);

create table report (
    kind text not null,
    period_from date not null,
    period_to date not null,
    scope text not null,
    figures jsonb default '{}' not null,
    made_at timestamptz not null,
    made_by uuid,
    submitted_at timestamptz,
    constraint pk_report primary key (kind, period_from, period_to, scope),
    constraint fk_report_made_by foreign key (made_by) references principal (id)
);

create table access_log (
    id bigint generated always as identity,
    principal_id uuid,
    act text not null,
    subject text,
    at timestamptz not null,
    granted boolean not null,
    detail jsonb default '{}' not null,
    constraint pk_access_log primary key (id),
    constraint fk_access_log_principal_id foreign key (principal_id) references principal (id)
);

create index ix_access_log_principal_id on access_log (principal_id, at);
create index ix_access_log_subject on access_log (subject, at);

create table watermark (
    job text not null,
    at timestamptz not null,
    constraint pk_watermark primary key (job)
);
