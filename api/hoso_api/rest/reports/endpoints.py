"""Reports on a period."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.reports import schemas
from hoso_models.storage import time_limits
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.organisation import permissions
from hoso_workflows.reports import lateness

router = APIRouter(prefix="/reports", tags=["reports"], route_class=KnownRoute)


@router.get("/lateness", response_model=schemas.LatenessReport, responses=responses(400, 401, 403, 404))
@acts.named("report_lateness")
async def report_lateness(
    caller: CallerNow,
    period_from: Annotated[date, Query(alias="from", ge=FIRST_DAY, le=LAST_DAY)],
    period_to: Annotated[
        date, Query(alias="to", ge=FIRST_DAY, le=LAST_DAY, description="The last day, included.")
    ],
    unit: Annotated[
        Key | None,
        Query(
            description="With those below it. Left out: your only unit, that of your office for administrators."
        ),
    ] = None,
) -> Response:
    """The lateness report of a period, by unit and procedure."""
    async with caller.refusals("report_lateness", unit):
        asked = await permissions.report_unit(caller.service.db, caller.principal, caller.at, unit)
    with time_limits.within(DatabaseSettings().database_statement_timeout.total_seconds()):
        report = await lateness.report_lateness(
            caller.service.db,
            period_from,
            period_to,
            at=caller.at,
            unit=asked,
            made_by=caller.principal,
            figures=caller.service.reference_data.figures,
        )
    document = {name: getattr(report, name) for name in schemas.LatenessReport.model_fields}
    return Json(document)
