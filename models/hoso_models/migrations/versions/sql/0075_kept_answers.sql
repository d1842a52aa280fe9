-- An answer that tells of an act behind the end of its dossier's chain is evidence, and is looked for by the dossier (ADR 0027).
create index ix_idempotency_reference on idempotency ((response ->> 'reference')) where status = 200;

-- Files that a night's audit has found damaged, and dossiers whose key it has, until a later one finds them whole (ADR 0050).
create table damaged_file (
    id uuid not null,
    dossier_id uuid not null,
    message text not null,
    since timestamptz not null,
    constraint pk_damaged_file primary key (id),
    constraint fk_damaged_file_dossier_id foreign key (dossier_id) references dossier (id)
);
create index ix_damaged_file_dossier_id on damaged_file (dossier_id);
