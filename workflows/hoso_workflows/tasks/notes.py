"""Notes among officers on a dossier; its applicant never reads them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_workflows import localtime, pagination
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.applicant_views import EVENTS
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle.state import AMENDABLE
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.pagination import Conditions, Page


async def listed(
    service: DossierService,
    key: str,
    *,
    reader: UUID,
    at: datetime,
    limit: int = 50,
    after: str | None = None,
    origin: Origin = WITHIN,
) -> Page[dict[str, Any]]:
    """One page of a dossier's notes, the newest first. Raises NotFound, BadCursor."""
    row, _ = await views.readable(service.db, "list_notes", key, reader, at, origin)
    asked = Conditions()
    asked.add("e.dossier_id = {} and e.at >= {} and e.kind = {}", row.id, row.filed_at, Kind.NOTED.value)
    asked.behind("e.seq", EVENTS.values(after), falling=True)
    return await pagination.page(
        service.db, _NOTES, asked, EVENTS, limit=limit, item=lambda row: _note(row, reader, at)
    )


def _note(row: Any, reader: UUID, at: datetime) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "at": localtime.isoformat(row.at),
        "author": row.author,
        "on_behalf_of": row.on_behalf_of,
        "text": row.text,
        "mention": row.mention,
        "amended_at": localtime.isoformat(row.amended_at),
        "amendable": reader in (row.actor_id, row.absent_id) and at - row.at <= AMENDABLE,
    }


_NOTES = f"""
select e.seq, e.at, e.actor_id, e.on_behalf_of as absent_id, p.name as author, b.name as on_behalf_of, m.name as mention,
  coalesce(a.text, e.payload ->> 'text') as text, a.at as amended_at
from dossier_event e join principal p on p.id = e.actor_id left join principal b on b.id = e.on_behalf_of
left join principal m on m.id = (e.payload ->> 'mention')::uuid
left join lateral (
  select a.payload ->> 'text' as text, a.at from dossier_event a
  where a.dossier_id = e.dossier_id and a.kind = '{Kind.NOTE_AMENDED}' and a.at between e.at and e.at + interval '{AMENDABLE}'
    and (a.payload ->> 'note')::int = e.seq
  order by a.seq desc limit 1
) a on true
where {{conditions}} order by e.seq desc limit {{limit}}
"""  # noqa: S608 - fixed text of this module
