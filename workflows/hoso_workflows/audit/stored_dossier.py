"""A stored dossier with the links of its chain and all its projections."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from hoso_bpmn.runs.specification import Loaded
from hoso_workflows import errors
from hoso_workflows.dossiers import erased_payloads, statements
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import Event, Kind, Link
from hoso_workflows.lifecycle import corrections
from hoso_workflows.lifecycle.projection import Projection

#: Dossiers read at a time: of more, the collector looks through what is compared soon and then left.
BATCH = 50


async def rows(service: DossierService, key: str | None) -> AsyncIterator[Any]:
    """One dossier by its reference or code, or all, ordered by id."""
    if key is not None:
        for row in await service.db.rows(f"{_DOSSIERS} where d.reference = $1 or d.code = $1", [key]):
            yield row
        return
    last = UUID(int=0)
    while rows := await service.db.rows(_BATCH, [last]):
        for row in rows:
            yield row
        last = rows[-1].id


async def vanished(service: DossierService) -> list[UUID]:
    """The ids of the dossiers of which only events are left."""
    return [row.dossier_id for row in await service.db.rows(_VANISHED)]


async def row(rows: Any, dossier: UUID) -> Any:
    """The dossier of an id, read in a transaction; `rows` is the transaction's."""
    (found,) = await rows(f"{_DOSSIERS} where d.id = $1", [dossier])
    return found


async def history(service: DossierService, row: Any, links: Sequence[Link]) -> list[Event]:
    """The events of a chain. Erased payloads are replaced by what the dossier's rows still hold."""
    events, gone = corrections.applied([link.event for link in links]), [link.salt is None for link in links]
    if not any(gone):
        return events
    return erased_payloads.filled(
        events, gone, await erased_payloads.remains(service.db, service.reference_data, row.id)
    )


async def projected(service: DossierService, history: Iterable[Event]) -> Projection:
    """The projection of a history. Raises CalendarDamaged, and whatever error an impossible history causes."""
    history = tuple(history)
    await service.reference_data.ensure_calendars(event.payload for event in history)
    return Projection.of(history, service.reference_data.calendars)


async def version(service: DossierService, procedure: str, number: int, case: str) -> Loaded:
    """A case in the version of its procedure that events name. Raises NotFound, ProcedureDamaged."""
    row = await service.db.row(_VERSION, [procedure, number])
    if row is None:
        raise errors.NotFound("version", f"{procedure} {number}")
    return (await service.reference_data.version(row.id)).case(case)


def letter_name(row: Mapping[str, Any]) -> str:
    """The name of a letter of a dossier."""
    return f"{row['form']}/{row['year']}/{row['number']}"


def link(entry: Sequence[Any]) -> Link:
    """The link that an entry of `links` is. Raises ValueError for a kind that there is not."""
    seq, at, kind, actor, absent, automatic, payload, salt, digest, previous, chained, version = entry
    return Link(
        seq,
        Event(
            _KINDS.get(kind) or Kind(kind),
            _instant(at),
            _uuid(actor),
            payload or {},
            _uuid(absent) if absent else None,
            automatic,
        ),
        bytes.fromhex(salt) if salt else None,
        bytes.fromhex(digest),
        bytes.fromhex(previous),
        bytes.fromhex(chained),
        version,
    )


#: Few people act on many dossiers, and the events of an act have one instant.
_uuid = lru_cache(maxsize=4_096)(UUID)
_instant = lru_cache(maxsize=4_096)(datetime.fromisoformat)
#: Kinds by their words: to ask the enumeration takes longer.
_KINDS = {str(each): each for each in Kind}

_VERSION = "select id from workflow_version where procedure_code = $1 and number = $2"
#: In the order of `link`; names would be a third of what is read.
_LINK = """
jsonb_agg(jsonb_build_array(seq, at, kind, actor_id, on_behalf_of, automatic, payload, encode(salt, 'hex'),
  encode(digest, 'hex'), encode(previous, 'hex'), encode(hash, 'hex'), header_version) order by seq)
"""
#: The events of one dossier, in every month: what bounds them in time would have to be believed first.
_LINKS = f"(select {_LINK} from dossier_event ev where ev.dossier_id = d.id)"  # noqa: S608 - fixed text of this module
_DOSSIERS = f"""
select d.id, d.reference, d.workflow_version_id, d.case_id, e.head, e.state, v.procedure, v.number,
  {_LINKS} as links,
  (select to_jsonb(x) from (select {statements.DOSSIER.names}) x) as columns,
  (select jsonb_object_agg(t.id, to_jsonb(t)) from (select {statements.TASK.names} from user_task
     where dossier_id = d.id) t) as tasks,
  (select jsonb_object_agg(a.number, to_jsonb(a)) from (select {statements.APPOINTMENT.names} from appointment
     where dossier_id = d.id) a) as appointments,
  (select jsonb_object_agg(c.number, to_jsonb(c)) from (select {statements.STOP.names} from clock_stop
     where dossier_id = d.id) c) as stops,
  (select jsonb_object_agg(i.id, to_jsonb(i)) from (select id, element, due_at, armed_at, kind from timer
     where dossier_id = d.id) i) as timers,
  (select jsonb_object_agg(l.form || '/' || l.year || '/' || l.number, to_jsonb(l)) from (select
     {statements.LETTER.names} from letter where dossier_id = d.id) l) as letters,
  (select jsonb_object_agg(n.id, to_jsonb(n)) from (select {statements.CONSULTATION.names} from consultation
     where dossier_id = d.id) n) as consultations,
  (select jsonb_object_agg(g.id, to_jsonb(g)) from (select {statements.DISCLOSURE.names} from disclosure
     where dossier_id = d.id) g) as disclosures,
  (select jsonb_object_agg(f.id, to_jsonb(f)) from (select {statements.ATTACHMENT.names} from attachment
     where dossier_id = d.id) f) as attachments
from dossier d left join engine_state e on e.dossier_id = d.id
join (select id, procedure_code as procedure, number from workflow_version) v on v.id = d.workflow_version_id
"""  # noqa: S608 - fixed text of this module
#: The dossiers behind $1, so many. Their events are those of all dossiers between the first and the last of them: one walk
#: through each month's index for the whole batch, and nothing that a dossier says of itself decides which are read.
_BATCH = f"""
with batch as materialized (
  select d.id from dossier d where d.id > $1 order by d.id limit {BATCH}
), told as materialized (
  select ev.dossier_id, {_LINK} as links from dossier_event ev
  where ev.dossier_id > $1 and ev.dossier_id <= (select id from batch order by id desc limit 1)
  group by ev.dossier_id
)
{_DOSSIERS.replace(_LINKS, "told.links")} join batch on batch.id = d.id left join told on told.dossier_id = d.id
order by d.id
"""  # noqa: S608 - fixed text of this module
_VANISHED = """
select distinct e.dossier_id from dossier_event e where not exists (select from dossier d where d.id = e.dossier_id) order by 1
"""
