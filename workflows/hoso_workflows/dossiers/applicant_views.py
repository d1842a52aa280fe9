"""The applicant's view of a dossier, without officers' words, names and steps.

Status, dates, the authorities that receive and handle it, their own papers, what was asked of them and what was issued to
them. Nothing here is taken from the officers' views; `TOLD` lists, by kind and payload key, what applicants see of each event
(ADR 0023).
"""

from collections.abc import Mapping
from typing import Any

from hoso_models import DossierStatus as Status
from hoso_models.storage.database import Database
from hoso_workflows import localtime, pagination
from hoso_workflows.clock.due_dates import Dates
from hoso_workflows.embedding import entries
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.lifecycle.rules import AWAITING
from hoso_workflows.pagination import Conditions, Keyset, Page

#: What applicants are told of a file that joined the dossier.
FILE = ("attachment", "title", "file_name", "type", "size", "sha256", "component", "phase", "pages", "scan")
#: What of each kind of event its applicant is told: keys of the payload; None for what is the authority's own.
TOLD: Mapping[Kind, tuple[str, ...] | None] = {
    Kind.FILED: ("reference", "procedure", "case", "channel", "portal", "components"),
    Kind.ACCEPTED: ("code", "receipt", "term", "basis", "missing"),
    Kind.REFUSED: ("reason",),
    Kind.SUPPLEMENT_PROPOSED: None,
    Kind.SUPPLEMENT_ASKED: ("number", "reason", "items", "answer_due"),
    Kind.SUPPLEMENT_RECEIVED: ("components", "term", "basis"),
    Kind.SUPPLEMENT_RETURNED: ("number", "reason", "items", "answer_due"),
    Kind.CLOSED_UNANSWERED: ("answer_due",),
    Kind.WITHDRAWN: ("reason",),
    Kind.SUSPENDED: ("reason", "basis", "expected_end"),
    Kind.SUSPENSION_ENDED: ("reason",),
    Kind.OBLIGATION_SET: ("reason", "basis", "amount", "document"),
    Kind.OBLIGATION_MET: ("proof", "term", "basis"),
    Kind.EXTENDED: ("term", "kind", "reason", "basis"),
    Kind.REAPPOINTED: ("due", "reason"),
    # What officers ask each other and find out is theirs.
    Kind.CONSULTATION_ASKED: None,
    Kind.CONSULTATION_ANSWERED: None,
    Kind.CONSULTATION_PASSED: None,
    Kind.VERIFIED: None,
    # Whose data were given to whom, they are told.
    Kind.DISCLOSED: ("recipient", "basis", "purpose", "data", "decision"),
    # Of a file of the authority's own nothing is told; see `_OWN`.
    Kind.ATTACHMENT_ADDED: FILE,
    Kind.ATTACHMENT_SUPERSEDED: (*FILE, "supersedes"),
    # They are given the newer version; the older one they have not seen.
    Kind.RESULT_EXCHANGED: None,
    # What was handed over to them was corrected: they keep both versions, and are told why.
    Kind.RESULT_CORRECTED: (*FILE, "supersedes", "reason"),
    Kind.CORRECTION_HANDED_OVER: ("receiver", "mode", "postal_number"),
    Kind.HOLD_PLACED: ("basis",),
    Kind.HOLD_LIFTED: (),
    Kind.ERASURE_ORDERED: ("basis",),
    Kind.ERASED: ("basis",),
    Kind.TRANSFERRED: ("reason", "to", "authority"),
    Kind.RECTIFIED: ("reason", "fields", "own_fault"),
    Kind.FEE_ASSESSED: ("fee", "title", "amount", "basis", "due", "quantity"),
    Kind.FEE_EXEMPTED: ("fee", "title", "amount", "basis"),
    Kind.PAYMENT_RECORDED: (
        *("payment", "fee", "title", "amount", "method", "document", "paid_at", "receipt", "year"),
    ),
    Kind.PAYMENT_CANCELLED: ("payment", "fee", "amount", "reason"),
    Kind.PAYMENT_REFUNDED: ("refund", "payment", "fee", "amount", "method", "document", "reason"),
    Kind.APPLICANT_WROTE: ("text",),
    Kind.DESK_WROTE: ("text",),
    Kind.REPLY_PROPOSED: None,
    Kind.REOPENED: ("reason", "basis", "term"),
    Kind.CALENDAR_REVISED: ("basis",),
    Kind.TASK_OPENED: None,
    Kind.TASK_CLOSED: None,
    Kind.TASK_CLAIMED: None,
    Kind.TASK_UNCLAIMED: None,
    Kind.TASK_PRIORITISED: None,
    Kind.TASK_DELEGATED: None,
    Kind.TASK_RESOLVED: None,
    Kind.NOTED: None,
    Kind.NOTE_AMENDED: None,
    Kind.TIMER_SET: None,
    Kind.TIMER_DROPPED: None,
    Kind.RESULT_READY: ("result", "reason"),
    Kind.RETURNED: ("receiver", "mode", "postal_number", "originals"),
    # Why a run ended is said in words of the drawing; a ground is the authority's own.
    Kind.STOPPED: ("ground", "basis"),
    Kind.LETTER_ISSUED: ("form", "number", "year"),
    Kind.LETTER_SIGNED: ("form", "number", "year"),
    # To whom a copy of a letter of theirs was given, they are told.
    Kind.LETTER_COPIED: ("form", "number", "year", "copy", "receiver", "reason"),
    Kind.MESSAGE_RECEIVED: None,
    Kind.MESSAGE_SENT: None,
    Kind.INCIDENT: None,
    Kind.INCIDENT_RESOLVED: None,
    Kind.MIGRATED: None,
    # Who handles it now, the dossier itself tells.
    Kind.UNIT_REPLACED: ("basis",),
    Kind.CORRECTED: ("seqs", "at", "reason"),
}
#: Forms of letters between authorities.
INTERNAL_LETTERS = ("consultation",)
#: Key of a payload, and the values with which nothing of an event is told, whatever its kind.
_OWN: Mapping[str, tuple[Any, ...]] = {"form": INTERNAL_LETTERS, "internal": (True,)}
#: Told all the same, though the file is the authority's own: it is given to them.
_GIVEN = (Kind.RESULT_CORRECTED,)
#: The events of a dossier, told or not; an auditor goes on from a number that was told elsewhere.
EVENTS = Keyset(seq=pagination.NUMBER)
#: The applicant has to do something.
_THEIRS = (*AWAITING, Status.FINANCIAL_OBLIGATION)


