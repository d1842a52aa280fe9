-- Every act of the law: consultations, the date of an answer, hand-overs, reopened dossiers (ADR 0044).

alter table dossier add column handed_over jsonb;
alter table dossier add column answer_due timestamptz;
create index ix_dossier_answer_due on dossier (answer_due, id) include (reference) where answer_due is not null;

-- One more kind: a dossier that is taken up again has a new appointment.
alter table appointment drop constraint ck_appointment_kind;
alter table appointment add constraint ck_appointment_kind check (kind in (
    'accepted', 'restart', 'resume', 'suspension_ended', 'second', 'extension', 'reappointment', 'reopened', 'calendar_revision'));

create table consultation (
    id uuid not null,
    dossier_id uuid not null,
    unit_code text not null,
    question text not null,
    silence text not null,
    asked_at timestamptz not null,
    asked_by uuid not null,
    due_at timestamptz not null,
    outcome text,
    answer text,
    closed_at timestamptz,
    closed_by uuid,
    constraint pk_consultation primary key (id),
    constraint ck_consultation_silence check (silence in ('consent', 'nothing')),
    constraint ck_consultation_outcome check (outcome in ('agreed', 'objected', 'answered', 'consent', 'silent')),
    constraint fk_consultation_dossier_id foreign key (dossier_id) references dossier (id),
    constraint fk_consultation_unit_code foreign key (unit_code) references unit (code),
    constraint fk_consultation_asked_by foreign key (asked_by) references principal (id),
    constraint fk_consultation_closed_by foreign key (closed_by) references principal (id)
);

create index ix_consultation_unit_code on consultation (unit_code, due_at, id) where closed_at is null;
create index ix_consultation_due_at on consultation (due_at, id) where closed_at is null and outcome is null;
create index ix_consultation_dossier_id on consultation (dossier_id);
