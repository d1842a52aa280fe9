-- Forms of pages that came after the end of their session, for half an hour (ADR 0062).

create table parked_form (
    id uuid not null default gen_random_uuid(),
    secret_sha256 bytea not null,
    principal_id uuid not null,
    path text not null,
    sealed bytea not null,
    expires_at timestamptz not null,
    constraint pk_parked_form primary key (id),
    constraint fk_parked_form_principal_id foreign key (principal_id) references principal (id)
);

create unique index ux_parked_form_secret_sha256 on parked_form (secret_sha256);
create index ix_parked_form_principal_id on parked_form (principal_id);
create index ix_parked_form_expires_at on parked_form (expires_at);
