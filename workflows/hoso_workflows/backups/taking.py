"""Taking of a backup, under a temporary name until it is whole."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from hoso_models import migrations
from hoso_models.postgres import dumps
from hoso_models.postgres.binaries import Binaries
from hoso_models.storage import database
from hoso_models.storage.database import Database, Transaction
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.attachments import naming
from hoso_workflows.attachments.store import Missing, Store
from hoso_workflows.backups import manifest, parts, refusals, unfinished
from hoso_workflows.backups.manifest import Held, Manifest, Part

#: Hours after which a backup is given up, so that the next one begins.
HOURS = 6.0
#: One snapshot for the dump and for what is counted beside it.
_ISOLATED = "set transaction isolation level repeatable read"
_EXPORTED = "select pg_export_snapshot() as name"
#: What is counted in a backup and after its restore.
HELD = """
select (select count(*) from dossier)::bigint as dossiers, (select count(*) from dossier_event)::bigint as events
"""


@dataclass(frozen=True, slots=True)
class Source:
    """An installation that a backup is taken of."""

    #: Its database, connected as the owner.
    owner: Database
    store: Store
    #: Client programs that fit the server, and its major version.
    programs: Binaries
    server: int
    release: str
    #: Configuration by its place in the backup, as `home/hoso.toml`.
    configuration: Mapping[str, Path]
    #: Secrets that are left out: what → where it lies.
    left_out: Mapping[str, str]
    master_key: bytes | None


@dataclass(slots=True)
class _Files:
    """Sealed files: those that were copied, with their size, and those that were not."""

    copied: dict[str, int]
    damaged: set[str]
    #: Names that the snapshot has and that were neither copied nor damaged before it.
    awaited: set[str]


async def take(
    source: Source,
    target: Path,
    *,
    id: UUID,  # noqa: A002 - the backup's own
    clock: Callable[[], datetime],
    hours: float = HOURS,
) -> Manifest:
    """Take a backup into a new folder within some hours; give its manifest.

    Raises Refused, ServerFailed and StoreAway; nothing stands in the place of the target then. Objects of the store are
    copied before the dump, since one that is erased meanwhile is none of the dump's, and once more after it for those that
    came meanwhile. A backup that lacks some that the dump names says so, and is kept: it is the best there is.
    """
    try:
        async with asyncio.timeout(hours * 3_600):
            return await _take(source, target, id, clock)
    except TimeoutError:
        raise refusals.TooLong(hours) from None


async def _take(source: Source, target: Path, backup_id: UUID, clock: Callable[[], datetime]) -> Manifest:
    with _named(target), unfinished.folder(target, _names(source)) as folder:
        files = _Files({}, set(), set())
        await _copy(source.store, folder, files)
        taken = clock()
        held, revision, dumped = await _dump(source, folder, files)
        await _copy(source.store, folder, files)
        missing = await _missing(source.owner, files)
        found = await _configuration(source, folder)
        if missing:
            listed = "".join(f"{name}\n" for name in missing).encode("ascii")
            found[manifest.MISSING] = await parts.write(folder / manifest.MISSING, parts.at_once(listed))
        listing = "".join(f"{name} {size}\n" for name, size in sorted(files.copied.items()))
        found[manifest.LISTING] = await parts.write(
            folder / manifest.LISTING, parts.at_once(listing.encode("ascii"))
        )
        whole = Manifest(
            id=backup_id,
            taken_at=taken,
            ended_at=clock(),
            release=source.release,
            revision=revision,
            server=source.server,
            programs=source.programs.version,
            held=Held(**held, files=len(files.copied), bytes=sum(files.copied.values())),
            parts={manifest.DATABASE: dumped, **found},
            master_key=manifest.fingerprint(source.master_key) if source.master_key else None,
            left_out=source.left_out,
            damaged=tuple(sorted(files.damaged)),
            missing=len(missing),
        )
        if source.master_key:
            whole = manifest.signed(whole, source.master_key)
        await parts.write(folder / manifest.MANIFEST, parts.at_once(manifest.written(whole)))
        parts.sync(folder)
        folder.rename(target)
        parts.sync_entry(target.parent)
    return whole


async def _dump(source: Source, folder: Path, files: _Files) -> tuple[Mapping[str, int], str, Part]:
    """The rows that are held, the revision, and the dump of the same snapshot."""
    # The transaction that lends its snapshot stays open and idle for as long as the dump takes.
    patient = DatabaseSettings(
        database_pool_size=1,
        database_transactions=1,
        database_statement_timeout=timedelta(0),
        database_idle_timeout=timedelta(0),
    )
    async with database.connect(source.owner.url, patient) as db, db.transaction() as tx:
        await tx.rows(_ISOLATED)
        (exported,) = await tx.rows(_EXPORTED)
        async for names in naming.everything(tx, await naming.present(tx.rows)):
            files.awaited.update(name for name in names if name not in files.copied)
        files.awaited -= files.damaged
        chunks = dumps.dump(source.programs, db.url, exported.name)
        dumped = await parts.write(folder / manifest.DATABASE, chunks)
        return await _held(tx), await _revision(tx), dumped


async def _held(tx: Transaction) -> Mapping[str, int]:
    (row,) = await tx.rows(HELD)
    return {"dossiers": row.dossiers, "events": row.events}


async def _revision(tx: Transaction) -> str:
    (row,) = await tx.rows(migrations.STANDS)
    return str(row.version_num)


async def _copy(store: Store, folder: Path, files: _Files) -> None:
    """Copy the objects that were not copied yet."""
    async with aclosing(store.kept()) as batches:
        async for batch in batches:
            for each in batch:
                if each.name not in files.copied and each.name not in files.damaged:
                    await _copy_object(store, folder, each.name, files)


async def _copy_object(store: Store, folder: Path, name: str, files: _Files) -> None:
    path = folder / parts.place(name)
    try:
        part = await parts.write(path, store.chunks(name))
    except Missing:
        # Erased since it was listed.
        path.unlink(missing_ok=True)
        return
    if part.sha256 == name:
        files.copied[name] = part.bytes
    else:
        path.unlink()
        files.damaged.add(name)


async def _missing(db: Database, files: _Files) -> list[str]:
    """The files that the snapshot names, that were not there, and are named still."""
    gone = sorted(files.awaited - files.copied.keys() - files.damaged)
    missing, namings = [], await naming.present(db.rows)
    for first in range(0, len(gone), naming.BATCH):
        named = await naming.named(db.rows, gone[first : first + naming.BATCH], namings)
        missing += sorted(named)
    return missing


async def _configuration(source: Source, folder: Path) -> dict[str, Part]:
    return {
        place: await parts.write(folder / place, parts.chunks(path))
        for place, path in source.configuration.items()
        if path.is_file()
    }


def _names(source: Source) -> Set[str]:
    """Names in the folder of a backup, finished or not."""
    always = {manifest.MANIFEST, manifest.DATABASE, manifest.LISTING, manifest.MISSING, manifest.FILES}
    return always | {place.partition("/")[0] for place in source.configuration}


@contextmanager
def _named(target: Path) -> Iterator[None]:
    """Name the target where a refusal of the system names no place."""
    try:
        yield
    except OSError as fault:
        if fault.filename is None:
            fault.filename = str(target)
        raise
