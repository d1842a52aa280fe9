-- Files of drafts, sealed by a key of the draft that becomes the dossier's when it is filed (ADR 0058). What is deleted with a
-- draft is its key, its files and its uploads: the sweep of the store takes away what lies there.

alter table draft add column file_key bytea;
alter table draft add constraint ck_draft_file_key check (sealed is not null or file_key is null);

create table draft_file (
    id uuid not null,
    draft_id uuid not null,
    place integer not null,
    size bigint not null,
    described bytea not null,
    object text not null,
    thumbnail text,
    stored_at timestamptz not null,
    constraint pk_draft_file primary key (id),
    constraint fk_draft_file_draft_id foreign key (draft_id) references draft (id) on delete cascade
);

create index ix_draft_file_draft_id on draft_file (draft_id, place, id);
create index ix_draft_file_object on draft_file (object);
create index ix_draft_file_thumbnail on draft_file (thumbnail) where thumbnail is not null;

-- An upload is to a dossier, or to a draft; with the draft's filing it becomes the dossier's.
alter table upload alter column dossier_id drop not null;
alter table upload add column draft_id uuid;
alter table upload add constraint fk_upload_draft_id foreign key (draft_id) references draft (id) on delete cascade;
alter table upload add constraint ck_upload_bound check (num_nonnulls(dossier_id, draft_id) = 1);
create index ix_upload_draft_id on upload (draft_id) where draft_id is not null;
