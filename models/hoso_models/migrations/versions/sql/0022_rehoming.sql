-- Dossiers move to the successors of closed units by a job; who is on duty on which working day (ADR 0041).

create table rehoming (
    id uuid not null,
    moves jsonb default '{}'::jsonb not null,
    basis text not null,
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    moved integer default 0 not null,
    updated_at timestamptz not null,
    finished_at timestamptz,
    constraint pk_rehoming primary key (id),
    constraint fk_rehoming_ordered_by foreign key (ordered_by) references principal (id)
);

create index ix_rehoming_ordered_at on rehoming (ordered_at, id);

create table duty (
    unit_code text not null,
    day date not null,
    kind text not null,
    principal_id uuid not null,
    entered_by uuid not null,
    entered_at timestamptz not null,
    constraint pk_duty primary key (unit_code, day, kind),
    constraint ck_duty_kind check (kind in ('main', 'backup')),
    constraint fk_duty_unit_code foreign key (unit_code) references unit (code),
    constraint fk_duty_principal_id foreign key (principal_id) references principal (id),
    constraint fk_duty_entered_by foreign key (entered_by) references principal (id)
);

create index ix_duty_principal_id on duty (principal_id, day);

create table duty_alarm (
    unit_code text not null,
    day date not null,
    at timestamptz not null,
    constraint pk_duty_alarm primary key (unit_code, day),
    constraint fk_duty_alarm_unit_code foreign key (unit_code) references unit (code)
);
