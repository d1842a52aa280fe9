"""Sweep of the store: uploads that were given up, objects without a file.

Files without an object are told.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows.attachments import resumable
from hoso_workflows.attachments.store import Kept, Store

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
        gone = await _unnamed(db, [each for each in batch if each.at < left])
        await store.delete(gone)
        removed += len(gone)
    return Swept(removed, given_up)


async def _unnamed(db: Database, kept: Sequence[Kept]) -> list[str]:
    names = [each.name for each in kept]
    if not names:
        return []
    named = {row.name for row in await db.rows(_NAMED, [names])}
    return [name for name in names if name not in named]


async def lost(db: Database, store: Store) -> AsyncIterator[Lost]:
    """The files whose bytes are missing from the store."""
    last = UUID(int=0)
    there = {each.name async for batch in store.kept() for each in batch}
    while rows := await db.rows(_STORED, [last, BATCH]):
        for row in rows:
            if row.object not in there or (row.thumbnail and row.thumbnail not in there):
                yield Lost(row.reference, row.id)
        last = rows[-1].id


#: $1 names of objects.
_NAMED = """
select n.name from unnest($1::text[]) n(name) where exists (select from attachment a where a.object = n.name)
  or exists (select from attachment a where a.thumbnail = n.name)
  or exists (select from draft_file f where f.object = n.name)
  or exists (select from draft_file f where f.thumbnail = n.name)
  or n.name in (select unnest(pieces) from upload)
"""
#: $1 the last file, $2 so many.
_STORED = """
select a.id, a.object, a.thumbnail, d.reference from attachment a join dossier d on d.id = a.dossier_id
where a.id > $1 and a.object is not null order by a.id limit $2
"""
