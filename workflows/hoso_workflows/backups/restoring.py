"""Restoring of a backup into an empty database and an empty store."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hoso_calendar.messages import say
from hoso_models import migrations
from hoso_models.postgres import dumps
from hoso_models.postgres.binaries import Binaries
from hoso_models.storage.database import Database
from hoso_workflows.attachments.refusals import StoreAway
from hoso_workflows.attachments.store import Store
from hoso_workflows.backups import manifest, parts, refusals, taking
from hoso_workflows.backups.manifest import Manifest

#: A disk that is full, or whose share is used up.
_FULL = (errno.ENOSPC, errno.EDQUOT)
#: Tables, sequences and views that are there already.
_THERE = """
select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'S', 'v', 'm')
order by relname limit 1
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An empty place for an installation."""

    #: Its database, connected as the owner.
    owner: Database
    store: Store
    #: Client programs that fit the server, and its major version.
    programs: Binaries
    server: int


def require_known(found: Manifest) -> None:
    """Return when this release knows the revision of a backup. Raises Newer."""
    if found.revision not in migrations.revisions():
        raise migrations.revision_error(found.revision)


async def restore(folder: Path, found: Manifest, place: Place) -> None:
    """Restore the files, then the database: all of it or nothing.

    Its tables are of the revision of the backup then. Raises Newer, OlderServer, NotEmpty, NoRoom, Damaged and ServerFailed. The
    backup was verified before. After an interruption the same backup can be restored into the same place again.
    """
    require_known(found)
    if place.server < found.programs:
        raise refusals.OlderServer(place.server, found.programs)
    await _require_empty(folder, place)
    for name, _ in parts.listed(folder):
        with (folder / parts.place(name)).open("rb") as content, _telling_room(place.store):
            await place.store.put(name, content)
    async with aclosing(parts.chunks(folder / manifest.DATABASE)) as chunks:
        await dumps.restore(place.programs, place.owner.url, chunks)
    held = await place.owner.row(taking.HELD)
    wanted: Mapping[str, int] = {"dossiers": found.held.dossiers, "events": found.held.events}
    for what, number in wanted.items():
        if held[what] != number:
            why = say("it holds {held} of {number} {what}", held=held[what], number=number, what=what)
            raise refusals.Damaged(manifest.DATABASE, why)


@contextmanager
def _telling_room(store: Store) -> Iterator[None]:
    """Raise NoRoom in place of StoreAway where a folder's disk is full."""
    try:
        yield
    except StoreAway as away:
        if store.bucket is None and any(f"(os error {number})" in str(away.__cause__) for number in _FULL):
            raise refusals.NoRoom(store.folder) from away
        raise


async def _require_empty(folder: Path, place: Place) -> None:
    if row := await place.owner.row(_THERE):
        raise refusals.NotEmpty(say("the database has the table {name} already", name=row.name))
    ours = {name for name, _ in parts.listed(folder)}
    async with aclosing(place.store.kept()) as batches:
        async for batch in batches:
            for each in batch:
                if each.name not in ours:
                    raise refusals.NotEmpty(
                        say("the store of files holds {name}, which is none of the backup's", name=each.name)
                    )
