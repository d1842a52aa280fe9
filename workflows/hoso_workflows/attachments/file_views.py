"""Files of a dossier for its readers: the list, one, its bytes, its picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hoso_models.storage.compiled import columns
from hoso_models.tables.attachment import Attachment
from hoso_workflows import errors, localtime
from hoso_workflows.attachments import dossier_keys, refusals, sealed_bytes
from hoso_workflows.attachments.store import Missing, Store
from hoso_workflows.attachments.uploads import THUMBNAIL, Asked, Files
from hoso_workflows.dossiers import views
from hoso_workflows.identity import sealing

LIST, READ = "list_attachments", "read_attachment"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read. `content` gives its bytes in order."""

    name: str
    media_type: str
    size: int | None
    content: AsyncIterator[bytes]


async def listed(files: Files, key: str, asked: Asked) -> list[dict[str, Any]]:
    """The files of a dossier in the order in which they came, all versions. Raises NotFound.

    Applicants see theirs and what was given to them.
    """
    row, inside = await views.readable(files.service.db, LIST, key, asked.principal, asked.at, asked.origin)
    found = await files.service.db.rows(_FILES, [row.id])
    return [_item(each) for each in found if inside or _theirs(each)]


async def one(files: Files, key: str, attachment: UUID, asked: Asked) -> dict[str, Any]:
    """One file. Raises NotFound, also for one that is not the reader's to see."""
    return _item((await _readable(files, LIST, key, attachment, asked))[1])


async def content(files: Files, key: str, attachment: UUID, asked: Asked) -> Opened:
    """The bytes of a file. Raises NotFound; `FileLost` where the store does not hold them as they were sealed."""
    dossier, row = await _readable(files, READ, key, attachment, asked)
    if row.object is None:
        raise errors.NotFound("attachment", attachment)
    opened = await unsealed(files.store, await _key(files, dossier, attachment), row.object, row.id)
    return Opened(row.file_name, row.media_type, row.size, opened)


async def thumbnail(files: Files, key: str, attachment: UUID, asked: Asked) -> Opened:
    """A small PNG of the first page. Raises NotFound, also where there is none; `FileLost`."""
    dossier, row = await _readable(files, READ, key, attachment, asked)
    if row.thumbnail is None:
        raise errors.NotFound("picture of attachment", attachment)
    found = await _key(files, dossier, attachment)
    opened = await unsealed(files.store, found, row.thumbnail, row.id, THUMBNAIL)
    return Opened(row.file_name, "image/png", None, opened)


async def _readable(files: Files, act: str, key: str, attachment: UUID, asked: Asked) -> tuple[UUID, Any]:
    """The dossier's id and the row of a file. Raises NotFound."""
    dossier, inside = await views.readable(
        files.service.db, act, key, asked.principal, asked.at, asked.origin
    )
    row = await files.service.db.row(_FILE, [dossier.id, attachment])
    if row is None or not (inside or _theirs(row)):
        raise errors.NotFound("attachment", attachment)
    return dossier.id, row


def _theirs(row: Any) -> bool:
    """True for what an applicant handed in or was given.

    A result is given by the hand-over.
    """
    return not row.internal or (row.phase == "result" and row.returned_at is not None)


async def _key(files: Files, dossier: UUID, attachment: UUID) -> bytes:
    """The key of a dossier's files. Raises FileLost where it is missing or cannot be opened."""
    try:
        key = await dossier_keys.existing(files.service.db, files.seal, dossier)
    except sealing.Broken as lost:
        raise refusals.FileLost(attachment) from lost
    if key is None:
        raise refusals.FileLost(attachment)
    return key


async def unsealed(
    store: Store, key: bytes, name: str, file: UUID, part: bytes = b""
) -> AsyncIterator[bytes]:
    """The bytes of a file, or of a `part` beside it. Raises FileLost before the first of them."""
    try:
        pieces = sealed_bytes.opened(store.chunks(name), key, file.bytes + part)
        first = await anext(pieces)
    except (Missing, sealed_bytes.Broken) as lost:
        raise refusals.FileLost(file) from lost
    return _joined(first, pieces)


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _item(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "title": row.title,
        "name": row.file_name,
        "type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "component": row.component_code,
        "phase": row.phase,
        "pages": row.pages,
        "scan": row.scan,
        "internal": row.internal,
        "signed": row.signed,
        "thumbnail": row.thumbnail is not None,
        "by": row.by,
        "stored_at": localtime.isoformat(row.stored_at),
        "supersedes": str(row.supersedes) if row.supersedes else None,
        "superseded_at": localtime.isoformat(row.superseded_at),
    }


_ROW = columns(Attachment, without=("dossier_id", "stored_by"))
_ALL = f"""
select {", ".join(f"a.{name}" for name in _ROW.names.split(", "))},
  d.returned_at, case when a.stored_by = pa.principal_id then 'applicant' else 'authority' end as by
from attachment a join dossier d on d.id = a.dossier_id join party pa on pa.id = d.applicant_id
where a.dossier_id = $1"""  # noqa: S608 - fixed text of this module
_FILES = f"{_ALL} order by a.seq, a.id"
#: $2 file.
_FILE = f"{_ALL} and a.id = $2"
