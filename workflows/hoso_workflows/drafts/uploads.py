"""Uploads to drafts, by the same way in as those to dossiers.

    upload = await uploads.begun(files, drafts, draft, asked)
    with upload.receiving() as incoming:
        incoming.write(…)
        file, identity = await upload.finished(incoming, described, key=…)

The rules of the paper are those of the procedure on that day; when the draft is filed, its files are judged by those of then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson

from hoso_bpmn.package.manifest import Component
from hoso_bpmn.package.package import Package
from hoso_calendar.messages import say
from hoso_models import PrincipalKind
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.attachments import uploads
from hoso_workflows.attachments.uploads import Asked, Beside, Described, Files, Incoming, Upload
from hoso_workflows.dossiers import statements
from hoso_workflows.drafts import files as stored
from hoso_workflows.drafts import refusals
from hoso_workflows.drafts.files import File
from hoso_workflows.drafts.storage import Draft, Drafts
from hoso_workflows.errors import Fault
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.acts.refusals import TooManyFiles
from hoso_workflows.organisation import permissions
from hoso_workflows.procedures import openings

ACT = "attach_to_draft"
#: Idempotency keys that are kept of the replacements of one file.
REPLACEMENTS = 50


async def begun(files: Files, drafts: Drafts, draft: UUID, asked: Asked) -> DraftUpload:
    """An upload to a draft of the caller's own.

    Raises what `Drafts.read` and `Draft.changeable` raise, and NotFound or ProcedureNotYet where no version of the procedure says what
    it takes.
    """
    found = await drafts.read(asked.principal, draft, at=asked.at, act=ACT)
    found.changeable()
    day = localtime.local_date(asked.at)
    filer = [asked.principal, day, asked.at, None, found.procedure]
    row = await files.service.db.row(statements.LOAD_FILER, filer)
    if row.version is None:
        raise await openings.unopened(files.service.db, found.procedure, day)
    version = await files.service.reference_data.version(row.version)
    officer = permissions.Rights.of(asked.principal, row.rights).kind is PrincipalKind.OFFICER
    components = _papers(version.package, (found.content or {}).get("case"))
    return DraftUpload(files, asked, draft, components, drafts, found, officer)


def _papers(package: Package, case: Any) -> Sequence[Component]:
    """The papers of the case that the draft names, else of every case."""
    chosen = [each for each in package.cases if each.id == case] or package.cases
    found: dict[str, Component] = {}
    for part in (part for each in chosen for part in each.components):
        found.setdefault(part.code, part)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class DraftUpload(Upload[File]):
    """An upload to a draft."""

    drafts: Drafts
    draft: Draft
    #: True where an officer fills it in for somebody at the counter.
    officer: bool

    async def sealing_key(self) -> bytes:
        """The key of the draft, made where there is none.

        Raises NotFound for a draft that is gone, and what `Draft.changeable` raises.
        """
        return self.drafts.key(self.draft, self.draft.file_key or await self._made_key())

    async def _made_key(self) -> bytes:
        """A new key, sealed. Of two who make it at once, the first one's stays; a filing that has begun knows of none."""
        made = stored.new_key(self.drafts.seal, self.draft.id, self.draft.owner)
        async with self.drafts.db.transaction() as tx:
            found = await self.drafts.locked(tx, self.asked.principal, self.owner, ACT, self.asked.at)
            found.changeable()
            if found.file_key is None:
                await tx.rows("update draft set file_key = $2 where id = $1", [self.owner, made])
        return found.file_key or made

    async def resolved(self, described: Described) -> Described:
        """The description, if the file that it replaces is there. Raises NotFound."""
        self._replaced(self.draft, described)
        return replace(described, internal=False)

    async def possible(self, described: Described, size: int) -> None:
        """Ask whether this file may be added before its bytes come. Raises what `finished` raises."""
        await self.component_within(described, size)
        if described.component not in (None, *(part.code for part in self.components)):
            raise errors.FormRefused([Fault("component", say("is no component of this procedure"))])
        await self._room(self.drafts.db, self.draft, self._replaced(self.draft, described), size)

    async def finished(
        self,
        incoming: Incoming,
        described: Described,
        *,
        key: str | None = None,
        if_match: Any = None,
        beside: Beside | None = None,
    ) -> tuple[File, UUID]:
        """Look at the file, store it, add it; the file with its id.

        A file that replaces another one takes its id and its place. A request that is repeated under its key changes nothing, and is
        answered by the file as it is. Raises the refusals of files, KeyReused, TooManyFiles, DraftsFull, DraftFileReplaced, and what
        `Draft.changeable` raises, at one of the versions in `if_match`.
        """
        self.draft.expects(if_match)
        before = self._replaced(self.draft, described)
        name = before.id if before else self.identity(key)
        file = uploads.announced(name, described, incoming.digest.hexdigest(), incoming.size)
        if done := _done(self.draft, before, file, described, key):
            return done, name
        await self.possible(described, incoming.size)
        complete = await self.stored(incoming, described, file)
        return await self._added(complete, described, key, beside), name

    async def _added(
        self, file: commands.StoredFile, described: Described, key: str | None, beside: Beside | None
    ) -> File:
        owner, at = self.asked.principal, self.asked.at
        async with self.drafts.db.transaction() as tx:
            # Who adds several at once adds them one after the other, so that the limits hold.
            await tx.rows("select 1 from principal where id = $1 for no key update", [owner])
            found = await self.drafts.locked(tx, owner, self.owner, ACT, at)
            found.changeable()
            before = self._replaced(found, described)
            if done := _done(found, before, file, described, key):
                return done
            if before is not None and before.object != self._seen(before.id):
                raise refusals.DraftFileReplaced(before.name)
            await self._room(tx, found, before, file.size)
            added = self._file(found, file, described, before, key)
            await tx.rows(
                _ADD, [added.id, self.owner, added.place, added.size, *self._sealed_parts(found, added)]
            )
            if beside is not None:
                await beside(added.id, tx)
            await self.drafts.touch(tx, found, at)
        return added

    def _seen(self, file: UUID) -> str | None:
        """The object of a file as it was when this upload was let in."""
        return seen.object if (seen := self.draft.file(file)) else None

    def _file(
        self,
        draft: Draft,
        file: commands.StoredFile,
        described: Described,
        before: File | None,
        key: str | None,
    ) -> File:
        """The file behind the others, or in the place of the one before it."""
        return File(
            id=file.id,
            place=before.place if before else max((each.place for each in draft.files), default=0) + 1,
            name=file.name,
            title=described.title.strip() or (before.title if before else ""),
            component=described.component or (before.component if before else None),
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            pages=file.pages,
            scan=file.scan,
            object=file.object,
            thumbnail=file.thumbnail,
            stored_at=self.asked.at,
            replacements=_replacements(before, file, described, key),
        )

    def _sealed_parts(self, draft: Draft, file: File) -> tuple[Any, ...]:
        if draft.file_key is None:
            raise errors.NotFound("draft of a dossier", self.owner)
        sealed = stored.described(file, self.drafts.key(draft, draft.file_key))
        return sealed, file.object, file.thumbnail, file.stored_at

    async def _room(
        self, source: Database | Transaction, draft: Draft, before: File | None, size: int
    ) -> None:
        """Check that the draft, and the drafts of its owner, have room. Raises TooManyFiles, DraftsFull."""
        most, settings = self.capacity, self.files.settings
        freed = before.size if before else 0
        number = len(draft.files) + (before is None)
        if number > most.files or sum(each.size for each in draft.files) - freed + size > most.bytes:
            raise TooManyFiles(most.files, most.bytes)
        allowed = settings.store_desk_drafts_bytes if self.officer else settings.store_drafts_bytes
        ((held,),) = await source.rows(_HELD, [self.asked.principal, self.asked.at])
        if held - freed + size > allowed:
            raise refusals.DraftsFull(allowed)

    def _replaced(self, draft: Draft, described: Described) -> File | None:
        """The file that is replaced. Raises NotFound."""
        if described.supersedes is None:
            return None
        if (found := draft.file(described.supersedes)) is None:
            raise errors.NotFound("file of a draft", described.supersedes)
        return found

    async def _component_before(self, superseded: UUID) -> str | None:
        before = self.draft.file(superseded)
        return before.component if before else None


