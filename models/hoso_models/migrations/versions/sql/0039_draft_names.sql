-- Names of applicants in drafts, sealed apart so that a list opens no contents. Only the key opens what stands there already: a
-- draft that was typed before has no name in the list until it is changed.

alter table draft add column sealed_name bytea;
alter table draft add constraint ck_draft_sealed_name check (sealed is not null or sealed_name is null);
