"""Fire due timers: one indexed query, one `Advance` command per dossier.

The command does nothing where no timer is due, so firing twice, late or parallel to another sweep changes nothing more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hoso_models import DossierStatus as Status
from hoso_models import errors
from hoso_models.storage.database import Database, Rows
from hoso_models.tables import clock_stop
from hoso_workflows.dossiers.service import DossierService

#: Dossiers found at once.
BATCH = 200
#: Where timers are over; steps such as filing the papers may follow the return of a result.
OVER = (Status.REFUSED, Status.CLOSED_UNANSWERED, Status.WITHDRAWN, Status.STOPPED)


@dataclass(frozen=True, slots=True)
class Fired:
    """Result of firing the due timers."""

    #: Dossiers whose run went on.
    advanced: int = 0
    #: Dossiers whose run could not go on now, by id, and why; the next sweep tries them again.
    failed: Mapping[str, str] = field(default_factory=dict)


async def fire(service: DossierService, *, at: datetime) -> Fired:
    """Advance every dossier with a timer due at `at`, the longest due first.

    A dossier that cannot go on does not stop the others. Raises StorageError when the database cannot answer.
    """
    advanced, failed = 0, dict[str, str]()
    place: tuple[datetime, UUID] | None = None
    while due := await _due(service.db, at, place):
        for row in due:
            try:
                await service.advance(row.reference, at=at)
            except errors.StorageError:
                raise
            except Exception as fault:  # whatever is wrong with one run must not hold up those behind it
                failed[str(row.id)] = f"{type(fault).__name__}: {fault}"
            else:
                advanced += 1
        place = due[-1].due_at, due[-1].id
    return Fired(advanced, failed)


async def _due(db: Database, at: datetime, place: tuple[datetime, UUID] | None) -> Rows:
    return await db.rows(_DUE, [at, *(place or (None, None)), BATCH, [str(status) for status in OVER]])


#: $1 instant, $2 and $3 the place of the last one found, $4 how many, $5 statuses. While a dossier stands still, timers wait.
_DUE = f"""
select d.id, d.reference, min(t.due_at) as due_at
from timer t join dossier d on d.id = t.dossier_id
where t.due_at <= $1 and d.status <> all($5::text[]) and not {clock_stop.stands_still("d.id")}
group by d.id
having $2::timestamptz is null or (min(t.due_at), d.id) > ($2, $3::uuid)
order by min(t.due_at), d.id
limit $4
"""  # noqa: S608 - fixed text of this module
