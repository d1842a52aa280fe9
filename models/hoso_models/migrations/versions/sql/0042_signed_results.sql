-- A PDF that was found to be signed well when it came (ADR 0052).

alter table attachment add column signed boolean default false not null;
create index ix_attachment_signed on attachment (sha256) where signed;
