"""Uploads that go on where they were cut off.

    upload = await resumable.begun(letting, described, size)
    upload = await resumable.taken(files, upload.id, asked)
    upload.expects(offset)
    receiving = await resumable.receiving(upload, letting)
    await receiving.write(…)
    await receiving.flush()
    answer, file = await resumable.finished(receiving.upload, letting)

What has come lies in the store, in pieces that the owner's key seals; the row names them. `letting` is the upload as a dossier or a
draft lets it in by now (`uploads.begun`). Each request about an upload takes its turn, after which an older one that hangs adds
nothing. An upload is that of who sends it: nobody else learns that it exists.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid4

import orjson

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.attachments import refusals, sealed_bytes
from hoso_workflows.attachments.store import Missing
from hoso_workflows.attachments.uploads import Asked, Described, Files, Upload
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.organisation.permissions import table

ACT = "continue_upload"
#: Bytes that are kept at a time, and the pieces with fewer ones that an upload may have beside the whole ones of its size.
PIECE, SHORT_PIECES = sealed_bytes.PIECE, 1_000
#: Expired uploads that one statement deletes.
PORTION = 1_000
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Resumable:
    """An upload as its owner finds it."""

    id: UUID
    #: The dossier to which it is, by its reference; else the draft.
    dossier: str | None
    draft: UUID | None
    size: int
    #: Bytes that are kept, so that they need not be sent again.
    offset: int
    expires_at: datetime
    #: The turn of the request that has found it.
    turn: int
    pieces: tuple[str, ...]
    #: What it is, sealed by the owner's key. None once the owner has the file.
    described: bytes | None
    attachment: UUID | None

    @property
    def key(self) -> str:
        """The idempotency key under which the file is added once."""
        return f"upload-{self.id}"

    def expects(self, offset: int) -> None:
        """Raise UploadOver, or UploadElsewhere for another offset than its own."""
        if self.attachment is not None:
            raise refusals.UploadOver(self.attachment)
        if offset != self.offset:
            raise refusals.UploadElsewhere(self.offset)


async def begun(letting: Upload[Any], described: Described, size: int) -> Resumable:
    """Begin an upload of so many bytes.

    Raises TooManyUploads, and whatever refuses a file of that size and description: NotFound, Forbidden, FileTooLarge.
    """
    files, asked = letting.files, letting.asked
    described = await letting.resolved(described)
    await letting.possible(described, size)
    key, upload = await letting.sealing_key(), uuid4()
    sealed = Seal(lambda: key).close(orjson.dumps(asdict(described)), upload.bytes)
    expiry, most = (
        asked.at + timedelta(hours=files.settings.store_upload_hours),
        files.settings.store_open_uploads,
    )
    async with files.service.db.transaction() as tx:
        # Who begins several at once begins them one after the other, so that the number holds.
        await tx.rows("select 1 from principal where id = $1 for no key update", [asked.principal])
        ((there,),) = await tx.rows(_OPEN, [asked.principal, asked.at])
        if there >= most:
            raise refusals.TooManyUploads(most)
        values = [upload, letting.owner, asked.principal, size, sealed, asked.at, expiry]
        rows = await tx.rows(_BEGIN, values)
    return _resumable(rows, upload)


async def taken(files: Files, upload: UUID, asked: Asked) -> Resumable:
    """One's own upload, whose turn this request takes. Raises NotFound."""
    return _resumable(
        await files.service.db.one_statement(_TAKE, [upload, asked.principal, asked.at]), upload
    )


async def receiving(upload: Resumable, letting: Upload[Any]) -> Receiving:
    """A place for the next bytes of an upload. Raises Erased, NotFound."""
    return Receiving(letting.files, upload, await letting.sealing_key())


