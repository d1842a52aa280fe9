"""Reports that units owe: listed, read, written, approved, submitted, returned."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts as named_acts
from hoso_api.http import commands
from hoso_api.http.authentication import Caller, CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.report_obligations import schemas
from hoso_api.rest.reports.form_endpoints import FILE, file
from hoso_models import EntryChannel
from hoso_workflows import errors
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import table
from hoso_workflows.reports.forms import files, tables
from hoso_workflows.reports.forms.files import Format
from hoso_workflows.reports.lateness_dossiers import Column
from hoso_workflows.reports.obligations import acts, kinds, papers, register
from hoso_workflows.reports.obligations import frozen as frozen_figures
from hoso_workflows.reports.obligations.acts import By
from hoso_workflows.reports.obligations.kinds import Kind, Stored
from hoso_workflows.reports.obligations.register import Obligation

LIST, DOSSIERS = register.LIST, "list_submitted_dossiers"
router = APIRouter(prefix="/report-obligations", tags=["reports"], route_class=KnownRoute)
kinds_router = APIRouter(prefix="/report-kinds", tags=["reports"], route_class=KnownRoute)

Owed = Annotated[UUID, Path(description="The id of a report that is owed.")]
ACT = (401, 403, 404, 409, 413, 415)


@router.get("", response_model=schemas.OwedReports, responses=responses(400, 401, 403))
@named_acts.named("list_report_obligations")
async def list_report_obligations(
    caller: CallerNow,
    period: Annotated[
        str | None, Query(pattern=r"^\d{4}(-Q[1-4])?$", description="Of this period only.")
    ] = None,
    unit: Annotated[Key | None, Query(description="Those that this unit owes.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The reports that your units owe, consolidate or receive; those due last first."""
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    async with caller.refusals(LIST):
        units = table.units(LIST, rights)
        if not units:
            raise errors.Forbidden(caller.principal, table.ACTS[LIST].says, None, None)
    db = caller.service.db
    found = await register.page(db, units, period=period, unit=unit, after=after, limit=limit)
    return Json(found.answer(lambda each: _said(each, caller)))


@router.get("/{obligation}", response_model=schemas.OwedReportRead, responses=responses(401, 403, 404))
@named_acts.named("list_report_obligations")
async def get_report_obligation(obligation: Owed, caller: CallerNow) -> Response:
    """A report with its figures and texts: frozen ones once it is submitted, else as they are now."""
    found = await _found(caller, obligation, LIST)
    read = await papers.read(caller.service.db, found, at=caller.at)
    figures = read.figures
    return _answer(
        found,
        caller,
        frozen=read.submission is not None,
        digest=read.submission and read.submission.digest,
        tables=[tables.document(each) for each in figures.tables],
        sources=[
            {name: getattr(each, name) for name in schemas.ReportSource.model_fields}
            for each in figures.sources
        ],
        missing=list(figures.missing),
    )


@router.get("/{obligation}/file", response_class=Response, responses=FILE)
@named_acts.named("list_report_obligations")
async def get_report_obligation_file(
    obligation: Owed, caller: CallerNow, kind: Annotated[Format, Query(alias="format")]
) -> Response:
    """The report as a workbook, CSV, PDF or picture, of the same figures."""
    found = await _found(caller, obligation, LIST)
    read = await papers.read(caller.service.db, found, at=caller.at)
    made = await files.made(kind, read.heading, read.figures.tables, read.texts)
    return file(made, kind, f"{found.kind}-{found.period_key}-{found.unit}")


@router.get("/{obligation}/recount", response_model=schemas.ReportRecount, responses=responses(401, 403, 404))
@named_acts.named("list_report_obligations")
async def recount_report(obligation: Owed, caller: CallerNow) -> Response:
    """The newest submission counted again from the dossiers that were stored with it."""
    found = await _found(caller, obligation, LIST)
    again = await frozen_figures.recount(caller.service.db, found.id, found.submissions)
    return Json({name: getattr(again, name) for name in schemas.ReportRecount.model_fields})


