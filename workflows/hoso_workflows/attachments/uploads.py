"""Uploads: a file received, looked at, sealed, stored, added to its dossier or draft.

    upload = await uploads.begun(files, key, asked)
    with upload.receiving() as incoming:
        incoming.write(…)
        outcome = await upload.finished(incoming, described, key=…)

The bytes are stored before the row that names them; what is left of an upload that was refused or cut off has no row, and the
sweep takes it away.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Generic, TypeVar
from uuid import UUID, uuid4, uuid5

import orjson

from hoso_bpmn.package.package import Component
from hoso_models import Scan
from hoso_models.storage.database import Transaction
from hoso_workflows import errors
from hoso_workflows.attachments import dossier_keys, kinds, looking, refusals, scanning, sealed_bytes
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.signatures import verification

READ = "list_attachments"
#: What is told of whatever the file was added to.
Answer = TypeVar("Answer")
#: What is written in the transaction that adds a file, of whose id it is told. What it raises refuses the file.
Beside = Callable[[UUID, Transaction], Awaitable[None]]
#: Owner of the sealed picture of a file, beside the file's own.
THUMBNAIL = b"/thumbnail"
#: Ids of files that were sent with an idempotency key.
_NAMES = UUID("5f6a1d4e-63b5-4a0c-8f2e-0c51c2f1a9d3")


@dataclass(frozen=True, slots=True)
class Files:
    """Dossiers, store, the installation's key and limits, for work on files."""

    service: DossierService
    store: Store
    seal: Seal
    settings: StoreSettings
    #: Reads the certificates that are trusted where a file is signed, as PEM.
    roots: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Asked:
    """The caller of a request, its instant and origin."""

    principal: UUID
    at: datetime
    origin: Origin = WITHIN


@dataclass(frozen=True, slots=True)
class Described:
    """Description of a file beside its bytes."""

    name: str
    title: str = ""
    component: str | None = None
    internal: bool = False
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True)
class SignedHere(Described):
    """Description of a file that was signed here, to be the result."""

    #: The open step that decides; None where there is none.
    task: UUID | None = None


@dataclass(frozen=True, slots=True)
class Proving(Described):
    """Description of a file that proves a payment, with words to the desk."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Exchanging(Described):
    """Description of a file that takes the place of one of a result."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Correcting(Exchanging):
    """Description of a file that corrects a result that was handed over."""


@dataclass(slots=True)
class Incoming:
    """A file being received, without a name on the disk. `write` raises `FileTooLarge`."""

    content: BinaryIO
    most: int
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        """Take some bytes."""
        self.size += len(data)
        if self.size > self.most:
            raise refusals.FileTooLarge(self.most)
        self.digest.update(data)
        self.content.write(data)


