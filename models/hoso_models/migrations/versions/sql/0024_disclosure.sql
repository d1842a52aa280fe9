-- The register of what was given to third parties, projected from the events of dossiers (ADR 0045).

create table disclosure (
    id uuid not null,
    dossier_id uuid not null,
    unit_code text not null,
    recipient text not null,
    basis text not null,
    purpose text not null,
    data jsonb not null default '[]',
    decision text not null,
    disclosed_at timestamptz not null,
    disclosed_by uuid not null,
    constraint pk_disclosure primary key (id),
    constraint fk_disclosure_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_disclosure_unit_code foreign key (unit_code) references unit (code),
    constraint fk_disclosure_disclosed_by foreign key (disclosed_by) references principal (id)
);

create index ix_disclosure_unit_code on disclosure (unit_code, disclosed_at, id);
create index ix_disclosure_disclosed_at on disclosure (disclosed_at, id);
create index ix_disclosure_dossier_id on disclosure (dossier_id);
