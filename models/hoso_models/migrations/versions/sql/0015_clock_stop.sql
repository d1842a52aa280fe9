-- When the clock of a dossier stood still, projected once and joined wherever it matters (ADR 0034).

create table clock_stop (
    dossier_id uuid not null,
    number integer not null,
    source text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    constraint pk_clock_stop primary key (dossier_id, number),
    constraint fk_clock_stop_dossier_id foreign key (dossier_id) references dossier (id)
);

create index ix_clock_stop_lasting on clock_stop (dossier_id, source) where ended_at is null;
