-- Tasks that change hands: their owner while they are delegated, and units that have them assigned by load.

alter table user_task add column owner_id uuid;
alter table user_task add constraint fk_user_task_owner_id foreign key (owner_id) references principal (id);

alter table unit add column assignment text not null default 'by_hand';
alter table unit add constraint ck_unit_assignment check (assignment in ('by_hand', 'by_load'));
