"""Message about a job that has ended, to who has ordered it."""

#: Topics by the state in which a job has ended.
DONE, FAILED, CANCELLED = "job.done", "job.failed", "job.cancelled"

#: Tells of a job, a row of `job`, that has ended at this instant. A job is told of once, whoever ends it twice; not to who has
#: stopped it themselves.
TOLD = """
insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
select 'job/' || j.id, case when j.kind = 'verification' and j.state = 'done' then 'verification.done' else 'job.' || j.state end, j.ordered_by,
  jsonb_build_object('job', j.id, 'kind', j.kind, 'subject', j.subject, 'moved', greatest(j.done - j.refused, 0), 'left', j.refused),
  {at}, {at}
from {job} j where j.ended_at = {at} and j.cancelled_by is distinct from j.ordered_by
on conflict (dedup_key) do nothing
"""
