"""Export of one's own data as one document, `hoso-own-data/1`.

What is sealed is opened for its owner alone. Of a dossier stands what its applicant is told, never what officers write to each
other. Bytes of files are left out: each is named by its digest and read at its dossier.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.dossiers import applicant_views
from hoso_workflows.drafts import file_views
from hoso_workflows.drafts.storage import Drafts
from hoso_workflows.feedback import reading
from hoso_workflows.identity import history

ACT = "export_own_data"
SCHEMA = "hoso-own-data/1"
#: The most dossiers in one document, the newest first; `complete` says whether these are all.
MOST = 500
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(\+\d\d:\d\d|Z)")


@dataclass(frozen=True, slots=True)
class Asked:
    """The person, and the instant."""

    principal: UUID
    at: datetime


async def export(drafts: Drafts, asked: Asked) -> dict[str, Any]:
    """Everything kept about the person who asks, JSON-safe. That they asked is recorded."""
    db = drafts.db
    async with db.transaction() as tx:
        # The instants of what the database writes as a document.
        await tx.rows("select set_config('TimeZone', $1, true)", [localtime.ZONE.key])
        (person,) = await tx.rows(_PERSON, [asked.principal])
        rows = await tx.rows(_DOSSIERS, [asked.principal, MOST + 1])
    found = {
        "schema": SCHEMA,
        "made_at": localtime.isoformat(asked.at),
        "complete": len(rows) <= MOST,
        "person": {**person.document, "notices": [_notice(each) for each in person.document["notices"]]},
        "dossiers": [await _dossier(db, row) for row in rows[:MOST]],
        "drafts": await _drafts(drafts, asked),
        "feedback": await _feedback(drafts, asked),
    }
    await history.record(db, asked.principal, "export of own data", str(asked.principal), asked.at)
    return found


def _notice(notice: Mapping[str, Any]) -> dict[str, Any]:
    """A notice with its instants in local time; they are kept as text."""
    said = {
        name: _local(value) if isinstance(value, str) else value for name, value in notice["said"].items()
    }
    return {**notice, "said": said}


def _local(text: str) -> str | None:
    return localtime.isoformat(datetime.fromisoformat(text)) if _INSTANT.fullmatch(text) else text


async def _dossier(db: Database, row: Any) -> dict[str, Any]:
    """A dossier with what its applicant is told of its events."""
    told = await applicant_views.history(db, row)
    return {**row.document, "events": [_event(each) for each in told.items]}


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in ("seq", "at", "kind", "by", "payload")}


async def _drafts(drafts: Drafts, asked: Asked) -> list[dict[str, Any]]:
    """The drafts with their contents."""
    listed = await drafts.search(asked.principal, at=asked.at, limit=drafts.limits.own)
    opened = [await drafts.read(asked.principal, each.id, at=asked.at) for each in listed.items]
    return [
        {
            "id": str(each.id),
            "procedure": each.procedure,
            "created_at": localtime.isoformat(each.created_at),
            "updated_at": localtime.isoformat(each.updated_at),
            "expires_at": localtime.isoformat(each.expires_at),
            "content": each.content,
            "files": [file_views.item(file) for file in each.files],
        }
        for each in opened
    ]


async def _feedback(drafts: Drafts, asked: Asked) -> list[dict[str, Any]]:
    """The feedback given while signed in, with its answers."""
    given = await reading.of_person(drafts.db, drafts.seal, asked.principal, at=asked.at)
    return [
        {
            **{name: getattr(each, name) for name in ("number", "kind", "procedure", "dossier", "text")},
            **{name: getattr(each, name) for name in ("name", "email", "answer")},
            "given_at": localtime.isoformat(each.given_at),
            "answered_at": localtime.isoformat(each.answered_at),
        }
        for each in given
    ]


#: What an account is, without secrets and digests.
_PERSON = """
select jsonb_build_object(
  'name', p.name, 'kind', p.kind, 'created_at', p.created_at,
  'contacts', (select coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'value', c.value, 'entered_at', c.entered_at,
    'verified_at', c.verified_at, 'ended_at', c.ended_at) order by c.entered_at), '[]') from contact_point c where c.principal_id = p.id),
  'mail', (select to_jsonb(m) - 'principal_id' from delivery_preference m where m.principal_id = p.id),
  'identities', (select coalesce(jsonb_agg(jsonb_build_object('provider', i.provider, 'issuer', i.issuer, 'subject', i.subject,
    'identifier', i.identifier,
    'linked_at', i.linked_at, 'unlinked_at', i.unlinked_at) order by i.linked_at), '[]') from identity i where i.principal_id = p.id),
  'sessions', (select coalesce(jsonb_agg(jsonb_build_object('provider', s.provider, 'begun_at', s.begun_at, 'seen_at', s.seen_at,
    'agent', s.agent, 'address', s.address, 'ended_at', s.ended_at) order by s.begun_at), '[]')
    from browser_session s where s.principal_id = p.id),
  'tokens', (select coalesce(jsonb_agg(jsonb_build_object('label', t.label, 'created_at', t.created_at, 'expires_at', t.expires_at,
    'last_used_at', t.last_used_at, 'revoked_at', t.revoked_at) order by t.created_at), '[]') from api_token t where t.principal_id = p.id),
  'notices', (select coalesce(jsonb_agg(jsonb_build_object('topic', n.topic, 'said', n.payload, 'at', n.at, 'read_at', n.read_at)
    order by n.id), '[]') from notice n where n.principal_id = p.id)
) as document from principal p where p.id = $1
"""
#: $1 person, $2 at most so many.
_DOSSIERS = """
select d.id, d.filed_at, jsonb_build_object(
  'reference', d.reference, 'code', d.code, 'procedure', d.procedure_code, 'case', d.case_id, 'status', d.status,
  'channel', d.entry_channel, 'filed_at', d.filed_at, 'accepted_at', d.accepted_at, 'due_promised', d.due_promised,
  'result_ready_at', d.result_ready_at, 'returned_at', d.returned_at, 'closed_at', d.closed_at, 'erased_at', d.erased_at,
  'applicant', to_jsonb(pa) - array['id', 'principal_id', 'name_folded'], 'form', d.form_data,
  'components', (select coalesce(jsonb_agg(jsonb_build_object('code', c.code, 'name', c.name, 'received', c.received) order by c.code),
    '[]') from component c where c.dossier_id = d.id),
  'files', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'title', a.title, 'name', a.file_name, 'type', a.media_type,
    'size', a.size, 'sha256', a.sha256, 'component', a.component_code, 'phase', a.phase, 'stored_at', a.stored_at) order by a.seq), '[]')
    from attachment a where a.dossier_id = d.id and (not a.internal or (a.phase = 'result' and d.returned_at is not null))),
  'payments', (select coalesce(jsonb_agg(jsonb_build_object('fee', y.fee_number, 'amount', y.amount, 'method', y.method,
    'paid_at', y.paid_at, 'cancelled_at', y.cancelled_at) order by y.paid_at), '[]') from payment y where y.dossier_id = d.id),
  'rating', (select to_jsonb(r) - array['dossier_id', 'given_by'] from rating r where r.dossier_id = d.id),
  'read_by', (select coalesce(jsonb_agg(distinct jsonb_build_object('day', (l.at at time zone 'Asia/Ho_Chi_Minh')::date,
    'unit', l.unit_code, 'reason', l.reason)), '[]')
    from access_log l where l.subject = d.reference and l.granted and l.fields is not null)
) as document
from dossier d join party pa on pa.id = d.applicant_id
where d.applicant_id = any(array(select id from party where principal_id = $1))
order by d.filed_at desc, d.id desc limit $2
"""
