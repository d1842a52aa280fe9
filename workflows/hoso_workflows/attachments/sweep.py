"""Sweep of the store: uploads that were given up, objects without a file.

Files without an object are told.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows.attachments import naming, resumable
from hoso_workflows.attachments.store import Store

#: So long an object may wait for its row.
GRACE = timedelta(hours=1)
#: Files that are compared at a time.
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Swept:
    """Outcome of a sweep."""

    #: Objects that no file named.
    objects: int = 0
    #: Uploads that were cut off and never went on.
    uploads: int = 0


@dataclass(frozen=True, slots=True)
class Lost:
    """A file whose bytes the store does not hold."""

    dossier: str
    attachment: UUID


async def sweep(db: Database, store: Store, *, at: datetime, now: datetime | None = None) -> Swept:
    """Delete expired uploads, and what has lain for an hour and is no file's.

    Of a file that is being added the object comes before the row: none goes that is young by `now` either, the time of the clock.
    An erasure takes the names of a dossier's objects out of its rows; a key that is merely missing does not. What a draft had goes
    with its row. Safe twice, late and at once.
    """
    removed, given_up, left = 0, await resumable.expire(db, at=at), min(at, now or at) - GRACE
    async for batch in store.kept():
        old = [each.name for each in batch if each.at < left]
        named = await naming.named(db.rows, old)
        gone = [name for name in old if name not in named]
        await store.delete(gone)
        removed += len(gone)
    return Swept(removed, given_up)


async def lost(db: Database, store: Store) -> AsyncIterator[Lost]:
    """The files whose bytes are missing from the store."""
    last = UUID(int=0)
    there = {each.name async for batch in store.kept() for each in batch}
    while rows := await db.rows(_STORED, [last, BATCH]):
        for row in rows:
            if row.object not in there or (row.thumbnail and row.thumbnail not in there):
                yield Lost(row.reference, row.id)
        last = rows[-1].id


#: $1 the last file, $2 so many.
_STORED = """
select a.id, a.object, a.thumbnail, d.reference from attachment a join dossier d on d.id = a.dossier_id
where a.id > $1 and a.object is not null order by a.id limit $2
"""