@router.get(
    "/{obligation}/dossiers",
    response_model=schemas.SubmittedDossiers,
    responses=responses(400, 401, 403, 404),
)
@named_acts.named("list_submitted_dossiers")
async def list_submitted_dossiers(
    obligation: Owed,
    caller: CallerNow,
    column: Annotated[Column, Query(description="The column of the figure.")],
    unit: Annotated[Key | None, Query(description="The handling unit of the line.")] = None,
    procedure: Annotated[Key | None, Query(description="The procedure of the line.")] = None,
    channel: Annotated[EntryChannel | None, Query(description="The channel of what was received.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The codes of the dossiers behind a figure of the newest submission, as they were counted."""
    found = await _found(caller, obligation, DOSSIERS)
    db = caller.service.db
    kept = await frozen_figures.submission(db, found.id, found.submissions)
    page = await frozen_figures.dossiers(
        db, kept, found.id, column, unit=unit, procedure=procedure, channel=channel, after=after, limit=limit
    )
    rights = await permissions.held(db, caller.principal, caller.at)
    await caller.listed(DOSSIERS, str(found.id), rights, [each.code for each in page.items])
    names = schemas.SubmittedDossier.model_fields
    return Json(page.answer(lambda each: {name: getattr(each, name) for name in names}))


@router.put("/{obligation}/texts", **commands.conditional(schemas.OwedReport, *ACT))
@named_acts.named("write_report")
async def write_report(obligation: Owed, body: schemas.ReportTexts, caller: CallerNow) -> Response:
    """Write difficulties and proposals, and the own chapter of a consolidated report. An approval is taken away."""
    texts = body.model_dump(exclude_none=True)
    return _answer(await acts.write(caller.service.db, obligation, texts, _by(caller)), caller)


@router.post("/{obligation}/approval", **commands.conditional(schemas.OwedReport, *ACT))
@named_acts.named("approve_report")
async def approve_report(obligation: Owed, caller: CallerNow) -> Response:
    """Approve a report as a head of its unit who has not written it."""
    return _answer(await acts.approve(caller.service.db, obligation, _by(caller)), caller)


@router.post("/{obligation}/submission", **commands.conditional(schemas.OwedReport, *ACT))
@named_acts.named("submit_report")
async def submit_report(obligation: Owed, body: schemas.ReportSubmitted, caller: CallerNow) -> Response:
    """Submit an approved report: its figures are frozen with the dossiers behind them."""
    done = await acts.submit(caller.service.db, obligation, _by(caller), confirm_missing=body.confirm_missing)
    return _answer(done, caller)


@router.post("/{obligation}/return", **commands.conditional(schemas.OwedReport, *ACT))
@named_acts.named("return_report")
async def return_report(obligation: Owed, body: schemas.ReportReturned, caller: CallerNow) -> Response:
    """Return a submitted report with a reason, as an officer of the unit that it went to. Its submission stays."""
    return _answer(await acts.return_(caller.service.db, obligation, body.reason, _by(caller)), caller)


@router.post(
    "/{obligation}/reminder", response_model=schemas.ReportReminder, responses=responses(401, 403, 404, 409)
)
@named_acts.named("remind_report")
async def remind_report(obligation: Owed, caller: CallerNow) -> Response:
    """Remind the heads of a unit of a report that it owes; once a day."""
    return Json({"told": await acts.remind(caller.service.db, obligation, By(caller.principal, caller.at))})


@kinds_router.get("", response_model=schemas.ReportKinds, responses=responses(401, 403))
@named_acts.named("list_report_kinds")
async def list_report_kinds(officer: CallerNow) -> Response:
    """The kinds of reports that are owed, with the days that they cover and their deadlines."""
    return Json({"items": [_kind(each) for each in await kinds.listed(officer.service.db)]})


@kinds_router.post(
    "", status_code=201, response_model=schemas.ReportKindStored, responses=responses(401, 403, 404, 413, 415)
)
@named_acts.named("enter_report_kind")
async def enter_report_kind(body: schemas.ReportKindEntry, caller: CallerNow) -> Response:
    """Enter a kind of report from a day on; one of the same code that held before ends on the day before."""
    kind = Kind(**{**body.model_dump(), "owing": tuple(body.owing)})
    async with caller.refusals("enter_report_kind", body.receiving_unit):
        made = await kinds.enter(caller.service.db, kind, actor=caller.principal, at=caller.at)
    return Json(_kind(made), status_code=201)


def _by(caller: Caller) -> By:
    return By(caller.principal, caller.at, commands.versions(caller.request.headers))


async def _found(caller: Caller, obligation: UUID, act: str) -> Obligation:
    """The report. Raises NotFound for one that does not concern the reader."""
    rights = await permissions.held(caller.service.db, caller.principal, caller.at)
    async with caller.refusals(act, str(obligation)):
        if not table.units(act, rights):
            raise errors.Forbidden(caller.principal, table.ACTS[act].says, None, None)
        found = await register.one(caller.service.db, obligation)
    if register.readable(rights, found, act):
        return found
    if table.ACTS[act].logged:
        await caller.refused(act, str(obligation), caller.origin)
    raise errors.NotFound("report that is owed", obligation)


def _said(found: Obligation, caller: Caller) -> dict[str, Any]:
    late = found.late(caller.at)
    texts = {name: found.texts.get(name, "") for name in acts.TEXTS}
    values = {"late": late, "texts": texts}
    return {
        name: values[name] if name in values else getattr(found, name)
        for name in schemas.OwedReport.model_fields
    }


def _answer(found: Obligation, caller: Caller, **more: Any) -> Response:
    return Json({**_said(found, caller), **more}, headers={"ETag": commands.etag(found.version)})


def _kind(kind: Stored) -> dict[str, Any]:
    return {name: getattr(kind, name) for name in schemas.ReportKindStored.model_fields}
