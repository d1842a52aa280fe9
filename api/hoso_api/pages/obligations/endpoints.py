"""The agency's side of owed reports: list, reading and acts."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts as named_acts
from hoso_api.http import authentication
from hoso_api.pages.obligations import views
from hoso_api.pages.obligations.views import ADDRESS, FIELDS, HERE, MISSING, REASON
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_models import ReportPart
from hoso_workflows import errors
from hoso_workflows.reports.forms import files
from hoso_workflows.reports.forms.files import Format
from hoso_workflows.reports.obligations import acts, papers, register
from hoso_workflows.reports.obligations.acts import By

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)
#: Fields of refusals.
REFUSED = {**FIELDS, "reason": REASON, "reason-missing": REASON, "reports-missing": MISSING}


@router.get("")
@named_acts.named("list_report_obligations")
async def obligations_page(visit: VisitNow) -> Response:
    """The reports that the reader's units owe, and those that they consolidate or receive."""
    units = await views.reached(visit)
    found = await register.listed(visit.service.db, units, limit=200)
    return visit.page(
        "obligations/list.html", here=HERE, rows=found, states=views.STATES, now=visit.at, address=ADDRESS
    )


@router.get("/{obligation}")
@named_acts.named("list_report_obligations")
async def obligation_page(obligation: UUID, visit: VisitNow) -> Response:
    """A report: figures, texts, and the forms of the acts that the reader may do."""
    found = await views.one(visit, obligation)
    return await views.shown(visit, found, Filled.first(visit))


@router.get("/{obligation}/tep")
@named_acts.named("list_report_obligations")
async def obligation_file(
    obligation: UUID, visit: VisitNow, file: Annotated[Format, Query(alias="dang")] = Format.XLSX
) -> Response:
    """The report as a file, of the same figures and texts."""
    found = await views.one(visit, obligation)
    read = await papers.read(visit.service.db, found, at=visit.at)
    made = await files.made(file, read.heading, read.figures.tables, read.texts)
    name = f"{found.kind}-{found.period_key}-{found.unit}.{file}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type=files.TYPES[file], headers=headers)


@router.post("/{obligation}/soan")
@named_acts.named("write_report")
async def write(obligation: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Write the texts of a report."""
    texts = {name: form.text(field) for name, field in FIELDS.items() if field in form.fields}

    async def doing() -> object:
        form.require_legible(*FIELDS.values())
        return await acts.write(visit.service.db, obligation, texts, _by(visit, form))

    return await _act(visit, obligation, form, doing)


@router.post("/{obligation}/duyet")
@named_acts.named("approve_report")
async def approve(obligation: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Approve a report."""
    return await _act(
        visit, obligation, form, lambda: acts.approve(visit.service.db, obligation, _by(visit, form))
    )


@router.post("/{obligation}/gui")
@named_acts.named("submit_report")
async def submit(obligation: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Submit a report; its figures are frozen."""
    without = bool(form.text(MISSING))
    return await _act(
        visit,
        obligation,
        form,
        lambda: acts.submit(visit.service.db, obligation, _by(visit, form), confirm_missing=without),
    )


@router.post("/{obligation}/tra-lai")
@named_acts.named("return_report")
async def return_(obligation: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Return a report with a reason."""
    return await _act(
        visit,
        obligation,
        form,
        lambda: acts.return_(visit.service.db, obligation, form.text(REASON), _by(visit, form)),
    )


@router.post("/{obligation}/nhac")
@named_acts.named("remind_report")
async def remind(obligation: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Remind the heads of a unit of a report that it owes."""
    by = By(visit.principal, visit.at)
    return await _act(visit, obligation, form, lambda: acts.remind(visit.service.db, obligation, by))


def _by(visit: Visit, form: Form) -> By:
    return By(visit.principal, visit.at, frozenset({form.version}) if form.version else None)


async def _act(visit: Visit, obligation: UUID, form: Form, doing: Callable[[], Awaitable[Any]]) -> Response:
    """Do an act, and show the report; or show it again with what stopped it, and everything that was typed."""
    try:
        await doing()
    except Stopped as stopped:
        return await _again(visit, obligation, stopped)
    except errors.Refusal as refused:
        return await _again(visit, obligation, await acting.stopped(visit, form, "", refused, fields=REFUSED))
    found = await register.one(visit.service.db, obligation)
    address = (
        f"{views.COORDINATING}/{found.period_key}" if _consolidated(found) else f"{ADDRESS}/{obligation}"
    )
    return RedirectResponse(address, status_code=303)


def _consolidated(found: register.Obligation) -> bool:
    return found.part is ReportPart.CONSOLIDATED


async def _again(visit: Visit, obligation: UUID, stopped: Stopped) -> Response:
    found = await views.one(visit, obligation)
    return await views.shown(visit, found, Filled.again(stopped), coordinating=_consolidated(found))
