"""Copies of letters that were given out, listed and read again.

A copy says what the letter says, with a mark of its own. Its number, its dates and what the act said are those of its issue; names,
papers and units are the dossier's of today. The copy of a letter that was signed is the signed file itself, byte by byte: a mark
in it would break its signature. It alone says what the letter said when it was given; its page says that it is not the copy.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from hoso_workflows import errors, localtime
from hoso_workflows.correspondence import letter_views
from hoso_workflows.correspondence.letter_views import Asked, Paper
from hoso_workflows.dossiers import applicant_views, views
from hoso_workflows.dossiers.resolution import sql
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters import Copy


async def listed(service: DossierService, key: str, letter: UUID, asked: Asked) -> list[dict[str, Any]]:
    """The copies of a letter in their order. Raises NotFound, also for a letter that is not the reader's to see."""
    row, inside = await views.readable(
        service.db, letter_views.LIST, key, asked.reader, asked.at, asked.origin
    )
    found = await service.db.row(_FORM, [row.id, letter])
    if found is None or (not inside and found.form in applicant_views.INTERNAL_LETTERS):
        raise errors.NotFound("letter", letter)
    return [_item(each) for each in await service.db.rows(_COPIES, [row.id, letter])]


def _item(row: Any) -> dict[str, Any]:
    return {
        "ordinal": row.ordinal,
        "given_at": localtime.isoformat(row.at),
        "receiver": row.receiver,
        "reason": row.reason,
        "signed": row.file is not None,
    }


async def paper(service: DossierService, key: str, letter: UUID, ordinal: int, asked: Asked) -> Paper:
    """A copy with its mark, or the signed file that was given. Raises NotFound and Erased, as the letter itself.

    A receipt whose payment was cancelled since then says that it is void.
    """
    issued = await letter_views.paper(service, key, letter, asked)
    given = await service.db.row(_COPY, [letter, ordinal])
    if given is None:
        raise errors.NotFound("copy of the letter", ordinal)
    content = None if issued.void else given.content
    copy = Copy(ordinal=ordinal, given_at=given.at, receiver=given.receiver, signed=content is not None)
    return replace(issued, copy=copy, content=content, sha256=given.file if content else None)


async def of_act(service: DossierService, key: str, letter: UUID, version: int, asked: Asked) -> Paper:
    """The copy that an act gave, by the dossier's version after it. Raises NotFound and Erased."""
    row = await service.db.row(_OF_ACT, [letter, version])
    if row is None:
        raise errors.NotFound("copy of the letter", version)
    return await paper(service, key, letter, row.ordinal, asked)


_FORM = "select form from letter where dossier_id = $1 and id = $2"
_GIVEN = """
e.at, (e.payload ->> 'copy')::integer as ordinal, e.payload ->> 'receiver' as receiver, e.payload ->> 'reason' as reason,
  e.payload ->> 'file' as file
"""
_COPIES = f"""
select c.* from letter l cross join lateral (select {_GIVEN} {sql.COPIES}) c
where l.dossier_id = $1 and l.id = $2 order by c.ordinal
"""  # noqa: S608 - fixed text of this module
#: $1 letter, $2 the number of an act of its dossier.
_OF_ACT = f"""
select c.ordinal from letter l cross join lateral (select e.payload -> 'act' ->> 'number' as act, {_GIVEN} {sql.COPIES}) c
where l.id = $1 and c.act::integer = $2
"""  # noqa: S608 - fixed text of this module
#: $1 letter, $2 ordinal.
_COPY = f"""
select c.*, f.content from letter l cross join lateral (select {_GIVEN} {sql.COPIES}) c
left join letter_file f on f.sha256 = c.file and f.dossier_id = l.dossier_id
where l.id = $1 and c.ordinal = $2
"""  # noqa: S608 - fixed text of this module
