"""Stored rows of dossiers beside their projections: filings, messages, responses, erasures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import Link
from hoso_workflows.lifecycle import seals

#: For how long at least answers and messages are kept; older ones may have been swept away.
KEPT = timedelta(days=29)
#: The kind of the act of administration by which traces of missing events are taken away.
TAKEN_AWAY = "traces_taken_away"
#: When something happened, and who did it.
Mark = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Beyond:
    """The newest act and event told of a dossier, behind those that it knows."""

    act: int | None = None
    event: int | None = None


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The rows of one dossier, and the digests of responses to its commands."""

    row: Any
    #: From then on nothing may be missing that acts leave behind.
    since: datetime | None
    answers: Mapping[Mark, Sequence[str]] = field(default_factory=dict)
    beyond: Beyond | None = None

    def complete(self, at: datetime) -> bool:
        """True where what was written then must still be there."""
        return self.since is None or at >= self.since


async def since(service: DossierService) -> datetime | None:
    """The instant since which no row can have been deleted as expired. None where that is not known."""
    row = await service.db.row(_NEWEST)
    return row.newest - KEPT if row and row.newest else None


async def beyond(rows: Any, key: str | None) -> dict[UUID, Beyond]:
    """The dossiers of which answers or messages tell more than they know; `rows` is a database's or transaction's."""
    asked = (_BEYOND_OF_ALL, [TAKEN_AWAY]) if key is None else (_BEYOND_OF_ONE, [TAKEN_AWAY, key])
    return {row.id: Beyond(row.act, row.event) for row in await rows(*asked)}


async def of(
    service: DossierService,
    dossiers: Mapping[UUID, Sequence[Link]],
    since: datetime | None,
    beyond: Mapping[UUID, Beyond],
) -> dict[UUID, StoredRows]:
    """The stored rows of each dossier, in four statements at most."""
    rows = await service.db.rows(_KEPT, [list(dossiers)])
    links = [link for links in dossiers.values() for link in links]
    answers = await _answers(service, links, [row.filed["reference"] for row in rows])
    return {row.id: StoredRows(row, since, answers, beyond.get(row.id)) for row in rows}


async def _answers(
    service: DossierService, links: Sequence[Link], references: Sequence[str]
) -> dict[Mark, list[str]]:
    """The digests of the responses to the commands of these dossiers.

    Many dossiers may have been acted on at one instant. All responses of an instant are read only where that of a command is
    not among those that name its dossier.
    """
    sealed = [((link.event.at, link.event.actor), seals.of(link.event).get("answer")) for link in links]
    found = await _digests(service, _ANSWERS_OF, {mark for mark, digest in sealed if digest}, [references])
    odd = {mark for mark, digest in sealed if digest and digest not in found.get(mark, ())}
    return found | await _digests(service, _ANSWERS, odd)


async def _digests(
    service: DossierService, sql: str, marks: Collection[Mark], more: Sequence[Any] = ()
) -> dict[Mark, list[str]]:
    found: dict[Mark, list[str]] = {}
    if marks:
        instants, actors = zip(*marks, strict=True)
        for row in await service.db.rows(sql, [list(instants), list(actors), *more]):
            digest = seals.answer(row.principal_id, row.key, row.request_hash, row.response)
            found.setdefault((row.at, row.principal_id), []).append(digest or "")
    return found


_NEWEST = """
select greatest((select max(at) from watermark), (select created_at from outbox order by id desc limit 1)) as newest
"""
#: $1 the kind of the act by which somebody knew of it.
_BEYOND = """
with told as (
  select d.id, d.reference, a.number as act, null::int as event
  from dossier d join engine_state e on e.dossier_id = d.id
  {answers}
  where {chosen} and a.number > e.version
  union all
  select d.id, d.reference, null, m.seq
  from dossier d {messages} where {chosen} and m.seq > d.last_seq
)
select id, max(act) as act, max(event) as event from told where not exists (
  select from administration_event n where n.kind = $1 and n.subject = told.reference
    and (n.payload ->> 'act')::int >= coalesce(told.act, 0) and (n.payload ->> 'event')::int >= coalesce(told.event, 0)
) group by id
"""
_KEPT_ANSWERS = """
  select response ->> 'reference' as reference,
    case jsonb_typeof(response -> 'version') when 'number' then (response ->> 'version')::int end as number
  from idempotency where status = 200"""
_KEPT_MESSAGES = """
  select dossier_id, split_part(dedup_key, '/', 1) as reference, split_part(dedup_key, '/', 2)::int as seq
  from outbox where dossier_id is not null and dedup_key ~ '^[^/]+/[0-9]{1,9}(/desk)?$'"""
