"""Papers that who files has given before, offered to a draft of theirs.

The same that is offered to a dossier (`attachments.offered`), while it is filled in. It is for who files for themselves: by a
draft, an officer could ask for the papers of any number that is typed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hoso_workflows import errors
from hoso_workflows.attachments import offered
from hoso_workflows.attachments.offered import Chosen
from hoso_workflows.attachments.uploads import Asked, Files
from hoso_workflows.drafts import uploads
from hoso_workflows.drafts.file_views import LIST
from hoso_workflows.drafts.files import File
from hoso_workflows.drafts.storage import Draft, Drafts


async def listed(drafts: Drafts, draft: UUID, asked: Asked) -> list[dict[str, Any]]:
    """The papers offered to a draft, each once, the newest first. Left out is what it has already.

    Raises what `Drafts.read` raises.
    """
    found = await drafts.read(asked.principal, draft, at=asked.at, act=LIST)
    there = {each.sha256 for each in found.files}
    return [offered.item(each) for each in await _papers(drafts, found) if each.sha256 not in there]


async def attach(
    files: Files, drafts: Drafts, draft: UUID, chosen: Chosen, asked: Asked, *, key: str | None = None
) -> File:
    """Add an offered paper: looked at again, and sealed by this draft's key.

    Raises NotFound for what is not offered, and what `uploads.begun` and `DraftUpload.finished` raise.
    """
    found = await drafts.read(asked.principal, draft, at=asked.at, act=uploads.ACT)
    papers = await _papers(drafts, found, chosen.paper)
    if not papers:
        raise errors.NotFound("attachment", chosen.paper)
    upload = await uploads.begun(files, drafts, draft, asked)
    file, _ = await offered.copied(files, papers[0], upload, chosen, idempotency=key)
    return file


async def _papers(drafts: Drafts, draft: Draft, paper: UUID | None = None) -> Any:
    """Rows of what the same applicant has given in dossiers of the owner's account."""
    applicant = (draft.content or {}).get("applicant")
    typed = applicant if isinstance(applicant, dict) else {}
    kind, number = (typed.get(name) for name in ("kind", "identifier"))
    return await offered.of_account(
        drafts.db, draft.owner, str(kind), number if isinstance(number, str) else None, paper
    )
