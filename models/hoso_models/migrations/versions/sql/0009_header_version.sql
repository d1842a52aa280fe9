-- A constant as default: no partition is rewritten, and what is there already has version 1.

alter table dossier_event add column header_version smallint default 1 not null;
