"""Audit of files: keys of dossiers, sealed bytes against the names in their rows."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import Message, say
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.attachments import sealed_bytes, sweep
from hoso_workflows.attachments.store import Missing, Store
from hoso_workflows.attachments.uploads import THUMBNAIL
from hoso_workflows.audit.finding import ABSENT, PRESENT, Difference
from hoso_workflows.identity.sealing import Broken, Seal

#: Which objects are read, by their names.
Chosen = Callable[[str], bool]
#: Nights in which every object is read once.
NIGHTS = 7
#: Dossiers, or files, that are read of at a time.
BATCH = 1_000


def every(_: str) -> bool:
    """Each object."""
    return True


def none(_: str) -> bool:
    """No object: keys and names alone are compared."""
    return False


def share(day: date) -> Chosen:
    """The objects of one night. `NIGHTS` nights in a row read each once, and nothing has to be kept of it."""
    # Names are digests, so that the shares are equal.
    return lambda name: int(name[:15], 16) % NIGHTS == day.toordinal() % NIGHTS


async def differences(
    db: Database, store: Store, seal: Seal | None, key: str | None = None, *, read: Chosen = none
) -> AsyncIterator[Difference]:
    """Every difference of files, as `found` finds them."""
    async for damaged in found(db, store, seal, key, read=read):
        yield damaged.difference


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged file, or the damaged key of a dossier."""

    #: Of the file, or of the dossier.
    id: UUID
    difference: Difference
    #: For the list of incidents.
    message: Message


async def audit_night(db: Database, store: Store, seal: Seal | None, *, at: datetime) -> list[Difference]:
    """Compare keys and names, read the night's share; return the differences.

    What is damaged is listed with the incidents, and what is listed is read each night, until it is whole.
    """
    tonight = share(localtime.local_date(at))
    listed = {row.name for row in await db.rows(_LISTED)}
    damaged = [
        each async for each in found(db, store, seal, read=lambda name: name in listed or tonight(name))
    ]
    of = {each.id: str(each.message) for each in damaged}
    await db.one_statement(_LIST, [list(of), list(of.values()), at])
    return [each.difference for each in damaged]


async def found(
    db: Database, store: Store, seal: Seal | None, key: str | None = None, *, read: Chosen = none
) -> AsyncIterator[Damaged]:
    """Every damaged file and key, of one dossier or of all.

    A dossier is named by its reference or code. Without the seal no key is opened. What the store does not hold is told of
    all dossiers at once, or where it is read.
    """
    async for damaged in damaged_keys(db, seal, key):
        yield damaged
    if key is None:
        async for lost in sweep.lost(db, store):
            yield Damaged(
                lost.attachment, Difference(lost.dossier, _file(lost.attachment), ABSENT, PRESENT), _LOST
            )
    if read is not none:
        async for damaged in _bytes(db, store, seal, key, read):
            yield damaged


async def has_keys(db: Database) -> bool:
    """True where a dossier has a key."""
    return bool(await db.rows("select 1 from dossier_key limit 1"))


async def damaged_keys(db: Database, seal: Seal | None, key: str | None = None) -> AsyncIterator[Damaged]:
    """The keys that are missing, altered or left behind an erasure. Without the seal none is opened."""
    async for row in _batched(db, _KEYS, key):
        if row.sealed is None or row.erased:
            if (row.sealed is None) != row.erased:
                stored, said = (ABSENT, PRESENT) if row.sealed is None else (PRESENT, ABSENT)
                yield _damaged_key(row, stored, said)
        elif seal is not None and _opened(seal, row.sealed, row.id) is None:
            yield _damaged_key(row, say("altered"), say("unaltered"))


