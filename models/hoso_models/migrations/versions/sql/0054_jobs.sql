-- Long jobs go on in the background, portion by portion, and survive the end of a process (ADR 0063).

create table job (
    id uuid not null,
    kind text not null,
    state text not null,
    subject text not null,
    unit_code text not null,
    asked jsonb default '{}'::jsonb not null,
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    begun_at timestamptz,
    ended_at timestamptz,
    cancelled_by uuid,
    total integer default 0 not null,
    done integer default 0 not null,
    refused integer default 0 not null,
    place uuid,
    failure jsonb,
    attempts integer default 0 not null,
    updated_at timestamptz not null,
    lease uuid,
    leased_until timestamptz,
    constraint pk_job primary key (id),
    constraint ck_job_kind check (kind in ('rehoming', 'calendar_revision', 'migration')),
    constraint ck_job_state check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
    constraint fk_job_unit_code foreign key (unit_code) references unit (code),
    constraint fk_job_ordered_by foreign key (ordered_by) references principal (id),
    constraint fk_job_cancelled_by foreign key (cancelled_by) references principal (id)
);

create unique index ux_job_live on job (kind, subject) where ended_at is null;
create index ix_job_ordered_at on job (ordered_at, id);
create index ix_job_ended_at on job (ended_at) where ended_at is not null;

create table job_item (
    job_id uuid not null,
    dossier_id uuid not null,
    outcome text not null,
    why jsonb,
    constraint pk_job_item primary key (job_id, dossier_id),
    constraint ck_job_item_outcome check (outcome in ('left', 'moved')),
    constraint fk_job_item_job_id foreign key (job_id) references job (id),
    constraint fk_job_item_dossier_id foreign key (dossier_id) references dossier (id)
);

create index ix_job_item_dossier_id on job_item (dossier_id);
