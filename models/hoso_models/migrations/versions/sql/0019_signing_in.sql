-- How people sign in (ADR 0038). Secrets are digests, hashes, or sealed by a key outside of the database.

alter table principal add column if not exists code text constraint uq_principal_code unique;

-- A token of before may do what its principal may, as it could.
alter table api_token
    add column scopes jsonb default '[]' not null,
    add column created_by uuid constraint fk_api_token_created_by references principal (id);
update api_token set scopes = '["act", "read", "register"]';

create table identity (
    id uuid default gen_random_uuid() not null,
    principal_id uuid not null,
    provider text not null,
    issuer text not null,
    subject text not null,
    linked_at timestamptz not null,
    linked_by uuid,
    how text not null,
    unlinked_at timestamptz,
    constraint pk_identity primary key (id),
    constraint fk_identity_principal_id foreign key (principal_id) references principal (id),
    constraint fk_identity_linked_by foreign key (linked_by) references principal (id)
);

create unique index uq_identity_issuer_subject on identity (issuer, subject) where unlinked_at is null;
create index ix_identity_principal_id on identity (principal_id);

create table browser_session (
    id uuid default gen_random_uuid() not null,
    secret_sha256 bytea not null,
    kind text not null,
    principal_id uuid not null,
    family_id uuid not null,
    provider text not null,
    identity_id uuid,
    provider_sid text,
    id_token_sealed bytea,
    acr text,
    amr jsonb default '[]' not null,
    authenticated_at timestamptz not null,
    begun_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    agent text default '' not null,
    address text default '' not null,
    ended_at timestamptz,
    ended_why text,
    successor_id uuid,
    constraint pk_browser_session primary key (id),
    constraint uq_browser_session_secret_sha256 unique (secret_sha256),
    constraint ck_browser_session_kind check (kind in ('officer', 'applicant')),
    constraint fk_browser_session_principal_id foreign key (principal_id) references principal (id),
    constraint fk_browser_session_identity_id foreign key (identity_id) references identity (id),
    constraint fk_browser_session_successor_id foreign key (successor_id) references browser_session (id)
);

create index ix_browser_session_principal_id on browser_session (principal_id, begun_at);
create index ix_browser_session_provider_sid on browser_session (provider, provider_sid)
    where provider_sid is not null and ended_at is null;
create index ix_browser_session_family_id on browser_session (family_id);
create index ix_browser_session_expires_at on browser_session (expires_at);

create table invitation (
    id uuid default gen_random_uuid() not null,
    purpose text not null,
    principal_id uuid,
    code_sha256 bytea,
    made_by uuid,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    withdrawn_at timestamptz,
    second_person uuid,
    confirmed_at timestamptz,
    detail jsonb default '{}' not null,
    constraint pk_invitation primary key (id),
    constraint uq_invitation_code_sha256 unique (code_sha256),
    constraint ck_invitation_purpose check (purpose in ('setup', 'enrolment', 'recovery')),
    constraint ck_invitation_somebody_else check (second_person <> made_by),
    constraint ck_invitation_two_persons check (
        purpose <> 'recovery' or code_sha256 is null or second_person is not null),
    constraint ck_invitation_principal check (purpose = 'setup' or principal_id is not null),
    constraint fk_invitation_principal_id foreign key (principal_id) references principal (id),
    constraint fk_invitation_made_by foreign key (made_by) references principal (id),
    constraint fk_invitation_second_person foreign key (second_person) references principal (id)
);

create index ix_invitation_principal_id on invitation (principal_id);
create index ix_invitation_expires_at on invitation (expires_at);

create table sign_in_attempt (
    id uuid default gen_random_uuid() not null,
    kind text not null,
    purpose text not null,
    state_sha256 bytea,
    cookie_sha256 bytea not null,
    provider text,
    nonce text,
    verifier text,
    challenge bytea,
    wanted_acr jsonb default '[]' not null,
    max_age integer,
    onward text default '/' not null,
    principal_id uuid,
    session_id uuid,
    invitation_id uuid,
    begun_at timestamptz not null,
    expires_at timestamptz not null,
    constraint pk_sign_in_attempt primary key (id),
    constraint uq_sign_in_attempt_state_sha256 unique (state_sha256),
    constraint ck_sign_in_attempt_kind check (kind in ('officer', 'applicant')),
    constraint ck_sign_in_attempt_purpose check (
        purpose in ('provider', 'second_factor', 'passkey', 'passkey_made')),
    constraint fk_sign_in_attempt_principal_id foreign key (principal_id) references principal (id),
    constraint fk_sign_in_attempt_session_id foreign key (session_id) references browser_session (id)
        on delete cascade,
    constraint fk_sign_in_attempt_invitation_id foreign key (invitation_id) references invitation (id)
        on delete cascade
);

create index ix_sign_in_attempt_expires_at on sign_in_attempt (expires_at);

create table credential (
    id uuid default gen_random_uuid() not null,
    principal_id uuid not null,
    kind text not null,
    label text default '' not null,
    hash text,
    sealed bytea,
    last_step bigint,
    number integer,
    key_id bytea,
    public_key bytea,
    sign_count bigint default 0 not null,
    copied boolean default false not null,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_why text,
    constraint pk_credential primary key (id),
    constraint uq_credential_key_id unique (key_id),
    constraint ck_credential_kind check (kind in ('passkey', 'password', 'totp', 'recovery_code')),
    constraint fk_credential_principal_id foreign key (principal_id) references principal (id)
);

create unique index uq_credential_principal_id_kind on credential (principal_id, kind)
    where kind in ('password', 'totp') and revoked_at is null and confirmed_at is not null;
create index ix_credential_principal_id on credential (principal_id);
