-- Reminders of what is late: each subject at most once a day, by whom and when (ADR 0066).

create table reminder (
    subject_kind text not null,
    subject_id uuid not null,
    day date not null,
    dossier_id uuid not null,
    unit_code text not null,
    principal_id uuid not null,
    at timestamptz not null,
    told smallint not null,
    constraint pk_reminder primary key (subject_kind, subject_id, day),
    constraint ck_reminder_subject_kind check (subject_kind in ('dossier', 'task')),
    constraint fk_reminder_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_reminder_unit_code foreign key (unit_code) references unit (code),
    constraint fk_reminder_principal_id foreign key (principal_id) references principal (id)
);
create index ix_reminder_dossier_id on reminder (dossier_id);

-- What a unit has accepted and resolved by week: counted in the index alone.
create index ix_dossier_unit_accepted on dossier (handling_unit, accepted_at) where accepted_at is not null;
create index ix_dossier_unit_resolved on dossier (handling_unit, result_ready_at) include (verdict)
    where result_ready_at is not null;
