-- Whoever received a dossier is told that it is late (ADR 0095).

alter table escalation_rung drop constraint ck_escalation_rung_recipient;
alter table escalation_rung add constraint ck_escalation_rung_recipient
    check (recipient in ('holder', 'head', 'receiving_head', 'agency_head', 'coordinator', 'awaiting_head'));
alter table escalation_rung add constraint ck_escalation_rung_receiving
    check (recipient <> 'receiving_head' or subject = 'dossier');

-- The ladder of a new installation. A house that stands keeps the one that it has: it enters this rung by an act.
insert into escalation_rung (id, level, subject, moment, recipient, valid_from, basis)
select '00850001-0000-4000-8000-000000000000', 'overdue_received', 'dossier', 'due', 'receiving_head', '2000-01-01', 'Mặc định của phần mềm'
where not exists (select from unit);
