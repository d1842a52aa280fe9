"""Open dossiers, read in portions, with the effect of a change on each.

Of an accepted dossier whose clock never stood still only acceptance, open steps and earlier revisions are read; of any other all
events that its clock hears.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from hoso_models import AppointmentKind, TaskStatus
from hoso_models.storage.database import Database, Transaction
from hoso_workflows.calendars import dates, plain_counts
from hoso_workflows.calendars.change import Change
from hoso_workflows.calendars.dates import Act, Effect
from hoso_workflows.clock.clock import Clock
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import Event, Kind
from hoso_workflows.procedures.reference_data import ReferenceData

#: Dossiers read at a time.
PORTION = 1_000
#: Dossiers that are counted before other work of the process has its turn.
AT_A_STRETCH = 20
#: Before the first dossier.
BEGINNING = UUID(int=0)


async def portion(
    asked: Database | Transaction,
    service: DossierService,
    units: Sequence[str],
    change: Change,
    *,
    after: UUID = BEGINNING,
    most: int = PORTION,
    only: Sequence[UUID] | None = None,
    since: datetime | None = None,
) -> Sequence[Any]:
    """The next open dossiers that may be counted otherwise, by their ids.

    `only` these where some are named; those that were written `since` an instant by something else than a revision.
    """
    given = [after, list(units), sorted(change.calendars), most]
    if only is not None:
        rows = await asked.rows(_ONLY, [*given, list(only)])
    elif since is not None:
        rows = await asked.rows(_SINCE, [*given, since])
    else:
        rows = await asked.rows(_PORTION, given)
    told = (payload for row in rows for _, _, payload in row.events or () if payload)
    await service.reference_data.ensure_calendars(told)
    return rows


class Portions:
    """Portions in turn, read while the one before is counted and written.

    What was read ahead may be older than the transaction that uses it. A preview may show it; an application compares each
    dossier when it writes.
    """

    def __init__(self, service: DossierService, units: Sequence[str], change: Change) -> None:
        self._given = service, units, change
        self._ahead: tuple[UUID, int, asyncio.Task[Sequence[Any]]] | None = None

    async def next(self, tx: Transaction, *, after: UUID, most: int) -> Sequence[Any]:
        """The portion behind a dossier."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[:2] == (after, most):
            rows = await ahead[2]
        else:
            await _dropped(ahead)
            rows = await portion(tx, *self._given, after=after, most=most)
        if len(rows) == most:
            reading = portion(self._given[0].db, *self._given, after=rows[-1].id, most=most)
            self._ahead = rows[-1].id, most, asyncio.create_task(reading)
        return rows

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ahead, self._ahead = self._ahead, None
        await _dropped(ahead)


async def _dropped(ahead: tuple[UUID, int, asyncio.Task[Sequence[Any]]] | None) -> None:
    if ahead is not None:
        ahead[2].cancel()
        await asyncio.gather(ahead[2], return_exceptions=True)


async def effects(service: DossierService, rows: Sequence[Any], change: Change, act: Act) -> list[Effect]:
    """Effects of the change on these dossiers, without those that it does not concern."""
    found = []
    for place, row in enumerate(rows):
        if not place % AT_A_STRETCH:
            await asyncio.sleep(0)
        found.append(await _effect(service, row, change, act))
    return [each for each in found if each is not None]


async def _effect(service: DossierService, row: Any, change: Change, act: Act) -> Effect | None:
    units = {"receiving": row.receiving_unit, "handling": row.handling_unit, **dict(row.tasks or ())}
    if row.plain and not _odd(row):
        return plain_counts.effect(row, service.reference_data.calendars, change, units, act)
    return dates.folded(row, await _clock(service, row), units, change, act)


def _odd(row: Any) -> bool:
    """True where instants were corrected or payloads erased."""
    return any(kind == Kind.CORRECTED or payload is None for kind, _, payload in row.events)


async def _clock(service: DossierService, row: Any) -> Clock:
    # The dossier's own reading knows how to go on where something was corrected or erased.
    history: Sequence[Event] = (
        await service.repository.history(row)
        if row.plain or _odd(row)
        else [
            Event(Kind(kind), datetime.fromisoformat(at), BEGINNING, said)
            for kind, at, said in _needed(row.events)
        ]
    )
    return Clock(service.reference_data.calendars).after(history)


def _needed(told: Sequence[Any]) -> list[Any]:
    """The events on which present dates depend.

    A counted step that is over matters only where a term began while it was open, or limits are shares of what is left.
    """
    if any("way" in said for _, _, said in told):
        return list(told)
    over, begun = set[int](), dict[str, int]()
    for place, (kind, _, said) in enumerate(told):
        if kind == Kind.TASK_OPENED and said.get("clock") != "excluded":
            begun[said["task"]] = place
        elif kind == Kind.TASK_CLOSED and said["task"] in begun:
            over |= {place, begun.pop(said["task"])}
        elif kind in (Kind.ACCEPTED, Kind.SUPPLEMENT_RECEIVED):
            begun.clear()
    return [each for place, each in enumerate(told) if place not in over]


def keep(reference_data: ReferenceData, change: Change) -> None:
    """Let the clock know the calendars of a change before they are stored."""
    for calendar in (*change.calendars.values(), *(after for _, after in change.units.values())):
        reference_data.keep_calendar(calendar)


