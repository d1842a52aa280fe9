alter table user_task add column answers jsonb;
