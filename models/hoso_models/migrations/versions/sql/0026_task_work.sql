-- Work on tasks: priorities, orders of the inbox, drafts and follow-ups of each officer (ADR 0048).

alter table user_task add column priority integer not null default 0;
alter table user_task add constraint ck_user_task_priority check (priority between 0 and 3);
alter table user_task add column procedure_code text;

update user_task t set procedure_code = d.procedure_code from dossier d where d.id = t.dossier_id;

create index ix_user_task_urgent on user_task (unit_code, priority desc, due_shown, id)
    where status = 'open' and priority > 0;
create index ix_user_task_opened on user_task (unit_code, opened_at, id) where status = 'open';
create index ix_user_task_procedure on user_task (unit_code, procedure_code, due_shown, id) where status = 'open';

create table officer_task (
    task_id uuid not null,
    principal_id uuid not null,
    follow_up_on date,
    draft jsonb,
    draft_version integer not null default 0,
    draft_saved_at timestamptz,
    constraint pk_officer_task primary key (task_id, principal_id),
    constraint fk_officer_task_task_id foreign key (task_id) references user_task (id) on delete cascade,
    constraint fk_officer_task_principal_id foreign key (principal_id) references principal (id)
);

create index ix_officer_task_follow_up on officer_task (principal_id, follow_up_on) where follow_up_on is not null;
