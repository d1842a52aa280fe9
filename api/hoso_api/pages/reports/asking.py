"""Period, unit and figure of a lateness report, from the address of a page."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.pages.shared.acting import Fault
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_bpmn.package.forms import spelling
from hoso_calendar import messages
from hoso_models.storage import time_limits
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows import localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.reports import lateness
from hoso_workflows.reports.lateness import Part
from hoso_workflows.reports.lateness_dossiers import Cell, Column

ADDRESS = "/noi-bo/bao-cao"
REPORT, DOSSIERS = "report_lateness", "list_reported_dossiers"
#: The words of the query: first and last day, unit and its part; column, unit and procedure of a figure; a place of the list, a page of the table.
FIRST, LAST, UNIT, PART = "tu", "den", "don-vi", "theo"
COLUMN, LINE, PROCEDURE, CHANNEL = "o", "noi", "thu-tuc", "kenh"
AFTER, PAGE, FORM = "sau", "trang", "dang"
#: The columns by the words of the query, with their names.
COLUMNS: Mapping[str, tuple[Column, str]] = {
    "nhan": (Column.RECEIVED, marked("Nhận trong kỳ")),
    "ky-truoc": (Column.CARRIED_OVER, marked("Kỳ trước")),
    "truoc-han": (Column.EARLY, marked("Trước hạn")),
    "dung-han": (Column.ON_TIME, marked("Đúng hạn")),
    "qua-han": (Column.LATE, marked("Quá hạn")),
    "trong-han": (Column.OPEN_WITHIN, marked("Đang trong hạn")),
    "dang-qua-han": (Column.OPEN_OVERDUE, marked("Đang quá hạn")),
    "khac": (Column.CLOSED_OTHERWISE, marked("Kết thúc khác")),
}


#: What the units are to the dossiers, by the words of the query.
PARTS: Mapping[str, tuple[Part, str]] = {
    "": (Part.HANDLING, marked("Đơn vị giải quyết")),
    "tiep-nhan": (Part.RECEIVING, marked("Đơn vị tiếp nhận")),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A report, as it was typed or linked to."""

    first: str
    last: str
    #: Empty for the first one that the reader reaches.
    unit: str
    #: A word of `PARTS`.
    by: str = ""

    def query(self, **other: str | int) -> str:
        """The query of this report, and of a part of it; `_` stands for `-`."""
        said = {FIRST: self.first, LAST: self.last, UNIT: self.unit}
        more = {
            name.replace("_", "-"): value for name, value in {PART: self.by, **other}.items() if value != ""
        }
        return urlencode({**said, **more}, safe="/")

    @property
    def typed(self) -> dict[str, str]:
        """The fields of the form."""
        return {FIRST: self.first, LAST: self.last, UNIT: self.unit, PART: self.by}

    @property
    def part(self) -> Part:
        """Part of the report's units in its dossiers."""
        return PARTS[self.by][0]

    def days(self) -> tuple[date, date]:
        """The first and the last day. Raises Unreadable."""
        return _day(self.first, FIRST), _day(self.last, LAST)


class Unreadable(Exception):
    """A report that is none, with the fault of its field."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the report in the words of the query; `line` and `procedure` are empty for the sum of all lines."""

    word: str
    line: str
    procedure: str
    #: Empty for every channel.
    channel: str = ""

    @property
    def cell(self) -> Cell:
        """The figure itself."""
        return Cell(COLUMNS[self.word][0], self.line or None, self.procedure or None, self.channel or None)


def asked(
    visit: VisitNow,
    first: Annotated[str, Query(alias=FIRST, max_length=20)] = "",
    last: Annotated[str, Query(alias=LAST, max_length=20)] = "",
    unit: Annotated[str, Query(alias=UNIT, max_length=60)] = "",
    by: Annotated[Literal["", "tiep-nhan"], Query(alias=PART)] = "",
) -> Asked:
    """The report that a request asks for.

    Without days it is that of the month that runs.
    """
    today = localtime.local_date(visit.at)
    return Asked(first or f"{today.replace(day=1):%d/%m/%Y}", last or f"{today:%d/%m/%Y}", unit, by)


def figure(
    word: Annotated[str, Query(alias=COLUMN, max_length=20)] = "",
    line: Annotated[str, Query(alias=LINE, max_length=60)] = "",
    procedure: Annotated[str, Query(alias=PROCEDURE, max_length=60)] = "",
    channel: Annotated[Literal["", "online", "desk", "post"], Query(alias=CHANNEL)] = "",
) -> Figure:
    """The figure that a request asks for. Where it names no column, the overdue ones."""
    return Figure(word if word in COLUMNS else "dang-qua-han", line, procedure, channel)


ReportAsked = Annotated[Asked, Depends(asked)]
FigureAsked = Annotated[Figure, Depends(figure)]


async def reached(visit: Visit, act: str) -> Mapping[str, str]:
    """Units that the reader may report on, by code. Their office's come first. Raises Forbidden."""
    found = table.units(act, visit.rights)
    if not found:
        async with _refusals(visit, act, None):
            await permissions.report_unit(visit.service.db, visit.principal, visit.at, None, act)
    held = {right.unit for right in visit.rights.held}
    rows = await visit.service.db.rows(
        "select code, name from unit where code = any($1::text[]) order by code <> all($2::text[]), code",
        [sorted(found), sorted(held)],
    )
    return {row.code: row.name for row in rows}


async def chosen(visit: Visit, act: str, asked: Asked, units: Mapping[str, str]) -> Asked:
    """The report with its unit. Raises Forbidden and NotFound for one that the reader may not report on."""
    unit = asked.unit or next(iter(units))
    async with _refusals(visit, act, unit):
        await permissions.report_unit(visit.service.db, visit.principal, visit.at, unit, act)
    return replace(asked, unit=unit)


def _refusals(visit: Visit, act: str, unit: str | None) -> AbstractAsyncContextManager[None]:
    return readings.refusals(visit.service.db, act, visit.principal, unit, visit.at, visit.origin)


async def report(visit: Visit, asked: Asked) -> lateness.Report:
    """The report, counted as REST counts it. Raises Unreadable and DoesNotAddUp."""
    first, last = asked.days()
    try:
        with time_limits.within(DatabaseSettings.read().database_statement_timeout.total_seconds()):
            return await lateness.report_lateness(
                visit.service.db,
                first,
                last,
                at=visit.at,
                unit=asked.unit,
                part=asked.part,
                made_by=visit.principal,
                figures=visit.service.reference_data.figures,
            )
    except lateness.BadPeriod as bad:
        raise Unreadable(Fault(messages.translated(bad), FIRST)) from bad


def _day(typed: str, field: str) -> date:
    found = spelling.day(typed)
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        fault = spoken("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/12/2026.")
        raise Unreadable(Fault(fault, field))
    return found
