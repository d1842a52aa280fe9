"""Rebuild projections and engine state from a dossier's events. On a sound database it changes nothing."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import hoso_bpmn
from hoso_bpmn import errors as engine_errors
from hoso_bpmn.runs.specification import Loaded
from hoso_calendar.messages import say, sentence
from hoso_models.storage.database import Transaction
from hoso_workflows import errors, events
from hoso_workflows.audit import replay, stored_dossier, traces
from hoso_workflows.dossiers import damaged_runs, save_statement, statements
from hoso_workflows.dossiers.resolution import sql
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import Event, Link
from hoso_workflows.lifecycle import corrections, seals
from hoso_workflows.lifecycle.projection import Projection


async def rebuild(service: DossierService, key: str) -> list[str]:
    """Rebuild a dossier from its events under its lock; return the failed parts.

    The engine's state is made again where it is damaged and the events record everything that entered it. Raises
    NotFound, HistoryBroken, Erased, EventMissing; nothing is changed then.
    """
    left = []
    async with service.db.transaction() as tx:
        async for row, links, projection in _locked(service, tx, key):
            traces.require_none(await traces.found(tx, row, links, projection), row.reference)
            left += await _rebuilt(service, tx, row, [link.event for link in links], projection)
    return left


async def traces_of(service: DossierService, key: str) -> list[traces.Trace]:
    """The traces of a dossier, by which a rebuild is refused. Raises what `rebuild` raises of its chain."""
    async with service.db.transaction() as tx:
        return [
            trace
            async for row, links, projection in _locked(service, tx, key)
            for trace in await traces.found(tx, row, links, projection)
        ]


async def take_traces_away(
    service: DossierService, key: str, *, reason: str, actor: UUID, at: datetime
) -> list[traces.Trace]:
    """Take the traces of a dossier away; those that there were. Raises what `rebuild` raises of its chain."""
    async with service.db.transaction() as tx:
        return [
            trace
            async for row, links, projection in _locked(service, tx, key)
            for trace in await traces.take_away(tx, row, links, projection, reason=reason, actor=actor, at=at)
        ]


async def _locked(
    service: DossierService, tx: Transaction, key: str
) -> AsyncIterator[tuple[Any, Sequence[Link], Projection]]:
    """The dossiers of a key under their lock: rows, chains that verify, projections."""
    locked = await tx.rows(_LOCK, [key])
    if not locked:
        raise errors.NotFound("dossier", key)
    for dossier, *_ in locked:
        row = await stored_dossier.row(tx.rows, dossier)
        links = _links(row)
        _verify(row, links)
        if any(link.salt is None for link in links):
            raise errors.Erased(row.reference)
        history = corrections.applied([link.event for link in links])
        yield row, links, await stored_dossier.projected(service, history)


async def _rebuilt(
    service: DossierService, tx: Transaction, row: Any, history: Sequence[Event], projection: Projection
) -> list[str]:
    state = projection.state
    loaded = await stored_dossier.version(service, state.procedure, state.version, state.case)
    await tx.rows(*save_statement.everything(row.id, projection, loaded.specification))
    await tx.rows(statements.MOVE, [row.id, state.version])
    await _restore_filing(tx, row.id, history)
    return await _restore_run(service, tx, row, history, projection, loaded)


def _links(row: Any) -> list[Link]:
    try:
        return [stored_dossier.link(entry) for entry in row.links or ()]
    except ValueError as unreadable:
        raise errors.HistoryBroken(row.reference, say("an event cannot be read")) from unreadable


def _verify(row: Any, links: Sequence[Link]) -> None:
    try:
        events.verify(links, row.id, row.head)
    except events.ChainBroken as broken:
        raise errors.HistoryBroken(row.reference, sentence(broken)) from broken


async def _restore_filing(tx: Transaction, dossier: UUID, history: Sequence[Event]) -> None:
    """Restore the filing's columns, the received components, the newest command's instant.

    With them the terms of searches, and the signatures of letters.
    """
    filed, received = history[0], {code for event in history for code in event.payload.get("components", ())}
    payload = filed.payload
    columns = [filed.at, filed.actor, payload["channel"], payload["portal"], UUID(payload["applicant"])]
    newest = history[-1].at, seals.of(history[-1]).get("number")
    await tx.rows(_FILED, [dossier, *columns, *newest, payload.get("site")])
    await tx.rows(_RECEIVED, [dossier, list(received)])
    await tx.rows(statements.SEARCHED, [dossier])
    await tx.rows(_SIGNED, [dossier])


async def _restore_run(
    service: DossierService,
    tx: Transaction,
    row: Any,
    history: Sequence[Event],
    projection: Projection,
    loaded: Loaded,
) -> list[str]:
    """Rebuild the engine's state where the newest command left another one.

    Returns the reason where that is impossible.
    """
    if look := _matching(row.state, projection, loaded, history[-1]):
        await tx.rows(_STATE, [row.id, row.state, look.finished])
        return []
    state = projection.state
    form = (await tx.rows("select form_data from dossier where id = $1", [row.id]))[0].form_data
    calendars = await service.reference_data.unit_calendars(state.places.values())
    try:
        run = replay.replayed(history, projection, loaded, form, calendars)
    except (replay.NotReplayable, engine_errors.EngineError) as why:
        left = say(
            "The engine's state of {reference} was left as it is: {why}.",
            reference=row.reference,
            why=sentence(why),
        )
        damage = errors.StateDamaged(row.reference, loaded.specification.process, str(why))
        await damaged_runs.add(tx, damage, history[-1].at)
        return [left]
    await tx.rows(_STATE, [row.id, run.dump(), run.finished])
    return []


def _matching(state: bytes, projection: Projection, loaded: Loaded, newest: Event) -> hoso_bpmn.Look | None:
    """The contents of a state that the newest command left.

    Where that is not sealed, of one with the right open tasks.
    """
    try:
        look = hoso_bpmn.look(loaded.specification, state)
    except engine_errors.StaleState:
        return None
    if seal := seals.of(newest):
        return look if look.digest == seal["engine"] else None
    return look if set(look.tasks) == set(map(str, projection.state.tasks)) else None


_LOCK = """
select d.id, e.version from dossier d join engine_state e on e.dossier_id = d.id
where d.reference = $1 or d.code = $1 for update of e
"""
#: $1 dossier, $2 to $6 and $9 what its filing says, $7 the newest act's instant, $8 its number where it is known.
#: $1 dossier. Where the event of a signature was erased, what its letter tells stays.
_SIGNED = f"""
update letter l set signed_at = coalesce((select min(e.at) {sql.SIGNATURES}), case when exists (
  select from dossier_event where dossier_id = $1 and kind = 'letter_signed' and payload is null
) then l.signed_at end)
where l.dossier_id = $1
"""  # noqa: S608 - fixed text of this module
_FILED = """
with d as (
  update dossier set filed_at = $2, filed_by = $3, entry_channel = $4, filed_on_portal = $5, applicant_id = $6,
    entry_site = $9
  where id = $1 returning id
)
update engine_state e set updated_at = $7, version = coalesce($8::int, e.version) from d where e.dossier_id = d.id
"""
_RECEIVED = "update component set received = code = any($2::text[]) where dossier_id = $1"
#: A state that is whole is no incident any more.
_STATE = """
with healed as (delete from damaged_run where dossier_id = $1)
update engine_state set state = $2, finished = $3 where dossier_id = $1
"""
