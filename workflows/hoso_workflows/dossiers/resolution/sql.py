"""Statements that read and rewrite what commands name."""

from hoso_workflows.events import Kind
from hoso_workflows.organisation import permissions

UNIT = "select 1 from unit where code = $1 and $2 between valid_from and coalesce(valid_to, 'infinity')"
#: $1 dossier. The applicant as `commands.Applicant` has it.
STORED = """
select d.form_data, jsonb_build_object('kind', p.kind, 'name', p.name, 'identifier', p.identifier, 'address', p.address,
  'phone', p.phone, 'email', p.email, 'authorised_name', p.authorised_name, 'authorised_identifier', p.authorised_identifier,
  'authorisation_paper', p.authorisation_paper, 'area', p.area_code) as party
from dossier d join party p on p.id = d.applicant_id where d.id = $1
"""
#: The signatures `e` of the letter `l`, as the events of its dossier have them.
SIGNATURES = """
from dossier_event e
where e.dossier_id = l.dossier_id and e.kind = 'letter_signed' and e.at >= (select filed_at from dossier where id = l.dossier_id)
  and e.payload @> jsonb_build_object('unit', l.unit_code, 'form', l.form, 'year', l.year, 'number', l.number)
"""
#: The copies `e` of the letter `l` that were given out, in the same manner.
COPIES = """
from dossier_event e
where e.dossier_id = l.dossier_id and e.kind = 'letter_copied' and e.at >= (select filed_at from dossier where id = l.dossier_id)
  and e.payload @> jsonb_build_object('unit', l.unit_code, 'form', l.form, 'year', l.year, 'number', l.number)
"""
#: $1 dossier, $2 letter. With its newest signed file, its newest copy, and when the payment that it is the receipt of was cancelled.
COPIED = f"""
select l.unit_code as unit, l.form, l.year, l.number,
  (select e.payload ->> 'file' {SIGNATURES} order by e.seq desc limit 1) as file,
  (select coalesce(max((e.payload ->> 'copy')::integer), 0) {COPIES}) as newest,
  (select p.cancelled_at from payment p where l.form = 'receipt_of_payment' and p.dossier_id = l.dossier_id
     and (p.receipt_unit, p.receipt_year, p.receipt_number) = (l.unit_code, l.year, l.number)) as cancelled_at
from letter l where l.dossier_id = $1 and l.id = $2
"""  # noqa: S608 - fixed text of this module
#: $1 dossier, $2 letter, $3 its unit. The newest signed file, and by which certificates it is signed.
LETTER = f"""
select l.form, l.year, l.number, s.certificates, s.files[cardinality(s.files)] as file from letter l, lateral (
  select coalesce(array_agg(e.payload ->> 'certificate' order by e.seq), '{{}}') as certificates,
    coalesce(array_agg(e.payload ->> 'file' order by e.seq), '{{}}') as files {SIGNATURES}
) s
where l.dossier_id = $1 and l.id = $2 and l.unit_code = $3
"""  # noqa: S608 - fixed text of this module
#: $1 dossier, $2 the signed file, $3 instant.
LETTER_FILE = """
insert into letter_file (sha256, dossier_id, content, stored_at) values (encode(sha256($2), 'hex'), $1, $2, $3)
"""
#: $1 letter, $2 instant.
LETTER_SIGNED = "update letter set signed_at = coalesce(signed_at, $2) where id = $1"
#: $1 reference of a bank or gateway: whoever else records a payment by it waits until the transaction ends.
REFERENCE_HELD = "select pg_advisory_xact_lock(hashtextextended('payment ' || $1, 0))"
#: $1 dossier, $2 reference of a bank or gateway: that money stands by it in another dossier.
PAID_ELSEWHERE = """
select 1 from payment where reference = $2 and dossier_id <> $1 and method <> 'cash' and cancelled_at is null limit 1
"""
#: $1 dossier, $2 the columns as JSON.
PARTY = """
update party p set kind = x.kind, name = x.name, name_folded = x.name_folded, identifier = x.identifier, address = x.address,
  phone = x.phone, email = x.email, authorised_name = x.authorised_name, authorised_identifier = x.authorised_identifier,
  authorisation_paper = x.authorisation_paper, area_code = x.area_code
from dossier d, jsonb_to_record($2::jsonb) as x(kind text, name text, name_folded text, identifier text, address text, phone text,
  email text, authorised_name text, authorised_identifier text, authorisation_paper text, area_code text)
where d.id = $1 and p.id = d.applicant_id
"""
#: $1 list, $2 unit, $3 basis, $4 instant, $5 who, $6 in whose name, $7 the one dossier.
ORDER = """
with l as (
  insert into destruction_list (id, unit_code, basis, drawn_at, drawn_by, drawn_for) values ($1, $2, $3, $4, $5, $6) returning id
)
insert into destruction_item (list_id, dossier_id) select id, $7 from l
"""
#: Lists l with items i that may still erase the dossier d; one that was closed again behind its list waits for a new one.
MAY_ERASE = (
    "i.dossier_id = d.id and l.confirmed is not false and l.finished_at is null and d.closed_at <= l.drawn_at"
)
#: $1 dossier.
ON_A_LIST = f"""
select 1 from dossier d join destruction_item i on i.dossier_id = d.id join destruction_list l on l.id = i.list_id
where d.id = $1 and {MAY_ERASE} limit 1
"""  # noqa: S608 - fixed text of this module
#: $1 list, $2 dossier.
CLOSED_AGAIN = (
    "select 1 from destruction_list l, dossier d where l.id = $1 and d.id = $2 and d.closed_at > l.drawn_at"
)
#: Rows of a dossier ($1) beside its projections: what is personal in them goes. Behind the save, which has blanked the
#: projections themselves.
PERSONAL = (
    """
update party p set name = '', name_folded = '', identifier = null, address = null, phone = null, email = null,
  authorised_name = null, authorised_identifier = null, authorisation_paper = null, principal_id = null, area_code = null
from dossier d where d.id = $1 and p.id = d.applicant_id
""",
    "update dossier set form_data = '{}', external_code = null where id = $1",
    "update appointment set why = why - 'reason' where dossier_id = $1",
    "update component set note = null where dossier_id = $1",
    "update outbox set last_error = null where dossier_id = $1",
    "update portal_status set refusal = null where dossier_id = $1",
    "delete from portal_filing where dossier_id = $1",
    "update timer set payload = '{}' where dossier_id = $1",
    "delete from damaged_run where dossier_id = $1",
    "delete from damaged_file where dossier_id = $1",
    "update job_item set why = null where dossier_id = $1",
    "delete from officer_task k using user_task t where t.id = k.task_id and t.dossier_id = $1",
    "update payment_order set pay_at = null, gateway_reference = null where dossier_id = $1",
    """
update payment_dispute set gateway_reference = null, settled_for = null, settled_reference = null where dossier_id = $1
""",
    # The answer of an authority stays, what somebody said does not.
    "update feedback set sealed = null where dossier_id = $1",
    "update rating set comment = null where dossier_id = $1",
    "delete from upload where dossier_id = $1",
    # Without its key nobody opens its files, whatever is left of them in a store or a backup.
    "delete from dossier_key where dossier_id = $1",
)
#: $1 dossier, $2 who, $3 instant, $4 basis: the payloads before the erasure's own. What a revision of a calendar says of a
#: dossier is nobody's, and nothing else tells by which days its dates were counted from then on.
EVENTS = f"""
select dossier_event_erase($1, array(
  select seq from dossier_event where dossier_id = $1 and kind not in ('{Kind.ERASED}', '{Kind.CALENDAR_REVISED}')), $2, $3, $4)
"""  # noqa: S608 - names of our own
#: The rights of $1 principal on $2 local date at $3 instant.
RIGHTS = f"select {permissions.rights_sql('$1::uuid', '$2::date', '$3::timestamptz')} as rights"
#: That a substitution `s` of {officer} holds on {day}, and takes their role in a unit from them.
_AWAY = """s.principal_id = {officer} and {day}::date between s.valid_from and s.valid_to
  and (s.unit_code is null or s.unit_code = {unit}) and (s.role is null or s.role = {role})"""
