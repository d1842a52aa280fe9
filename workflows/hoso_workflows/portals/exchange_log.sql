-- A page of the sync log of a portal, the newest line first, from three sources: statuses told, dossiers filed, answers.
--
-- {conditions}: of the portal, and behind a place. Each source is cut by itself, along its index by portal and instant, so that a
-- long log is not read whole.
--
-- Relies on: ix_portal_status_at, ix_portal_filing_at, ix_portal_answer_at.
select l.source, l.id, l.at, l.direction, l.subject, d.reference, d.code, d.procedure_code as procedure, l.number, l.portal_code,
  l.payload, l.sha256, coalesce(case when o.aside is not null and l.result = 'waiting' then 'set_aside' end, l.result) as result,
  l.attempts + coalesce(o.attempts, 0) as attempts, l.given_at,
  case when o.aside is null and o.attempts > 0 then o.available_at end as again_at, coalesce(l.reason, o.last_error) as reason, l.found
from (
  (select x.source, x.id, x.at, 'out' as direction, 'status' as subject, x.dossier_id, x.number, x.portal_code, x.payload,
     null::bytea as sha256, case when x.refused_at is not null then 'refused' when x.acknowledged_at is not null then 'acknowledged'
       when x.delivered_at is not null then 'given' else 'waiting' end as result,
     x.attempts, x.delivered_at as given_at, x.refusal as reason, null::jsonb as found, x.key
   from (select s.*, 1 as source, s.acknowledged_at is not null as settled from portal_status s) x
   where {conditions} order by x.at desc, x.id desc limit {limit})
  union all
  (select x.source, x.id, x.at, 'in', 'filing', x.dossier_id, null, null, null, null, 'done', 1 + x.again, null, null, null, null
   from (select f.*, 2 as source, true as settled from portal_filing f) x
   where {conditions} order by x.at desc, x.id desc limit {limit})
  union all
  (select x.source, x.id, x.at, 'in', x.kind, null, null, null, null, x.sha256, 'done', 1, null, null, x.found, null
   from (select a.*, 3 as source, true as settled from portal_answer a) x
   where {conditions} order by x.at desc, x.id desc limit {limit})
) l
left join dossier d on d.id = l.dossier_id
left join outbox o on o.dedup_key = l.key and o.sent_at is null
order by l.at desc, l.source desc, l.id desc limit {limit}
