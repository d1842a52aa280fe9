-- Claim the message that is due first, with the verified address of its reader and whether it is still true.
--
-- $1 instant, $2 the end of the lease, $3 destinations to pass over.
--
-- Relies on: ix_outbox_mail for the order, `skip locked` for dispatchers beside each other. Until it is settled, a message
-- that was claimed is one that may have gone out. What an escalation says is overtaken when the dossier goes on in another
-- cycle or has ended or the step is done, as is a reminder; what it says of a result when that is ready for its owner; what it says of reception when its term has begun anew, and while a supplement is
-- awaited; of an opinion, a supplement or an owed report when it has come. What asks an applicant for
-- something is overtaken when they have given it (`event_is_stale`). The alarm of the duty
-- roster is overtaken when the day is covered (`organisation/duty_roster.py: AVAILABLE`) or has passed. A mail with a code is overtaken by a
-- later one, when its address is proved or ended, and after a day.
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
  where o.sent_at is null and o.receiver_id is null and o.available_at <= $1
    -- Of a mail that holds several, the first one stands for all.
    and (o.digest_key is null or not exists (
      select from outbox e where e.digest_key = o.digest_key and e.sent_at is null and e.aside is null and e.id < o.id))
    and lower(substring(coalesce(reader.address, '') from '[^@]*$')) <> all($3::text[])
  order by o.available_at, o.id limit 1 for update of o skip locked
), claimed as (
  update outbox o set available_at = $2, attempts = attempts + 1, unsure = unsure + 1 from due where o.id = due.id
  -- Messages of earlier releases do not say what is watched.
  returning o.*, due.address, coalesce(o.payload->>'subject', case when o.topic like 'escalation.reception%' then 'reception' end) as watched
)
select c.id, c.dedup_key, c.topic, c.recipient_id, c.dossier_id, c.payload, c.created_at, c.attempts, c.address,
  c.unsure, c.first_tried_at, c.last_error, c.digest_key,
  coalesce(w.language, 'vi') as language, coalesce(w.urgent_at_once, true) as urgent_at_once, r.id as reader_id,
  -- What a system of another authority prefers is no word of its applicants'.
  coalesce(w.digest and r.kind <> 'partner', false) as digest, coalesce(w.quiet and r.kind <> 'partner', false) as quiet,
  case when r.kind <> 'partner' then w.quiet_from end as quiet_from, case when r.kind <> 'partner' then w.quiet_until end as quiet_until,
  -- Whose working time is the reader's: the unit that keeps their record, else one in which they work; an applicant's that
  -- of the desk.
  case when not (w.digest or w.quiet) then null when c.topic like 'applicant.%' then d.receiving_unit
    else coalesce(r.home_unit_code, (
    select min(a.unit_code) from role_assignment a where a.principal_id = r.id
      and ($1 at time zone 'Asia/Ho_Chi_Minh')::date between a.valid_from and coalesce(a.valid_to, 'infinity'))) end as unit_code,
  c.topic like 'escalation.%' and case c.watched
    when 'reception' then d.reception_number - 1 <> (c.payload->>'cycle')::int or d.accepted_at is not null
      or d.closed_at is not null or exists (
        select from clock_stop where dossier_id = d.id and ended_at is null and source in ('supplement', 'suspension')
      )
    when 'consultation' then exists (
        select from consultation where id = (c.payload->>'consultation')::uuid and (closed_at is not null or outcome is not null)
      )
    when 'report' then exists (
        select from report_obligation where id = (c.payload->>'obligation')::uuid and first_submitted_at is not null
      )
    when 'return' then d.cycle <> (c.payload->>'cycle')::int or not ({awaits_return}) or {is_ready}
    when 'supplement' then d.closed_at is not null or d.answer_due is distinct from (c.payload->>'due')::timestamptz
    else d.cycle <> (c.payload->>'cycle')::int
      or case when t.id is null then d.result_ready_at is not null or d.closed_at is not null else t.status <> 'open' end
  end or c.topic like 'reminder.%' and (
    d.result_ready_at is not null or d.closed_at is not null or t.status <> 'open'
    or c.topic = 'reminder.reception' and d.accepted_at is not null
  ) or c.topic like 'report.%' and exists (
    select from report_obligation ro where ro.id = (c.payload->>'obligation')::uuid and ro.submitted_at is not null
  ) or c.topic in ('duty.uncovered', 'duty.uncovered_ahead') and (
    (c.payload->>'day')::date < ($1 at time zone 'Asia/Ho_Chi_Minh')::date or exists (
      select from duty du
      join role_assignment r on r.principal_id = du.principal_id and r.unit_code = du.unit_code
        and du.day between r.valid_from and coalesce(r.valid_to, 'infinity')
      join principal p on p.id = du.principal_id and p.kind = 'officer' and (p.closed_at is null or p.closed_at > $1)
      where du.unit_code = c.payload->>'unit' and du.day = (c.payload->>'day')::date
    )
  ) or c.topic = 'account.contact_code' and (
    c.created_at < $1 - interval '1 day' or not exists (
      select from contact_point where id = (c.payload->>'contact')::uuid and ended_at is null and verified_at is null
    ) or exists (
      select from outbox n where n.recipient_id = c.recipient_id and n.topic = c.topic
        and n.payload->>'contact' = c.payload->>'contact' and n.id > c.id
    )
  ) or c.topic like 'applicant.%' and coalesce(event_is_stale(substring(c.topic from 11), c.dossier_id), false) as overtaken
from claimed c
left join dossier d on d.id = c.dossier_id
left join party y on y.id = d.applicant_id and c.topic like 'applicant.%'
left join principal r on r.id = coalesce(c.recipient_id, y.principal_id)
left join delivery_preference w on w.principal_id = r.id
left join user_task t on t.id = (c.payload->>'task')::uuid
