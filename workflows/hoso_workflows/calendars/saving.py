"""One statement that saves many dossiers, each compared and set by itself."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

import hoso_bpmn
from hoso_models import Appointment, DossierEvent, Outbox
from hoso_models.storage.compiled import columns
from hoso_models.storage.database import Transaction
from hoso_workflows import events
from hoso_workflows.calendars.dates import Effect
from hoso_workflows.events import Event, Link
from hoso_workflows.lifecycle import seals
from hoso_workflows.notifications import rules

Row = dict[str, Any]


async def save(tx: Transaction, made: Sequence[Effect]) -> set[UUID]:
    """Write these effects and return the dossiers that were written. The others have changed since they were read."""
    if not made:
        return set()
    states = await _states(tx, [each for each in made if each.row.engine is None])
    linked = [(each, _links(each, states)) for each in made]
    parameters = [
        [_dossier(each, links) for each, links in linked],
        [row for each in made for row in _tasks(each)],
        [row for each in made for row in _appointments(each)],
        [_event(each, link) for each, links in linked for link in links],
        [
            *(_notice(each, links) for each, links in linked if tells(each)),
            *[notice async for notice in _floors(tx, linked)],
        ],
    ]
    return {row.dossier_id for row in await tx.rows(_SAVE, [_json(rows) for rows in parameters])}


def tells(effect: Effect) -> bool:
    """True where the applicant was promised another date."""
    return "due_promised" in effect.moves and effect.after.due_promised is not None


async def _states(tx: Transaction, unsealed: Sequence[Effect]) -> dict[UUID, str]:
    """Digests of the engine's states, for dossiers whose newest act has no seal."""
    sql = "select dossier_id, state from engine_state where dossier_id = any($1::uuid[])"
    rows = await tx.rows(sql, [[each.row.id for each in unsealed]]) if unsealed else ()
    return {row.dossier_id: hoso_bpmn.digest(row.state) for row in rows}


def _links(effect: Effect, states: dict[UUID, str]) -> tuple[Link, ...]:
    row = effect.row
    *before, last = effect.events
    seal = {"number": row.version + 1, "engine": row.engine or states[row.id]}
    payload = {**last.payload, seals.ACT: seal}
    sealed = Event(last.kind, last.at, last.actor, payload, last.on_behalf_of, last.automatic)
    return events.chain((*before, sealed), row.id, row.head, row.last_seq)


def _dossier(effect: Effect, links: Sequence[Link]) -> Row:
    row, due = effect.row, effect.after
    return {
        "id": row.id,
        "version": row.version,
        "read": row.head.hex(),
        "head": links[-1].hash.hex(),
        "at": links[-1].event.at,
        "reception_due": due.reception_due,
        "due_legal": due.due_legal,
        "due_promised": due.due_promised,
        "provisional": due.provisional,
        "last_seq": links[-1].seq,
    }


def _tasks(effect: Effect) -> Iterator[Row]:
    for task, (own, plan) in effect.after.steps.items():
        yield {
            "id": task,
            "due_own": own,
            "due_plan": plan,
            "reception_due": effect.after.reception_due,
            "due_promised": effect.after.due_promised,
            "due_legal": effect.after.due_legal,
        }


def _appointments(effect: Effect) -> Iterator[Row]:
    for made in effect.appointments:
        named = {name: getattr(made, name) for name in type(made).__slots__}
        yield {"dossier_id": effect.row.id, **named, "made_by": effect.events[-1].actor}


def _event(effect: Effect, link: Link) -> Row:
    event = link.event
    return {
        "dossier_id": effect.row.id,
        "seq": link.seq,
        "at": event.at,
        "kind": event.kind,
        "actor_id": event.actor,
        "on_behalf_of": event.on_behalf_of,
        "automatic": event.automatic,
        "salt": link.salt.hex() if link.salt else None,
        "payload": dict(event.payload),
        "digest": link.digest.hex(),
        "previous": link.previous.hex(),
        "hash": link.hash.hex(),
        "header_version": link.version,
    }