@dataclass(slots=True)
class Receiving:
    """Bytes of an upload that come in. What was flushed outlasts a connection that is cut."""

    files: Files
    upload: Resumable
    key: bytes
    _waiting: bytearray = field(default_factory=bytearray)

    async def write(self, data: bytes) -> None:
        """Take some bytes. Raises UploadTooLong, UploadElsewhere, UploadScattered, NotFound, StoreAway."""
        if self.upload.offset + len(self._waiting) + len(data) > self.upload.size:
            await _given_up(self.files.service.db, self.upload)
            raise refusals.UploadTooLong(self.upload.size)
        self._waiting += data
        while len(self._waiting) >= PIECE:
            await self._keep(bytes(self._waiting[:PIECE]))
            del self._waiting[:PIECE]

    async def flush(self) -> None:
        """Keep what has come and is less than a piece. Raises what `write` raises."""
        if self._waiting:
            await self._keep(bytes(self._waiting))
            self._waiting.clear()

    async def _keep(self, piece: bytes) -> None:
        upload, sealed = self.upload, io.BytesIO()
        if len(upload.pieces) >= (most := upload.size // PIECE + SHORT_PIECES):
            raise refusals.UploadScattered(most)
        owner = _owner(upload, len(upload.pieces))
        name = await asyncio.to_thread(sealed_bytes.seal, io.BytesIO(piece), sealed, self.key, owner)
        await self.files.store.put(name, sealed.getvalue())
        db = self.files.service.db
        rows = await db.one_statement(_APPEND, [upload.id, upload.turn, len(piece), name])
        if not rows:
            raise await _outrun(db, upload.id)
        self.upload = _resumable(rows, upload.id)


async def finished(
    upload: Resumable, letting: Upload[Answer], *, if_match: Any = None
) -> tuple[Answer, UUID]:
    """Have the dossier or draft take the whole file; the answer with its id.

    An upload that is refused stays, and can be finished again until it expires; one whose bytes are lost is given up.
    Raises UploadOver, UploadIncomplete, UploadLost, and what `uploads.Upload.finished` raises.
    """
    if upload.described is None:
        raise refusals.UploadOver(upload.attachment)
    if upload.offset < upload.size:
        raise refusals.UploadIncomplete(upload.offset, upload.size)
    files, key = letting.files, await letting.sealing_key()
    with letting.receiving() as incoming:
        async for piece in _opened(files, upload, key):
            incoming.write(piece)
        said = _described(Seal(lambda: key).open(upload.described, upload.id.bytes))
        beside = partial(_complete, upload.id)
        answer, attachment = await letting.finished(
            incoming, said, key=upload.key, if_match=if_match, beside=beside
        )
    # Where the file had been added before, and the answer is told again.
    await files.service.db.one_statement(_FINISH, [upload.id, attachment])
    return answer, attachment


async def _complete(upload: UUID, attachment: UUID, tx: Transaction) -> None:
    """Let an upload end with its file, whoever has the turn by now. Raises NotFound for one that was cancelled meanwhile.

    Had only the newest request the right to end it, a client that asks more often than a file is searched would never end.
    """
    if not await tx.rows(_COMPLETE, [upload, attachment]):
        raise errors.NotFound("upload", upload)


async def cancelled(files: Files, upload: UUID, asked: Asked) -> Resumable:
    """Give up one's own upload; what it was. Raises NotFound."""
    gone = await files.service.db.one_statement(_CANCEL, [upload, asked.principal, asked.at])
    return _resumable(gone, upload)


async def expire(db: Database, *, at: datetime) -> int:
    """Delete the uploads that have expired; safe twice, late and at once. Returns their number."""
    total = 0
    while gone := len(await db.one_statement(_EXPIRE, [at, PORTION])):
        total += gone
    return total


async def _given_up(db: Database, upload: Resumable) -> None:
    """Delete an upload. The sweep takes its pieces away. Raises what `_outrun` gives to a request that has lost its turn."""
    if not await db.one_statement(_GIVE_UP, [upload.id, upload.turn]):
        raise await _outrun(db, upload.id)


async def _outrun(db: Database, upload: UUID) -> errors.Refusal:
    """The refusal of a request that has lost its turn: UploadElsewhere, or NotFound where the upload is gone."""
    there = await db.row("select received from upload where id = $1", [upload])
    return refusals.UploadElsewhere(there.received) if there else errors.NotFound("upload", upload)


async def _opened(files: Files, upload: Resumable, key: bytes) -> AsyncIterator[bytes]:
    """The bytes of an upload, in order. Where they are lost it is given up, and UploadLost raised."""
    try:
        for number, name in enumerate(upload.pieces):
            async for piece in sealed_bytes.opened(files.store.chunks(name), key, _owner(upload, number)):
                yield piece
    except (Missing, sealed_bytes.Broken) as lost:
        await _given_up(files.service.db, upload)
        raise refusals.UploadLost from lost


def _owner(upload: Resumable, number: int) -> bytes:
    """The owner of a sealed piece, so that it opens at no other place."""
    return b"upload/" + upload.id.bytes + number.to_bytes(4)


def _described(written: bytes) -> Described:
    said = orjson.loads(written)
    before = said.pop("supersedes")
    return Described(**said, supersedes=before and UUID(before))


def _resumable(rows: Any, upload: UUID) -> Resumable:
    """The upload of a row. Raises NotFound."""
    if not rows or not table.of_oneself(ACT):
        raise errors.NotFound("upload", upload)
    row = rows[0]
    return Resumable(
        id=row.id,
        dossier=row.reference,
        draft=row.draft_id,
        size=row.size,
        offset=row.received,
        expires_at=row.expires_at,
        turn=row.turn,
        pieces=tuple(row.pieces),
        described=row.described,
        attachment=row.attachment_id,
    )


_COLUMNS = """u.id, (select d.reference from dossier d where d.id = u.dossier_id) as reference, u.draft_id, u.size, u.received,
  u.expires_at, u.turn, u.pieces, u.described, u.attachment_id"""
#: $1 owner, $2 now.
_OPEN = "select count(*) from upload where owner_id = $1 and expires_at > $2 and attachment_id is null"
#: $1 upload, $2 dossier or draft, $3 owner, $4 size, $5 description, $6 now, $7 expiry. What is being erased takes none, nor does
#: a draft whose key has gone to the dossier.
_BEGIN = f"""
with d as (select id from dossier where id = $2 and erased_at is null for share),
f as (select id from draft where id = $2 and file_key is not null for share),
bound as (select id as dossier_id, null::uuid as draft_id from d union all select null, id from f),
u as (
  insert into upload (id, dossier_id, draft_id, owner_id, size, described, created_at, expires_at)
  select $1, dossier_id, draft_id, $3, $4, $5, $6, $7 from bound returning *)
select {_COLUMNS} from u
"""  # noqa: S608 - fixed text of this module
#: $1 upload, $2 owner, $3 now.
_TAKE = f"""
update upload u set turn = turn + 1 where u.id = $1 and u.owner_id = $2 and u.expires_at > $3 returning {_COLUMNS}
"""  # noqa: S608 - fixed text of this module
#: $1 upload, $2 turn, $3 bytes, $4 name of their piece. Nothing is added by a request that has lost its turn.
_APPEND = f"""
update upload u set received = received + $3, pieces = pieces || $4::text
where u.id = $1 and u.turn = $2 and u.attachment_id is null returning {_COLUMNS}
"""  # noqa: S608 - fixed text of this module
#: $1 upload, $2 turn. A request that has lost its turn gives nothing up.
_GIVE_UP = "delete from upload where id = $1 and turn = $2 and attachment_id is null returning 1"
#: $1 upload, $2 owner, $3 now.
_CANCEL = f"""
delete from upload u where u.id = $1 and u.owner_id = $2 and u.expires_at > $3 returning {_COLUMNS}
"""  # noqa: S608 - fixed text of this module
#: $1 upload, $2 its file.
_FINISH = "update upload set attachment_id = $2, described = null, pieces = '{}' where id = $1"
_COMPLETE = f"{_FINISH} returning 1"
#: $1 now, $2 at most so many; what another sweep is deleting is left to it.
_EXPIRE = """
delete from upload where id in (
  select id from upload where expires_at <= $1 order by expires_at limit $2 for update skip locked) returning 1
"""
