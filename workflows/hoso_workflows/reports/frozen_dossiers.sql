-- The dossiers behind a report that is submitted, stored as they are counted; begins with lateness_fates.sql.
--
-- $4 the obligation, $5 the number of the submission.
insert into report_submission_dossier
  (obligation_id, number, code, unit_code, procedure_code, field, level, channel, came, went)
select $4::uuid, $5::smallint, p.code, p.handling_unit, p.procedure_code, coalesce(v.manifest ->> 'field', ''),
  coalesce(v.manifest ->> 'level', ''), p.entry_channel, p.came, p.went
from placed p join workflow_version v on v.id = p.workflow_version_id
