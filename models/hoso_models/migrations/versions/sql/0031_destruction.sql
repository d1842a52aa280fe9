-- Dossiers are kept for their time, longer under a hold, and destroyed by lists of two persons (ADR 0045).

alter table dossier add column held boolean default false not null;
alter table dossier add column erased_at timestamptz;
create index ix_dossier_kept on dossier (workflow_version_id, case_id, closed_at)
    where closed_at is not null and erased_at is null;

create table destruction_list (
    id uuid not null,
    unit_code text not null,
    basis text not null,
    drawn_at timestamptz not null,
    drawn_by uuid not null,
    confirmed boolean,
    decision text,
    decided_at timestamptz,
    decided_by uuid,
    finished_at timestamptz,
    constraint pk_destruction_list primary key (id),
    constraint fk_destruction_list_unit_code foreign key (unit_code) references unit (code),
    constraint fk_destruction_list_drawn_by foreign key (drawn_by) references principal (id),
    constraint fk_destruction_list_decided_by foreign key (decided_by) references principal (id)
);

create index ix_destruction_list_drawn_at on destruction_list (drawn_at, id);
create index ix_destruction_list_open on destruction_list (decided_at, id) where confirmed and finished_at is null;

create table destruction_item (
    list_id uuid not null,
    dossier_id uuid not null,
    erased boolean default false not null,
    refused text,
    constraint pk_destruction_item primary key (list_id, dossier_id),
    constraint fk_destruction_item_list_id foreign key (list_id) references destruction_list (id),
    constraint fk_destruction_item_dossier_id foreign key (dossier_id) references dossier (id)
);

create index ix_destruction_item_dossier_id on destruction_item (dossier_id);
