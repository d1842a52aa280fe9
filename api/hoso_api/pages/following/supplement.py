"""A supplement that is answered online: slip, papers, and what was added."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso_api.pages.following import files
from hoso_api.pages.following.dossier import Own
from hoso_api.pages.portal.visit import ApplicantVisit
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.package.package import Component
from hoso_models import Phase
from hoso_workflows.attachments import kinds, offered, uploads

#: Fields of the forms, as their pages name them; the file's field of a block has its number behind it.
FILE, COMPONENT, PAPER, NOTE = "tep", "thanh-phan", "giay-cu", "ghi-chu"
#: Refusals that are told at the file's field.
REFUSED = (
    *("file-too-large", "file-type-refused", "file-refused", "file-protected", "file-infected"),
    *("file-too-large-to-scan", "attachment-there", "too-many-files"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paper that is asked for, with what was added of it since."""

    number: int
    #: Empty for what is no paper of the procedure.
    code: str
    name: str
    #: Endings that are taken, and the largest file in bytes.
    endings: Sequence[str]
    most: int
    files: Sequence[Mapping[str, Any]]

    @property
    def place(self) -> str:
        """The field of its file on the page."""
        return f"{FILE}-{self.number}"


@dataclass(frozen=True, slots=True)
class Answering:
    """A supplement that is being answered."""

    asked: Mapping[str, Any]
    blocks: Sequence[Block]
    #: Papers given before, which need not be sent again, as choices.
    offered: Sequence[tuple[str, str]]

    @property
    def components(self) -> tuple[str, ...]:
        """The papers of which something was added."""
        return tuple(block.code for block in self.blocks if block.code and block.files)

    @property
    def added(self) -> bool:
        """True where anything was added."""
        return any(block.files for block in self.blocks)

    def block(self, code: str) -> Block:
        """The block of a paper; the last one is of what is none."""
        return next((each for each in self.blocks if each.code == code), self.blocks[-1])


async def answering(visit: ApplicantVisit, subject: Own) -> Answering | None:
    """The supplement that is awaited, with what was added; None where none is."""
    asked = subject.supplement
    if asked is None:
        return None
    key = subject.document["reference"]
    upload = await uploads.opened(files.of(visit), key, files.asked(visit))
    since = datetime.fromisoformat(asked["at"])
    added = [each for each in await files.listed(visit, key) if _added(each, since)]
    blocks = list(_blocks(subject, asked, upload, added))
    papers = await offered.listed(files.of(visit), key, files.asked(visit))
    return Answering(asked, blocks, [(each["id"], each["title"] or each["name"]) for each in papers])


def _added(file: Mapping[str, Any], since: datetime) -> bool:
    came = datetime.fromisoformat(file["stored_at"])
    return file["phase"] == Phase.SUPPLEMENT and file["superseded_at"] is None and came >= since


def _blocks(
    subject: Own,
    asked: Mapping[str, Any],
    upload: uploads.DossierUpload,
    added: Sequence[Mapping[str, Any]],
) -> Iterator[Block]:
    """A block for each paper that the slip names, and one for anything else."""
    declared = {part.code: part for part in upload.components}
    default = upload.files.settings.store_file_bytes
    named = {part["code"]: part["name"] for part in subject.document["components"] or ()}
    wanted = [item for item in asked["items"] if item in named]
    for number, code in enumerate(wanted, start=1):
        part = declared.get(code)
        of_it = [each for each in added if each["component"] == code]
        yield Block(number, code, named[code], _endings(part), _most(part, default), of_it)
    rest = [each for each in added if each["component"] not in wanted]
    yield Block(len(wanted) + 1, "", spoken("Giấy tờ khác"), _endings(None), default, rest)


def _endings(part: Component | None) -> list[str]:
    return kinds.endings(kinds.accepted(part.accept if part else ()))


def _most(part: Component | None, default: int) -> int:
    return kinds.size(part.max_size, default) if part else default
