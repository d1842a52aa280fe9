"""Results signed by certificates of who decides, one or many in an act.

A file of the authority's own is read, signed, and added as its newer version: that one is named as the result.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.tables import task
from hoso_workflows import errors
from hoso_workflows.attachments import file_views, kinds, uploads
from hoso_workflows.attachments.uploads import Asked, Files, SignedHere
from hoso_workflows.errors import Fault
from hoso_workflows.organisation import permissions
from hoso_workflows.signatures import verification
from hoso_workflows.signatures.keys import Keyring
from hoso_workflows.signatures.open_keys import OpenKeys
from hoso_workflows.signatures.refusals import AlreadySigned, KeyUnusable

if TYPE_CHECKING:
    from hoso_workflows.signatures.opening import Opened

log = logging.getLogger(__name__)

SIGN = "sign_results"
#: The most files of one act.
MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be the result, and to be signed."""

    #: The dossier's reference or code.
    dossier: str
    attachment: UUID


@dataclass(frozen=True, slots=True)
class Signed:
    """A file of a common act: its signed version, or the error."""

    wanted: Wanted
    #: Id of the signed version.
    version: UUID | None = None
    #: A refusal, or a fault that nobody foresaw.
    failed: Exception | None = None


async def many(files: Files, wanted: Iterable[Wanted], keyring: Keyring, asked: Asked) -> tuple[Signed, ...]:
    """Sign files one after the other, each in its own transaction.

    A key is opened once for all of them."""
    async with OpenKeys(keyring) as keys:
        return tuple([await _one(files, each, keys, asked) for each in wanted])


async def _one(files: Files, wanted: Wanted, keys: OpenKeys, asked: Asked) -> Signed:
    try:
        return Signed(wanted, await _signed(files, wanted, keys, asked))
    except errors.Refusal as refused:
        return Signed(wanted, failed=refused)
    except Exception as fault:
        # Whatever is wrong with one file must not lose what was said of those before it.
        log.exception("file %s was not signed", wanted.attachment)
        return Signed(wanted, failed=fault)


async def _signed(files: Files, wanted: Wanted, keys: OpenKeys, asked: Asked) -> UUID:
    """The id of the signed version. Who may sign is asked before a key is touched."""
    upload = await uploads.opened(files, wanted.dossier, asked)
    row = await files.service.db.row(_FILE, [upload.owner, wanted.attachment])
    if row is None:
        raise errors.NotFound("attachment", wanted.attachment)
    step = await _step(files, upload.owner, asked)
    described = SignedHere(
        row.file_name, internal=True, supersedes=wanted.attachment, task=step.id if step else None
    )
    await upload.require(described)
    key = await keys.of(step.unit_code, asked.principal)
    if row.media_type != kinds.PDF:
        raise errors.FormRefused([Fault("attachment", say("is no PDF"))])
    content = await _with_signature(files, await _content(files, wanted, asked), keys, key, asked)
    with upload.receiving() as incoming:
        incoming.write(content)
        _, version = await upload.finished(incoming, described)
    return version


async def _step(files: Files, dossier: UUID, asked: Asked) -> Any:
    """The open step that decides, of several one that the caller may complete; None where none is open."""
    db = files.service.db
    rights = await permissions.held(db, asked.principal, asked.at)
    steps = await db.rows(_STEPS, [dossier])

    def others(step: Any) -> tuple[bool, bool]:
        reached = permissions.reaches_task(SIGN, rights, step.unit_code, step.role)
        return not reached, step.assignee_id not in (None, asked.principal)

    return min(steps, key=others, default=None)


async def _content(files: Files, wanted: Wanted, asked: Asked) -> bytes:
    opened = await file_views.content(files, wanted.dossier, wanted.attachment, asked)
    return b"".join([piece async for piece in opened.content])


async def _with_signature(files: Files, content: bytes, keys: OpenKeys, key: Opened, asked: Asked) -> bytes:
    """The PDF with one more signature, each of which is good.

    Raises AlreadySigned, KeyUnusable, NotSigned, FormRefused.
    """
    roots, at = files.roots(), asked.at
    before = await verification.verify(content, roots, at=at)
    if not before.readable:
        raise errors.FormRefused(
            [Fault("attachment", say("cannot be read by who signs; print it to a new PDF"))]
        )
    if before.signatures and not before.good:
        raise errors.FormRefused([Fault("attachment", say("has a signature that is not good"))])
    if key.certificate.sha256 in {each.certificate for each in before.signatures}:
        raise AlreadySigned(key.certificate.subject)
    signed = await keys.sign(content, key, at)
    if not await verification.well_signed(signed, roots, at=at):
        raise KeyUnusable(
            key.key.name, say("what it signs is not good below the roots that are trusted here")
        )
    return signed


#: $1 dossier, $2 file.
_FILE = "select file_name, media_type from attachment where dossier_id = $1 and id = $2"
#: $1 dossier. The steps that decide, the one open longest first.
_STEPS = f"""
select id, unit_code, role, assignee_id from user_task where dossier_id = $1 and {task.DECIDING} order by opened_at, id
"""  # noqa: S608 - fixed text of this module
