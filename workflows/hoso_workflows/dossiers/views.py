"""Read side, with its permissions: dossiers, tasks, explanations of dates, public progress.

An officer reads the dossiers of units where they work, an auditor those of the units below theirs, an applicant their own
(as in `applicant_views`). Administrators see when a dossier of the units below theirs is due, and why, but not its content.
Everybody else gets NotFound, and the attempt is recorded in the access log.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from hoso_models import Dossier, EngineState, UserTask
from hoso_models.storage.compiled import compiled, table
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.clock import clock, explanation
from hoso_workflows.dossiers import applicant_views, response, worklist
from hoso_workflows.dossiers.applicant_views import EVENTS
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.embedding import entries
from hoso_workflows.events import Event
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.decision import unit_of
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.organisation import access_log, permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.organisation.permissions import table as acts
from hoso_workflows.pagination import Conditions

EXPLAIN = "explain_deadline"


async def dossier(
    service: DossierService, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """A dossier with its dates and components; `version` for `If-Match`. Raises NotFound.

    Officers see its open tasks and incidents as well, applicants the view in `applicant_views`.
    """
    row, inside = await readable(service.db, "get_dossier", key, reader, at, origin)
    projection = await service.repository.load(row)
    loaded = (await service.reference_data.version(row.workflow_version_id)).case(row.case_id)
    degree = transitions.degree(projection.state, loaded.specification)
    if not inside:
        found = await applicant_views.dossier(service.db, row, projection, loaded.package.name, degree)
        return {**found, "represented": not row.own}
    dates = projection.clock.dates()
    return {
        **response.answer(projection, dates, row.version),
        "procedure": {"code": row.procedure_code, "name": loaded.package.name, "case": row.case_id},
        "channel": row.entry_channel,
        **entries.told(row.entry_channel, row.entry_site, row.filed_on_portal),
        "units": dict(projection.state.units),
        "applicant": row.applicant,
        "form": row.form_data,
        "filed_at": localtime.isoformat(row.filed_at),
        "reception_due": localtime.isoformat(dates.reception_due),
        "accepted_at": localtime.isoformat(projection.state.accepted_at),
        "due_first": localtime.isoformat(dates.due_first),
        "provisional": dates.provisional,
        "late_since": localtime.isoformat(dates.late_since),
        "result_ready_at": localtime.isoformat(row.result_ready_at),
        "returned_at": localtime.isoformat(row.returned_at),
        "handed_over": row.handed_over,
        "answer_due": localtime.isoformat(row.answer_due),
        "fees_open": projection.state.account.asked(projection.state.status),
        "degree": degree,
        "components": row.components,
        "consultations": [response.consultation(each) for each in projection.consultations.values()],
        "appointments": [
            {
                **{
                    name: appointment[name]
                    for name in ("number", "kind", "cycle", "supersedes", "why", "provisional")
                },
                **{
                    name: localtime.isoformat(appointment[name])
                    for name in ("due_first", "due_legal", "due_promised", "made_at")
                },
            }
            for appointment in projection.appointments(dates)
        ],
        "letters": [
            {"form": x["form"], "number": x["number"], "year": x["year"]} for x in projection.letters
        ],
    }


async def waits(
    service: DossierService, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """Open tasks, timers, awaited messages with their senders, and incidents of a dossier. Raises NotFound.

    Its applicant sees the party that has to act next, and the supplement that is requested.
    """
    row, inside = await readable(service.db, "get_waits", key, reader, at, origin)
    projection = await service.repository.load(row)
    if not inside:
        return await applicant_views.waits(service.db, row, projection)
    state, incidents = projection.state, projection.incidents
    document = response.answer(projection, projection.clock.dates(), row.version)
    run, _ = await service.resumed(state, row)
    return {
        **{name: document[name] for name in ("view", "reference", "code", "status", "version", "tasks")},
        "timers": [
            {"id": timer.id, "step": timer.element, "name": timer.name, "due": localtime.isoformat(timer.due)}
            for timer in run.timers
        ],
        "messages": [
            {
                "name": each.name,
                "step": each.element,
                "role": each.role,
                "unit": unit_of(state.places, each.unit or "handling"),
                "item": each.item,
            }
            for each in run.awaited
        ],
        "incidents": [
            {
                **response.stepped(found),
                "since": localtime.isoformat(datetime.fromisoformat(found["since"])),
            }
            for found in incidents
        ],
    }


async def history(
    service: DossierService,
    key: str,
    *,
    reader: UUID,
    at: datetime,
    limit: int | None = None,
    after: str | None = None,
    origin: Origin = WITHIN,
) -> dict[str, Any]:
    """One page of a dossier's events in order; applicants see part of them.

    Each has its number in the chain. Raises NotFound, BadCursor.
    """
    row, inside = await readable(service.db, "list_events", key, reader, at, origin)
    if not inside:
        page = await applicant_views.history(service.db, row, limit, after)
    else:
        asked = Conditions()
        asked.add("e.dossier_id = {} and e.at >= {}", row.id, row.filed_at)
        asked.behind("e.seq", EVENTS.values(after))
        page = await pagination.page(service.db, _HISTORY, asked, EVENTS, limit=limit, item=_event)
    return {"view": "officer" if inside else "applicant", **page.answer()}


def _event(event: Any) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": localtime.isoformat(event.at),
        "kind": event.kind,
        "actor": event.actor,
        "on_behalf_of": event.on_behalf_of,
        "automatic": event.automatic,
        "payload": event.payload,
        "hash": event.hash.hex(),
    }


async def explain(
    service: DossierService, key: str, *, reader: UUID | None, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """The explanation of a dossier's due date, `hoso-explanation/1`. Raises NotFound.

    Without a reader no rights are checked. Applicants get every date of the dossier, and none of an officer's step. A reader who
    only tracks the dossier gets it without the reasons that officers wrote, and of its steps those of their own authority and of
    those below. Where payloads were erased by law, `erased` lists them, and substitutes from the remaining rows are used.
    """
    row, view, named_units = await followed(service, EXPLAIN, key, reader, at, origin)
    worded = _WORDED[view]
    named = {
        "reference": row.reference,
        "code": row.code,
        "procedure": row.procedure_code,
        "procedure_name": row.procedure_name,
        "case": row.case_id,
        "unit": row.handling_unit,
        "unit_name": row.unit_name,
        "status": row.status,
    }
    events, gone = await service.repository.history_and_erased(row)
    document = worded(named, events, service.reference_data.calendars)
    if named_units is not None:
        document["steps"] = [each for each in document["steps"] if each["unit"] in named_units]
    if worded is explanation.explain_to_applicant:
        gone = [each for each in gone if applicant_views.told(each.kind, events[each.seq - 1].payload)]
    return {**document, "erased": explanation.erased(gone)} if gone else document


_Worded = Callable[[Mapping[str, Any], Iterable[Event], clock.Calendars], dict[str, Any]]


def _explain_to_a_tracker(
    named: Mapping[str, Any], events: Iterable[Event], calendars: clock.Calendars
) -> dict[str, Any]:
    return explanation.explain(named, map(_discreet, events), calendars)


_WORDED: Mapping[permissions.View, _Worded] = {
    permissions.View.OFFICER: explanation.explain,
    permissions.View.APPLICANT: explanation.explain_to_applicant,
    permissions.View.TRACKER: _explain_to_a_tracker,
}


def _discreet(event: Event) -> Event:
    """The event without the reasons that an officer wrote."""
    return replace(event, payload={**event.payload, "reason": ""}) if "reason" in event.payload else event


async def receipt(
    service: DossierService, key: str, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """The content of the receipt (Mẫu 01) for the applicant. Raises NotFound before acceptance."""
    row, _ = await readable(service.db, "get_receipt", key, reader, at, origin)
    if row.code is None:
        raise errors.NotFound("receipt", key)
    projection = await service.repository.load(row)
    letter = next(letter for letter in projection.letters if letter["form"] == "01")
    first = projection.appointments(projection.clock.dates())[0]
    return {
        "form": "01",
        "number": letter["number"],
        "year": letter["year"],
        "unit": letter["unit_code"],
        "code": row.code,
        "procedure": row.procedure_code,
        "applicant": row.applicant,
        "components": [part for part in row.components if part["received"]],
        "missing": [part for part in row.components if part["code"] in projection.state.missing],
        "term": projection.state.term,
        "received_at": localtime.isoformat(projection.state.accepted_at),
        "return_at": localtime.isoformat(first["due_promised"]),
    }


async def public(service: DossierService, code: str, at: datetime) -> dict[str, Any]:
    """Public progress: code, degree of completion (Circular 01/2018 art. 16), and lateness. Raises NotFound.

    Lateness is whether it is late now, since when it is or was, and whether its clock stands still.
    """
    row = await service.db.row(_PUBLIC, [code, at])
    if row is None:
        raise errors.NotFound("dossier", code)
    return {
        "code": row.code,
        "degree": await _counted(service, row.id) if row.degree is None else row.degree,
        "late": row.late,
        "late_since": localtime.isoformat(row.late_since),
        "still": row.still,
    }


async def _counted(service: DossierService, dossier: UUID) -> int:
    """Compute and store the degree of a dossier that has none yet. Bypasses the projection cache."""
    row = await service.db.row(_FOLDED, [dossier])
    events = await service.repository.history(row)
    projection = Projection.of(events, service.reference_data.calendars)
    loaded = (await service.reference_data.version(row.workflow_version_id)).case(row.case_id)
    degree = transitions.degree(projection.state, loaded.specification)
    await service.db.one_statement(_KEEP, [dossier, row.last_seq, degree])
    return degree


async def task(
    service: DossierService, identity: UUID, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """One task, open or not; `version` for `If-Match`. Raises NotFound."""
    row = await _readable_task(service.db, "get_user_task", identity, reader, at, origin)
    return {
        **worklist.item(row, at=at, questions=await worklist.questions(service, [row])),
        "status": row.status,
        "closed_at": localtime.isoformat(row.closed_at),
        "outcome": row.outcome,
        "judged": row.judged,
        "answers": row.answers,
        "version": row.version,
    }


async def form(
    service: DossierService, identity: UUID, *, reader: UUID, at: datetime, origin: Origin = WITHIN
) -> dict[str, Any]:
    """The form-js form of a task, in the dossier's version. Raises NotFound.

    It comes from the package whose diagram contains the step.
    """
    row = await _readable_task(service.db, "get_user_task_form", identity, reader, at, origin)
    loaded = (await service.reference_data.version(row.workflow_version_id)).case(row.case_id)
    found = loaded.specification.forms.get(row.element)
    if found is None:
        raise errors.NotFound("form of task", identity)
    return dict(found.document)


async def _readable_task(
    db: Database, act: str, identity: UUID, reader: UUID, at: datetime, origin: Origin
) -> Any:
    """The task if the reader may read it. Raises NotFound.

    The read is logged, by default as led by the task itself.
    """
    held = await permissions.held(db, reader, at)
    row = await db.row(_TASK, [reader, identity])
    units = [] if row is None else [row.unit_code, row.receiving_unit, row.handling_unit, row.deciding_unit]
    found = None if row is None else permissions.reading(act, held, units)
    if found is None:
        subject = str(identity) if row is None else row.reference
        await access_log.record_refusal(db, reader, act, subject, at, origin)
        raise errors.NotFound("task", identity)
    led = replace(origin, led_by=origin.led_by or f"task {identity}")
    await readings.record(db, readings.access(act, reader, row.reference, at, led, reading=found))
    return row


async def _found(db: Database, key: str, at: datetime, reader: UUID | None = None) -> Any:
    return await db.row(_DOSSIER, [key, reader, localtime.local_date(at), at])


async def followed(
    service: DossierService, act: str, key: str, reader: UUID | None, at: datetime, origin: Origin
) -> tuple[Any, permissions.View, frozenset[str] | None]:
    """The dossier, its view, and the units whose steps and officers are told.

    No units mean all: for who works in it, and where no reader is. Whoever only tracks it may do so by a lane, too; where the
    law of its case keeps its course from other authorities, they get the NotFound of all others. The read is logged.
    """
    row = await _found(service.db, key, at, reader)
    if reader is None:
        if row is None:
            raise errors.NotFound("dossier", key)
        return row, permissions.View.OFFICER, None
    found = None if row is None else _reading(act, row, reader) or _by_a_lane(act, row, reader)
    named = None
    if found is not None and found.view is permissions.View.TRACKER:
        scope = await service.reference_data.scope(permissions.Rights.of(reader, row.rights))
        found, named = (None if scope.keeps_back(row) else found), scope.named
    if found is None:
        raise await _refused(service.db, act, key, row, reader, at, origin)
    await readings.record(service.db, readings.access(act, reader, row.reference, at, origin, reading=found))
    return row, found.view, named


async def readable(
    db: Database, act: str, key: str, reader: UUID, at: datetime, origin: Origin
) -> tuple[Any, bool]:
    """The dossier if the reader may read it; True beside it for officers' access. The read is logged.

    False means the applicant's access. All others get the same NotFound as for a missing dossier, after as many statements.
    """
    row, view = await readable_as(db, act, key, reader, at, origin)
    return row, view is permissions.View.OFFICER


async def readable_as(
    db: Database, act: str, key: str, reader: UUID, at: datetime, origin: Origin
) -> tuple[Any, permissions.View]:
    """The dossier with the reader's view of it, as `readable` finds them."""
    row = await _found(db, key, at, reader)
    found = None if row is None else _reading(act, row, reader)
    if found is None:
        raise await _refused(db, act, key, row, reader, at, origin)
    await readings.record(db, readings.access(act, reader, row.reference, at, origin, reading=found))
    return row, found.view


