-- Uploads under way: how much of each has come, and the sealed pieces that the store keeps of it (ADR 0056).

create table upload (
    id uuid not null default gen_random_uuid(),
    dossier_id uuid not null,
    owner_id uuid not null,
    size bigint not null,
    received bigint not null default 0,
    turn integer not null default 0,
    described bytea,
    pieces text[] not null default '{}',
    created_at timestamptz not null,
    expires_at timestamptz not null,
    attachment_id uuid,
    constraint pk_upload primary key (id),
    constraint ck_upload_received check (received between 0 and size),
    constraint ck_upload_described check ((described is null) = (attachment_id is not null)),
    constraint fk_upload_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_upload_owner_id foreign key (owner_id) references principal (id)
);

create index ix_upload_owner_id on upload (owner_id);
create index ix_upload_dossier_id on upload (dossier_id);
create index ix_upload_expires_at on upload (expires_at);
