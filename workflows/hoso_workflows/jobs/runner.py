"""Runner of long jobs: portion after portion, whoever's process it is.

A portion begins with a lease on its job, by the clock of the database, which all processes share, and ends with its progress,
written only where the lease still holds. So two processes never keep the progress of one portion twice. A process that dies leaves
a lease that ends by itself; the portion is then done again, and what is done is not found again. Several live jobs take turns.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hoso_calendar import messages
from hoso_calendar.messages import say, sentence
from hoso_models import errors as storage
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.jobs import ended, register, works
from hoso_workflows.jobs.values import Job, Portion

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

#: How long a lease holds without being renewed, and how often it is.
LEASE, RENEWAL = timedelta(seconds=30), 10.0
#: Portions of a job that may fail one after the other, and the wait behind the first; it doubles.
TRIES, WAIT = 6, timedelta(seconds=5)
#: Dossiers with each outcome that are kept of a job.
MOST_ITEMS = 1000
#: The time that a regular sweep gives to jobs.
SWEPT = timedelta(seconds=40)


async def advance(service: DossierService, *, at: datetime) -> UUID | None:
    """Do one portion of the job that has waited longest; None where none waits.

    A refusal ends the job with its words; what fails otherwise is tried again later.
    """
    lease = uuid4()
    taken = await service.db.one_statement(_TAKE, [lease, at, LEASE])
    if not taken:
        return None
    job = await register.job(service.db, taken[0].id)
    try:
        async with _renewed(service.db, job.id, lease):
            done = await works.of(job).portion(service, job, at=at)
    except asyncio.CancelledError:
        await asyncio.shield(service.db.one_statement(_RELEASE, [job.id, lease]))
        raise
    except errors.Conflict as fault:
        await _postponed(service.db, job, lease, fault, at)
    except errors.Refusal as refused:
        await _failed(service.db, job, lease, sentence(refused), at)
    except Exception as fault:  # whatever it is, the job waits, and is given up where it goes on so
        await _postponed(service.db, job, lease, fault, at)
    else:
        await _kept(service.db, job, lease, done, at)
    return job.id


async def run(service: DossierService, *, clock: Clock, lasting: timedelta | None = None) -> int:
    """Do portions while a job waits, and so long at most; return their number."""
    begun, portions = clock(), 0
    while lasting is None or clock() - begun < lasting:
        if await advance(service, at=clock()) is None:
            break
        portions += 1
    return portions


async def serve(service: DossierService, *, clock: Clock, pause: float) -> None:
    """Do portions for ever, looking for work every so many seconds."""
    away = False
    while True:
        try:
            worked = await advance(service, at=clock()) is not None
            away = False
        except Exception as fault:  # without a database there is nothing to do but to come back
            worked = False
            if not away:
                log.warning("jobs wait: %s", type(fault).__name__)
            away = True
        await asyncio.sleep(0 if worked else pause)


@asynccontextmanager
async def _renewed(db: Database, job: UUID, lease: UUID) -> AsyncIterator[None]:
    """Renew a lease while the block runs."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEWAL)
            with suppress(storage.StorageError):
                await db.one_statement(_RENEW, [job, lease, LEASE])

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing


async def _kept(db: Database, job: Job, lease: UUID, done: Portion, at: datetime) -> None:
    """Keep the progress of a portion."""
    # More dossiers than at the beginning: some came meanwhile. Fewer than were looked at: they were done before a process died.
    total = max(job.total, job.done + len(done.moved) + len(done.left) + done.ahead)
    items: list[dict[str, Any]] = [{"reference": each, "outcome": "moved"} for each in done.moved]
    items += [
        {"reference": each, "outcome": "left", "why": {"said": messages.packed(why)}}
        for each, why in done.left
    ]
    progress = [total, total - done.ahead, len(done.left), done.place, not done.ahead]
    await db.one_statement(_KEEP, [job.id, lease, at, *progress, items, MOST_ITEMS])


async def _failed(db: Database, job: Job, lease: UUID, why: str, at: datetime) -> None:
    """Give a job up, with the reason in words."""
    await db.one_statement(_FAIL, [job.id, lease, at, {"said": messages.packed(why)}])


async def _postponed(db: Database, job: Job, lease: UUID, fault: Exception, at: datetime) -> None:
    """Let a job wait after a portion that has failed, or give it up."""
    log.warning("a portion of job %s failed: %s", job.id, type(fault).__name__)
    tried = job.attempts + 1
    if tried >= TRIES:
        why = say("It failed {times} times: {fault}.", times=tried, fault=type(fault).__name__)
        await _failed(db, job, lease, why, at)
    else:
        await db.one_statement(_POSTPONE, [job.id, lease, at, WAIT * 2 ** (tried - 1)])


#: $1 lease, $2 instant, $3 how long it holds.
_TAKE = """
with next as materialized (
  select id from job
  where ended_at is null and coalesce(leased_until, '-infinity') <= clock_timestamp() -- allow: one clock for all processes
  order by updated_at, id limit 1 for update skip locked
)
update job set state = 'running', begun_at = coalesce(begun_at, $2), updated_at = greatest(updated_at, $2), lease = $1,
  leased_until = clock_timestamp() + $3::interval -- allow: as above
from next where job.id = next.id returning job.id
"""
_RENEW = """
update job set leased_until = clock_timestamp() + $3::interval where id = $1 and lease = $2 -- allow: as above
"""
_RELEASE = "update job set lease = null, leased_until = null where id = $1 and lease = $2"
#: Of a job that was stopped meanwhile the figures are kept, and it stays stopped. $3 instant, $4 to $8 progress, $9 dossiers,
#: $10 how many of each outcome are kept.
_KEEP = f"""
with kept as (
  update job set total = $4, done = $5, refused = refused + $6, place = coalesce($7, place), attempts = 0, updated_at = $3,
    lease = null, leased_until = null,
    state = case when ended_at is null and $8 then 'done' else state end,
    ended_at = case when ended_at is null and $8 then $3 else ended_at end
  where id = $1 and lease = $2 returning *
), told as (
  {ended.TOLD.format(job="kept", at="$3")}
), looked as (
  select d.id, x.outcome, x.why, row_number() over (partition by x.outcome order by d.id)
    + (select count(*) from job_item i where i.job_id = $1 and i.outcome = x.outcome) as number
  from jsonb_to_recordset($9::jsonb) x(reference text, outcome text, why jsonb) join dossier d on d.reference = x.reference
)
insert into job_item (job_id, dossier_id, outcome, why)
select kept.id, looked.id, looked.outcome, looked.why from kept, looked where looked.number <= $10
on conflict (job_id, dossier_id) do update set outcome = excluded.outcome, why = excluded.why
"""  # noqa: S608 - fixed text of this module
_FAIL = f"""
with failed as (
update job set attempts = attempts + 1, updated_at = $3, lease = null, leased_until = null,
  failure = case when ended_at is null then $4::jsonb else failure end,
  state = case when ended_at is null then 'failed' else state end, ended_at = coalesce(ended_at, $3)
where id = $1 and lease = $2 returning *
)
{ended.TOLD.format(job="failed", at="$3")}
"""  # noqa: S608 - fixed text of this module
#: Without a lease nobody does its portion, and it has a wait. $4 how long.
_POSTPONE = """
update job set attempts = attempts + 1, updated_at = $3, lease = null,
  leased_until = clock_timestamp() + $4::interval -- allow: as above
where id = $1 and lease = $2
"""