def _done(
    draft: Draft, before: File | None, file: commands.StoredFile, described: Described, key: str | None
) -> File | None:
    """The file that the same request has added or replaced; None for a new request. Raises KeyReused."""
    if before is None:
        done = draft.file(file.id)
        return done and _again(done, file, described, key or "")
    for each in draft.files:
        if (digest := dict(each.replacements).get(key or "")) is not None:
            if digest != _digest(file, described):
                raise errors.KeyReused(key or "")
            return before
    return None


def _replacements(
    before: File | None, file: commands.StoredFile, described: Described, key: str | None
) -> tuple[tuple[str, str], ...]:
    """The replacements of a file, with this one."""
    if before is None:
        return ()
    told = () if key is None else ((key, _digest(file, described)),)
    return (*before.replacements, *told)[-REPLACEMENTS:]


def _digest(file: commands.StoredFile, described: Described) -> str:
    """The idempotency fingerprint of a replacement: SHA-256 of what it says, in hex."""
    said = [str(file.id), file.sha256, described.name, described.title, described.component]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def _again(done: File, file: commands.StoredFile, described: Described, key: str) -> File:
    """The file that the same request has added. Raises KeyReused where it was another one."""
    said = (file.sha256, described.name, described.title.strip(), described.component)
    if said != (done.sha256, done.name, done.title, done.component):
        raise errors.KeyReused(key)
    return done


#: $1 owner, $2 now: the bytes of the files of all their drafts.
_HELD = """
select coalesce(sum(f.size), 0)::bigint from draft d join draft_file f on f.draft_id = d.id
where d.owner_id = $1 and d.expires_at > $2
"""
#: $1 file, $2 draft, $3 place, $4 bytes, $5 description, $6 object, $7 picture, $8 now.
_ADD = """
insert into draft_file (id, draft_id, place, size, described, object, thumbnail, stored_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (id) do update set size = excluded.size, described = excluded.described, object = excluded.object,
  thumbnail = excluded.thumbnail, stored_at = excluded.stored_at
"""
