-- What anybody says of the service, and what agencies propose, with answers (ADR 0078).

create table feedback (
    id uuid default gen_random_uuid() not null,
    year smallint not null,
    number integer not null,
    kind text not null,
    procedure_code text,
    dossier_id uuid,
    sealed bytea,
    wants_answer boolean not null,
    given_at timestamptz not null,
    given_by uuid,
    from_unit text,
    unit_code text not null,
    term text not null,
    basis text not null,
    due_at timestamptz not null,
    forwarded_at timestamptz,
    forwarded_by uuid,
    answer text,
    answered_at timestamptz,
    answered_by uuid,
    published boolean default false not null,
    summary text,
    constraint pk_feedback primary key (id),
    constraint uq_feedback_year_number unique (year, number),
    constraint ck_feedback_kind check (kind in ('portal', 'procedure', 'dossier', 'proposal')),
    constraint ck_feedback_answer check ((answer is null) = (answered_at is null)),
    constraint ck_feedback_published check (not published or summary is not null),
    constraint fk_feedback_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_feedback_given_by foreign key (given_by) references principal (id),
    constraint fk_feedback_from_unit foreign key (from_unit) references unit (code),
    constraint fk_feedback_unit_code foreign key (unit_code) references unit (code),
    constraint fk_feedback_forwarded_by foreign key (forwarded_by) references principal (id),
    constraint fk_feedback_answered_by foreign key (answered_by) references principal (id)
);
create index ix_feedback_given_at on feedback (given_at, id);
create index ix_feedback_unit_code on feedback (unit_code, given_at);
create index ix_feedback_dossier_id on feedback (dossier_id) where dossier_id is not null;
create index ix_feedback_published on feedback (answered_at, id) where published;
