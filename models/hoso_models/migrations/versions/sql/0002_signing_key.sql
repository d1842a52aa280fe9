create table signing_key (
    id uuid default gen_random_uuid() not null,
    principal_id uuid not null,
    public_key bytea not null,
    label text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    constraint pk_signing_key primary key (id),
    constraint fk_signing_key_principal_id foreign key (principal_id) references principal (id)
);

create index ix_signing_key_principal_id on signing_key (principal_id);
