"""Order of a long job, once and by right; its stop."""

from datetime import datetime
from uuid import UUID, uuid4, uuid5

from hoso_models import JobState
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.jobs import ended, register, works
from hoso_workflows.jobs.refusals import JobEnded, JobNotStoppable, JobUnderway
from hoso_workflows.jobs.values import Foreseen, Job, Work
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import table

#: The act by which jobs are ordered.
ORDERING = "start_job"

#: The name space of jobs' ids.
_JOBS = UUID("6a1c9d53-1f0e-4f0a-8c8e-3a3b5f2d7c41")


async def order(
    service: DossierService, work: Work, *, actor: UUID, at: datetime, key: str | None = None
) -> Job:
    """Order a job; it goes on by itself. The same key once more gives the same job.

    Raises Forbidden, what forbids its work, JobUnderway while another one is at work on the same, KeyReused for other work.
    """
    await _permitted(service.db, actor, at)
    return await _known(service, work, actor, key) or await _ordered(
        service, work, await work.foreseen(service, actor=actor, at=at), actor, at, key
    )


async def order_own(service: DossierService, work: Work, *, actor: UUID, at: datetime, key: str) -> Job:
    """Order a job whose work alone says who may. Raises as `order` does."""
    return await _known(service, work, actor, key) or await _ordered(
        service, work, await work.foreseen(service, actor=actor, at=at), actor, at, key
    )


async def order_if_long(
    service: DossierService, work: Work, *, actor: UUID, at: datetime, key: str
) -> Job | None:
    """Order a job for work of more than one portion; None for less. Raises as `order` does."""
    if before := await _known(service, work, actor, key):
        return before
    foreseen = await work.foreseen(service, actor=actor, at=at)
    if foreseen.total <= work.most:
        return None
    await _permitted(service.db, actor, at)
    return await _ordered(service, work, foreseen, actor, at, key)


async def _permitted(db: Database, actor: UUID, at: datetime) -> None:
    """Refuse whoever holds none of the offices that order jobs.

    Each work asks for its own rights too. Raises Forbidden.
    """
    rights, offices = await permissions.held(db, actor, at), permissions.offices(ORDERING)
    if not any(rights.has(office) for office in offices):
        raise errors.Forbidden(actor, table.ACTS[ORDERING].says, offices[0], None)


async def _known(service: DossierService, work: Work, actor: UUID, key: str | None) -> Job | None:
    """The job that was ordered under the key. Raises KeyReused where it is other work."""
    found = await register.find(service.db, _identity(actor, key)) if key else None
    if found and (found.kind, found.asked) != (work.kind, work.to_json()):
        raise errors.KeyReused(key or "")
    return found


async def _ordered(
    service: DossierService, work: Work, foreseen: Foreseen, actor: UUID, at: datetime, key: str | None
) -> Job:
    identity = _identity(actor, key) if key else uuid4()
    entered = [identity, work.kind, work.subject, foreseen.unit, work.to_json(), actor, at, foreseen.total]
    await service.db.one_statement(_ORDER, entered)
    # Under a key another request may have ordered it meanwhile.
    found = await register.find(service.db, identity)
    if found is None:
        raise JobUnderway(work.subject)
    return found


def _identity(actor: UUID, key: str | None) -> UUID:
    return uuid5(_JOBS, f"{actor} {key}")


async def cancel(
    db: Database, identity: UUID, *, actor: UUID, at: datetime, operator: UUID | None = None
) -> Job:
    """Stop a job; what it has done stays done.

    A portion that is underway is done to its end. With an `operator` it is they who stop it. Stopped once more it is
    answered as it is. Raises NotFound also for whoever may not see it, JobEnded, JobNotStoppable.
    """
    if operator is None:
        job = await register.seen(db, identity, await permissions.held(db, actor, at), "cancel_job")
    else:
        job = await register.job(db, identity)
    stoppable = works.WORKS[job.kind].stoppable
    states = [JobState.WAITING, JobState.RUNNING] if stoppable else [JobState.WAITING]
    await db.one_statement(_CANCEL, [identity, at, operator or actor, states])
    now = await register.job(db, identity)
    if now.state is JobState.CANCELLED:
        return now
    raise JobNotStoppable(now.subject) if now.live else JobEnded(now.subject)


_ORDER = """
insert into job (id, kind, state, subject, unit_code, asked, ordered_by, ordered_at, updated_at, total)
values ($1, $2, 'waiting', $3, $4, $5::jsonb, $6, $7, $7, $8)
on conflict do nothing
"""
_CANCEL = f"""
with cancelled as (
update job set state = 'cancelled', ended_at = $2, cancelled_by = $3, updated_at = $2
where id = $1 and ended_at is null and state = any($4::text[]) returning *
)
{ended.TOLD.format(job="cancelled", at="$2")}
"""  # noqa: S608 - fixed text of this module