def _notice(effect: Effect, links: Sequence[Link]) -> Row:
    row, last = effect.row, links[-1]
    notice = rules.calendar_revised(row.reference, row.code, last.seq)
    return {"dossier_id": row.id, "at": last.event.at, **notice}


async def _floors(tx: Transaction, linked: Sequence[tuple[Effect, tuple[Link, ...]]]) -> AsyncIterator[Row]:
    """The messages to heads about steps whose limits no longer fit into the term."""
    tasks = [task for each, _ in linked for task in each.floors]
    sql = "select id, name, unit_code from user_task where id = any($1::uuid[])"
    steps = {row.id: row for row in await tx.rows(sql, [tasks])} if tasks else {}
    for each, links in linked:
        row, last = each.row, links[-1]
        about = {"reference": row.reference, "code": row.code, "seq": last.seq}
        for task in sorted(each.floors):
            notice = rules.floor(about, task, steps[task].unit_code, steps[task].name)
            yield {"dossier_id": row.id, "at": last.event.at, **notice}


def _json(rows: Sequence[Row]) -> bytes:
    return orjson.dumps(rows, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


_EVENT = columns(DossierEvent)
_APPOINTMENT = columns(Appointment)
_MESSAGE = columns(Outbox, "dedup_key", "topic", "recipient_id", "payload")
#: $1 dossiers with what was read of them, $2 open tasks, $3 appointments, $4 events, $5 messages. Whatever is written depends on
#: the comparison of the dossier's version and head. A revision moves dates and starts or stops no clock.
_SAVE = f"""
with g as materialized (
  select x.id, x.version, decode(x.read, 'hex') as read, decode(x.head, 'hex') as head, x.at, x.reception_due, x.due_legal,
    x.due_promised, x.provisional, x.last_seq
  from jsonb_to_recordset($1::jsonb) as x(id uuid, version int, read text, head text, at timestamptz, reception_due timestamptz,
    due_legal timestamptz, due_promised timestamptz, provisional boolean, last_seq int)
), w as (
  update engine_state e set version = e.version + 1, head = g.head, updated_at = g.at
  from g where e.dossier_id = g.id and e.version = g.version and e.head = g.read
  returning e.dossier_id
), d as (
  update dossier set reception_due = g.reception_due, due_legal = g.due_legal, due_promised = g.due_promised,
    provisional = g.provisional, last_seq = g.last_seq
  from g join w on w.dossier_id = g.id where dossier.id = g.id
), t as (
  update user_task set due_own = x.due_own, due_plan = x.due_plan, reception_due = x.reception_due,
    due_dossier = case when user_task.due_dossier is not null then x.due_promised end,
    dossier_late_from = case when user_task.dossier_late_from is not null then x.due_legal end
  from w, jsonb_to_recordset($2::jsonb) as x(id uuid, due_own timestamptz, due_plan timestamptz, reception_due timestamptz,
    due_promised timestamptz, due_legal timestamptz)
  where user_task.id = x.id and user_task.dossier_id = w.dossier_id
), ap as (
  insert into appointment ({_APPOINTMENT.names})
  select {_APPOINTMENT.names} from jsonb_to_recordset($3::jsonb) as x({_APPOINTMENT.typed}) where dossier_id in (select dossier_id from w)
), ev as (
  insert into dossier_event ({_EVENT.names})
  select {_EVENT.decoded} from jsonb_to_recordset($4::jsonb) as x({_EVENT.encoded}) where dossier_id in (select dossier_id from w)
), ob as (
  insert into outbox (dossier_id, created_at, available_at, {_MESSAGE.names})
  select dossier_id, at, at, {_MESSAGE.names}
  from jsonb_to_recordset($5::jsonb) as x(dossier_id uuid, at timestamptz, {_MESSAGE.typed})
  where dossier_id in (select dossier_id from w)
)
select dossier_id from w
"""  # noqa: S608 - names of our own
