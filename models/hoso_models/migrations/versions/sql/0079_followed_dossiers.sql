-- Whoever follows a dossier does so by any part that their unit has in it.
create index ix_dossier_received_running on dossier (receiving_unit)
where closed_at is null and result_ready_at is null and accepted_at is not null and receiving_unit <> handling_unit;
create index ix_dossier_decided_running on dossier (deciding_unit)
where closed_at is null and result_ready_at is null and accepted_at is not null and deciding_unit <> handling_unit;
create index ix_workflow_version_tracked on workflow_version (id)
where manifest -> 'lanes' is not null or manifest -> 'counted_cases' is not null;

