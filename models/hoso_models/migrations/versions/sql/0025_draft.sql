-- Drafts of dossiers, apart from dossiers: sealed, owned, and deleted when they expire (ADR 0046).

create table draft (
    id uuid not null default gen_random_uuid(),
    owner_id uuid not null,
    procedure_code text not null,
    version integer not null default 1,
    sealed bytea,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz not null,
    filing_at timestamptz,
    reference text,
    constraint pk_draft primary key (id),
    constraint ck_draft_sealed check ((sealed is null) = (reference is not null)),
    constraint fk_draft_owner_id foreign key (owner_id) references principal (id)
);

create index ix_draft_owner_id on draft (owner_id, created_at, id);
create index ix_draft_expires_at on draft (expires_at);
