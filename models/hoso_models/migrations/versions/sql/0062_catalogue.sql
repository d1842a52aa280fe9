-- The catalogue of procedures: versions that never change, drafts, search, service levels, agencies' systems (ADR 0076).

alter table procedure_entry_version
    add column kind text,
    add column valid_from date,
    add column valid_to date,
    add column successor text,
    add column drafted_by uuid,
    add column entered_for uuid;
update procedure_entry_version set kind = case when number = 1 then 'new' else 'amended' end,
    valid_from = coalesce(decision_date, (entered_at at time zone 'Asia/Ho_Chi_Minh')::date);
alter table procedure_entry_version
    alter column kind set not null,
    alter column valid_from set not null,
    add constraint ck_procedure_entry_version_kind check (kind in ('new', 'amended', 'abolished')),
    add constraint ck_procedure_entry_version_period check (valid_to is null or valid_from <= valid_to),
    add constraint ck_procedure_entry_version_successor check (successor is null or kind = 'abolished'),
    add constraint fk_procedure_entry_version_authority foreign key (authority) references unit (code),
    add constraint fk_procedure_entry_version_drafted_by foreign key (drafted_by) references principal (id),
    add constraint fk_procedure_entry_version_entered_for foreign key (entered_for) references principal (id);
create index ix_procedure_entry_version_entered_at on procedure_entry_version (entered_at, id);

create table procedure_entry_draft (
    procedure_code text not null,
    authority text not null,
    content jsonb default '{}' not null,
    version integer default 1 not null,
    opened_at timestamptz not null,
    opened_by uuid not null,
    changed_at timestamptz not null,
    changed_by uuid not null,
    constraint pk_procedure_entry_draft primary key (procedure_code),
    constraint fk_procedure_entry_draft_authority foreign key (authority) references unit (code),
    constraint fk_procedure_entry_draft_opened_by foreign key (opened_by) references principal (id),
    constraint fk_procedure_entry_draft_changed_by foreign key (changed_by) references principal (id)
);
create index ix_procedure_entry_draft_authority on procedure_entry_draft (authority);

create table procedure_entry_search (
    procedure_code text not null,
    number integer not null,
    valid_from date not null,
    valid_until date,
    abolished boolean not null,
    name text not null,
    field text not null,
    level text not null,
    authority text not null,
    missing text[] not null,
    words tsvector not null,
    accented tsvector not null,
    constraint pk_procedure_entry_search primary key (procedure_code, number),
    constraint fk_procedure_entry_search_authority foreign key (authority) references unit (code)
);
create index ix_procedure_entry_search_words on procedure_entry_search using gin (words) with (fastupdate = off);
create index ix_procedure_entry_search_days on procedure_entry_search (valid_from, valid_until);

create table service_level (
    id uuid default gen_random_uuid() not null,
    procedure_code text not null,
    kind text not null,
    decision_no text,
    decision_date date,
    reason text,
    valid_from date not null,
    valid_to date,
    entered_at timestamptz not null,
    entered_by uuid not null,
    entered_for uuid,
    constraint pk_service_level primary key (id),
    constraint ck_service_level_period check (valid_to is null or valid_from <= valid_to),
    constraint fk_service_level_entered_by foreign key (entered_by) references principal (id),
    constraint fk_service_level_entered_for foreign key (entered_for) references principal (id)
);
create unique index ux_service_level_days on service_level (procedure_code, valid_from);

insert into service_level (procedure_code, kind, decision_no, decision_date, valid_from, valid_to, entered_at, entered_by)
select distinct on (procedure_code, service_level_from) procedure_code, service_level, decision_no, decision_date,
    service_level_from, service_level_to, entered_at, entered_by
from procedure_entry_version
where service_level is not null and service_level_from <= coalesce(service_level_to, 'infinity')
order by procedure_code, service_level_from, number desc;

create table agency_system (
    id uuid default gen_random_uuid() not null,
    unit_code text not null,
    name text not null,
    address text,
    purpose text not null,
    state text not null,
    state_from date not null,
    note text,
    entered_at timestamptz not null,
    entered_by uuid not null,
    changed_at timestamptz not null,
    changed_by uuid not null,
    constraint pk_agency_system primary key (id),
    constraint ck_agency_system_state check (state in ('apart', 'under_way', 'integrated', 'ended')),
    constraint fk_agency_system_unit_code foreign key (unit_code) references unit (code),
    constraint fk_agency_system_entered_by foreign key (entered_by) references principal (id),
    constraint fk_agency_system_changed_by foreign key (changed_by) references principal (id)
);
create unique index ux_agency_system_name on agency_system (unit_code, name);

-- A catalogue editor holds an office, and so reads no messages of a unit's own work.
create or replace function notice_list(messages bigint[], as_of timestamptz) returns void language plpgsql
set plan_cache_mode = force_generic_plan as $$
begin
    with written as materialized (
        select id, topic, dossier_id, payload->>'unit' as unit_code, coalesce(as_of, created_at) as at
        from outbox where id = any(messages) and recipient_id is null
    ), asked as (
        select w.id, case when w.topic like 'desk.%' then d.receiving_unit else w.unit_code end as unit_code,
            w.topic like 'desk.%' as desk, w.at, (w.at at time zone 'Asia/Ho_Chi_Minh')::date as day
        from written w left join dossier d on d.id = w.dossier_id
        where w.topic like 'desk.%' or w.topic like 'unit.%'
    ), working as (
        select k.id, k.at, k.day, r.principal_id, r.unit_code, r.role,
            r.role in ('reception', 'head', 'division_head', 'agency_head') as first,
            bool_or(r.role in ('reception', 'head', 'division_head', 'agency_head')) over (partition by k.id) as some_first
        from asked k
        join role_assignment r on r.unit_code = k.unit_code and k.day between r.valid_from and coalesce(r.valid_to, 'infinity')
            and case when k.desk then r.role = 'reception'
                else r.role not in ('administrator', 'auditor', 'catalogue_editor', 'coordinator', 'procedure_approver', 'procedure_declarer') end
        join principal p on p.id = r.principal_id and (p.closed_at is null or p.closed_at > k.at)
    ), reader as (
        select id, at, principal_id from working where first or not some_first
        union
        select w.id, w.at, s.substitute_id from working w
        join substitution s on s.principal_id = w.principal_id and w.day between s.valid_from and s.valid_to
            and (s.unit_code is null or s.unit_code = w.unit_code) and (s.role is null or s.role = w.role)
        join principal p on p.id = s.substitute_id and (p.closed_at is null or p.closed_at > w.at)
        where w.first or not w.some_first
        union
        select w.id, w.at, y.principal_id from written w
        join dossier d on d.id = w.dossier_id
        join party y on y.id = d.applicant_id
        where w.topic like 'applicant.%' and y.principal_id is not null
    )
    insert into notice (principal_id, message_id, topic, dossier_id, payload, at)
    select r.principal_id, o.id, o.topic, o.dossier_id, o.payload, r.at
    from reader r join outbox o on o.id = r.id
    order by o.id, r.principal_id;
end
$$;
