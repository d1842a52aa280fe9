-- A service level that was entered wrongly stays beside the one that corrects it, and holds on no day.
alter table service_level add column corrected_at timestamptz;
drop index ux_service_level_days;
create unique index ux_service_level_days on service_level (procedure_code, valid_from) where corrected_at is null;
