-- A desk sees whose questions wait for its answer without a look at the events of every dossier.

alter table dossier add column unanswered_since timestamptz;
update dossier d set unanswered_since = asked.since from (
  select e.dossier_id, min(e.at) as since from dossier_event e
  where e.kind = 'applicant_wrote' and not exists (
    select from dossier_event a where a.dossier_id = e.dossier_id and a.kind = 'desk_wrote' and a.seq > e.seq
  )
  group by e.dossier_id
) asked
where d.id = asked.dossier_id and d.erased_at is null;
create index ix_dossier_unanswered on dossier (receiving_unit, unanswered_since, id) where unanswered_since is not null;