def _reading(act: str, row: Any, reader: UUID) -> permissions.Reading | None:
    """The read of a dossier that the table allows; None also for a reader who is closed or unknown."""
    if row.rights is None:
        return None
    # Whoever is represented reads what was filed in their name; what tells nothing is an act, which is its filer's.
    reads = acts.ACTS[act].fields is not acts.Fields.NONE
    rights = permissions.Rights.of(reader, row.rights, applicant=bool(row.own or (reads and row.represented)))
    return permissions.reading(act, rights, _units(row), row.consulted or ())


def _by_a_lane(act: str, row: Any, reader: UUID) -> permissions.Reading | None:
    """The read of a course by who surveys a unit that a lane names."""
    if row.rights is None or not row.lanes:
        return None
    found = permissions.reading(act, permissions.Rights.of(reader, row.rights), row.lanes)
    return found and replace(found, view=permissions.View.TRACKER)


async def _refused(
    db: Database, act: str, key: str, row: Any, reader: UUID | None, at: datetime, origin: Origin
) -> errors.NotFound:
    """The NotFound error of an unreadable dossier; records the attempt in the access log."""
    if reader is not None:
        await access_log.record_refusal(db, reader, act, row.reference if row else key, at, origin)
    return errors.NotFound("dossier", key)


def _units(row: Any) -> list[str]:
    """The units related to a dossier, also by their tasks."""
    return [row.receiving_unit, row.handling_unit, row.deciding_unit, *row.working]


