-- Administrative areas, and competence by them; units that answer for themselves; procedures that open and close by date.

create table area (
    code text not null,
    name text not null,
    kind text not null,
    parent_code text,
    valid_from date not null,
    valid_to date,
    successor_code text,
    constraint pk_area primary key (code),
    constraint ck_area_period check (valid_to is null or valid_from <= valid_to),
    constraint fk_area_parent_code foreign key (parent_code) references area (code),
    constraint fk_area_successor_code foreign key (successor_code) references area (code)
);
create index ix_area_parent_code on area (parent_code) where parent_code is not null;

alter table unit
    add column area_code text,
    add column is_authority boolean default false not null,
    add constraint fk_unit_area_code foreign key (area_code) references area (code);
-- The tops of the tree and the units directly below them answered for themselves so far; divisions stand below these.
update unit set is_authority = true
where parent_code is null or parent_code in (select code from unit where parent_code is null);

alter table competence
    alter column procedure_code drop not null,
    add column field text,
    add column case_id text,
    add column area_code text,
    add constraint fk_competence_area_code foreign key (area_code) references area (code),
    add constraint ck_competence_procedure_or_field check (num_nonnulls(procedure_code, field) = 1),
    drop constraint ck_competence_part,
    add constraint ck_competence_part check (part in ('receiving', 'handling', 'deciding', 'publishing'));
create index ix_competence_field on competence (field, part, unit_code) where field is not null;

alter table party
    add column area_code text,
    add constraint fk_party_area_code foreign key (area_code) references area (code);

alter table workflow_version add column active_from date;
update workflow_version set active_from = (activated_at at time zone 'Asia/Ho_Chi_Minh')::date
where activated_at is not null;
create unique index uq_workflow_version_scheduled on workflow_version (procedure_code)
    where status = 'approved' and active_from is not null;

-- Whether new dossiers of a procedure are taken: rows are only added, and the one that begins last holds.
create table procedure_opening (
    id uuid default gen_random_uuid() not null,
    procedure_code text not null,
    valid_from date not null,
    is_open boolean not null,
    basis text not null,
    entered_at timestamptz not null,
    entered_by uuid not null,
    entered_for uuid,
    constraint pk_procedure_opening primary key (id),
    constraint uq_procedure_opening_procedure_code_valid_from_entered_at
        unique (procedure_code, valid_from, entered_at),
    constraint fk_procedure_opening_entered_by foreign key (entered_by) references principal (id),
    constraint fk_procedure_opening_entered_for foreign key (entered_for) references principal (id)
);