#: The absence of $1 officer from the $3 role in $2 unit on $4 local date at $5 instant; no row where they are there.
ABSENCE = f"""
select a.name as officer, max(s.valid_to) as until,
  coalesce(array_agg(distinct b.name order by b.name) filter (where b.closed_at is null or b.closed_at > $5), '{{}}') as acting
from substitution s join principal a on a.id = s.principal_id join principal b on b.id = s.substitute_id
where {_AWAY.format(officer="$1::uuid", unit="$2", role="$3", day="$4")}
group by a.name
"""  # noqa: S608 - fixed text of this module
#: Who of $1 unit plays $2 role on $3 local date at $4 instant, is not absent, and has the fewest open tasks; of several who has
#: taken none for longest. $5 people who may not, $6 people who have been given a task just now.
LEAST_LOADED = f"""
select officer.id, {permissions.rights_sql("officer.id", "$3::date", "$4::timestamptz")} as rights
from principal officer
cross join lateral (
  select count(*) as n, max(t.claimed_at) as last from user_task t where t.assignee_id = officer.id and t.status = 'open'
) held
where officer.kind = 'officer' and (officer.closed_at is null or officer.closed_at > $4) and officer.id <> all($5::uuid[])
  and exists (select from role_assignment r where r.principal_id = officer.id and r.unit_code = $1 and r.role = $2
    and $3::date between r.valid_from and coalesce(r.valid_to, 'infinity'))
  and not exists (select from substitution s where {_AWAY.format(officer="officer.id", unit="$1", role="$2", day="$3")})
order by held.n + (select count(*) from unnest($6::uuid[]) as given(id) where given.id = officer.id), held.last nulls first, officer.id
limit 1
"""  # noqa: S608 - fixed text of this module
