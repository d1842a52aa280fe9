"""Kinds of reports, and the lateness report of a period."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.http.fields import FIRST_DAY, LAST_DAY
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.package.forms import spelling
from hoso_calendar import messages
from hoso_models.storage import time_limits
from hoso_models.storage.settings import DatabaseSettings
from hoso_workflows import localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.reports import lateness

ADDRESS = "/noi-bo/bao-cao"
REPORT = "report_lateness"
#: The words of the query: the first and the last day, the unit.
FIRST, LAST, UNIT = "tu", "den", "don-vi"

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("report_lateness")
async def kinds_page(visit: VisitNow) -> Response:
    """The kinds of reports, with the periods that are asked for most."""
    await _reached(visit)
    return visit.page("reports/kinds.html", here="bao-cao", periods=periods(localtime.local_date(visit.at)))


@router.get("/dung-han")
@acts.named("report_lateness")
async def lateness_page(
    visit: VisitNow,
    first: Annotated[str, Query(alias=FIRST, max_length=20)] = "",
    last: Annotated[str, Query(alias=LAST, max_length=20)] = "",
    unit: Annotated[str, Query(alias=UNIT, max_length=60)] = "",
) -> Response:
    """The lateness report of a period: early, on time, late, open, each dossier once."""
    units = await _reached(visit)
    typed = _typed(first, last, unit or next(iter(units)), localtime.local_date(visit.at))
    async with readings.refusals(
        visit.service.db, REPORT, visit.principal, typed[UNIT], visit.at, visit.origin
    ):
        await permissions.report_unit(visit.service.db, visit.principal, visit.at, typed[UNIT])
    report, faults = await _report(visit, typed)
    form = Filled(faults=faults, typed=typed, status=422 if faults else 200)
    return visit.page(
        "reports/lateness.html", form.status, here="bao-cao", form=form, units=units, report=report
    )


def _typed(first: str, last: str, unit: str, today: date) -> dict[str, str]:
    """The fields of the form: as asked, else the month that runs."""
    begin = today.replace(day=1)
    return {FIRST: first or f"{begin:%d/%m/%Y}", LAST: last or f"{today:%d/%m/%Y}", UNIT: unit}


async def _report(visit: Visit, typed: Mapping[str, str]) -> tuple[lateness.Report | None, tuple[Fault, ...]]:
    """The report that is asked for, or why there is none."""
    first, last = _day(typed[FIRST]), _day(typed[LAST])
    if first is None or last is None:
        field = FIRST if first is None else LAST
        return None, (Fault(spoken("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/12/2026."), field),)
    try:
        return await counted(visit, first, last, typed[UNIT]), ()
    except lateness.BadPeriod as bad:
        return None, (Fault(messages.translated(bad), FIRST),)


async def counted(visit: Visit, first: date, last: date, unit: str) -> lateness.Report:
    """The report, counted as REST counts it. Raises BadPeriod and DoesNotAddUp."""
    with time_limits.within(DatabaseSettings().database_statement_timeout.total_seconds()):
        return await lateness.report_lateness(
            visit.service.db,
            first,
            last,
            at=visit.at,
            unit=unit,
            made_by=visit.principal,
            figures=visit.service.reference_data.figures,
        )


def _day(typed: str) -> date | None:
    found = spelling.day(typed)
    return found if found and FIRST_DAY <= found <= LAST_DAY else None


async def _reached(visit: Visit) -> Mapping[str, str]:
    """The units that a report of the reader may be on, by code; their office's first. Raises Forbidden."""
    reached = table.units(REPORT, visit.rights)
    if not reached:
        async with readings.refusals(visit.service.db, REPORT, visit.principal, None, visit.at, visit.origin):
            await permissions.report_unit(visit.service.db, visit.principal, visit.at, None)
    held = {right.unit for right in visit.rights.held}
    rows = await visit.service.db.rows(
        "select code, name from unit where code = any($1::text[]) order by code <> all($2::text[]), code",
        [sorted(reached), sorted(held)],
    )
    return {row.code: row.name for row in rows}


def periods(today: date) -> list[tuple[str, date, date]]:
    """Periods that are asked for most, with their names."""
    month = today.replace(day=1)
    before = date.fromordinal(month.toordinal() - 1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return [
        (spoken("Tháng này"), month, today),
        (spoken("Tháng trước"), before.replace(day=1), before),
        (spoken("Quý này"), quarter, today),
        (spoken("Năm nay"), today.replace(month=1, day=1), today),
    ]
