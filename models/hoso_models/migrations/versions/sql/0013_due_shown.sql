-- By when reception has to answer stands with the task that waits there for it, and lists are sorted by what they show.

alter table user_task add column reception_due timestamptz;

update user_task t set reception_due = d.reception_due from dossier d
where d.id = t.dossier_id and d.closed_at is null and d.accepted_at is null
    and t.status = 'open' and t.milestone = 'accept';

drop index ix_user_task_inbox;
drop index ix_user_task_mine;
drop index ix_user_task_unit_free;
drop index ix_user_task_done;
drop index ix_user_task_done_by;

alter table user_task add column due_shown timestamptz generated always as (coalesce(due_own, reception_due)) stored;

create index ix_user_task_inbox on user_task (unit_code, role, due_shown, id)
    include (dossier_id, name, assignee_id) where status = 'open';
create index ix_user_task_mine on user_task (assignee_id, due_shown, id) include (dossier_id, name)
    where status = 'open' and assignee_id is not null;
create index ix_user_task_unit_shown on user_task (unit_code, due_shown, id)
    where status = 'open' and due_shown is not null;
create index ix_user_task_unit_free on user_task (unit_code, due_shown, id)
    where status = 'open' and due_shown is null;
create index ix_user_task_done on user_task (unit_code, role, status, due_shown, id) where status <> 'open';
create index ix_user_task_done_by on user_task (assignee_id, status, due_shown, id)
    where status <> 'open' and assignee_id is not null;
