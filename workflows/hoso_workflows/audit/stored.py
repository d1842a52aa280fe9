"""Proof that what is stored is what happened: every chain verified, every projection compared with its events.

The engine's state is opaque; it is compared by its open tasks and incidents. `rebuild` writes all projections of a dossier from its
events; on a sound database it changes nothing.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hoso_bpmn.specification import Specification
from hoso_models import errors as storage
from hoso_workflows import events, refusals, statements, writing
from hoso_workflows.events import Event, Kind, Link
from hoso_workflows.office import Office
from hoso_workflows.projections import Projection

#: Dossiers read at a time.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """What is stored and what the events say, where the two differ."""

    reference: str
    #: Which projection, and which of its rows or columns.
    what: str
    stored: Any
    said: Any

    def __str__(self) -> str:
        return f"{self.reference}: {self.what} is stored as {self.stored!r}, its events say {self.said!r}"


async def differences(office: Office, key: str | None = None) -> AsyncIterator[Difference]:
    """Every difference, of one dossier by its reference or code, or of all.

    A history that cannot be read any more is a difference; of one with erased payloads, the chain alone is proved.
    """
    async for row in _rows(office, key):
        for difference in await _compared(office, row):
            yield difference


async def rebuild(office: Office, key: str) -> None:
    """Write all projections of a dossier from its events, while nobody else writes it. Raises NotFound, Erased."""
    async with office.db.transaction() as tx:
        locked = await tx.rows(_LOCK, [key])
        if not locked:
            raise refusals.NotFound("dossier", key)
        for dossier, *_ in locked:
            (row,) = await tx.rows(f"{_DOSSIERS} where d.id = $1", [dossier])
            links = [_link(entry) for entry in row.links or ()]
            if _erased(links):
                raise refusals.Erased(row.reference)
            projection = await _projected(office, links)
            for statement, known in zip(statements.STRAY, _known(projection), strict=True):
                await tx.rows(statement, [dossier, known])
            drawn = await _drawn(office, projection)
            written = writing.projected(projection, projection.clock.dates(), drawn)
            await tx.rows(statements.REBUILD, [dossier, *written])
            await tx.rows(statements.MOVE, [dossier, projection.state.version])


async def _drawn(office: Office, projection: Projection) -> Specification:
    """The version on which the dossier runs, as its events say."""
    state = projection.state
    row = await office.db.row(_VERSION, [state.procedure, state.version])
    if row is None:
        raise refusals.NotFound("version", f"{state.procedure} {state.version}")
    return (await office.cabinet.version(row.id)).case(state.case).specification


def _known(projection: Projection) -> tuple[Any, ...]:
    """The rows that the events speak of, as `statements.STRAY` asks for them."""
    letters = [f"{row['form']}/{row['year']}/{row['number']}" for row in projection.letters]
    return list(projection.tasks), len(projection.clock.promises), list(projection.timers), letters


async def _rows(office: Office, key: str | None) -> AsyncIterator[Any]:
    if key is not None:
        for row in await office.db.rows(f"{_DOSSIERS} where d.reference = $1 or d.code = $1", [key]):
            yield row
        return
    last = UUID(int=0)
    while rows := await office.db.rows(f"{_DOSSIERS} where d.id > $1 order by d.id limit {BATCH}", [last]):
        for row in rows:
            yield row
        last = rows[-1].id


async def _compared(office: Office, row: Any) -> list[Difference]:
    links = [_link(entry) for entry in row.links or ()]
    found = list(_broken(row, links))
    if _erased(links):
        # What the law had erased cannot be told again; that nothing else was altered, the chain still says.
        return found
    try:
        projection = await _projected(office, links)
        loaded = (await office.cabinet.version(row.workflow_version_id)).case(row.case_id)
        said = _said(projection, loaded.specification)
    except storage.StorageError:
        raise
    except Exception as error:  # a spoilt history is a finding, and hides nothing of other dossiers
        return [*found, Difference(row.reference, "events", repr(error), "readable")]
    if row.columns["degree"] is None:
        said["dossier"]["degree"] = None  # nobody has asked yet
    stored = {"dossier": row.columns, "tasks": row.tasks, "appointments": row.appointments}
    stored |= {"timers": row.timers, "letters": row.letters}
    for what, value in said.items():
        found += _differing(row.reference, what, _plain(stored[what] or {}), _plain(value))
    if row.number != projection.state.version:
        return [*found, Difference(row.reference, "version", row.number, projection.state.version)]
    return [*found, *await _engine(office, row, projection)]


def _erased(links: Iterable[Link]) -> bool:
    return any(link.salt is None for link in links)


def _broken(row: Any, links: Iterable[Link]) -> Iterable[Difference]:
    try:
        events.verify(links, row.id, row.head)
    except events.ChainBroken as broken:
        yield Difference(row.reference, "chain", str(broken), "whole")


async def _projected(office: Office, links: Iterable[Link]) -> Projection:
    """Raises whatever a history that never happened leads to."""
    history = [link.event for link in links]
    await office.cabinet.met(event.payload for event in history)
    return Projection.of(history, office.cabinet.calendars)


def _said(projection: Projection, specification: Specification) -> dict[str, Any]:
    dates = projection.clock.dates()
    return {
        "dossier": projection.dossier(dates, specification),
        "tasks": {str(task): projection.task(task, dates) for task in projection.tasks},
        "appointments": {str(row["number"]): row for row in projection.appointments(dates)},
        "timers": dict(projection.timers),
        "letters": {f"{row['form']}/{row['year']}/{row['number']}": row for row in projection.letters},
    }


def _differing(
    reference: str, what: str, stored: Mapping[str, Any], said: Mapping[str, Any]
) -> Iterable[Difference]:
    for name in sorted(stored.keys() | said.keys()):
        if stored.get(name) != said.get(name):
            yield Difference(reference, f"{what} {name}", stored.get(name), said.get(name))


def _plain(value: Any) -> Any:
    """Values that are equal when they mean the same: instants as instants, ids and words as text, columns by name."""
    if isinstance(value, dict):
        return {str(name): _instant(name, _plain(each)) for name, each in value.items()}
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return str(value) if isinstance(value, UUID) else value


def _instant(name: Any, value: Any) -> Any:
    instant = isinstance(value, str) and str(name).endswith(_INSTANTS)
    return datetime.fromisoformat(value).astimezone(UTC) if instant else value


#: How the names of columns end that hold an instant.
_INSTANTS = ("_at", "_due", "due_first", "due_legal", "due_promised", "due_own", "due_plan", "late_since")


async def _engine(office: Office, row: Any, projection: Projection) -> list[Difference]:
    """Where the engine has other tasks and incidents open than the events tell."""
    run, state = await office.resumed(projection.state, row)
    pairs = {
        "tasks": ([task.id for task in run.tasks], [str(task) for task in state.tasks]),
        "incidents": ([str(incident.id) for incident in run.incidents], list(state.incidents)),
    }
    return [
        Difference(row.reference, f"engine's open {what}", sorted(stored), sorted(said))
        for what, (stored, said) in pairs.items()
        if sorted(stored) != sorted(said)
    ]


def _link(entry: Mapping[str, Any]) -> Link:
    return Link(
        entry["seq"],
        Event(
            Kind(entry["kind"]),
            datetime.fromisoformat(entry["at"]),
            UUID(entry["actor"]),
            entry["payload"] or {},
            UUID(entry["on_behalf_of"]) if entry["on_behalf_of"] else None,
            entry["automatic"],
        ),
        bytes.fromhex(entry["salt"]) if entry["salt"] else None,
        bytes.fromhex(entry["digest"]),
        bytes.fromhex(entry["previous"]),
        bytes.fromhex(entry["hash"]),
        entry["version"],
    )


_VERSION = "select id from workflow_version where procedure_code = $1 and number = $2"
_LOCK = """
select d.id, e.version from dossier d join engine_state e on e.dossier_id = d.id
where d.reference = $1 or d.code = $1 for update of e
"""
_DOSSIERS = f"""
select d.id, d.reference, d.workflow_version_id, d.case_id, e.head, e.state,
  (select number from workflow_version where id = d.workflow_version_id) as number,
  (select jsonb_agg(jsonb_build_object('seq', seq, 'at', at, 'kind', kind, 'actor', actor_id,
     'on_behalf_of', on_behalf_of, 'automatic', automatic, 'payload', payload, 'salt', encode(salt, 'hex'),
     'digest', encode(digest, 'hex'), 'previous', encode(previous, 'hex'), 'hash', encode(hash, 'hex'), 'version', header_version) order by seq)
   from dossier_event ev where ev.dossier_id = d.id) as links,
  (select to_jsonb(x) from (select {statements.DOSSIER_NAMES}) x) as columns,
  (select jsonb_object_agg(t.id, to_jsonb(t)) from (select {statements.TASK_NAMES} from user_task
     where dossier_id = d.id) t) as tasks,
  (select jsonb_object_agg(a.number, to_jsonb(a)) from (select {statements.APPOINTMENT_NAMES} from appointment
     where dossier_id = d.id) a) as appointments,
  (select jsonb_object_agg(i.id, to_jsonb(i)) from (select id, element, due_at, armed_at, kind from timer
     where dossier_id = d.id) i) as timers,
  (select jsonb_object_agg(l.form || '/' || l.year || '/' || l.number, to_jsonb(l)) from (select
     {statements.LETTER_NAMES} from letter where dossier_id = d.id) l) as letters
from dossier d join engine_state e on e.dossier_id = d.id
"""  # noqa: S608 - fixed text of this module
