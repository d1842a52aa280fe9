"""Statistics of services for anybody: a table, bars and a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.pages.portal.visit import AnybodyNow
from hoso_api.pages.shared import session
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.reports import statistics
from hoso_workflows.reports.forms import files
from hoso_workflows.reports.forms.files import Format
from hoso_workflows.reports.statistics import Line, Served, Statistics
from hoso_workflows.workbooks import Value

ADDRESS, HERE = "/thong-ke", "thong-ke"
router = session.router(ADDRESS)
#: Lines that a page has, and bars; a file has all lines.
MOST, BARS = 50, 20
YEAR, UNIT, FIELD, AFTER = "nam", "co-quan", "linh-vuc", "sau"
COLUMNS = (
    marked("Mã thủ tục"),
    marked("Thủ tục"),
    marked("Lĩnh vực"),
    marked("Tiếp nhận trực tuyến"),
    marked("Đã giải quyết trực tuyến"),
    marked("Trực tuyến đúng hạn, %"),
    marked("Tiếp nhận, tổng"),
    marked("Lượt đánh giá"),
    marked("Hài lòng chung, %"),
    marked("Thuận tiện, %"),
    marked("Kịp thời, %"),
    marked("Thái độ, %"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a page, as they were typed."""

    year: str = ""
    unit: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The statistics that were asked for, and which filters there are none of."""

    whole: Statistics
    found: Statistics
    unit: str = ""
    field: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The filters as the query of an address."""
        named = ((YEAR, str(self.whole.year)), (UNIT, self.unit), (FIELD, self.field))
        return urlencode([(name, value) for name, value in named if value])


def asked(
    year: Annotated[str, Query(alias=YEAR, max_length=20)] = "",
    unit: Annotated[str, Query(alias=UNIT, max_length=80)] = "",
    field_name: Annotated[str, Query(alias=FIELD, max_length=200)] = "",
) -> Asked:
    """The filters of a request."""
    return Asked(year.strip(), unit.strip(), field_name.strip())


AskedNow = Annotated[Asked, Depends(asked)]


@router.get("")
@acts.named("read_statistics")
async def statistics_page(
    request: Request,
    visit: AnybodyNow,
    service: ServiceNow,
    asked: AskedNow,
    start: Annotated[int, Query(alias=AFTER, ge=0, le=1_000_000)] = 0,
) -> Response:
    """The table of a year first, then its bars; `start` lines stand on the pages before."""
    at = request.app.state.clock()
    chosen = await _chosen(service, asked, at)
    lines = chosen.found.by_procedure
    start = start if start < len(lines) else 0
    return visit.page(
        "information/statistics.html",
        here=HERE,
        chosen=chosen,
        years=list(reversed(statistics.years(at))),
        lines=lines[start : start + MOST],
        after=start + MOST if start + MOST < len(lines) else 0,
        total=chosen.found.total,
        columns=[spoken(each) for each in COLUMNS],
        bars=[] if start else [each for each in lines[:BARS] if each.received],
        fewest=statistics.FEWEST,
    )


@router.get("/csv")
@acts.named("read_statistics")
async def statistics_file(request: Request, service: ServiceNow, asked: AskedNow) -> Response:
    """All lines of the same figures as CSV, with when they were counted."""
    chosen = await _chosen(service, asked, request.app.state.clock())
    name = f"thong-ke-{chosen.whole.year}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = files.comma_separated(_cells(chosen.found))
    return Response(content, media_type=files.TYPES[Format.CSV], headers=headers)


async def _chosen(service: DossierService, asked: Asked, at: datetime) -> Chosen:
    """The statistics of these filters.

    A filter that does not exist is ignored, and said.
    """
    years = statistics.years(at)
    this = localtime.local_date(at).year
    known = asked.year.isdecimal() and int(asked.year) in years
    year = int(asked.year) if known else this
    ignored = [] if known or not asked.year else [asked.year]
    whole = await statistics.of_year(service.db, year, at=at, figures=service.reference_data.figures)
    unit = asked.unit if asked.unit in whole.units else ""
    field_name = asked.field if asked.field in whole.fields else ""
    for typed, kept in ((asked.unit, unit), (asked.field, field_name)):
        if typed != kept:
            ignored.append(typed)
    found = whole.narrowed(unit or None, field_name or None)
    return Chosen(whole, found, unit, field_name, tuple(ignored))


def _cells(found: Statistics) -> Iterator[Sequence[Value]]:
    at = found.counted_at.astimezone(localtime.ZONE)
    yield [f"{spoken('Số liệu lúc')} {at:%H:%M %d/%m/%Y}"]
    yield [spoken(each) for each in COLUMNS]
    for each in found.by_procedure:
        yield [*_named(each), *_figures(each)]
    yield [spoken("Cộng"), "", "", *_figures(found.total)]


def _named(each: Line) -> Sequence[Value]:
    return each.procedure, each.procedure_name, each.field_name


def _figures(each: Served) -> Sequence[Value]:
    """The cells behind the names. Ratings that are too few have none."""
    rated = each.rated
    shares = (rated.share, rated.convenience, rated.timeliness, rated.attitude)
    ratings = "" if each.few and not rated.rated else rated.rated
    return each.online, each.online_resolved, each.on_time, each.received, ratings, *shares
