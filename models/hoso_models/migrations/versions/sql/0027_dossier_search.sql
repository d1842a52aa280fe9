-- Search of dossiers by words of the applicant's name, by procedure and by unit (ADR 0049).

create table dossier_search (
    dossier_id uuid not null,
    filed_at timestamptz not null,
    units text[] not null,
    terms text[] not null,
    constraint pk_dossier_search primary key (dossier_id),
    constraint fk_dossier_search_dossier_id foreign key (dossier_id) references dossier (id)
);

insert into dossier_search (dossier_id, filed_at, units, terms)
select d.id, d.filed_at, array[d.receiving_unit, d.handling_unit, d.deciding_unit],
    string_to_array(p.name_folded, ' ') || ('procedure/' || d.procedure_code)
from dossier d join party p on p.id = d.applicant_id
order by d.filed_at;

create index ix_dossier_search_newest on dossier_search (filed_at, dossier_id);
create index ix_dossier_search_terms on dossier_search using gin (units, terms) with (fastupdate = off);

-- A telephone number is the same however its digits are grouped.
create index ix_party_phone on party (regexp_replace(phone, '\D', '', 'g')) where phone is not null;

create index ix_dossier_status on dossier (status, filed_at, id);
