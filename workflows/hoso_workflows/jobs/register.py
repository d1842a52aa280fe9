"""Jobs for their readers: lists, one, its dossiers; deletion of old ones."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hoso_calendar import messages
from hoso_models import JobOutcome
from hoso_models.storage.database import Database
from hoso_workflows import errors, pagination
from hoso_workflows.jobs import works
from hoso_workflows.jobs.values import Item, Job
from hoso_workflows.organisation.permissions import Rights, table
from hoso_workflows.organisation.permissions.relations import Relation
from hoso_workflows.pagination import Conditions, Keyset, Page

JOBS = Keyset("jobs", ordered_at=pagination.INSTANT, id=pagination.IDENTITY)
ITEMS = Keyset("items", outcome=pagination.TEXT, dossier=pagination.IDENTITY)
#: How long a job that has ended is kept.
KEPT = timedelta(days=365)


async def search(
    db: Database, rights: Rights | None, *, limit: int = 50, after: str | None = None
) -> Page[Job]:
    """One page of a reader's jobs, the newest first.

    Those that they have ordered, and those of units that they administer; without rights all.
    """
    asked = Conditions()
    if rights is not None:
        asked.add(
            "(j.ordered_by = {} or j.unit_code = any({}::text[]))",
            rights.principal,
            sorted(table.units("list_jobs", rights)),
        )
    asked.behind("j.ordered_at, j.id", JOBS.values(after), falling=True)
    return await pagination.page(db, _LIST, asked, JOBS, limit=limit, item=Job.of)


async def find(db: Database, identity: UUID) -> Job | None:
    """A job; None where there is none of this id."""
    row = await db.row(f"{SELECTED} where j.id = $1", [identity])
    return Job.of(row) if row else None


async def job(db: Database, identity: UUID) -> Job:
    """A job. Raises NotFound."""
    found = await find(db, identity)
    if found is None:
        raise errors.NotFound("job", identity)
    return found


async def seen(db: Database, identity: UUID, rights: Rights, act: str = "get_job") -> Job:
    """A job for an act of this reader. Raises NotFound, in the same words for one that they may not see."""
    found = await job(db, identity)
    own = found.ordered_by == rights.principal and Relation.SELF in table.ACTS[act].who
    if not own and found.unit not in table.units(act, rights):
        raise errors.NotFound("job", identity)
    return found


async def items(db: Database, identity: UUID, *, limit: int = 50, after: str | None = None) -> Page[Item]:
    """One page of a job's dossiers, those first that stay as they were."""
    asked = Conditions()
    asked.equal("i.job_id", identity)
    asked.behind("i.outcome, i.dossier_id", ITEMS.values(after))
    return await pagination.page(db, _ITEMS, asked, ITEMS, limit=limit, item=_item)


async def expire(db: Database, *, at: datetime) -> int:
    """Delete the jobs that ended long ago; return their number. What they did stays in the chains of the dossiers."""
    return len(await db.one_statement(_EXPIRE, [at - KEPT]))


def said(found: Job) -> dict[str, Any]:
    """A job as interfaces give it."""
    names = ("id", "kind", "state", "subject", "unit", "ordered_at", "begun_at", "updated_at", "ended_at")
    return {
        **{name: getattr(found, name) for name in names},
        "ordered_by": {"id": found.ordered_by, "name": found.ordered_by_name},
        "cancelled_by": found.cancelled_by and {"id": found.cancelled_by, "name": found.cancelled_by_name},
        **{name: getattr(found, name) for name in ("total", "done", "moved", "percent")},
        "left": found.refused,
        "seconds_left": None if found.left is None else round(found.left.total_seconds()),
        "stoppable": stoppable(found),
        "failure": found.failure and messages.translated(found.failure),
    }


def told(item: Item) -> dict[str, Any]:
    """A dossier of a job as interfaces give it."""
    why = item.why and messages.translated(item.why)
    return {"reference": item.reference, "code": item.code, "outcome": item.outcome, "why": why}


def stoppable(found: Job) -> bool:
    """True where it can be stopped now."""
    return found.live and (found.begun_at is None or works.WORKS[found.kind].stoppable)


def _item(row: Any) -> Item:
    why = messages.opening(messages.unpacked(row.why["said"])) if row.why else None
    return Item(row.dossier, row.reference, row.code, JobOutcome(row.outcome), why)


#: What a `Job` is made of.
SELECTED = """
select j.id, j.kind, j.state, j.subject, j.unit_code as unit, j.asked, j.ordered_by, o.name as ordered_by_name, j.ordered_at,
  j.begun_at, j.ended_at, j.cancelled_by, c.name as cancelled_by_name, j.total, j.done, j.refused, j.place, j.failure,
  j.attempts, j.updated_at
from job j join principal o on o.id = j.ordered_by left join principal c on c.id = j.cancelled_by
"""
_LIST = f"{SELECTED} where {{conditions}} order by j.ordered_at desc, j.id desc limit {{limit}}"
_ITEMS = """
select i.dossier_id as dossier, d.reference, d.code, i.outcome, i.why
from job_item i join dossier d on d.id = i.dossier_id
where {conditions} order by i.outcome, i.dossier_id limit {limit}
"""
#: $1 the instant before which they ended.
_EXPIRE = """
with over as (select id from job where ended_at < $1),
items as (delete from job_item i using over where i.job_id = over.id),
chains as (delete from chain_finding c using over where c.job_id = over.id),
house as (delete from house_finding h using over where h.job_id = over.id)
delete from job j using over where j.id = over.id returning 1
"""
