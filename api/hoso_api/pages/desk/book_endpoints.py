"""Register book of a desk (Mẫu 06): page, print and workbook."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.pages.desk import desks, queue
from hoso_api.pages.shared import letter_preview, session
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_calendar import messages
from hoso_workflows import errors, localtime
from hoso_workflows.correspondence import dossier_register, register_workbook
from hoso_workflows.correspondence.dossier_register import Days
from hoso_workflows.correspondence.letter_views import Paper

ADDRESS = f"{queue.ADDRESS}/so-theo-doi"
YEAR, MONTH, PAGE = "nam", "thang", "trang"
#: Lines of a page.
LENGTH = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
router = session.router(ADDRESS)


@dataclass(frozen=True, slots=True)
class Book:
    """Part of a book that is asked for: a month, or the whole year."""

    unit: str
    year: int
    #: From 1; 0 for the whole year.
    month: int
    page: int

    @property
    def days(self) -> Days:
        """The days of the month or year."""
        first, last = self.month or 1, self.month or 12
        end = calendar.monthrange(self.year, last)[1]
        return Days(self.unit, date(self.year, first, 1), date(self.year, last, end))

    def query(self, **other: int | str) -> str:
        """The query of this part, or of another one."""
        said = {desks.UNIT: self.unit, YEAR: self.year, MONTH: self.month, **other}
        return urlencode(said)


def _book(
    visit: VisitNow,
    unit: Annotated[str, Query(alias=desks.UNIT, max_length=80)] = "",
    year: Annotated[int | None, Query(alias=YEAR, ge=FIRST_DAY.year, le=LAST_DAY.year)] = None,
    month: Annotated[int | None, Query(alias=MONTH, ge=0, le=12)] = None,
    page: Annotated[int, Query(alias=PAGE, ge=1, le=1_000)] = 1,
) -> Book:
    today = localtime.local_date(visit.at)
    year = today.year if year is None else year
    recent = today.month if year == today.year else 12
    return Book(unit, year, recent if month is None else month, page)


Asked = Annotated[Book, Depends(_book)]


@router.get("")
@acts.named("read_register")
async def book_page(visit: VisitNow, asked: Asked) -> Response:
    """The dossiers that a desk has accepted in a month or year."""
    named = await desks.readable(visit, dossier_register.READ)
    unit = await desks.chosen(visit, dossier_register.READ, asked.unit, named)
    asked = Book(unit, asked.year, asked.month, asked.page)
    paper, why = None, ""
    try:
        paper = await _read(visit, asked)
    except errors.FormRefused as refused:
        why = messages.opening(messages.translated(refused.faults[0].message))
    entries = list(enumerate(paper.values.entries if paper else (), start=1))
    begin = (asked.page - 1) * LENGTH
    return visit.page(
        "desk/book.html",
        here="mot-cua",
        asked=asked,
        units=named,
        lines=entries[begin : begin + LENGTH],
        total=len(entries),
        more=len(entries) > begin + LENGTH,
        why=why,
        this_year=localtime.local_date(visit.at).year,
    )


@router.get("/ban-in")
@acts.named("read_register")
async def printed_book(visit: VisitNow, asked: Asked) -> Response:
    """The book as it stands on paper."""
    return letter_preview.paper((await _read(visit, asked)).page)


@router.get("/pdf")
@acts.named("read_register")
async def book_pdf(visit: VisitNow, asked: Asked) -> Response:
    """The book as PDF."""
    headers = {"Content-Disposition": f'inline; filename="{_name(asked)}.pdf"'}
    paper = await _read(visit, asked)
    return Response(await paper.pdf(), media_type="application/pdf", headers=headers)


@router.get("/xlsx")
@acts.named("read_register")
async def book_workbook(visit: VisitNow, asked: Asked) -> Response:
    """The book as a workbook."""
    headers = {"Content-Disposition": f'attachment; filename="{_name(asked)}.xlsx"'}
    paper = await _read(visit, asked)
    return Response(register_workbook.write(paper.values), media_type=XLSX, headers=headers)


async def _read(visit: Visit, asked: Book) -> Paper:
    return await dossier_register.read(visit.service, asked.days, letter_preview.reader(visit))


def _name(asked: Book) -> str:
    return f"so-theo-doi-{asked.year}" + (f"-{asked.month:02}" if asked.month else "")