@dataclass(frozen=True, slots=True)
class Upload(ABC, Generic[Answer]):
    """An upload that was let in, to a dossier or a draft."""

    files: Files
    asked: Asked
    #: The id of what the file is added to.
    owner: UUID
    #: The papers that it asks for.
    components: Sequence[Component]

    @property
    def most(self) -> int:
        """The largest file that any paper of the owner may be, in bytes."""
        default = self.files.settings.store_file_bytes
        return max([default, *(kinds.size(part.max_size, default) for part in self.components)])

    @property
    def capacity(self) -> commands.Capacity:
        """The most that a dossier may hold, and a draft of one."""
        settings = self.files.settings
        return commands.Capacity(settings.store_dossier_files, settings.store_dossier_bytes)

    @abstractmethod
    async def sealing_key(self) -> bytes:
        """The key of the owner's files, made where there is none. Raises Erased, NotFound, sealing.Broken."""

    @abstractmethod
    async def resolved(self, described: Described) -> Described:
        """The description with the side of the version before it. Raises NotFound."""

    @abstractmethod
    async def possible(self, described: Described, size: int) -> None:
        """Ask whether this file may be added before its bytes come. Raises what `finished` raises."""

    @abstractmethod
    async def finished(
        self,
        incoming: Incoming,
        described: Described,
        *,
        key: str | None = None,
        if_match: Any = None,
        beside: Beside | None = None,
    ) -> tuple[Answer, UUID]:
        """Look at the file, store it, add it; the answer with its id.

        Raises the refusals of files, and whatever refuses to add it.
        """

    @abstractmethod
    async def _component_before(self, superseded: UUID) -> str | None:
        """The code of the component that the version before it is."""

    @contextmanager
    def receiving(self) -> Iterator[Incoming]:
        """A place for the bytes during the block."""
        with tempfile.TemporaryFile(dir=self.files.store.incoming) as content:
            yield Incoming(content, self.most)

    def identity(self, key: str | None) -> UUID:
        """The id of the file: the same for the same request again."""
        return uuid4() if key is None else uuid5(_NAMES, f"{self.owner}/{self.asked.principal}/{key}")

    async def component_within(self, described: Described, size: int) -> Component | None:
        """The component that the file is. Raises FileTooLarge for more bytes than it may have."""
        component = await self._component(described)
        default = self.files.settings.store_file_bytes
        most = kinds.size(component.max_size, default) if component else default
        if size > most:
            raise refusals.FileTooLarge(most)
        return component

    async def stored(
        self, incoming: Incoming, described: Described, file: commands.StoredFile
    ) -> commands.StoredFile:
        """The file looked at, sealed and stored. Raises the refusals of files."""
        component = await self.component_within(described, incoming.size)
        accepted = kinds.accepted(component.accept if component else ())
        endings = tuple(kinds.endings(accepted))
        looked = await looking.look(incoming.content, described.name, endings)
        if looked.media_type not in accepted or not kinds.named(described.name, looked.media_type):
            raise refusals.FileTypeRefused(described.name, looked.media_type, endings)
        scan = await scanning.scan(incoming.content, described.name, self.files.settings)
        key, picture, owner = await self.sealing_key(), looked.thumbnail, file.id.bytes
        return replace(
            file,
            media_type=looked.media_type,
            pages=looked.pages,
            scan=scan,
            signed=await self._well_signed(incoming, described, looked.media_type),
            object=await self._sealed(incoming.content, key, owner),
            thumbnail=await self._sealed(io.BytesIO(picture), key, owner + THUMBNAIL) if picture else None,
        )

    async def _component(self, described: Described) -> Component | None:
        """The component that the file is, also by the version before it."""
        code = described.component
        if code is None and described.supersedes is not None:
            code = await self._component_before(described.supersedes)
        return next((part for part in self.components if part.code == code), None)

    async def _well_signed(self, incoming: Incoming, described: Described, media_type: str) -> bool:
        """True for a signed PDF of the authority's own. Nobody relies on a signature of the applicant's."""
        if isinstance(described, SignedHere):
            return True
        if not described.internal or media_type != kinds.PDF:
            return False
        incoming.content.seek(0)
        content = await asyncio.to_thread(incoming.content.read)
        return await verification.well_signed(content, self.files.roots(), at=self.asked.at)

    async def _sealed(self, content: BinaryIO, key: bytes, owner: bytes) -> str:
        """Seal bytes by the owner's key and store them; their name in the store."""
        content.seek(0)
        with tempfile.TemporaryFile(dir=self.files.store.incoming) as sealed:
            name = await asyncio.to_thread(sealed_bytes.seal, content, sealed, key, owner)
            sealed.seek(0)
            await self.files.store.put(name, sealed)
        return name


#: What a file may be of which nothing is known yet.
_ANY = (Described(""), Described("", internal=True))


async def begun(
    files: Files, dossier: str, asked: Asked, key: str | None = None, *, possible: Sequence[Described] = _ANY
) -> DossierUpload:
    """An upload to a dossier to which the caller may add a `possible` file.

    One under an idempotency `key` that was answered is let in too. Raises NotFound, and whatever refuses the command.
    """
    upload = await opened(files, dossier, asked)
    unknown = announced(uuid4(), Described(""), "", 0)
    choice = [upload._command(unknown, each) for each in possible]
    # An officer who waits for a turn is told so, or that it is for others, once the side of the file is known.
    with suppress(errors.NotYourTurn):
        await files.service.require_possible(
            upload.reference, choice, actor=asked.principal, at=asked.at, key=key
        )
    return upload


async def opened(files: Files, dossier: str, asked: Asked) -> DossierUpload:
    """An upload to a dossier that the caller may read. Raises NotFound."""
    row, inside = await views.readable(
        files.service.db, READ, dossier, asked.principal, asked.at, asked.origin
    )
    if not inside and not row.own:
        raise errors.NotFound("dossier", dossier)
    version = await files.service.reference_data.version(row.workflow_version_id)
    components = version.case(row.case_id).case.components
    return DossierUpload(files, asked, row.id, components, row.reference)


