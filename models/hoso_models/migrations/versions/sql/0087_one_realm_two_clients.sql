drop index uq_identity_issuer_subject;
create unique index uq_identity_issuer_subject on identity (issuer, subject, provider) where unlinked_at is null;
