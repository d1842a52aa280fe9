-- A signed call that changes something is taken once: its nonce, or where it has none its signature, is kept as long as it is good.
create table used_signature (
    digest bytea not null,
    used_at timestamptz not null,
    good_until timestamptz not null,
    constraint pk_used_signature primary key (digest)
);

create index ix_used_signature_good_until on used_signature (good_until);
