"""Comparison of the house's rows that are not sealed with what proves them.

A session is proved by its line in the access log, a notice or an alarm by its message, a status of a portal by its event and its own key, a
dossier behind a report by the digest of its submission.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows.audit import records, traces
from hoso_workflows.audit.finding import ABSENT, PRESENT, Difference, Findings
from hoso_workflows.identity import sessions
from hoso_workflows.operation.session_ends import Ended
from hoso_workflows.reports.obligations import frozen

#: For how long at least notices are kept.
_LISTED = timedelta(days=364)


async def differences(db: Database, at: datetime) -> AsyncIterator[Difference]:
    """Rows that differ from what proves them, as of an instant before any job."""
    whys = [each.value for each in Ended]
    asked = [at - sessions.LISTED, whys]
    for row in await db.rows("select * from browser_session_differences($1, $2)", asked):
        yield Difference(f"browser_session {row.id}", row.what, row.stored, row.said)
    for row in await db.rows(_LEFT):
        yield Difference(f"row_change {row.sha256}", say("row"), PRESENT, ABSENT)
    for row in await db.rows(_NOTICES, [at - _LISTED]):
        yield Difference(f"notice {row.id}", say("row"), say("altered"), say("as its message says"))
    for row in await db.rows(_MESSAGES):
        yield Difference(f"outbox {row.name}", say("row"), PRESENT, ABSENT)
    for row in [*await db.rows(_OF_NO_DOSSIER), *await db.rows(_STRAYS)]:
        yield Difference(row.name, say("row"), PRESENT, ABSENT)
    for row in await db.rows(_STATUSES):
        yield Difference(f"portal_status {row.id}", say("row"), say("altered"), say("as its event says"))
    for row in await db.rows(_ESCALATIONS, [at - records.KEPT]):
        stored, said = (PRESENT, ABSENT) if row.stored else (ABSENT, PRESENT)
        yield Difference(f"escalation {row.name}", say("row"), stored, said)
    async for difference in _reports(db):
        yield difference


async def _reports(db: Database) -> AsyncIterator[Difference]:
    for row in await db.rows(_SUBMISSIONS):
        found = Findings(f"report_submission {row.obligation_id} {row.number}", None)
        with found.guarded(say("dossiers")):
            counted = await frozen.recount(db, row.obligation_id, row.number)
            if not counted.intact:
                found.add(say("dossiers"), say("altered"), say("unaltered"))
        for difference in found.differences:
            yield difference
    for row in await db.rows(_BEHIND_NOTHING):
        yield Difference(f"report_submission_dossier {row.name}", say("row"), PRESENT, ABSENT)


#: None is left when its transaction ends.
_LEFT = """
select encode(sha256(convert_to(to_jsonb(c)::text, 'UTF8')), 'hex') as sha256 from row_change c order by 1
"""
#: $1 the instant since which no notice is deleted. A message is deleted before its notices.
_NOTICES = """
select n.id from notice n
left join outbox o on o.id = n.message_id
where o.id is null and n.message_id >= (select min(id) from outbox)
  or (o.topic, o.dossier_id, o.payload) is distinct from (n.topic, n.dossier_id, n.payload) and o.id is not null
  or o.recipient_id is distinct from n.principal_id and o.recipient_id is not null
  or n.at < o.created_at or n.read_at < n.at
union
select max(id) from notice group by message_id, principal_id having count(*) > 1
union
select o.id from outbox o where o.recipient_id is not null and o.created_at > $1
  and not exists (select from notice n where (n.message_id, n.principal_id) = (o.id, o.recipient_id))
order by 1
"""
#: Those of alarms and of portals' statuses that were written otherwise, and those that are there twice.
_MESSAGES = """
select dedup_key as name from outbox group by 1 having count(*) > 1
union
select dedup_key from outbox where dedup_key like 'escalation/%'
  and dedup_key !~ '^escalation/[a-z]+/[0-9a-f-]{36}/[0-9]+/[^/]+(/[0-9a-f-]{36})?(/again [0-9]+)?$'
union
select o.dedup_key from outbox o left join portal_status s on s.key = o.dedup_key
where o.dedup_key like 'portal/%' and (o.topic, o.dossier_id, o.payload, o.created_at)
  is distinct from ('webhook.portal_status', s.dossier_id, s.payload, s.at)