def answer(projection: Projection, dates: Dates, version: int) -> dict[str, Any]:
    """The response to an applicant after a command; JSON-safe."""
    state = projection.state
    return {
        "view": "applicant",
        "reference": state.reference,
        "code": state.code,
        "status": state.status.value,
        "portal_code": transitions.portal_code(state),
        "outcome": state.outcome.value if state.outcome else None,
        "version": version,
        "due_legal": localtime.isoformat(dates.due_legal),
        "due_promised": localtime.isoformat(dates.due_promised),
        "verdict": dates.verdict.value if dates.verdict else None,
    }


async def dossier(db: Database, row: Any, projection: Projection, name: str, degree: int) -> dict[str, Any]:
    """The whole dossier; `row` is that of `lookup`, `name` its procedure's."""
    dates, state = projection.clock.dates(), projection.state
    addressed = await db.rows(_ADDRESSED, [row.id, row.filed_at])
    return {
        **answer(projection, dates, row.version),
        "procedure": {"code": row.procedure_code, "name": name, "case": row.case_id},
        "channel": row.entry_channel,
        **entries.told(row.entry_channel, row.entry_site, row.filed_on_portal),
        "units": {
            "receiving": {"code": row.receiving_unit, "name": row.receiving_name},
            "handling": {"code": row.handling_unit, "name": row.unit_name},
        },
        "applicant": row.applicant,
        "form": row.form_data,
        "filed_at": localtime.isoformat(row.filed_at),
        "reception_due": localtime.isoformat(dates.reception_due),
        "accepted_at": localtime.isoformat(state.accepted_at),
        "due_first": localtime.isoformat(dates.due_first),
        "provisional": dates.provisional,
        "late_since": localtime.isoformat(dates.late_since),
        "result_ready_at": localtime.isoformat(row.result_ready_at),
        "returned_at": localtime.isoformat(row.returned_at),
        "handed_over": _handed(row.handed_over),
        "answer_due": localtime.isoformat(row.answer_due),
        "fees_open": state.account.asked(state.status),
        "degree": degree,
        "components": row.components,
        "appointments": [_promise(made) for made in projection.appointments(dates)],
        "letters": [
            {name: letter[name] for name in _LETTER}
            for letter in projection.letters
            if letter["form"] not in INTERNAL_LETTERS
        ],
        "supplements": [_supplement(each) for each in addressed if each.kind != Kind.REFUSED],
        "refusal": next((each.reason for each in addressed if each.kind == Kind.REFUSED), None),
    }


def _handed(said: Any) -> Any:
    """The hand-over as its event is told to an applicant."""
    return said and {name: said[name] for name in TOLD[Kind.RETURNED] or () if name in said}


