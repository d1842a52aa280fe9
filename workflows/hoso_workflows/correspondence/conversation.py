"""Conversation of a dossier for its readers: what applicant and desk wrote.

Officers see what was proposed to the desk as well, and who wrote; an applicant sees neither.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_workflows import localtime, pagination
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.applicant_views import EVENTS
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import Kind
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.pagination import Conditions

READ = "get_conversation"
#: Who wrote, by the kind of the event.
BY = {Kind.APPLICANT_WROTE: "applicant", Kind.DESK_WROTE: "desk", Kind.REPLY_PROPOSED: "handling"}
#: What an applicant sees.
_TOLD = (Kind.APPLICANT_WROTE, Kind.DESK_WROTE)


async def read(
    service: DossierService,
    key: str,
    *,
    reader: UUID,
    at: datetime,
    limit: int | None = None,
    after: str | None = None,
    origin: Origin = WITHIN,
) -> dict[str, Any]:
    """One page of the conversation in order. Raises NotFound, BadCursor."""
    row, inside = await views.readable(service.db, READ, key, reader, at, origin)
    asked = Conditions()
    asked.add("e.dossier_id = {} and e.at >= {}", row.id, row.filed_at)
    asked.add("e.kind = any({}::text[])", [kind.value for kind in (BY if inside else _TOLD)])
    asked.behind("e.seq", EVENTS.values(after))
    page = await pagination.page(
        service.db,
        _WRITTEN,
        asked,
        EVENTS,
        limit=limit,
        item=lambda written: _entry(written, inside=inside),
    )
    return page.answer()


def _entry(row: Any, *, inside: bool) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "at": localtime.isoformat(row.at),
        "by": BY[Kind(row.kind)],
        "author": row.author if inside else None,
        "text": row.text,
    }


#: A text that was erased by law is null.
_WRITTEN = """
select e.seq, e.at, e.kind, e.payload ->> 'text' as text, p.name as author
from dossier_event e join principal p on p.id = e.actor_id
where {conditions} order by e.seq limit {limit}
"""
