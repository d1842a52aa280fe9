"""Kinds of reports, and the lateness report as table, chart, print and workbook."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.reports import asking, chart, words
from hoso_api.pages.reports.asking import ADDRESS, FORM, PAGE, REPORT, ReportAsked, Unreadable
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled
from hoso_api.pages.shared.visit import VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import localtime, workbooks
from hoso_workflows.organisation.permissions import table
from hoso_workflows.reports import lateness, lateness_workbook
from hoso_workflows.reports.forms.tables import Form

HERE = "bao-cao"
#: Lines of a page of the table.
LENGTH = 30

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("report_lateness")
async def kinds_page(visit: VisitNow) -> Response:
    """The kinds of reports, with the periods that are asked for most and those that are kept."""
    units, today = await asking.reached(visit, REPORT), localtime.local_date(visit.at)
    return visit.page(
        "reports/kinds.html",
        here=HERE,
        today=today,
        periods=periods(today),
        kept=await lateness.kept(visit.service.db, list(units)),
        parts={part: (word, name) for word, (part, name) in asking.PARTS.items()},
        units=units,
        kinds=[
            *((key, words.TITLES[form]) for key, form in words.KINDS.items()),
            ("nguoi-xu-ly", words.TITLES[Form.OFFICERS]),
        ],
    )


@router.get("/dung-han")
@acts.named("report_lateness")
async def lateness_page(
    visit: VisitNow,
    asked: ReportAsked,
    number: Annotated[int, Query(alias=PAGE, ge=1, le=10_000)] = 1,
    form: Annotated[Literal["", "in"], Query(alias=FORM)] = "",
) -> Response:
    """The lateness report of a period: early, on time, late, open, each dossier once."""
    units = await asking.reached(visit, REPORT)
    asked = await asking.chosen(visit, REPORT, asked, units)
    made: lateness.Report | None = None
    faults: tuple[Fault, ...] = ()
    try:
        made = await asking.report(visit, asked)
    except Unreadable as none:
        faults = (none.fault,)
    begin, lines = (number - 1) * LENGTH, made.lines if made else ()
    bars = chart.bars(made) if made else []
    filled = Filled(faults=faults, typed=asked.typed, status=422 if faults else 200)
    return visit.page(
        "reports/lateness.html",
        filled.status,
        here=HERE,
        form=filled,
        printed=bool(form and made),
        asked=asked,
        units=units,
        report=made,
        lines=lines if form else lines[begin : begin + LENGTH],
        number=number,
        more=len(lines) > begin + LENGTH,
        bars=bars,
        scale=chart.scale(bars),
        words=asking.COLUMNS,
        parts=asking.PARTS,
        lists=asked.unit in table.units(asking.DOSSIERS, visit.rights),
    )


@router.get("/dung-han/xlsx")
@acts.named("report_lateness")
async def lateness_workbook_page(visit: VisitNow, asked: ReportAsked) -> Response:
    """The lateness report as a workbook."""
    units = await asking.reached(visit, REPORT)
    asked = await asking.chosen(visit, REPORT, asked, units)
    try:
        made = await asking.report(visit, asked)
    except Unreadable:
        return RedirectResponse(f"{ADDRESS}/dung-han?{asked.query()}", status_code=303)
    return workbook(
        lateness_workbook.write_report(made, units[asked.unit], asking.PARTS[asked.by][1]), "dung-han", made
    )


def workbook(book: bytes, name: str, made: lateness.Report) -> Response:
    """A workbook to be saved, named after its period."""
    file = f"{name}-{made.period_from:%Y%m%d}-{made.period_to:%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(book, media_type=workbooks.XLSX, headers=headers)


def periods(today: date) -> list[tuple[str, date, date]]:
    """Periods that are asked for most, with their names."""
    month = today.replace(day=1)
    before = date.fromordinal(month.toordinal() - 1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    last = date.fromordinal(quarter.toordinal() - 1)
    return [
        (spoken("Tháng này"), month, today),
        (spoken("Tháng trước"), before.replace(day=1), before),
        (spoken("Quý này"), quarter, today),
        (spoken("Quý trước"), last.replace(month=last.month - 2, day=1), last),
        (spoken("Năm nay"), today.replace(month=1, day=1), today),
    ]
