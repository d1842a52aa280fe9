-- Administrators list what is kept under a hold: few of a million dossiers.

create index ix_dossier_held on dossier (filed_at, id) where held;
