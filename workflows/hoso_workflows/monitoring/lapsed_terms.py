"""Terms that have lapsed: supplements that did not come, opinions that were not given.

One indexed query finds them, one command each closes or notes it. Running twice, late or parallel to another sweep changes
nothing more: the command is refused where it has nothing to do.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models import errors as storage
from hoso_models.storage.database import Database
from hoso_models.tables import consultation, dossier
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import principals

#: Found at once.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Result of a sweep."""

    #: Dossiers that were closed because no supplement came.
    closed_unanswered: int = 0
    #: Consultations whose term passed in silence.
    silent: int = 0
    #: What could not be done now, by the dossier's id, and why; the next sweep tries again.
    failed: Mapping[str, str] = field(default_factory=dict)


async def sweep(service: DossierService, *, at: datetime) -> Lapsed:
    """Close unanswered dossiers and note silent consultations. Raises StorageError when the database cannot answer."""
    failed: dict[str, str] = {}
    closed = silent = 0
    async for row in _found(service.db, _UNANSWERED, at):
        closed += await _does(service, row, commands.CloseUnanswered(), at, failed)
    async for row in _found(service.db, _UNDATED, at):
        closed += await _does(service, row, commands.CloseUnanswered(), at, failed)
    async for row in _found(service.db, _SILENT, at):
        silent += await _does(service, row, commands.PassConsultation(UUID(str(row.id))), at, failed)
    return Lapsed(closed, silent, failed)


async def _does(
    service: DossierService, row: Any, command: commands.Command, at: datetime, failed: dict[str, str]
) -> int:
    """Carry the command out: 1 if it was, else 0.

    Somebody may have been faster; what is wrong with one dossier does not hold up others.
    """
    try:
        await service.perform(row.reference, command, actor=principals.SYSTEM, at=at)
    except storage.StorageError:
        raise
    except errors.Refusal as refused:
        if refused.slug not in _OVERTAKEN:
            failed[str(row.dossier)] = refused.slug
        return 0
    except Exception as fault:  # whatever is wrong with one dossier must not hold up those behind it
        failed[str(row.dossier)] = type(fault).__name__
        return 0
    return 1


#: Somebody has acted meanwhile, or the dates moved.
_OVERTAKEN = ("wrong-status", "answer-awaited", "consultation-over", "consultation-runs")


async def _found(db: Database, sql: str, at: datetime) -> AsyncIterator[Any]:
    """Rows of lapsed terms, the longest first, each once."""
    place: tuple[datetime, UUID] | tuple[None, None] = (None, None)
    while rows := await db.rows(sql, [at, *place, BATCH]):
        for row in rows:
            yield row
        place = rows[-1].due, rows[-1].id


#: $1 instant, $2 and $3 the place of the last one found, $4 how many.
_UNANSWERED = """
select id, id as dossier, reference, answer_due as due from dossier
where answer_due is not null and answer_due < $1 and ($2::timestamptz is null or (answer_due, id) > ($2, $3::uuid))
order by answer_due, id limit $4
"""
#: Requests that tell no date, as those of earlier releases. Their term is counted when they are to be closed, so none is tried before three
#: weeks have gone by, within which the law's 15 working days cannot end.
_UNDATED = f"""
select * from (
  select d.id, d.id as dossier, d.reference, (
    select max(e.at) + interval '21 days' from dossier_event e
    where e.dossier_id = d.id and e.kind in ('supplement_asked', 'supplement_returned')
  ) as due
  from dossier d where {dossier.UNDATED}
) u
where due < $1 and ($2::timestamptz is null or (due, id) > ($2, $3::uuid))
order by due, id limit $4
"""  # noqa: S608 - fixed text of this module
_SILENT = f"""
select c.id, d.id as dossier, d.reference, c.due_at as due from consultation c join dossier d on d.id = c.dossier_id
where c.{consultation.OPEN} and c.outcome is null and c.due_at < $1
  and ($2::timestamptz is null or (c.due_at, c.id) > ($2, $3::uuid))
order by c.due_at, c.id limit $4
"""  # noqa: S608 - fixed text of this module