async def waits(db: Database, row: Any, projection: Projection) -> dict[str, Any]:
    """The party that has to act next, and the supplement requested from the applicant."""
    document = answer(projection, projection.clock.dates(), row.version)
    asked = [each for each in await db.rows(_ADDRESSED, [row.id, row.filed_at]) if each.received_at is None]
    theirs = projection.state.status in _THEIRS
    return {
        **{name: document[name] for name in ("view", "reference", "code", "status", "version")},
        "turn": None if row.closed_at else "applicant" if theirs else "authority",
        "supplement": _supplement(asked[-1]) if theirs and asked else None,
    }


def told(kind: Kind, payload: Mapping[str, Any]) -> bool:
    """True for an event that applicants are told; `history` asks the database likewise."""
    own = kind not in _GIVEN and any(payload.get(key) in values for key, values in _OWN.items())
    return TOLD[kind] is not None and not own


async def history(
    db: Database, row: Any, limit: int | None = None, after: str | None = None
) -> Page[dict[str, Any]]:
    """One page of the events that applicants see, in order. Each has its number in the chain; no persons."""
    told = {kind.value: list(keys) for kind, keys in TOLD.items() if keys is not None}
    asked = Conditions()
    keys = asked.given(told)
    asked.add("e.dossier_id = {} and e.at >= {}", row.id, row.filed_at)
    asked.add(f"{keys}::jsonb ? e.kind")
    given = asked.given([kind.value for kind in _GIVEN])
    for key, own in _OWN.items():
        asked.add(
            f"(e.kind = any({given}) or not coalesce({{}}::jsonb @> (e.payload -> {{}}::text), false))",
            list(own),
            key,
        )
    asked.add(f"(e.kind = any({given}) or {_NOT_OWN})", list(INTERNAL_LETTERS))
    asked.behind("e.seq", EVENTS.values(after))
    return await pagination.page(db, _HISTORY, asked, EVENTS, limit=limit, item=_event)


def _event(event: Any) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": localtime.isoformat(event.at),
        "kind": event.kind,
        "by": event.by,
        "payload": event.payload,
        "hash": event.hash.hex(),
    }


_LETTER = ("form", "number", "year")


def _promise(made: Mapping[str, Any]) -> dict[str, Any]:
    instants = ("due_first", "due_legal", "due_promised", "made_at")
    return {
        **{name: made[name] for name in ("number", "kind", "cycle", "supersedes", "provisional")},
        **{name: localtime.isoformat(made[name]) for name in instants},
    }


def _supplement(asked: Any) -> dict[str, Any]:
    return {
        "number": asked.number,
        "at": localtime.isoformat(asked.at),
        "reason": asked.reason,
        "items": asked["items"] or [],
        "answer_due": asked.answer_due,
        "received_at": localtime.isoformat(asked.received_at),
    }


#: $1 dossier, $2 when it was filed. What is erased is null.
_ADDRESSED = """
select e.kind, e.at, (e.payload ->> 'number')::int as number, e.payload ->> 'reason' as reason, e.payload -> 'items' as items,
  e.payload ->> 'answer_due' as answer_due,
  (select min(r.at) from dossier_event r where r.dossier_id = e.dossier_id and r.at >= $2
     and r.kind = 'supplement_received' and r.seq > e.seq) as received_at
from dossier_event e
where e.dossier_id = $1 and e.at >= $2 and e.kind in ('supplement_asked', 'supplement_returned', 'refused') order by e.seq
"""
#: Of an erased event its row tells whether it was the authority's own.
_NOT_OWN = """
(e.payload is not null or not exists (
  select from attachment a where a.dossier_id = e.dossier_id and a.seq = e.seq and a.internal
) and not (e.kind = 'letter_issued' and exists (
  select from letter l where l.dossier_id = e.dossier_id and l.issued_at = e.at and l.form = any({}::text[])
)))
"""
#: $1 the keys that are told, by kind. What is not told does not leave the database.
_HISTORY = """
select e.seq, e.at, e.kind, e.hash,
  case when e.automatic then 'system' when e.actor_id = pa.principal_id then 'applicant' else 'authority' end as by,
  case when e.payload is not null then coalesce((
    select jsonb_object_agg(told.key, e.payload -> told.key)
    from jsonb_array_elements_text($1::jsonb -> e.kind) as told(key) where e.payload ? told.key
  ), '{{}}') end as payload
from dossier_event e join dossier d on d.id = e.dossier_id join party pa on pa.id = d.applicant_id
where {conditions}
order by e.seq limit {limit}
"""
