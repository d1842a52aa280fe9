-- Engine states that an act could not use, until they are made anew (ADR 0027).

create table damaged_run (
    dossier_id uuid not null,
    element text not null,
    message text not null,
    since timestamptz not null,
    constraint pk_damaged_run primary key (dossier_id),
    constraint fk_damaged_run_dossier_id foreign key (dossier_id) references dossier (id)
);
