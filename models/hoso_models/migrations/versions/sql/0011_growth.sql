-- What grows with the years is found by an index: closed steps, and open ones of a whole unit without a limit.

create index ix_user_task_unit_free on user_task (unit_code, due_own, id) where status = 'open' and due_own is null;
create index ix_user_task_done on user_task (unit_code, role, status, due_own, id) where status <> 'open';
create index ix_user_task_done_by on user_task (assignee_id, status, due_own, id)
    where status <> 'open' and assignee_id is not null;

-- A report looks at what was open or ended since it begins, however much ended before.
create index ix_dossier_ended on dossier (coalesce(result_ready_at, closed_at, 'infinity'::timestamptz))
    where accepted_at is not null;
