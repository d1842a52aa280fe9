-- Acts of administration: a chain of events for each authority, as every dossier has one (ADR 0035).

create table administration_chain (
    authority text not null,
    number integer not null,
    head bytea not null,
    constraint pk_administration_chain primary key (authority),
    constraint fk_administration_chain_authority foreign key (authority) references unit (code)
);

create table administration_event (
    authority text not null,
    number integer not null,
    at timestamptz not null,
    kind text not null,
    subject text not null,
    actor_id uuid not null,
    on_behalf_of uuid,
    salt bytea,
    payload jsonb,
    digest bytea not null,
    previous bytea not null,
    hash bytea not null,
    constraint pk_administration_event primary key (authority, number),
    constraint fk_administration_event_authority foreign key (authority) references unit (code),
    constraint fk_administration_event_actor_id foreign key (actor_id) references principal (id),
    constraint fk_administration_event_on_behalf_of foreign key (on_behalf_of) references principal (id)
);
create index ix_administration_event_subject on administration_event (subject, at);
create index ix_administration_event_at on administration_event (at, authority, number);

create function administration_event_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.payload is null and new.salt is null
            and to_jsonb(new) - '{payload,salt}'::text[] = to_jsonb(old) - '{payload,salt}'::text[]
        then
            return new;
        end if;
    end if;
    raise exception 'an event is never changed or removed; only its payload and salt may be erased, together'
        using errcode = 'integrity_constraint_violation',
            table = 'administration_event', constraint = 'administration_event_append_only';
end
$$;
create trigger administration_event_append_only before update or delete on administration_event
    for each row execute function administration_event_append_only();
create trigger administration_event_never_emptied before truncate on administration_event
    for each statement execute function administration_event_append_only();

-- A person's own code in their authority, by which files and lists name them; the unit that keeps their record.
alter table principal add column if not exists code text;
create unique index if not exists uq_principal_code on principal (code);
alter table principal add column home_unit_code text;
alter table principal add constraint fk_principal_home_unit_code foreign key (home_unit_code) references unit (code);
create index ix_principal_home_unit_code on principal (home_unit_code) where home_unit_code is not null;
-- Where somebody has roles in one unit only, that unit keeps their record.
update principal p set home_unit_code = r.unit_code
from (
    select principal_id, min(unit_code) as unit_code from role_assignment group by principal_id
    having count(distinct unit_code) = 1
) r
where r.principal_id = p.id and p.kind = 'officer';

create table contact_point (
    id uuid default gen_random_uuid() not null,
    principal_id uuid not null,
    kind text not null,
    value text not null,
    entered_at timestamptz not null,
    verified_at timestamptz,
    ended_at timestamptz,
    constraint pk_contact_point primary key (id),
    constraint ck_contact_point_kind check (kind in ('email', 'telephone')),
    constraint fk_contact_point_principal_id foreign key (principal_id) references principal (id)
);
create unique index uq_contact_point_current on contact_point (principal_id, kind, value) where ended_at is null;
-- Until now mail went to a subject that looked like an address.
insert into contact_point (principal_id, kind, value, entered_at, verified_at)
select id, 'email', subject, created_at, created_at from principal
where kind = 'officer' and subject ~ '^[^@[:space:]]+@[^@[:space:]]+$';

-- A period that ends on the day before it begins was taken back before it began.
alter table role_assignment drop constraint ck_role_assignment_period;
alter table role_assignment add constraint ck_role_assignment_period
    check (valid_to is null or valid_from <= valid_to + 1);
alter table substitution drop constraint ck_substitution_period;
alter table substitution add constraint ck_substitution_period check (valid_from <= valid_to + 1);
alter table competence drop constraint ck_competence_period;
alter table competence add constraint ck_competence_period check (valid_to is null or valid_from <= valid_to + 1);

alter table role_assignment add column basis text;

create table role_proposal (
    id uuid default gen_random_uuid() not null,
    principal_id uuid not null,
    unit_code text not null,
    role text not null,
    valid_from date not null,
    valid_to date,
    basis text,
    proposed_at timestamptz not null,
    proposed_by uuid not null,
    proposed_for uuid,
    decided_at timestamptz,
    decided_by uuid,
    decided_for uuid,
    decision text,
    constraint pk_role_proposal primary key (id),
    constraint ck_role_proposal_period check (valid_to is null or valid_from <= valid_to),
    constraint ck_role_proposal_decision check (decision in ('confirmed', 'rejected')),
    constraint ck_role_proposal_decided check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null)),
    constraint ck_role_proposal_second_person
        check (decision is distinct from 'confirmed'
            or not (array[decided_by, decided_for] && array[proposed_by, proposed_for, principal_id])),
    constraint fk_role_proposal_principal_id foreign key (principal_id) references principal (id),
    constraint fk_role_proposal_unit_code foreign key (unit_code) references unit (code),
    constraint fk_role_proposal_proposed_by foreign key (proposed_by) references principal (id),
    constraint fk_role_proposal_proposed_for foreign key (proposed_for) references principal (id),
    constraint fk_role_proposal_decided_by foreign key (decided_by) references principal (id),
    constraint fk_role_proposal_decided_for foreign key (decided_for) references principal (id)
);
create index ix_role_proposal_open on role_proposal (unit_code) where decision is null;
create index ix_role_proposal_principal_id on role_proposal (principal_id);
