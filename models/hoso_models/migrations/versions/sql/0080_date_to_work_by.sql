-- Each open task carries the dates of its dossier, so that none whose clock runs is without a date to work by (ADR 0089).

alter table user_task add column due_dossier timestamptz;
alter table user_task add column dossier_late_from timestamptz;

update user_task t set
    reception_due = case when d.accepted_at is null then d.reception_due end,
    due_dossier = case when d.accepted_at is not null then d.due_promised end,
    dossier_late_from = case when d.accepted_at is not null and d.clock_running then d.due_legal end
from dossier d where d.id = t.dossier_id and t.status = 'open';

drop index ix_user_task_inbox;
drop index ix_user_task_mine;
drop index ix_user_task_unit_shown;
drop index ix_user_task_unit_free;
drop index ix_user_task_urgent;
drop index ix_user_task_procedure;
drop index ix_user_task_done;
drop index ix_user_task_done_by;
alter table user_task drop column due_shown;

alter table user_task
    add column due_shown timestamptz generated always as (
        case when not (
            status = 'open' and clock is distinct from 'excluded' and reception_due is null and due_dossier is null
        ) then least(due_own, reception_due, due_dossier) end
    ) stored,
    add column due_kind text generated always as (
        case
            when status = 'open' and clock is distinct from 'excluded' and reception_due is null and due_dossier is null
                then null
            when due_own = least(due_own, reception_due, due_dossier) then 'step'
            when reception_due = least(due_own, reception_due, due_dossier) then 'reception'
            when dossier_late_from is not null then 'dossier'
            when due_dossier is not null then 'return'
        end
    ) stored;
alter table user_task add constraint ck_user_task_due_kind check (due_kind in ('step', 'reception', 'dossier', 'return'));

create index ix_user_task_inbox on user_task (unit_code, role, due_shown, id)
    include (dossier_id, name, assignee_id) where status = 'open';
create index ix_user_task_mine on user_task (assignee_id, due_shown, id) include (dossier_id, name)
    where status = 'open' and assignee_id is not null;
create index ix_user_task_unit_shown on user_task (unit_code, due_shown, id)
    where status = 'open' and due_shown is not null;
create index ix_user_task_unit_free on user_task (unit_code, due_shown, id)
    where status = 'open' and due_shown is null;
create index ix_user_task_urgent on user_task (unit_code, priority desc, due_shown, id)
    where status = 'open' and priority > 0;
create index ix_user_task_procedure on user_task (unit_code, procedure_code, due_shown, id) where status = 'open';
create index ix_user_task_done on user_task (unit_code, role, status, due_shown, id) where status <> 'open';
create index ix_user_task_done_by on user_task (assignee_id, status, due_shown, id)
    where status <> 'open' and assignee_id is not null;
