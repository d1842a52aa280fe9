-- Files of dossiers: versions, sealed bytes in a store, a key for each dossier (ADR 0050).

alter table attachment add column title text;
alter table attachment add column object text;
alter table attachment add column thumbnail text;
alter table attachment add column pages integer;
alter table attachment add column scan text default 'not_scanned' not null;
alter table attachment add column internal boolean default false not null;
alter table attachment add column seq integer;
alter table attachment add column supersedes uuid;
alter table attachment add column superseded_at timestamptz;
alter table attachment add constraint ck_attachment_scan check (scan in ('clean', 'not_scanned'));
create index ix_attachment_object on attachment (object);
create index ix_attachment_thumbnail on attachment (thumbnail) where thumbnail is not null;

create table dossier_key (
    dossier_id uuid not null,
    sealed bytea not null,
    made_at timestamptz not null,
    constraint pk_dossier_key primary key (dossier_id),
    constraint fk_dossier_key_dossier_id foreign key (dossier_id) references dossier (id)
);
