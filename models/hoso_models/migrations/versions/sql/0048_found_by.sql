-- A worklist of ten thousand open tasks that is narrowed by a part of a code looked up ten thousand dossiers.

alter table user_task add column found_by text;
update user_task t set found_by = upper(concat_ws(' ', d.reference, d.code)) from dossier d
where d.id = t.dossier_id and t.status = 'open';
