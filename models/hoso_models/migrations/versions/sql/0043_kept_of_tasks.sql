-- What officers keep of a task is deleted when it closes. Few tasks have any: the task says so, and no other looks for it.

alter table user_task add column kept boolean default false not null;
delete from officer_task k using user_task t where t.id = k.task_id and t.status <> 'open';
update user_task set kept = true where id in (select task_id from officer_task);

create function officer_task_close() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from officer_task where task_id = old.id;
    return null;
end
$$;

revoke all on function officer_task_close() from public;

create trigger officer_task_close after update of status on user_task for each row
when (old.kept and new.status <> 'open')
execute function officer_task_close();
