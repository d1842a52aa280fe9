-- An answer that tells of an act behind the end of its dossier's chain is evidence, and is looked for by the dossier (ADR 0027).
create index ix_idempotency_reference on idempotency ((response ->> 'reference')) where status = 200;
