-- Calendars as the house's own (ADR 0037): whose each is and by which of its versions dates are counted now.

create table calendar (
    id text not null,
    name text not null,
    unit_code text,
    version text,
    created_at timestamptz not null,
    created_by uuid,
    constraint pk_calendar primary key (id),
    constraint fk_calendar_unit_code foreign key (unit_code) references unit (code),
    constraint fk_calendar_created_by foreign key (created_by) references principal (id)
);

-- A revision is entered, checked, previewed, approved by another person, and applied: a new text of a calendar, units that
-- keep it from now on, or both.
create table calendar_revision (
    id uuid default gen_random_uuid() not null,
    calendar text not null,
    number integer not null,
    document text,
    units text[] default '{}' not null,
    basis text not null,
    status text not null,
    entered_by uuid not null,
    entered_for uuid,
    entered_at timestamptz not null,
    base jsonb,
    preview jsonb,
    previewed_to uuid,
    approved_by uuid,
    approved_for uuid,
    approved_at timestamptz,
    applied_by uuid,
    applied_for uuid,
    begun_at timestamptz,
    applied_to uuid,
    result jsonb,
    applied_at timestamptz,
    constraint pk_calendar_revision primary key (id),
    constraint uq_calendar_revision_calendar_number unique (calendar, number),
    constraint fk_calendar_revision_calendar foreign key (calendar) references calendar (id),
    constraint fk_calendar_revision_entered_by foreign key (entered_by) references principal (id),
    constraint fk_calendar_revision_entered_for foreign key (entered_for) references principal (id),
    constraint fk_calendar_revision_approved_by foreign key (approved_by) references principal (id),
    constraint fk_calendar_revision_approved_for foreign key (approved_for) references principal (id),
    constraint fk_calendar_revision_applied_by foreign key (applied_by) references principal (id),
    constraint fk_calendar_revision_applied_for foreign key (applied_for) references principal (id),
    constraint ck_calendar_revision_status check (status in ('draft', 'approved', 'applying', 'applied')),
    constraint ck_calendar_revision_something check (document is not null or units <> '{}'),
    constraint ck_calendar_revision_other_persons
        check (not (array[approved_by, approved_for] && array[entered_by, entered_for])),
    constraint ck_calendar_revision_approval check (status = 'draft' or approved_by is not null)
);

-- One at a time: dates that two revisions move at once nobody could have approved.
create unique index uq_calendar_revision_applying on calendar_revision ((true)) where status = 'applying';

-- The dossiers that a revision moves, as they were shown to whoever approved it: from → to.
create table calendar_move (
    revision_id uuid not null,
    dossier_id uuid not null,
    dates jsonb default '{}' not null,
    constraint pk_calendar_move primary key (revision_id, dossier_id),
    constraint fk_calendar_move_revision_id foreign key (revision_id) references calendar_revision (id),
    constraint fk_calendar_move_dossier_id foreign key (dossier_id) references dossier (id)
);

-- The calendars that there are, each counted by the version that was stored last; parents that no unit keeps come with their
-- children.
with newest as (
    select distinct on (calendar) calendar, version, documents, created_at, created_by
    from calendar_version order by calendar, created_at desc, id desc
), parents as (
    select distinct on (key) key as calendar, created_at, created_by
    from newest, jsonb_object_keys(documents) as key order by key, created_at
)
insert into calendar (id, name, version, created_at, created_by)
select p.calendar, p.calendar, n.version, p.created_at, p.created_by
from parents p left join newest n on n.calendar = p.calendar;
