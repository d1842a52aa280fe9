-- The identification number that a provider has verified, where the settings name its claim: whoever has it reads the dossiers that
-- others have filed in their name (ADR 0077). It goes when the identity is unlinked.
alter table identity add column identifier text;
alter table identity add constraint ck_identity_identifier check (identifier is null or unlinked_at is null);
create index ix_identity_identifier on identity (identifier) where identifier is not null;