_BEYOND_OF_ALL = _BEYOND.format(
    answers=f"join ({_KEPT_ANSWERS}) a on a.reference = d.reference",
    messages=f"join ({_KEPT_MESSAGES}) m on m.dossier_id = d.id and m.reference = d.reference",
    chosen="true",
)
#: $2 one dossier by its reference or code. What is not pulled up is looked for by an index, however few rows are foreseen.
_BEYOND_OF_ONE = _BEYOND.format(
    answers=f"cross join lateral ({_KEPT_ANSWERS} and response ->> 'reference' = d.reference offset 0) a",
    messages=f"join lateral ({_KEPT_MESSAGES} and dossier_id = d.id offset 0) m on m.reference = d.reference",
    chosen="(d.reference = $2 or d.code = $2)",
)
#: $1 instants, $2 of each who acted.
_ANSWERS = """
select i.principal_id, i.key, i.request_hash, i.response, i.at
from unnest($1::timestamptz[], $2::uuid[]) as a(at, by) join idempotency i on i.at = a.at and i.principal_id = a.by
  and i.status = 200
"""
#: $3 references of the dossiers that they name.
_ANSWERS_OF = f"{_ANSWERS}where i.response ->> 'reference' = any($3::text[])\n"
#: $1 dossiers.
_KEPT = """
select d.id, d.form_data,
  jsonb_build_object('reference', d.reference, 'procedure_code', d.procedure_code, 'case_id', d.case_id,
    'entry_channel', d.entry_channel, 'filed_on_portal', d.filed_on_portal, 'entry_site', d.entry_site, 'applicant_id', d.applicant_id,
    'filed_by', d.filed_by, 'receiving_unit', d.receiving_unit, 'handling_unit', d.handling_unit,
    'deciding_unit', d.deciding_unit, 'filed_at', d.filed_at, 'delivery_mode', d.delivery_mode,
    'e_result_consent', d.e_result_consent, 'external_code', d.external_code) as filed,
  jsonb_build_object('version', e.version, 'finished', e.finished, 'updated_at', e.updated_at) as engine,
  jsonb_build_object('kind', p.kind, 'name', p.name, 'identifier', p.identifier, 'address', p.address, 'phone', p.phone,
    'email', p.email, 'authorised_name', p.authorised_name, 'authorised_identifier', p.authorised_identifier,
    'authorisation_paper', p.authorisation_paper) || jsonb_strip_nulls(jsonb_build_object('area', p.area_code)) as party,
  (select to_jsonb(s) from (select filed_at, units, terms from dossier_search where dossier_id = d.id) s) as searched,
  (select jsonb_object_agg(c.code, jsonb_build_object('name', c.name, 'originals', c.originals, 'copies', c.copies,
     'required', c.required, 'received', c.received, 'note', c.note)) from component c where c.dossier_id = d.id) as components,
  (select jsonb_object_agg(f.number, to_jsonb(f) - 'dossier_id') from fee f where f.dossier_id = d.id) as fees,
  (select jsonb_object_agg(y.id, to_jsonb(y) - 'dossier_id') from payment y where y.dossier_id = d.id) as payments,
  (select jsonb_object_agg(r.id, to_jsonb(r) - 'dossier_id') from refund r where r.dossier_id = d.id) as refunds,
  (select jsonb_object_agg(o.dedup_key, jsonb_build_object('topic', o.topic, 'payload', o.payload,
     'recipient_id', o.recipient_id, 'created_at', o.created_at)) from outbox o where o.dossier_id = d.id) as messages,
  (select jsonb_agg(jsonb_build_object('kind', s.subject_kind, 'id', s.subject_id, 'cycle', s.cycle, 'level', s.level,
     'at', s.at)) from escalation s where s.subject_kind = 'dossier' and s.subject_id = d.id
     or s.subject_kind = 'task' and s.subject_id in (select t.id from user_task t where t.dossier_id = d.id)) as escalations,
  (select jsonb_object_agg(x.sha256, jsonb_build_object('sha256', encode(sha256(x.content), 'hex'),
     'stored_at', x.stored_at)) from letter_file x
     where x.dossier_id = d.id) as letter_files,
  (select jsonb_object_agg(concat_ws('/', l.unit_code, l.form, l.year, l.number), jsonb_build_object('signed_at', l.signed_at))
     from letter l where l.dossier_id = d.id and l.signed_at is not null) as letters_signed,
  (select jsonb_object_agg(f.id, jsonb_build_object('portal', f.portal, 'external_code', f.external_code, 'at', f.at))
     from portal_filing f where f.dossier_id = d.id) as portal_filings,
  jsonb_build_object('principal_id', p.principal_id, 'name_folded', p.name_folded, 'created_at', p.created_at) as entry,
  (select i.id from principal i where i.id = d.filed_by and i.kind in ('citizen', 'partner')) as themselves,
  exists (select from damaged_run where dossier_id = d.id) as damaged, d.retention_until, d.service_level, d.parent_id,
  (select jsonb_object_agg(v.kind, v.corrected_at is null and (v.valid_to is null
       or (d.filed_at at time zone 'Asia/Ho_Chi_Minh')::date <= v.valid_to))
     from service_level v where v.procedure_code = d.procedure_code and v.entered_at <= d.filed_at
     and v.valid_from <= (d.filed_at at time zone 'Asia/Ho_Chi_Minh')::date) as levels,
  (select jsonb_agg(a.detail -> 'seqs') from access_log a where a.subject = d.id::text and a.act = 'erase' and a.granted) as erasures
from dossier d left join engine_state e on e.dossier_id = d.id left join party p on p.id = d.applicant_id
where d.id = any($1::uuid[])
"""
