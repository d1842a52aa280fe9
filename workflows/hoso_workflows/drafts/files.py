"""Files of a draft as they are stored.

A key of the draft seals them, and the key of the installation seals that. Whoever deletes the draft deletes its key. When it
is filed, its key becomes that of the dossier, and no byte moves.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_bpmn.package.manifest import Case
from hoso_calendar.messages import say
from hoso_models.storage.database import Transaction
from hoso_workflows import errors
from hoso_workflows.attachments import kinds
from hoso_workflows.drafts import refusals
from hoso_workflows.errors import Fault
from hoso_workflows.identity.sealing import LENGTH, Broken, Seal
from hoso_workflows.lifecycle import commands

#: What tells the seal of a draft's key from those of its contents.
_KEY = b"files"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a draft."""

    #: It keeps it in the dossier.
    id: UUID
    place: int
    name: str
    title: str
    component: str | None
    #: By its content.
    media_type: str
    #: In bytes, as it came, with its SHA-256 in hex.
    size: int
    sha256: str
    pages: int | None
    scan: str
    object: str
    thumbnail: str | None
    stored_at: datetime
    #: Idempotency keys of the latest requests that have put a file here, each with the digest of its request.
    replacements: tuple[tuple[str, str], ...] = ()

    @property
    def attached(self) -> commands.Attach:
        """The command by which it joins the dossier."""
        file = commands.StoredFile(
            self.id,
            self.name,
            self.media_type,
            self.size,
            self.sha256,
            self.object,
            self.thumbnail,
            self.pages,
            self.scan,
        )
        return commands.Attach(file, self.title, self.component)


def new_key(seal: Seal, draft: UUID, owner: UUID) -> bytes:
    """A key for the files of a draft, sealed."""
    return seal.close(secrets.token_bytes(LENGTH), _place(draft, owner))


def key(seal: Seal, draft: UUID, owner: UUID, sealed: bytes) -> bytes:
    """The key of a draft's files. Raises DraftUnreadable."""
    try:
        return seal.open(sealed, _place(draft, owner))
    except Broken:
        raise refusals.DraftUnreadable(draft) from None


def _place(draft: UUID, owner: UUID) -> bytes:
    return draft.bytes + owner.bytes + _KEY


#: What of a file is sealed.
_DESCRIBED = ("name", "title", "component", "media_type", "sha256", "pages", "scan", "replacements")


def described(file: File, key: bytes) -> bytes:
    """The description of a file, sealed by the draft's key."""
    said = {name: getattr(file, name) for name in _DESCRIBED}
    return Seal(lambda: key).close(orjson.dumps(said), file.id.bytes)


def opened(rows: Iterable[Any], key: bytes) -> tuple[File, ...]:
    """The files of rows. Raises sealing.Broken."""
    return tuple(_opened(row, key) for row in rows)


def _opened(row: Any, key: bytes) -> File:
    identity = UUID(str(row.id))
    said = orjson.loads(Seal(lambda: key).open(bytes(row.described), identity.bytes))
    said["replacements"] = tuple(map(tuple, said.get("replacements", ())))
    stored = {name: getattr(row, name) for name in ("place", "size", "object", "thumbnail", "stored_at")}
    return File(id=identity, **said, **stored)


def components(files: Iterable[File], case: Case) -> tuple[str, ...]:
    """Codes of the papers of a case that files are, each once."""
    known = {part.code for part in case.components}
    return tuple(dict.fromkeys(each.component for each in files if each.component in known))


def faults(files: Sequence[File], case: Case) -> Iterator[Fault]:
    """The faults of files in the case in which they are to be filed.

    They were taken by the rules of the day on which they came.
    """
    parts = {part.code: part for part in case.components}
    for number, file in enumerate(files):
        part, place = parts.get(file.component or ""), f"files[{number}]"
        accepted = kinds.accepted(part.accept if part else ())
        if file.component is not None and part is None:
            yield Fault(f"{place}.component", say("is no component of this procedure"))
        elif file.media_type not in accepted:
            endings = ", ".join(kinds.endings(accepted))
            yield Fault(
                place,
                say(
                    "{name} is {found}; taken are {accepted}.",
                    name=file.name,
                    found=file.media_type,
                    accepted=endings,
                ),
            )
        elif part is not None and file.size > (most := kinds.size(part.max_size, file.size)):
            yield Fault(place, say("The file is larger than {most} MB.", most=f"{most / (1 << 20):g}"))


@dataclass(frozen=True, slots=True)
class Rebinding:
    """The files of a draft, which its filing binds to the dossier."""

    seal: Seal
    draft: UUID
    version: int
    #: Compared with those of the draft by then, also where there are none.
    files: tuple[File, ...]
    at: datetime

    def to(self, dossier: UUID) -> Callable[[Transaction], Any]:
        """The work to be done in the transaction of a filing."""

        async def written(tx: Transaction) -> None:
            await self._write(tx, dossier)

        return written

    async def _write(self, tx: Transaction, dossier: UUID) -> None:
        """Give the dossier the draft's key, files and uploads.

        Raises DraftChanged and NotFound where a filing that had been given up meets a draft whose files were changed meanwhile, or
        that is gone.
        """
        rows = await tx.rows("select owner_id, file_key from draft where id = $1 for update", [self.draft])
        if not rows:
            raise errors.NotFound("draft of a dossier", self.draft)
        gone = await tx.rows("delete from draft_file where draft_id = $1 returning id, object", [self.draft])
        if {(str(row.id), row.object) for row in gone} != {
            (str(each.id), each.object) for each in self.files
        }:
            raise refusals.DraftChanged(self.draft, self.version)
        if rows[0].file_key is not None:
            opened = key(self.seal, self.draft, rows[0].owner_id, bytes(rows[0].file_key))
            await self._rebind(tx, dossier, opened)

    async def _rebind(self, tx: Transaction, dossier: UUID, opened: bytes) -> None:
        await tx.rows(_KEEP, [dossier, self.seal.close(opened, dossier.bytes), self.at])
        await tx.rows(_REBIND, [self.draft, dossier])
        await tx.rows("update draft set file_key = null where id = $1", [self.draft])


#: $1 dossier, $2 key sealed for it, $3 now.
_KEEP = "insert into dossier_key (dossier_id, sealed, made_at) values ($1, $2, $3)"
#: $1 draft, $2 dossier. What is still on its way in goes on as an upload to the dossier.
_REBIND = "update upload set dossier_id = $2, draft_id = null where draft_id = $1"
