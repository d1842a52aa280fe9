"""The coordinating function's side of owed reports."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.coordination import places
from hoso_api.pages.obligations import views
from hoso_api.pages.obligations.views import ADDRESS, COORDINATING
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled
from hoso_api.pages.shared.visit import VisitNow
from hoso_models import ReportPart, ReportStatus
from hoso_workflows import errors, localtime
from hoso_workflows.reports.forms import tables, targets
from hoso_workflows.reports.obligations import register

PERIOD = r"^\d{4}(-Q[1-4])?$"

router = APIRouter(
    prefix=COORDINATING,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("list_report_obligations")
async def coordinating_page(
    visit: VisitNow, period: Annotated[str, Query(alias="ky", pattern=rf"{PERIOD}|^$")] = ""
) -> Response:
    """The reports of a quarter, and the share filed online against its target."""
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
    )


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
