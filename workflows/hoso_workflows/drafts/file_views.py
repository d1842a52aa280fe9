"""Files of a draft for its owner: listed, read, detached."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hoso_workflows import errors, localtime
from hoso_workflows.attachments import file_views
from hoso_workflows.attachments.file_views import Opened
from hoso_workflows.attachments.uploads import THUMBNAIL, Asked, Files
from hoso_workflows.drafts.files import File
from hoso_workflows.drafts.storage import Draft, Drafts

LIST, READ, DETACH = "list_draft_files", "read_draft_file", "detach_from_draft"


async def listed(drafts: Drafts, draft: UUID, asked: Asked) -> list[dict[str, Any]]:
    """The files of a draft in their order. Raises what `Drafts.read` raises."""
    found = await drafts.read(asked.principal, draft, at=asked.at, act=LIST)
    return [item(each) for each in found.files]


async def one(drafts: Drafts, draft: UUID, file: UUID, asked: Asked) -> dict[str, Any]:
    """One file. Raises what `Drafts.read` raises."""
    return item(_of(await drafts.read(asked.principal, draft, at=asked.at, act=LIST), file))


async def content(files: Files, drafts: Drafts, draft: UUID, file: UUID, asked: Asked) -> Opened:
    """The bytes of a file. Raises what `Drafts.read` raises, and FileLost."""
    found, key = await _readable(drafts, draft, file, asked)
    opened = await file_views.unsealed(files.store, key, found.object, found.id)
    return Opened(found.name, found.media_type, found.size, opened)


async def thumbnail(files: Files, drafts: Drafts, draft: UUID, file: UUID, asked: Asked) -> Opened:
    """A small PNG of the first page. Raises NotFound, also where there is none; FileLost."""
    found, key = await _readable(drafts, draft, file, asked)
    if found.thumbnail is None:
        raise errors.NotFound("picture of attachment", file)
    opened = await file_views.unsealed(files.store, key, found.thumbnail, found.id, THUMBNAIL)
    return Opened(found.name, "image/png", None, opened)


async def detached(drafts: Drafts, draft: UUID, file: UUID, asked: Asked) -> list[dict[str, Any]]:
    """Take a file out of a draft; those that are left. The sweep of the store takes its bytes away.

    Raises what `Drafts.read` and `Draft.changeable` raise.
    """
    async with drafts.db.transaction() as tx:
        found = await drafts.locked(tx, asked.principal, draft, DETACH, asked.at)
        found.changeable()
        gone = _of(found, file)
        await tx.rows("delete from draft_file where id = $1", [file])
        await drafts.touch(tx, found, asked.at)
    return [item(each) for each in found.files if each is not gone]


async def _readable(drafts: Drafts, draft: UUID, file: UUID, asked: Asked) -> tuple[File, bytes]:
    """A file with the key that opens it."""
    found = await drafts.read(asked.principal, draft, at=asked.at, act=READ)
    named = _of(found, file)
    if found.file_key is None:
        raise errors.NotFound("file of a draft", file)
    return named, drafts.key(found, found.file_key)


def _of(draft: Draft, file: UUID) -> File:
    """A file of a draft. Raises NotFound."""
    if (found := draft.file(file)) is None:
        raise errors.NotFound("file of a draft", file)
    return found


def item(file: File) -> dict[str, Any]:
    """A file in an answer."""
    return {
        "id": str(file.id),
        "title": file.title or None,
        "name": file.name,
        "type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "component": file.component,
        "pages": file.pages,
        "scan": file.scan,
        "thumbnail": file.thumbnail is not None,
        "stored_at": localtime.isoformat(file.stored_at),
    }
