-- What waits for a signature (ADR 0057). A letter whose event of its signature was erased counts as one that nobody has signed.

alter table letter add column signed_at timestamptz;

update letter l set signed_at = s.at from (
  select e.dossier_id, e.payload ->> 'unit' as unit, e.payload ->> 'form' as form, (e.payload ->> 'year')::integer as year,
    (e.payload ->> 'number')::integer as number, min(e.at) as at
  from dossier_event e where e.kind = 'letter_signed' and e.payload is not null group by 1, 2, 3, 4, 5
) s
where (l.dossier_id, l.unit_code, l.form, l.year, l.number) = (s.dossier_id, s.unit, s.form, s.year, s.number);

create index ix_letter_waiting on letter (unit_code, issued_at, id) where signed_at is null
  and form in ('04', 'consultation', 'extension', 'obligation', 'resumption', 'stop', 'suspension', 'transfer');
create index ix_user_task_deciding on user_task (unit_code, role, opened_at, id) where status = 'open' and milestone = 'result';
