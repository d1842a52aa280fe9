create index ix_dossier_reception_due on dossier (reception_due, id) where closed_at is null and accepted_at is null;
