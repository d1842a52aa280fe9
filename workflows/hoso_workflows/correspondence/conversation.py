"""Conversation of a dossier for its readers: what applicant and desk wrote. Dossiers whose applicants wait for an answer.

Officers see what was proposed to the desk as well, and who wrote; an applicant sees neither.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.applicant_views import EVENTS
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import Kind
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.pagination import Conditions, Keyset, Page

READ, WAITING = "get_conversation", "list_unanswered"
#: Who wrote, by the kind of the event.
BY = {Kind.APPLICANT_WROTE: "applicant", Kind.DESK_WROTE: "desk", Kind.REPLY_PROPOSED: "handling"}
#: What an applicant sees.
_TOLD = (Kind.APPLICANT_WROTE, Kind.DESK_WROTE)
UNANSWERED = Keyset("unanswered", unanswered_since=pagination.INSTANT, id=pagination.IDENTITY)


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


async def unanswered(
    db: Database,
    unit: str | None,
    *,
    reader: UUID,
    at: datetime,
    limit: int = 50,
    after: str | None = None,
    origin: Origin = WITHIN,
) -> Page[dict[str, Any]]:
    """One page of dossiers whose applicants wait for an answer.

    They are of a desk, or of all that the reader sees. Those who have waited longest stand first; the reading is logged.
    Raises Forbidden for another's unit, NotFound for one that is none, BadCursor.
    """
    await permissions.existing_unit(db, unit)
    rights = await permissions.held(db, reader, at)
    units = sorted(table.units(WAITING, rights))
    async with readings.refusals(db, WAITING, reader, unit, at, origin):
        if unit is not None and unit not in units:
            raise errors.Forbidden(reader, table.ACTS[WAITING].says, permissions.RECEPTION, unit)
    asked = Conditions("d.unanswered_since is not null")
    asked.equal("d.receiving_unit", units if unit is None else unit)
    asked.behind("d.unanswered_since, d.id", UNANSWERED.values(after))
    page = await pagination.page(db, _UNANSWERED, asked, UNANSWERED, limit=limit, item=_waiting)
    seen = readings.access(WAITING, reader, unit, at, origin, reading=readings.of_list(rights, WAITING, unit))
    await readings.record(db, seen, (each["reference"] for each in page.items))
    return page


def _waiting(row: Any) -> dict[str, Any]:
    """A dossier in the list, JSON-safe."""
    return {
        **{name: row[name] for name in ("reference", "code", "procedure", "procedure_name", "unit")},
        "unanswered_since": localtime.isoformat(row["unanswered_since"]),
    }


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
_UNANSWERED = """
select d.id, d.reference, d.code, d.procedure_code as procedure, v.name as procedure_name, d.receiving_unit as unit, d.unanswered_since
from dossier d join workflow_version v on v.id = d.workflow_version_id
where {conditions} order by d.unanswered_since, d.id limit {limit}
"""
