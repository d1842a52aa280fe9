"""Figures of a running installation: queues, lateness, sweeps, connections.

No figure tells of one dossier or one person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hoso_models.storage.database import Database
from hoso_models.tables import dossier
from hoso_workflows import localtime
from hoso_workflows.calendars import coverage
from hoso_workflows.monitoring import overdue, workload
from hoso_workflows.notifications import undelivered
from hoso_workflows.operation import backup_history, sweep_progress


class Queue(StrEnum):
    """Queues whose first entry should not wait for long."""

    #: Filed dossiers that reception has neither accepted nor refused.
    RECEPTION = "reception"
    #: Mails whose hour has come.
    OUTBOX = "outbox"
    #: Messages to receivers of webhooks whose hour has come.
    WEBHOOKS = "webhooks"
    #: Timers that are due.
    TIMERS = "timers"
    #: Long jobs that have not ended.
    JOBS = "jobs"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entries of a queue, and how many seconds its first has waited."""

    number: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of an installation at an instant."""

    #: Accepted and not resolved; those due before the end of the next working day, and past their date.
    open: int
    due_soon: int
    overdue: int
    overdue_steps: int
    overdue_receptions: int
    #: Dossiers with an incident that nobody has answered.
    incidents: int
    queues: Mapping[Queue, Waiting]
    #: Messages that wait for a person, by their way and by what became of them.
    set_aside: Mapping[tuple[str, str], int]
    #: Seconds since each regular sweep last succeeded; None for one that never did.
    sweeps: Mapping[str, float | None]
    #: Seconds since the newest whole backup and since a rehearsal proved one; None where there was none.
    backups: Mapping[str, float | None]
    #: Files that the newest backup lacks.
    backup_lacks: int
    #: Days for which each calendar in use still has data, where it ends within 120.
    calendars: Mapping[str, int]
    #: Connections to this database by their state, those of all processes.
    connections: Mapping[str, int]
    #: Bytes of this database.
    database_bytes: int


async def read(db: Database, calendars: overdue.Calendars, *, at: datetime) -> Figures:
    """The figures at an instant."""
    totals = await workload.totals(db, calendars, at=at)
    row = await db.row(_COUNTED, [at])
    assert row is not None  # noqa: S101 - an aggregate has one row
    tally = await undelivered.tally(db)
    swept = await sweep_progress.last(db)
    known = await backup_history.read(db)
    today = localtime.local_date(at)
    return Figures(
        open=sum(each.open for each in totals),
        due_soon=sum(each.due_soon for each in totals),
        overdue=sum(each.overdue for each in totals),
        overdue_steps=sum(each.overdue_steps for each in totals),
        overdue_receptions=sum(each.overdue_receptions for each in totals),
        incidents=row.incidents,
        queues={queue: Waiting(row[str(queue)], _since(at, row[f"{queue}_since"])) for queue in Queue},
        set_aside={
            (str(way), str(state)): number
            for way, counted in tally.items()
            for state, number in counted.counts.items()
            if state != undelivered.State.WAITING
        },
        sweeps={str(sweep): None if when is None else _since(at, when) for sweep, when in swept.items()},
        backups=known.ages(at),
        backup_lacks=known.newest.lacks if known.newest else 0,
        calendars={
            each.calendar: 0 if each.until is None else max(0, (each.until - today).days)
            for each in await coverage.endings(db, today)
        },
        connections=row.connections,
        database_bytes=row.bytes,
    )


def _since(at: datetime, when: datetime | None) -> float:
    return 0.0 if when is None else max(0.0, (at - when).total_seconds())


#: $1 instant. Dossiers that were filed after it do not wait yet, nor do messages whose hour has not come.
_COUNTED = f"""
select reception, reception_since, outbox, outbox_since, webhooks, webhooks_since, timers, timers_since, jobs, jobs_since, incidents, connections,
  pg_database_size(current_database()) as bytes
from (
  select count(*)::int as reception, min(filed_at) as reception_since from dossier where {dossier.AT_RECEPTION} and filed_at <= $1
) a, (
  select count(*) filter (where receiver_id is null)::int as outbox,
    min(available_at) filter (where receiver_id is null) as outbox_since,
    count(receiver_id)::int as webhooks, min(available_at) filter (where receiver_id is not null) as webhooks_since
  from outbox where sent_at is null and aside is null and available_at <= $1
) b, (
  select count(*)::int as timers, min(due_at) as timers_since from timer where due_at <= $1
) c, (
  select count(*)::int as jobs, min(ordered_at) as jobs_since from job where ended_at is null and ordered_at <= $1
) d, (
  select count(*)::int as incidents from dossier where incidents <> '[]'
) e, (
  select coalesce(jsonb_object_agg(state, number), '{{}}') as connections from (
    select coalesce(state, 'unknown') as state, count(*)::int as number
    from pg_stat_activity where datname = current_database() group by 1
  ) s
) f
"""  # noqa: S608 - fixed text of this module
