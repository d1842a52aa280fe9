-- What identity providers said (ADR 0039).

create table unknown_identity (
    id uuid default gen_random_uuid() not null,
    issuer text not null,
    subject text not null,
    provider text not null,
    name text,
    compared text,
    first_at timestamptz not null,
    last_at timestamptz not null,
    tries bigint default 1 not null,
    constraint pk_unknown_identity primary key (id),
    constraint uq_unknown_identity_issuer_subject unique (issuer, subject)
);

create index ix_unknown_identity_last_at on unknown_identity (last_at, id);

create table logout_token (
    issuer text not null,
    token_id text not null,
    expires_at timestamptz not null,
    constraint pk_logout_token primary key (issuer, token_id)
);

create index ix_logout_token_expires_at on logout_token (expires_at);