@dataclass(frozen=True, slots=True)
class DossierUpload(Upload[Outcome]):
    """An upload to a dossier."""

    reference: str

    async def sealing_key(self) -> bytes:
        """The key of the dossier. Raises Erased where the dossier was erased while its file came in."""
        key = await dossier_keys.made(self.files.service.db, self.files.seal, self.owner, self.asked.at)
        if key is None:
            raise errors.Erased(self.reference)
        return key

    async def resolved(self, described: Described) -> Described:
        """The description with the side of the version before it. Raises NotFound."""
        if described.supersedes is None:
            return described
        internal = await superseding(self.files, self.reference, described.supersedes, self.asked)
        return replace(described, internal=internal)

    async def possible(self, described: Described, size: int) -> None:
        """Ask whether this file may be added before its bytes come. Raises what `finished` raises."""
        await self.component_within(described, size)
        await self._require(described, size)

    async def require(self, described: Described) -> None:
        """Raise what would refuse this file, before there is work with it."""
        await self._require(described, 0)

    async def _require(self, described: Described, size: int) -> None:
        command = self._command(announced(uuid4(), described, "", size), described)
        await self.files.service.require_possible(
            self.reference, [command], actor=self.asked.principal, at=self.asked.at
        )

    async def finished(
        self,
        incoming: Incoming,
        described: Described,
        *,
        key: str | None = None,
        if_match: Any = None,
        beside: Beside | None = None,
    ) -> tuple[Outcome, UUID]:
        """Look at the file, store it, add it; the outcome with its id.

        Raises the refusals of files, and whatever the command raises.
        """
        file = announced(self.identity(key), described, incoming.digest.hexdigest(), incoming.size)
        command = self._command(file, described)
        words = [described.reason] if isinstance(described, Exchanging) else []
        words += [described.text] if isinstance(described, Proving) else []
        said = [
            file.sha256,
            described.name,
            described.title,
            described.component,
            described.supersedes,
            *words,
        ]
        request: dict[str, Any] = {
            "actor": self.asked.principal,
            "at": self.asked.at,
            "key": key,
            "body": orjson.dumps(said),
            "if_match": if_match,
        }
        service = self.files.service
        # Before anybody looks at it and before anything is stored.
        if done := await service.require_possible(self.reference, [command], **request):
            return done, file.id
        complete = replace(command, file=await self.stored(incoming, described, file))
        also = None if beside is None else partial(beside, file.id)
        return await service.perform(self.reference, complete, **request, beside=also), file.id

    def _command(self, file: commands.StoredFile, described: Described) -> commands.Attach:
        said = (file, described.title, described.component, described.supersedes, self.capacity)
        if isinstance(described, SignedHere):
            return commands.SignResult(*said, described.task)
        if isinstance(described, Correcting):
            return commands.CorrectResult(*said, described.reason)
        if isinstance(described, Exchanging):
            return commands.ExchangeResult(*said, described.reason)
        if isinstance(described, Proving):
            return commands.SubmitProof(*said, described.text)
        kind = commands.AttachInternally if described.internal else commands.Attach
        return kind(*said)

    async def _component_before(self, superseded: UUID) -> str | None:
        row = await self.files.service.db.row(_BEFORE, [self.owner, superseded])
        return row.component_code if row else None


def announced(identity: UUID, described: Described, sha256: str, size: int) -> commands.StoredFile:
    """A file of which nobody knows more than what was sent with it."""
    return commands.StoredFile(
        id=identity,
        name=described.name,
        media_type="",
        size=size,
        sha256=sha256,
        object="",
        thumbnail=None,
        pages=None,
        scan=Scan.NOT_SCANNED,
    )


async def superseding(files: Files, key: str, attachment: UUID, asked: Asked) -> bool:
    """True where the file to be superseded is the authority's own. Raises NotFound."""
    row, inside = await views.readable(files.service.db, READ, key, asked.principal, asked.at, asked.origin)
    found = await files.service.db.row(_BEFORE, [row.id, attachment])
    if found is None or (found.internal and not inside):
        raise errors.NotFound("attachment", attachment)
    return bool(found.internal)


_BEFORE = "select component_code, internal from attachment where dossier_id = $1 and id = $2"