_PARTY = """
jsonb_build_object('kind', pa.kind, 'name', pa.name, 'identifier', pa.identifier, 'address', pa.address,
  'phone', pa.phone, 'email', pa.email, 'authorised_name', pa.authorised_name,
  'authorised_identifier', pa.authorised_identifier, 'authorisation_paper', pa.authorisation_paper)
"""
#: $1 reference or code, $2 reader or null, $3 local date, $4 instant.
_DOSSIER = f"""
select d.*, v.name as procedure_name, u.name as unit_name, ru.name as receiving_name, e.version, e.head, e.state, e.updated_at, {_PARTY} as applicant,
  pa.principal_id = $2::uuid as own, {permissions.represented_sql("$2::uuid")} as represented,
  v.manifest -> 'lanes' as lanes,
  (select array_agg(distinct t.unit_code) from user_task t where t.dossier_id = d.id) as working,
  (select array_agg(distinct k.unit_code) from consultation k where k.dossier_id = d.id) as consulted,
  coalesce((select jsonb_agg(jsonb_build_object('code', c.code, 'name', c.name, 'originals', c.originals, 'copies', c.copies,
     'required', c.required, 'received', c.received) order by c.code) from component c where c.dossier_id = d.id), '[]') as components,
  {permissions.rights_sql("$2::uuid", "$3::date", "$4::timestamptz")} as rights
from dossier d join engine_state e on e.dossier_id = d.id join party pa on pa.id = d.applicant_id
join workflow_version v on v.id = d.workflow_version_id join unit u on u.code = d.handling_unit
join unit ru on ru.code = d.receiving_unit
where d.reference = $1 or d.code = $1
"""  # noqa: S608 - fixed text of this module
#: While the term runs, what has passed is the date of the law; the mark of before stays through supplement and restart.
_PUBLIC = """
select id, code, degree, late, case when late then due_legal else late_since end as late_since,
  not clock_running and result_ready_at is null and closed_at is null as still
from (select d.*, coalesce(d.clock_running and d.due_legal < $2, false) as late from dossier d where d.code = $1) found
"""
_FOLDED = """
select d.id, d.workflow_version_id, d.case_id, d.filed_at, d.last_seq, e.head, e.updated_at
from dossier d join engine_state e on e.dossier_id = d.id where d.id = $1
"""
#: Unless an act has said it meanwhile.
_KEEP = "update dossier set degree = $3 where id = $1 and last_seq = $2 and degree is null"
_HISTORY = """
select e.seq, e.at, e.kind, p.name as actor, b.name as on_behalf_of, e.automatic, e.payload, e.hash
from dossier_event e join principal p on p.id = e.actor_id left join principal b on b.id = e.on_behalf_of
where {conditions} order by e.seq limit {limit}
"""


def _one_task() -> str:
    """The statement that reads the task $2, for the reader $1."""
    t, d = table(UserTask).alias("t"), table(Dossier).alias("d")
    e = table(EngineState).alias("e")
    more = (
        *(t.c.closed_at, t.c.outcome, t.c.judged, t.c.answers),
        *(d.c.receiving_unit, d.c.handling_unit, d.c.deciding_unit),
        e.c.version,
    )
    sources = t.join(d, d.c.id == t.c.dossier_id).join(e, e.c.dossier_id == d.c.id)
    columns = worklist.shown(t, d, bindparam("reader"))
    asked = select(*columns, *more).select_from(sources).where(t.c.id == bindparam("task"))
    return compiled(asked)


_TASK = _one_task()
