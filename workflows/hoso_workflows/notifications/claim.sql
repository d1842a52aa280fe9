-- Claim the message that is due first, with the verified address of its reader and whether it is still true.
--
-- $1 instant, $2 the end of the lease, $3 destinations to pass over.
--
-- Relies on: ix_outbox_unsent for the order, `skip locked` for dispatchers beside each other. Until it is settled, a message
-- that was claimed is one that may have gone out. What an escalation says is overtaken when the dossier goes on in another
-- cycle or has ended or the step is done, as is a reminder; what it says of reception when its term has begun anew, and while a supplement is
-- awaited. The alarm of the duty
-- roster is overtaken when the day is covered (`organisation/duty_roster.py: AVAILABLE`) or has passed.
with due as (
  select o.id, reader.address from outbox o
  left join lateral (
    select case
      -- One that was named: of an account, whose person may have ended it or has to prove it.
      when o.payload ? 'contact' then (select nullif(c.value, '') from contact_point c
        where c.id = (o.payload->>'contact')::uuid and c.kind = 'email')
      -- An applicant's own proved address, the one in the form if it is among them; one that the desk or another authority's
      -- system has entered, they answer for. That system's own address is none of its applicants'.
      when o.topic like 'applicant.%' then (select case when f.kind = 'partner' then a.email
          else coalesce((select c.value from contact_point c
            where c.principal_id = a.principal_id and c.kind = 'email' and c.ended_at is null and c.verified_at is not null
            order by lower(c.value) = lower(a.email) desc nulls last, c.entered_at desc, c.id limit 1),
            case when d.entry_channel <> 'online' then a.email end) end
        from dossier d join party a on a.id = d.applicant_id left join principal f on f.id = a.principal_id
        where d.id = o.dossier_id)
      else (select substring(c.value from '^[^@[:space:]]+@[^@[:space:]]+$') from contact_point c
        where c.principal_id = o.recipient_id and c.kind = 'email' and c.ended_at is null and c.verified_at is not null
        order by c.entered_at desc, c.id limit 1)
    end as address
  ) reader on true
  where o.sent_at is null and o.available_at <= $1
    and lower(substring(coalesce(reader.address, '') from '[^@]*$')) <> all($3::text[])
  order by o.available_at, o.id limit 1 for update of o skip locked
), claimed as (
  update outbox o set available_at = $2, attempts = attempts + 1, unsure = unsure + 1 from due where o.id = due.id
  returning o.*, due.address
)
select c.id, c.dedup_key, c.topic, c.recipient_id, c.dossier_id, c.payload, c.created_at, c.attempts, c.address,
  c.unsure, c.first_tried_at, c.last_error,
  c.topic like 'escalation.%' and (
    case when c.topic like 'escalation.reception%' then d.reception_number - 1 else d.cycle end <> (c.payload->>'cycle')::int
    or c.topic like 'escalation.reception%' and (d.accepted_at is not null or d.closed_at is not null or exists (
      select from clock_stop where dossier_id = d.id and ended_at is null and source in ('supplement', 'suspension')
    ))
    or case when t.id is null then d.result_ready_at is not null or d.closed_at is not null else t.status <> 'open' end
  ) or c.topic like 'reminder.%' and (
    d.result_ready_at is not null or d.closed_at is not null or t.status <> 'open'
    or c.topic = 'reminder.reception' and d.accepted_at is not null
  ) or c.topic like 'report.%' and exists (
    select from report_obligation ro where ro.id = (c.payload->>'obligation')::uuid and ro.submitted_at is not null
  ) or c.topic = 'duty.uncovered' and (
    (c.payload->>'day')::date < ($1 at time zone 'Asia/Ho_Chi_Minh')::date or exists (
      select from duty du
      join role_assignment r on r.principal_id = du.principal_id and r.unit_code = du.unit_code
        and du.day between r.valid_from and coalesce(r.valid_to, 'infinity')
      join principal p on p.id = du.principal_id and p.kind = 'officer' and (p.closed_at is null or p.closed_at > $1)
      where du.unit_code = c.payload->>'unit' and du.day = (c.payload->>'day')::date
    )
  ) as overtaken
from claimed c
left join dossier d on d.id = c.dossier_id
left join user_task t on t.id = (c.payload->>'task')::uuid
