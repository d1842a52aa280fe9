-- Only a fold of its events says how far an older dossier is: its next act does, or the first look-up.

alter table dossier add column degree integer;
alter table dossier add constraint ck_dossier_degree check (degree between 0 and 100);
