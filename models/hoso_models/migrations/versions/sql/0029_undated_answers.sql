-- Dossiers that await a supplement for which no date was told, as by releases before every act of the law (ADR 0044).

create index ix_dossier_answer_undated on dossier (id)
    where answer_due is null and status in ('awaiting_supplement_before', 'awaiting_supplement');
