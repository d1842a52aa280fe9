"""Papers that an applicant has given before, offered to another dossier or draft.

Nobody is asked twice for a paper that an authority has and that is still valid (Circular 32/2017/TT-BTTTT, article 4). What was
given with accepted dossiers is offered, results that were handed over too; whether it is still valid, who uses it judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database, Rows
from hoso_workflows import errors, localtime
from hoso_workflows.attachments import file_views, uploads
from hoso_workflows.attachments.uploads import Answer, Asked, Described, Files, Upload
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table

LIST = "list_attachments"
#: The most papers that are offered, the newest first.
MOST = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """A chosen paper, and what it is in the dossier that takes it."""

    paper: UUID
    component: str | None = None
    #: Empty where it is called what it was called.
    title: str = ""


async def listed(files: Files, key: str, asked: Asked) -> list[dict[str, Any]]:
    """The papers offered to a dossier, each once, the newest first. Raises NotFound.

    Applicants are offered those of their own dossiers, officers those of dossiers that their units receive, handle or decide,
    which is logged. Left out is what the dossier has already.
    """
    row, inside = await views.readable(files.service.db, LIST, key, asked.principal, asked.at, asked.origin)
    rights = await permissions.held(files.service.db, asked.principal, asked.at)
    found = await files.service.db.rows(_OFFERED, [*_asked(row, inside, rights, asked), None])
    if inside:
        reading = readings.of_list(rights, LIST)
        seen = readings.access(LIST, asked.principal, row.reference, asked.at, asked.origin, reading=reading)
        await readings.record(files.service.db, seen, [each.id for each in found])
    return [item(each) for each in found if not each.there]


async def of_account(
    db: Database, owner: UUID, kind: str, number: str | None, paper: UUID | None = None
) -> Rows:
    """The papers of one applicant in the dossiers of an account. The newest come first; or one alone."""
    return await db.rows(_OF_ACCOUNT, [owner, kind, number, MOST, paper])


async def attach(
    files: Files,
    key: str,
    chosen: Chosen,
    asked: Asked,
    *,
    idempotency: str | None = None,
    if_match: Any = None,
) -> tuple[Outcome, UUID]:
    """Hand in an offered paper; the outcome with its id.

    It is opened, looked at again, and sealed by the key of this dossier.

    Raises NotFound for what is not offered, and what `Upload.finished` raises.
    """
    row, inside = await views.readable(files.service.db, LIST, key, asked.principal, asked.at, asked.origin)
    rights = await permissions.held(files.service.db, asked.principal, asked.at)
    paper = await files.service.db.row(_OFFERED, [*_asked(row, inside, rights, asked), chosen.paper])
    if paper is None:
        raise errors.NotFound("attachment", chosen.paper)
    upload = await uploads.begun(files, key, asked, idempotency)
    return await copied(files, paper, upload, chosen, idempotency=idempotency, if_match=if_match)


async def copied(
    files: Files,
    paper: Any,
    upload: Upload[Answer],
    chosen: Chosen,
    *,
    idempotency: str | None = None,
    if_match: Any = None,
) -> tuple[Answer, UUID]:
    """Have an upload take an offered paper; the answer with its id."""
    opened = await file_views.content(files, paper.reference, paper.id, upload.asked)
    with upload.receiving() as incoming:
        async for piece in opened.content:
            incoming.write(piece)
        said = Described(paper.file_name, chosen.title or paper.title or "", chosen.component)
        return await upload.finished(incoming, said, key=idempotency, if_match=if_match)


def _asked(row: Any, inside: bool, rights: permissions.Rights, asked: Asked) -> list[Any]:
    """The parameters of `_OFFERED` but for the last one."""
    units = sorted(table.units(LIST, rights)) if inside else None
    return [row.id, asked.principal, units, MOST]


def item(row: Any) -> dict[str, Any]:
    """A paper in an answer."""
    return {
        "id": str(row.id),
        "title": row.title,
        "name": row.file_name,
        "type": row.media_type,
        "size": row.size,
        "pages": row.pages,
        "component": row.component_code,
        "phase": row.phase,
        "stored_at": localtime.isoformat(row.stored_at),
        "dossier": {"reference": row.reference, "code": row.code},
        "procedure": {"code": row.procedure_code, "name": row.procedure_name},
    }


#: Papers of the parties in `theirs`. Without its key no paper of a dossier opens.
_PAPERS = """
  select distinct on (a.sha256) a.id, a.sha256, a.title, a.file_name, a.media_type, a.size, a.pages, a.component_code, a.phase,
    a.stored_at, d.reference, d.code, d.procedure_code, v.name as procedure_name
  from theirs join dossier d on d.applicant_id = theirs.id join dossier_key k on k.dossier_id = d.id
    join attachment a on a.dossier_id = d.id join workflow_version v on v.id = d.workflow_version_id
  where d.accepted_at is not null and a.superseded_at is null
    and (not a.internal or (a.phase = 'result' and d.returned_at is not null))
    and ($5::uuid is null or a.id = $5)"""
#: $1 dossier, $2 reader, $3 the reader's units, null for an applicant, $4 at most so many, $5 one paper alone, or null.
#: An applicant's papers are those of the same person or organisation, by kind and number; an officer is offered none without a number.
_OFFERED = f"""
with asked as (select d.id, pa.kind, pa.identifier from dossier d join party pa on pa.id = d.applicant_id where d.id = $1),
theirs as (
  select pa.id from asked join party pa on pa.identifier = asked.identifier and pa.kind = asked.kind
  where $3::text[] is not null
  union all
  select pa.id from asked join party pa on pa.principal_id = $2 and pa.kind = asked.kind
    and pa.identifier is not distinct from asked.identifier
  where $3::text[] is null),
papers as ({_PAPERS} and d.id <> $1
    and ($3::text[] is null or d.receiving_unit = any($3) or d.handling_unit = any($3) or d.deciding_unit = any($3))
  order by a.sha256, a.stored_at desc, a.id)
select *, exists (select 1 from attachment own where own.dossier_id = $1 and own.sha256 = papers.sha256) as there
from papers order by stored_at desc, id limit $4
"""  # noqa: S608 - fixed text of this module
#: $1 account, $2 kind and $3 number of the applicant, $4 at most so many, $5 one paper alone, or null.
_OF_ACCOUNT = f"""
with theirs as (
  select id from party where principal_id = $1 and kind = $2 and identifier is not distinct from $3),
papers as ({_PAPERS} order by a.sha256, a.stored_at desc, a.id)
select * from papers order by stored_at desc, id limit $4
"""  # noqa: S608 - fixed text of this module
