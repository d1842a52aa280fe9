-- Owed reports on the escalation ladder (ADR 0067, 0071): rungs take the place of the reminders that each kind of report had.

alter table escalation_rung drop constraint ck_escalation_rung_subject;
alter table escalation_rung add constraint ck_escalation_rung_subject
    check (subject in ('reception', 'step', 'dossier', 'consultation', 'supplement', 'report'));
alter table escalation_rung drop constraint ck_escalation_rung_recipient;
alter table escalation_rung add constraint ck_escalation_rung_recipient
    check (recipient in ('holder', 'head', 'agency_head', 'coordinator', 'awaiting_head'));
alter table escalation_rung add constraint ck_escalation_rung_awaiting
    check (recipient <> 'awaiting_head' or subject = 'report');
alter table escalation_rung add constraint ck_escalation_rung_report
    check (subject <> 'report' or minutes = 0 and procedure_code is null);

alter table escalation drop constraint ck_escalation_subject_kind;
alter table escalation add constraint ck_escalation_subject_kind
    check (subject_kind in ('dossier', 'task', 'consultation', 'supplement', 'report'));
alter table escalation_withdrawn drop constraint ck_escalation_withdrawn_subject_kind;
alter table escalation_withdrawn add constraint ck_escalation_withdrawn_subject_kind
    check (subject_kind in ('dossier', 'task', 'consultation', 'supplement', 'report'));
alter table reminder drop constraint ck_reminder_subject_kind;
alter table reminder add constraint ck_reminder_subject_kind
    check (subject_kind in ('dossier', 'task', 'consultation', 'supplement', 'report'));

-- Nobody is told later than before: as many working days as the longest reminder of a kind can have had in it, eight for its ten days.
insert into escalation_rung (id, level, subject, moment, days, recipient, valid_from, basis) values
    ('00600001-0000-4000-8000-000000000000', 'report_due', 'report', 'due',
        -coalesce((select max(remind_days / 7 * 5 + least(remind_days % 7, 5)) from report_kind), 8), 'head', '2000-01-01', 'Mặc định của phần mềm'),
    ('00600002-0000-4000-8000-000000000000', 'report_late', 'report', 'due', 0, 'head', '2000-01-01', 'Mặc định của phần mềm'),
    ('00600003-0000-4000-8000-000000000000', 'report_awaited', 'report', 'due', 0, 'awaiting_head', '2000-01-01', 'Mặc định của phần mềm'),
    ('00600004-0000-4000-8000-000000000000', 'report_late_agency', 'report', 'due', 3, 'agency_head', '2000-01-01', 'Mặc định của phần mềm'),
    ('00600005-0000-4000-8000-000000000000', 'report_late_coordinator', 'report', 'due', 5, 'coordinator', '2000-01-01', 'Mặc định của phần mềm');

-- Who was reminded by an earlier release is not told of the same again.
insert into escalation (subject_kind, subject_id, cycle, level, recipient_id, at)
select distinct on (obligation, level) 'report', obligation, 1, level, recipient_id, created_at
from (
    select (o.payload ->> 'obligation')::uuid as obligation, t.level, o.recipient_id, o.created_at
    from outbox o
    join (values ('report.due', 'report_due'), ('report.late', 'report_late'), ('report.late', 'report_awaited')) as t (topic, level)
      on t.topic = o.topic
) told
order by obligation, level, created_at
on conflict do nothing;