async def _bytes(
    db: Database, store: Store, seal: Seal | None, key: str | None, read: Chosen
) -> AsyncIterator[Damaged]:
    async for row in _batched(db, _FILES, key):
        opened = _opened(seal, row.sealed, row.dossier) if seal and row.sealed else None
        for name, owner in _objects(row):
            if not read(name):
                continue
            stored, said = await _compared(store, name, opened, owner)
            # What is missing in the store was told before, where all of it was looked through.
            if stored != said and (stored is not ABSENT or key is not None):
                yield Damaged(row.id, Difference(row.reference, _file(row.id), stored, said, row.code), _LOST)


async def _compared(store: Store, name: str, key: bytes | None, owner: bytes) -> tuple[Any, Any]:
    """An object as it is stored and as its name says it."""
    digest = hashlib.sha256()

    async def hashed() -> AsyncIterator[bytes]:
        async for chunk in store.chunks(name):
            digest.update(chunk)
            yield chunk

    chunks, opens = hashed(), True
    try:
        if key is not None:
            try:
                async for _ in sealed_bytes.opened(chunks, key, owner):
                    pass
            except sealed_bytes.Broken:
                opens = False
        async for _ in chunks:
            pass
    except Missing:
        return ABSENT, PRESENT
    if (found := digest.hexdigest()) != name:
        return f"sha256 {found}", f"sha256 {name}"
    by_its_own = say("sealed by the key of its dossier")
    return (by_its_own if opens else say("sealed by another key")), by_its_own


def _objects(row: Any) -> Iterator[tuple[str, bytes]]:
    """The objects of a file, each with what it is bound to."""
    yield row.object, row.id.bytes
    if row.thumbnail is not None:
        yield row.thumbnail, row.id.bytes + THUMBNAIL


def _damaged_key(row: Any, stored: Message, said: Message) -> Damaged:
    return Damaged(row.id, Difference(row.reference, say("key"), stored, said, row.code), _KEYLESS)


def _opened(seal: Seal, sealed: bytes, dossier: UUID) -> bytes | None:
    try:
        return seal.open(sealed, dossier.bytes)
    except Broken:
        return None


def _file(attachment: UUID) -> str:
    return say("file {id}", id=str(attachment))


async def _batched(db: Database, sql: str, key: str | None) -> AsyncIterator[Any]:
    last = UUID(int=0)
    while rows := await db.rows(sql, [last, BATCH, key]):
        for row in rows:
            yield row
        last = rows[-1].id


_LOST = say("A file is missing from the store, or damaged there.")
_KEYLESS = say("The key of the dossier's files is missing or altered, or was to be destroyed.")
_LISTED = """
select n.name from damaged_file f join attachment a on a.id = f.id cross join lateral (values (a.object), (a.thumbnail)) n(name)
where n.name is not null
"""
#: $1 files and dossiers that are damaged, $2 what to say of each, $3 now.
_LIST = """
with whole as (delete from damaged_file where id <> all($1::uuid[]))
insert into damaged_file (id, dossier_id, message, since)
select n.id, coalesce(a.dossier_id, n.id), n.message, $3 from unnest($1::uuid[], $2::text[]) n(id, message)
  left join attachment a on a.id = n.id
on conflict (id) do update set message = excluded.message where damaged_file.message <> excluded.message
"""
#: $1 the last one, $2 so many, $3 the reference or code of one dossier, or null. Of one that was erased no file has a name.
_OF = "($3::text is null or d.reference = $3 or d.code = $3)"
_KEYS = f"""
select d.id, d.reference, d.code, k.sealed, d.erased_at is not null as erased
from dossier d left join dossier_key k on k.dossier_id = d.id
where d.id > $1 and {_OF} and (k.dossier_id is not null
  or exists (select from attachment a where a.dossier_id = d.id and a.object is not null))
order by d.id limit $2
"""  # noqa: S608 - fixed text of this module
_FILES = f"""
select a.id, a.object, a.thumbnail, a.dossier_id as dossier, d.reference, d.code, k.sealed
from attachment a join dossier d on d.id = a.dossier_id left join dossier_key k on k.dossier_id = d.id
where a.id > $1 and a.object is not null and {_OF} order by a.id limit $2
"""  # noqa: S608 - fixed text of this module
