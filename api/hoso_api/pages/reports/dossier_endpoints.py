"""The dossiers behind a figure of the lateness report: list and workbook."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.heads import headship
from hoso_api.pages.reports import asking
from hoso_api.pages.reports.asking import ADDRESS, AFTER, DOSSIERS, Asked, Figure, FigureAsked, ReportAsked
from hoso_api.pages.reports.endpoints import HERE
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import standing
from hoso_calendar import WorkCalendar
from hoso_models.storage import time_limits
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows import errors, workbooks
from hoso_workflows.monitoring import overdue
from hoso_workflows.organisation import permissions
from hoso_workflows.reports import lateness, lateness_dossiers, lateness_workbook
from hoso_workflows.reports.lateness_dossiers import Counted, Listed

LIST = f"{ADDRESS}/dung-han/danh-sach"
#: Dossiers of a page, and the most that a workbook holds.
LENGTH, MOST = 50, 10_000
router = APIRouter(
    prefix=LIST,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("list_reported_dossiers")
async def reported_page(
    visit: VisitNow,
    asked: ReportAsked,
    figure: FigureAsked,
    after: Annotated[str, Query(alias=AFTER, max_length=200)] = "",
) -> Response:
    """The dossiers that a figure counts: code, procedure, promise, end and lateness."""
    units = await asking.reached(visit, DOSSIERS)
    asked = await asking.chosen(visit, DOSSIERS, asked, units)
    try:
        found = await _listed(visit, asked, figure, after or None, LENGTH)
    except (asking.Unreadable, lateness.BadPeriod):
        return RedirectResponse(f"{ADDRESS}/dung-han?{asked.query()}", status_code=303)
    except errors.BadCursor:
        return RedirectResponse(f"{LIST}?{_query(asked, figure)}", status_code=303)
    calendars = await visit.service.reference_data.unit_calendars()
    return visit.page(
        "reports/dossiers.html",
        here=HERE,
        asked=asked,
        units=units,
        figure=figure,
        words=asking.COLUMNS,
        names=dict(asking.COLUMNS.values()),
        query=_query(asked, figure),
        found=found,
        rows=[(item, _said(item, calendars)) for item in found.page.items],
        stopped=standing.stopped,
        first=not after,
        most=MOST,
        reported=await _reported(visit, asked, figure, found.number),
    )


@router.get("/xlsx")
@acts.named("list_reported_dossiers")
async def reported_workbook(visit: VisitNow, asked: ReportAsked, figure: FigureAsked) -> Response:
    """The dossiers that a figure counts, as a workbook. Where there are too many, the page says so."""
    units = await asking.reached(visit, DOSSIERS)
    asked = await asking.chosen(visit, DOSSIERS, asked, units)
    try:
        found = await _listed(visit, asked, figure, None, MOST + 1)
    except (asking.Unreadable, lateness.BadPeriod):
        return RedirectResponse(f"{ADDRESS}/dung-han?{asked.query()}", status_code=303)
    if found.number > MOST:
        return RedirectResponse(f"{LIST}?{_query(asked, figure)}", status_code=303)
    calendars = await visit.service.reference_data.unit_calendars()
    late = [(item, _late(item, calendars)) for item in found.page.items]
    lines = [(item, (each.days, each.hours) if each else None) for item, each in late]
    book = await asyncio.to_thread(lateness_workbook.write_dossiers, lines)
    headers = {"Content-Disposition": f'attachment; filename="ho-so-{figure.word}.xlsx"'}
    return Response(book, media_type=workbooks.XLSX, headers=headers)


async def _listed(visit: Visit, asked: Asked, figure: Figure, after: str | None, limit: int) -> Listed:
    """A part of the list, which leaves a row in the access log. Raises Unreadable, BadPeriod, BadCursor, NotFound."""
    db = visit.service.db
    first, last = asked.days()
    await permissions.existing_unit(db, figure.line or None)
    scope = await visit.service.reference_data.scope(visit.rights, DOSSIERS)
    with time_limits.within(DatabaseSettings.read().database_statement_timeout.total_seconds()):
        found = await lateness_dossiers.dossiers(
            db,
            first,
            last,
            figure.cell,
            at=visit.at,
            unit=asked.unit,
            part=asked.part,
            scope=scope,
            after=after,
            limit=limit,
        )
    await headship.listed(visit, DOSSIERS, asked.unit, [each.id for each in found.page.items])
    return found


async def _reported(visit: Visit, asked: Asked, figure: Figure, number: int) -> int:
    """The figure as the report has it. That of a channel is the number found."""
    cell = figure.cell
    if cell.channel:
        return number
    made = await asking.report(visit, asked)
    return sum(
        getattr(line, cell.column)
        for line in made.lines
        if cell.line_unit in (None, line.unit) and cell.procedure in (None, line.procedure)
    )


def _late(item: Counted, calendars: Mapping[str, WorkCalendar]) -> overdue.Lateness | None:
    return item.lateness and overdue.Lateness.between(calendars[item.unit], *item.lateness)


def _said(item: Counted, calendars: Mapping[str, WorkCalendar]) -> str:
    """The lateness in words, empty where the date that held had not passed."""
    late = _late(item, calendars)
    return standing.span(late.minutes, calendars[item.unit].nominal_day) if late else ""


def _query(asked: Asked, figure: Figure) -> str:
    return asked.query(o=figure.word, noi=figure.line, thu_tuc=figure.procedure, kenh=figure.channel)
