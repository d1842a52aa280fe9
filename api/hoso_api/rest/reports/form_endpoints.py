"""Forms of reports on a period, as tables and as files."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import Caller, CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.reports import schemas
from hoso_api.rest.reports.endpoints import From, To
from hoso_models.storage import time_limits
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows import localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.reports import days, integration
from hoso_workflows.reports.forms import files, making, tables, targets
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.forms.files import Format
from hoso_workflows.reports.forms.tables import Form, Heading, Split, Table

router = APIRouter(prefix="/reports", tags=["reports"], route_class=KnownRoute)

Unit = Annotated[
    Key | None,
    Query(
        description="With those below it. Left out: your only unit, that of your office for administrators."
    ),
]
SplitBy = Annotated[Split, Query(description="The lines of form II.06.")]
OFFICERS = "report_officers"
READS = responses(400, 401, 403, 404)
FILE: dict[int | str, dict[str, Any]] = {
    **responses(400, 401, 403, 404, 503),
    200: {
        "content": {
            kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for kind in files.TYPES.values()
        }
    },
}


@router.get("/forms/{form}", response_model=schemas.FormReport, responses=READS)
@acts.named("report_lateness")
async def get_report_form(
    caller: CallerNow,
    form: schemas.OpenForm,
    period_from: From,
    period_to: To,
    unit: Unit = None,
    split: SplitBy = Split.PROCEDURE,
) -> Response:
    """A form of a period: II.06 with its identities, II.07, steps with their percentiles, or the share filed online."""
    made, heading = await _made(
        caller, "report_lateness", Form(form), Scope(period_from, period_to, unit), split
    )
    return Json(_said(made, heading))


@router.get("/forms/{form}/file", response_class=Response, responses=FILE)
@acts.named("report_lateness")
async def get_report_form_file(
    caller: CallerNow,
    form: schemas.OpenForm,
    kind: Annotated[Format, Query(alias="format")],
    period_from: From,
    period_to: To,
    unit: Unit = None,
    split: SplitBy = Split.PROCEDURE,
) -> Response:
    """The same as a workbook, CSV, PDF or picture."""
    made, heading = await _made(
        caller, "report_lateness", Form(form), Scope(period_from, period_to, unit), split
    )
    return file(
        await files.made(kind, heading, [made]), kind, f"{form}-{period_from:%Y%m%d}-{period_to:%Y%m%d}"
    )


@router.get("/officers", response_model=schemas.FormReport, responses=READS)
@acts.named("report_officers")
async def report_officers(caller: CallerNow, period_from: From, period_to: To, unit: Unit = None) -> Response:
    """Steps of a period by officer, with verdicts and working time."""
    made, heading = await _made(
        caller, OFFICERS, Form.OFFICERS, Scope(period_from, period_to, unit), Split.UNIT
    )
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    await caller.listed(
        OFFICERS, heading.unit, rights, [row.labels[-1] for row in made.rows], unit=heading.unit
    )
    return Json(_said(made, heading))


@router.get("/days", response_model=schemas.UnitDays, responses=READS)
@acts.named("report_lateness")
async def report_days(
    caller: CallerNow,
    unit: Unit = None,
    last: Annotated[
        date | None,
        Query(alias="to", ge=FIRST_DAY, le=LAST_DAY, description="The last day; today when left out."),
    ] = None,
    number: Annotated[int, Query(alias="days", ge=1, le=days.MOST, description="How many days.")] = 7,
) -> Response:
    """Daily figures of a unit with those below it, counted as the forms are."""
    async with caller.refusals("report_lateness", unit):
        asked = await permissions.report_unit(caller.service.db, caller.principal, caller.at, unit)
    today = last or localtime.local_date(caller.at)
    found = await days.of_unit(caller.service.db, asked, today, number, at=caller.at)
    return Json({"unit": asked, "at": caller.at, "days": found})


@router.get("/unintegrated-services", response_model=schemas.UnintegratedServices, responses=READS)
@acts.named("list_unintegrated_services")
async def list_unintegrated_services(
    officer: CallerNow,
    unit: Annotated[Key | None, Query(description="With those below it; left out: all.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Procedures that a unit or one below it handles, filed here by nobody today."""
    db = officer.service.db
    units = None if unit is None else [str(await permissions.existing_unit(db, unit))]
    today = localtime.local_date(officer.at)
    page = await integration.unintegrated(db, units, today, limit=limit, after=after)
    return Json(page.answer(asdict))


@router.post(
    "/online-targets",
    status_code=201,
    response_model=schemas.OnlineTarget,
    responses=responses(401, 403, 404, 413, 415),
)
@acts.named("set_online_target")
async def set_online_target(body: schemas.OnlineTargetSet, caller: CallerNow) -> Response:
    """Set the share of dossiers that a unit should get online in a year. The newest one holds."""
    async with caller.refusals("set_online_target", body.unit):
        made = await targets.enter(
            caller.service.db,
            body.unit,
            body.year,
            body.percent,
            body.basis,
            actor=caller.principal,
            at=caller.at,
        )
    return Json({name: getattr(made, name) for name in schemas.OnlineTarget.model_fields}, status_code=201)


def file(made: bytes, kind: Format, name: str) -> Response:
    """A file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(made, media_type=files.TYPES[kind], headers=headers)


async def _made(caller: Caller, act: str, form: Form, scope: Scope, split: Split) -> tuple[Table, Heading]:
    service = caller.service
    async with caller.refusals(act, scope.unit):
        unit = await permissions.report_unit(service.db, caller.principal, caller.at, scope.unit, act)
    asked = Scope(scope.first, scope.last, unit)
    calendars = await service.reference_data.unit_calendars()
    with time_limits.within(DatabaseSettings.read().database_statement_timeout.total_seconds()):
        heading = await making.heading(service.db, asked, at=caller.at)
        return await making.table(service.db, calendars, form, asked, at=caller.at, split=split), heading


def _said(made: Table, heading: Heading) -> dict[str, Any]:
    return {
        **tables.document(made),
        "period_from": heading.first,
        "period_to": heading.last,
        "unit": heading.unit,
        "made_at": heading.made_at,
        "final": heading.final,
    }
