-- Claim the message that is due first for a receiver, with the applicant's number and whether it is still needed.
--
-- $1 instant, $2 the end of the lease, $3 the receiver, $4 true where the receiver is a gateway. It goes to the address that stands
-- now: the receiver may have been changed since its round began.
--
-- Relies on: ix_outbox_receiver_due for the order, `skip locked` for dispatchers beside each other. Systems are told what
-- happened, whatever has happened since; an applicant is told only what they still need (`event_is_stale`).
with due as (
  select o.id from outbox o
  where o.receiver_id = $3 and o.sent_at is null and o.available_at <= $1
  order by o.available_at, o.id limit 1 for update of o skip locked
), claimed as (
  update outbox o set available_at = $2, attempts = attempts + 1, unsure = unsure + 1 from due where o.id = due.id
  returning o.*
)
select c.id, c.dedup_key, c.topic, c.payload, c.created_at, c.attempts, c.first_tried_at, r.url, r.carries_contact,
  $4 and c.dossier_id is not null and event_is_stale(substring(c.topic from 9), c.dossier_id) as overtaken,
  -- As with mail: of who files online the number that they have proved, else the one that the desk or another
  -- authority's system answers for.
  case when f.kind = 'partner' then a.phone else coalesce(
    (select p.value from contact_point p
     where p.principal_id = a.principal_id and p.kind = 'telephone' and p.ended_at is null and p.verified_at is not null
     order by p.entered_at desc, p.id limit 1),
    case when d.entry_channel <> 'online' then a.phone end) end as telephone,
  coalesce(w.quiet, false) as quiet, coalesce(w.urgent_at_once, true) as urgent_at_once, w.quiet_from, w.quiet_until,
  d.receiving_unit as unit_code,
  -- It stands in no message, so that it goes when the dossier is erased.
  case when c.topic = 'webhook.portal_status' then (select o.external_code from dossier o where o.id = c.dossier_id) end
    as external_code
from claimed c
join webhook_receiver r on r.id = $3
left join dossier d on $4 and d.id = c.dossier_id
left join party a on a.id = d.applicant_id
left join principal f on f.id = a.principal_id
left join delivery_preference w on w.principal_id = f.id and f.kind <> 'partner'