order by 1
"""
#: Tables of which a dossier's comparison reads the rows.
_OF_DOSSIERS = (
    *(each.table for each in traces.TABLES),
    *("component", "dossier_key", "dossier_search", "engine_state", "letter_file", "portal_filing"),
)
#: Rows of no dossier.
_OF_NO_DOSSIER = " union all ".join(
    f"select '{table} ' || x.dossier_id as name from {table} x"  # noqa: S608 - names of our own
    " where not exists (select from dossier d where d.id = x.dossier_id)"
    for table in _OF_DOSSIERS
)
#: Parties of no dossier, and rows that are there twice under one name.
_STRAYS = """
select 'party ' || p.id as name from party p where not exists (select from dossier d where d.applicant_id = p.id)
union all
select concat_ws(' ', 'letter', unit_code, form, year, number) from letter
group by unit_code, form, year, number having count(*) > 1
union all
select concat_ws(' ', 'portal_filing', portal, external_code) from portal_filing
group by portal, external_code having count(*) > 1
order by 1
"""
#: Each follows of the last event of an act, or of the one that accepts or makes the result ready on the way.
_STATUSES = """
select s.id from portal_status s
left join dossier d on d.id = s.dossier_id
left join dossier_event e on e.dossier_id = s.dossier_id and e.seq = s.event_seq and e.at = s.at
where e.seq is null or s.key is distinct from concat_ws('/', 'portal', s.portal, d.reference, s.number)
  or s.message <> 'msg_' || left(encode(sha256(convert_to(s.key, 'UTF8')), 'hex'), 32)
  or s.payload - array['code', 'due', 'receiving_unit', 'handling_unit'] <> jsonb_build_object('portal', s.portal,
    'reference', d.reference, 'procedure', d.procedure_code, 'number', s.number, 'portal_code', s.portal_code)
  or (s.payload ->> 'due')::timestamptz is distinct from s.due
  or (s.portal_code, e.kind) not in ((2, 'accepted'), (9, 'result_ready')) and not e.payload ? 'act' and exists (
    select from dossier_event n where n.dossier_id = e.dossier_id and n.seq = e.seq + 1 and n.at = e.at)
union
select min(s.id) from portal_status s group by s.portal, s.dossier_id having max(s.number) <> count(*)
order by 1
"""
#: $1 the instant since which no message is deleted. Of those of dossiers and steps that have none, their dossier's comparison tells.
#: In the same sweep, of what a later rung told as well, nobody is told.
_ESCALATIONS = """
with told as materialized (
  select split_part(dedup_key, '/', 2) as kind, split_part(dedup_key, '/', 3) as id, split_part(dedup_key, '/', 4) as cycle,
    split_part(dedup_key, '/', 5) as level, created_at as at, recipient_id as who
  from outbox where dedup_key like 'escalation/%'
), raised as materialized (
  select subject_kind as kind, subject_id::text as id, cycle::text as cycle, level, at, recipient_id as who, withdrawn
  from (select subject_kind, subject_id, cycle, level, at, recipient_id, false as withdrawn from escalation
    union all select subject_kind, subject_id, cycle, level, at, recipient_id, true from escalation_withdrawn) e
)
select concat_ws('/', kind, id, cycle, level) as name, false as stored
from told t where not exists (
  select from raised r where (r.kind, r.id, r.cycle, r.level, r.at) = (t.kind, t.id, t.cycle, t.level, t.at))
union
select concat_ws('/', kind, id, cycle, level), true
from raised r where at >= $1 and not withdrawn and kind not in ('dossier', 'task') and not exists (
  select from told t where (t.kind, t.id, t.cycle, t.level, t.at) = (r.kind, r.id, r.cycle, r.level, r.at))
  and not exists (select from raised l where (l.id, l.cycle, l.at) = (r.id, r.cycle, r.at) and l.level <> r.level)
union
select concat_ws('/', kind, id, cycle, level), true
from raised r join (select kind, id, cycle, level, at, array_agg(who) as who from told group by 1, 2, 3, 4, 5) t using (kind, id, cycle, level, at)
where r.who <> all (t.who)
order by 1, 2
"""
_SUBMISSIONS = "select obligation_id, number from report_submission order by 1, 2"
_BEHIND_NOTHING = """
select concat_ws(' ', b.obligation_id, b.number) as name from (
  select distinct obligation_id, number from report_submission_dossier
) b where not exists (select from report_submission s where (s.obligation_id, s.number) = (b.obligation_id, b.number)) order by 1
"""
