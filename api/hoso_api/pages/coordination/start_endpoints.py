"""Start of the coordinating function: what is going on, and where it is followed."""

from typing import Any

from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.coordination import places
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import VisitNow
from hoso_workflows.coordination import outages

router = session.router(places.ADDRESS)


@router.get("")
@acts.named("list_outages")
async def start_page(visit: VisitNow) -> Response:
    """Figures of the places that the reader may enter."""
    return visit.page(
        "coordination/start.html",
        here=places.HERE,
        sections=places.sections(visit),
        figures=await _figures(visit),
        reports=bool(places.units(visit, outages.REPORT)),
    )


async def _figures(visit: VisitNow) -> dict[str, Any]:
    called = sorted(places.units(visit, "list_urgings"))
    judged = sorted(places.units(visit, "list_evaluations"))
    (row,) = await visit.service.db.rows(_FIGURES, [visit.at, called, judged])
    return dict(row)


#: $1 now, $2 units of which the reader sees the calls, $3 those of which they see the sheets.
_FIGURES = """
select
  (select count(*) from outage where resolved_at is null) as outages,
  (select count(*) from maintenance where cancelled_at is null and ends_at > $1) as maintenance,
  (select count(*) from urging where unit_code = any($2::text[]) and answered_at is null) as waiting,
  (select count(*) from urging where unit_code = any($2::text[]) and answered_at is null and due_at < $1) as overdue,
  (select count(*) from register_document where state in ('planned', 'under_way')) as documents,
  (select count(*) from agency_system where state in ('apart', 'under_way')) as apart,
  (select count(*) from evaluation_sheet where unit_code = any($3::text[]) and final_at is null) as sheets
"""
