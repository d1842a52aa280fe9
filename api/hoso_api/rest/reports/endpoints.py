"""Reports on a period."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.reports import schemas
from hoso_calendar import WorkCalendar
from hoso_models import EntryChannel
from hoso_models.storage import time_limits
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows.monitoring import overdue
from hoso_workflows.organisation import permissions
from hoso_workflows.reports import lateness, lateness_dossiers, weeks
from hoso_workflows.reports.lateness import Part
from hoso_workflows.reports.lateness_dossiers import Cell, Column, Counted

From = Annotated[date, Query(alias="from", ge=FIRST_DAY, le=LAST_DAY)]
To = Annotated[date, Query(alias="to", ge=FIRST_DAY, le=LAST_DAY, description="The last day, included.")]
PartAsked = Annotated[
    Part,
    Query(description="What the units of the report are to its dossiers.", examples=[Part.RECEIVING.value]),
]
router = APIRouter(prefix="/reports", tags=["reports"], route_class=KnownRoute)


@router.get("/lateness", response_model=schemas.LatenessReport, responses=responses(400, 401, 403, 404))
@acts.named("report_lateness")
async def report_lateness(
    caller: CallerNow,
    period_from: From,
    period_to: To,
    unit: Annotated[
        Key | None,
        Query(
            description="With those below it. Left out: your only unit, that of your office for administrators."
        ),
    ] = None,
    part: PartAsked = Part.HANDLING,
) -> Response:
    """The lateness report of a period, by unit and procedure."""
    async with caller.refusals("report_lateness", unit):
        asked = await permissions.report_unit(caller.service.db, caller.principal, caller.at, unit)
    with time_limits.within(DatabaseSettings.read().database_statement_timeout.total_seconds()):
        report = await lateness.report_lateness(
            caller.service.db,
            period_from,
            period_to,
            at=caller.at,
            unit=asked,
            part=part,
            made_by=caller.principal,
            figures=caller.service.reference_data.figures,
        )
    document = {name: getattr(report, name) for name in schemas.LatenessReport.model_fields}
    return Json(document)


@router.get(
    "/lateness/dossiers",
    response_model=schemas.ReportedDossiers,
    responses=responses(400, 401, 403, 404, 409),
)
@acts.named("list_reported_dossiers")
async def list_reported_dossiers(
    caller: CallerNow,
    period_from: From,
    period_to: To,
    column: Annotated[Column, Query(description="The column of the figure.")],
    unit: Annotated[Key | None, Query(description="The unit of the report, with those below it.")] = None,
    part: PartAsked = Part.HANDLING,
    line_unit: Annotated[Key | None, Query(description="The unit of the line.")] = None,
    procedure: Annotated[Key | None, Query(description="The procedure of the line.")] = None,
    channel: Annotated[
        EntryChannel | None, Query(description="The channel by which they were filed.")
    ] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The dossiers that a figure of the lateness report counts, with their dates as they stood at the period's end."""
    db, act = caller.service.db, "list_reported_dossiers"
    async with caller.refusals(act, unit):
        asked = await permissions.report_unit(db, caller.principal, caller.at, unit, act)
        await permissions.existing_unit(db, line_unit)
    rights = await permissions.held(db, caller.principal, caller.at)
    scope = await caller.service.reference_data.scope(rights, act)
    with time_limits.within(DatabaseSettings.read().database_statement_timeout.total_seconds()):
        found = await lateness_dossiers.dossiers(
            db,
            period_from,
            period_to,
            Cell(column, line_unit, procedure, channel),
            at=caller.at,
            unit=asked,
            part=part,
            scope=scope,
            after=after,
            limit=limit,
        )
    await caller.listed(act, asked, rights, [each.id for each in found.page.items], unit=asked)
    calendars = await caller.service.reference_data.unit_calendars()
    told = {"number": found.number, "counted_only": found.counted_only}
    return Json({**told, **found.page.answer(lambda item: _dossier(item, calendars))})


@router.get("/weeks", response_model=schemas.UnitWeeks, responses=responses(401, 403, 404))
@acts.named("report_lateness")
async def report_weeks(
    caller: CallerNow,
    unit: Annotated[
        Key | None,
        Query(description="With those below it. Left out: your only unit, that of your office."),
    ] = None,
) -> Response:
    """Dossiers that a unit and those below it accepted and resolved, by week: the last 13, the last one runs."""
    async with caller.refusals("report_lateness", unit):
        asked = await permissions.report_unit(caller.service.db, caller.principal, caller.at, unit)
    found = await weeks.of_unit(caller.service.db, asked, at=caller.at)
    return Json({"unit": asked, "at": caller.at, "weeks": found})


def _dossier(item: Counted, calendars: Mapping[str, WorkCalendar]) -> dict[str, Any]:
    said = {name: getattr(item, name) for name in schemas.ReportedDossier.model_fields}
    late = item.lateness and overdue.Lateness.between(calendars[item.unit], *item.lateness)
    return {**said, "lateness": late, "still": item.still and asdict(item.still)}
