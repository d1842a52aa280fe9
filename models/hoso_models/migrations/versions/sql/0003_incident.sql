-- Constants as defaults: no table is rewritten.

alter table dossier add column incidents jsonb default '[]' not null;
create index ix_dossier_incidents on dossier (id) where incidents <> '[]';

alter table user_task add column kind text default 'user' not null;
alter table user_task add constraint ck_user_task_kind check (kind in ('user', 'manual', 'external'));
