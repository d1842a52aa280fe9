"""The coordinating function's side of owed reports."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.catalogue import places as catalogue_places
from hoso_api.pages.coordination import places
from hoso_api.pages.obligations import views
from hoso_api.pages.obligations.views import ADDRESS, COORDINATING
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_models import ReportPart, ReportStatus
from hoso_workflows import errors, localtime
from hoso_workflows.pagination import Page
from hoso_workflows.reports import integration
from hoso_workflows.reports.forms import tables, targets
from hoso_workflows.reports.integration import Service
from hoso_workflows.reports.obligations import register

#: Services that a page shows at most.
LENGTH = 20
PERIOD = r"^\d{4}(-Q[1-4])?$"

router = APIRouter(
    prefix=COORDINATING,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("list_report_obligations")
async def coordinating_page(
    visit: VisitNow,
    period: Annotated[str, Query(alias="ky", pattern=rf"{PERIOD}|^$")] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The reports of a quarter, services that are not integrated, and the online share."""
    units = await views.reached(visit)
    db, key = visit.service.db, period or views.current(visit)
    found = [each for each in await register.listed(db, units, period=key) if each.above in units]
    tops = sorted(
        {each.receiving_unit for each in found if each.receiving_unit in units} or _consolidating(found)
    )
    shares = [
        share
        for top in tops
        for share in await targets.shares(db, top, localtime.local_date(visit.at), at=visit.at)
    ]
    known = await register.listed(db, units)
    try:
        services = await _services(visit, found, after)
    except errors.BadCursor:
        return RedirectResponse(f"{COORDINATING}?ky={key}", status_code=303)
    return visit.page(
        "obligations/coordinating.html",
        here=places.HERE,
        sections=places.sections(visit),
        period=key,
        periods=sorted({each.period_key for each in known} | {key}, reverse=True),
        rows=found,
        states=views.STATES,
        submitted=sum(each.status is ReportStatus.SUBMITTED for each in found),
        late=sum(each.late(visit.at) for each in found),
        now=visit.at,
        address=ADDRESS,
        online=tables.of_online(shares),
        services=services,
        gaps=views.GAPS,
        service_levels=catalogue_places.service_levels(),
        system_states=catalogue_places.STATES,
        place=f"{COORDINATING}?ky={key}",
    )


async def _services(visit: Visit, found: list[register.Obligation], after: str) -> Page[Service]:
    """The services of the agencies whose reports these are that are not integrated."""
    units = {each.unit for each in found if each.part is ReportPart.AGENCY}
    today = localtime.local_date(visit.at)
    return await integration.unintegrated(visit.service.db, units, today, limit=LENGTH, after=after or None)


def _consolidating(found: list[register.Obligation]) -> set[str]:
    return {each.consolidating_unit for each in found}


@router.get("/{period}")
@acts.named("list_report_obligations")
async def consolidation_page(period: Annotated[str, Path(pattern=PERIOD)], visit: VisitNow) -> Response:
    """The consolidated report of a period: sums, the agencies' texts, the own chapter. Raises NotFound."""
    units = await views.reached(visit)
    for each in await register.listed(visit.service.db, units, period=period):
        if each.part is ReportPart.CONSOLIDATED:
            return await views.shown(visit, each, Filled.first(visit), coordinating=True)
    raise errors.NotFound("report that is owed", period)
