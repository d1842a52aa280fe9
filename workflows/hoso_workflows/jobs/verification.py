"""Verification of every chain, ordered by an auditor at the top of the tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar import messages
from hoso_models import JobKind, JobOutcome
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.jobs import ordering, register, works
from hoso_workflows.jobs.values import Job
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import table

LIST = "list_verifications"


@dataclass(frozen=True, slots=True)
class Differing:
    """A dossier whose stored parts do not follow from its events."""

    reference: str
    code: str | None
    #: The first difference in words.
    why: str


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """A chain of acts of administration that does not verify."""

    authority: str
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The last verification, finished or under way."""

    job: Job
    differing: Sequence[Differing]
    broken: Sequence[BrokenChain]
    #: What differs of the house's own rows, for auditors at the top of the tree.
    house: Sequence[str] = ()


async def order(service: DossierService, *, actor: UUID, at: datetime, key: str) -> Job:
    """Order a verification; it goes on by itself. The same key once more is the same job.

    Raises Forbidden, JobUnderway.
    """
    return await ordering.order_own(service, works.Verify(), actor=actor, at=at, key=key)


async def last(db: Database, reader: UUID, at: datetime) -> Verification | None:
    """The newest verification, for auditors. None where there was none. Raises Forbidden."""
    rights = await permissions.held(db, reader, at)
    if not table.units(LIST, rights):
        raise errors.Forbidden(reader, table.ACTS[LIST].says, permissions.AUDITOR, None)
    row = await db.row(_LAST, [JobKind.VERIFICATION.value])
    if row is None:
        return None
    job = await register.job(db, row.id)
    differing = await db.rows(
        _DIFFERING, [job.id, JobOutcome.LEFT.value, sorted(table.units(LIST, rights)), works.MOST]
    )
    broken = await db.rows(_BROKEN, [job.id, sorted(table.units(LIST, rights))])
    house = await db.rows(_HOUSE, [job.id]) if job.unit in table.units(LIST, rights) else ()
    return Verification(
        job,
        [Differing(each.reference, each.code, _said(each.why)) for each in differing],
        [BrokenChain(each.authority, each.number, _said(each.why)) for each in broken],
        [messages.translated(messages.unpacked(each.why["said"])) for each in house],
    )


def _said(why: Any) -> str:
    return messages.translated(messages.opening(messages.unpacked(why["said"])))


_LAST = "select id from job where kind = $1 order by ordered_at desc, id desc limit 1"
#: $1 job, $2 outcome, $3 units of the reader, $4 at most so many.
_DIFFERING = """
select d.reference, d.code, i.why from job_item i join dossier d on d.id = i.dossier_id
where i.job_id = $1 and i.outcome = $2 and d.handling_unit = any($3::text[])
order by d.id limit $4
"""
_BROKEN = "select authority, number, why from chain_finding where job_id = $1 and authority = any($2::text[]) order by authority"
_HOUSE = "select why from house_finding where job_id = $1 order by place"
