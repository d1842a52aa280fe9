-- A result that is not ready for its owner at the appointed hour is told (ADR 0096).

alter table escalation_rung drop constraint ck_escalation_rung_subject;
alter table escalation_rung add constraint ck_escalation_rung_subject
    check (subject in ('reception', 'step', 'dossier', 'consultation', 'supplement', 'return', 'report'));

-- The hours that came in a period, for reports.
create index ix_appointment_promised on appointment using brin (due_promised);

-- The ladder of a new installation. A house that stands keeps the one that it has: it enters this rung by an act.
insert into escalation_rung (id, level, subject, moment, recipient, valid_from, basis)
select '00860001-0000-4000-8000-000000000000', 'return_overdue', 'return', 'due', 'head', '2000-01-01', 'Mặc định của phần mềm'
where not exists (select from unit);