#: Kinds of events that the clock hears.
_HEARD = ", ".join(
    f"'{kind}'"
    for kind in (
        *(
            Kind.FILED,
            Kind.ACCEPTED,
            Kind.REFUSED,
            Kind.SUPPLEMENT_ASKED,
            Kind.SUPPLEMENT_RECEIVED,
            Kind.WITHDRAWN,
        ),
        *(Kind.SUSPENDED, Kind.SUSPENSION_ENDED, Kind.OBLIGATION_MET, Kind.EXTENDED, Kind.REAPPOINTED),
        *(
            Kind.CALENDAR_REVISED,
            Kind.TASK_OPENED,
            Kind.TASK_CLOSED,
            Kind.RESULT_READY,
            Kind.STOPPED,
            Kind.CORRECTED,
        ),
    )
)
_OPEN = f"t.dossier_id = d.id and t.status = '{TaskStatus.OPEN}'"
_REST = f"'{AppointmentKind.ACCEPTED}', '{AppointmentKind.CALENDAR_REVISION}'"
#: $1 behind this dossier, $2 units, $3 calendars, $4 how many, $5 what narrows further. `plain` is an accepted dossier with one term that
#: runs since acceptance, at which nothing else was open, and of which no limit is a share; `engine` is the digest in the seal of its newest act.
_READ = f"""
with page as materialized (
  select d.id, d.reference, d.code, d.receiving_unit, d.handling_unit, d.filed_at, d.accepted_at, d.last_seq, d.cycle, d.due_first,
    d.workflow_version_id, d.case_id, e.version, e.head, e.updated_at, a.*,
    (select jsonb_agg(jsonb_build_array(t.id, t.unit_code)) from user_task t where {_OPEN}) as tasks,
    (select array_agg(t.opened_at) from user_task t where {_OPEN}) as opened,
    d.accepted_at is not null and d.result_ready_at is null and d.closed_at is null and a.rest = 0 and a.appointments > 0
      and not exists (select from clock_stop s where s.dossier_id = d.id)
      and not exists (select from user_task t where t.dossier_id = d.id and t.opened_at <= d.accepted_at
        and t.milestone is distinct from 'accept' and (t.closed_at is null or t.closed_at >= d.accepted_at)
        and not t.opened_at = d.accepted_at)
      and not exists (select from dossier_event ev where ev.dossier_id = d.id and ev.at = d.accepted_at
        and ev.kind = '{Kind.ACCEPTED}' and ev.payload ? 'way') as plain
  from dossier d join engine_state e on e.dossier_id = d.id
  cross join lateral (
    select count(*)::int as appointments, count(*) filter (where a.kind not in ({_REST}))::int as rest,
      bool_or(a.calendar = any($3::text[])) as counted
    from appointment a where a.dossier_id = d.id
  ) a
  where {{which}}
    and (d.closed_at is null and d.result_ready_at is null or exists (select from user_task t where {_OPEN}))
    and (d.handling_unit = any($2::text[]) or d.receiving_unit = any($2::text[])
      or exists (select from user_task t where {_OPEN} and t.unit_code = any($2::text[])) or a.counted)
  order by d.id limit $4
)
select d.*, sealed.engine, told.events
from page d
left join lateral (
  select ev.payload -> 'act' ->> 'engine' as engine from dossier_event ev
  where ev.dossier_id = d.id and ev.seq = d.last_seq and ev.at = d.updated_at
) sealed on true
cross join lateral (
  select jsonb_agg(jsonb_build_array(ev.kind, ev.at, case
      when d.plain and ev.kind = '{Kind.ACCEPTED}' then jsonb_build_object(
        'term', ev.payload -> 'term', 'policy', ev.payload -> 'policy', 'calendar', ev.payload -> 'calendar')
      when d.plain and ev.kind = '{Kind.TASK_OPENED}' then jsonb_build_object(
        'task', ev.payload -> 'task', 'limit', ev.payload -> 'limit', 'plan', ev.payload -> 'plan',
        'calendar', ev.payload -> 'calendar')
      else ev.payload end) order by ev.seq) as events
  from dossier_event ev
  where ev.dossier_id = d.id and ev.at between d.filed_at and d.updated_at and (
    not d.plain and ev.kind in ({_HEARD})
    or ev.kind in ('{Kind.ACCEPTED}', '{Kind.CALENDAR_REVISED}', '{Kind.CORRECTED}')
    or ev.kind = '{Kind.TASK_OPENED}' and ev.at = any(d.opened) and exists (
      select from user_task t where {_OPEN} and t.id = (ev.payload ->> 'task')::uuid)
    or ev.payload is null)
) told
order by d.id
"""  # noqa: S608 - names of our own
_PORTION = _READ.format(which="d.id > $1")
_ONLY = _READ.format(which="d.id > $1 and d.id = any($5::uuid[])")
_SINCE = _READ.format(
    which="d.id > $1 and e.updated_at >= $5::timestamptz and not exists (select from dossier_event ev"
    " where ev.dossier_id = d.id and ev.seq = d.last_seq and ev.at = e.updated_at"
    f" and ev.kind = '{Kind.CALENDAR_REVISED}')"
)
